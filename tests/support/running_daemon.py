# SPDX-License-Identifier: Apache-2.0
"""Runs weir, or the reference in its place, as its users do: a process, flags, ports, signals."""

import contextlib
import http.client
import json
import pathlib
import shlex
import signal
import socket
import subprocess
import threading
import time

import exposition

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
POLL_SECONDS = 0.01
START_ATTEMPTS = 5
HTTP_SECONDS_MAX = 30
# From the count of a line to its effect: one batch, or in the reference the 200 ms between two flushes of its queue.
SETTLE_SECONDS = 0.02
REFERENCE_SETTLE_SECONDS = 0.3
# With these the addresses are not logged.
QUIET_FLAGS = {"--log.level=warn", "--log.level=error"}


class DaemonError(AssertionError):
    pass


def free_port():
    """A port that is free for UDP and TCP now. The reference does not tell which one port 0 became."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                udp.bind(tcp.getsockname())
                return tcp.getsockname()[1]


def attributes(log_line):
    """The key=value pairs of a log line, in either format."""
    with contextlib.suppress(ValueError):
        if log_line.startswith("{"):
            return json.loads(log_line)
        return dict(word.split("=", 1) for word in shlex.split(log_line) if "=" in word)
    return {}


def wait_until(condition, seconds, what):
    """Polls until `condition()` is true and returns what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise DaemonError(f"waited {seconds} s for {what}")
        time.sleep(POLL_SECONDS)


class RunningDaemon:
    """A daemon on loopback ports of its own. Use it in a `with`: it is stopped by SIGTERM, and must exit with `exit_code`, 0.

    `before_exec` runs in its process before it does, and `pass_fds` are open there. The `with` begins when it is ready, or
    without `awaits_ready` once it serves HTTP.
    """

    def __init__(self, binary, flags=(), is_reference=False, before_exec=None, pass_fds=(), awaits_ready=True):
        # Neither the reference nor a daemon that may not say it tells which port 0 became.
        chooses = is_reference or not QUIET_FLAGS.isdisjoint(flags)
        chosen = [free_port() for _ in range(3)] if chooses else [0, 0, 0]
        listen = zip(("--web.listen-address", "--statsd.listen-udp", "--statsd.listen-tcp"), chosen)
        given = {flag.split("=")[0] for flag in flags}
        self._flags = [f"{flag}=127.0.0.1:{port}" for flag, port in listen if flag not in given] + list(flags)
        self._binary = str(binary)
        self._before_exec = before_exec
        self._pass_fds = pass_fds
        self._awaits_ready = awaits_ready
        self._chosen = chosen if chooses else None
        self._settle_seconds = REFERENCE_SETTLE_SECONDS if is_reference else SETTLE_SECONDS
        self.log_lines = []
        self.process = None
        self.exit_code = 0
        self.http_port = self.udp_port = self.tcp_port = None

    def __enter__(self):
        for _ in range(START_ATTEMPTS - 1):
            try:
                return self._start()
            except DaemonError:
                # Somebody else was given the port between its choice and its use.
                if not self._chosen or "address already in use" not in self.log():
                    raise
                self._choose_ports()
        return self._start()

    def _choose_ports(self):
        """Other ports for the reference, in place of those that were free a moment ago."""
        fresh = [free_port() for _ in self._chosen]
        for old, new in zip(self._chosen, fresh):
            self._flags = [flag.replace(f":{old}", f":{new}") if flag.endswith(f"127.0.0.1:{old}") else flag for flag in self._flags]
        self._chosen = fresh
        self.log_lines = []

    def _start(self):
        self.process = subprocess.Popen([self._binary, *self._flags], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        encoding="utf-8", errors="replace", preexec_fn=self._before_exec,
                                        pass_fds=self._pass_fds)
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        try:
            self._learn_ports()
            if self._awaits_ready:
                self.wait_for_ready()
        except BaseException:
            self.process.kill()
            self.process.wait()
            self._close()
            raise
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = "none: it did not stop on SIGTERM"
        self._close()
        if code != self.exit_code and kind is None:
            raise DaemonError(f"exit code {code}\n" + self.log())

    def _close(self):
        self._reader.join()
        self.process.stderr.close()

    def _read_log(self):
        for line in self.process.stderr:
            self.log_lines.append(line.rstrip("\n"))

    def log(self):
        return "\n".join(self.log_lines)

    def wait_for_log(self, text):
        """Until the log has `text`, which its reader may see after the effect of what it tells of."""
        wait_until(lambda: text in self.log(), START_SECONDS_MAX, f"{text!r} in the log")

    def _logged(self, message):
        return next((attributes(line) for line in list(self.log_lines) if message in line), None)

    def _learn_ports(self):
        if self._chosen:
            self.http_port, self.udp_port, self.tcp_port = self._chosen
            return
        wait_until(lambda: self._check_alive() and self._logged("Accepting Prometheus Requests"), START_SECONDS_MAX, "the ports in the log")
        self.http_port = self._port(self._logged("Accepting Prometheus Requests").get("addr", ""))
        statsd = self._logged("Accepting StatsD Traffic")
        self.udp_port = self._port(statsd.get("udp", ""))
        self.tcp_port = self._port(statsd.get("tcp", ""))

    @staticmethod
    def _port(address):
        return int(address.rpartition(":")[2]) if ":" in address else None

    def _check_alive(self):
        if self.process.poll() is not None:
            self._reader.join()
            raise DaemonError(f"exited with {self.process.returncode}\n" + self.log())
        return True

    def wait_for_ready(self):
        wait_until(self._is_ready, START_SECONDS_MAX, "/-/ready")

    def _is_ready(self):
        self._check_alive()
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.request("GET", "/-/ready")[0] == 200
        return False

    def request(self, method, path, headers=None):
        """(status, body)"""
        status, _, body = self.exchange(method, path, headers)
        return status, body

    def answers(self, seconds=1):
        """Whether HTTP goes on."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=seconds)
        with contextlib.closing(connection), contextlib.suppress(TimeoutError):
            connection.request("GET", "/-/healthy")
            return connection.getresponse().status == 200
        return False

    def exchange(self, method, path, headers=None):
        """(status, headers by their names in small letters, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=HTTP_SECONDS_MAX)
        with contextlib.closing(connection):
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()

    def scrape_text(self, headers=None):
        status, body = self.request("GET", "/metrics", headers)
        if status != 200:
            raise DaemonError(f"/metrics answered {status}: {body[:500]!r}")
        return body.decode()

    def scrape(self):
        return exposition.parse(self.scrape_text())

    def self_value(self, series):
        """One of the daemon's own samples, 0 while it is absent."""
        return exposition.self_values(self.scrape()).get(series, 0)

    def wait_for_self_value(self, series, least, seconds=30):
        """Until one of the daemon's own samples got to `least`, and what it counted has taken effect."""
        wait_until(lambda: self._check_alive() and self.self_value(series) >= least, seconds, f"{series} >= {least}")
        time.sleep(self._settle_seconds)

    def signal(self, number):
        """After SIGSTOP no thread runs any more when it returns."""
        self.process.send_signal(number)
        if number == signal.SIGSTOP:
            wait_until(self.is_stopped, STOP_SECONDS_MAX, "all threads to be stopped")

    def is_stopped(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return all((task / "stat").read_text().rpartition(")")[2].split()[0] == "T" for task in tasks)

    def memory_bytes(self):
        """What the process holds in RAM now."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * 4096
