# SPDX-License-Identifier: Apache-2.0
"""One daemon under a supervisor such as systemd or a container runtime: exec'd with a bare environment, restarted when it fails."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time

import exposition
import running_daemon

WEB_PORT = 9102
STATSD_PORT = 9125
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
SETTLE_SECONDS_MAX = 60
# The Helm chart's probes.
PROBE_SECONDS_MAX = 5
# A default receive buffer holds 256 small datagrams.
DATAGRAMS_AT_ONCE = 100
# What systemd does not call a failure.
CLEAN_ENDS = (0, -signal.SIGHUP, -signal.SIGINT, -signal.SIGTERM, -signal.SIGPIPE)
LINES = "statsd_exporter_lines_total"
FLUSHED = "statsd_exporter_event_queue_flushed_total"


def lines_in(transport, payload):
    """How many lines both daemons count for it (behaviour line.pieces)."""
    return payload.count(b"\n") + (0 if transport == "tcp" and payload.endswith(b"\n") else 1)


class Service:
    """`path` is executed as `argv`; it listens at `host`, on the ports of its deployment."""

    def __init__(self, name, path, argv, host, log, telemetry_path="/metrics"):
        self.name = name
        self.host = host
        self.process = None
        self._path, self._argv, self._log = str(path), [str(word) for word in argv], log
        self._telemetry_path = telemetry_path
        self._lines = 0

    def start(self):
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(self._argv, executable=self._path, cwd="/", env={}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True)
        self._lines = 0

    def log(self):
        with open(self._log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def wait_ready(self):
        def is_ready():
            if self.process.poll() is not None:
                raise running_daemon.DaemonError(f"{self.name} ended with {self.process.returncode}: {self._argv}\n{self.log()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self.get("/-/ready")[0] == 200
        running_daemon.wait_until(is_ready, START_SECONDS_MAX, f"{self.name}'s /-/ready")

    def get(self, path):
        """(status, content type, body)"""
        connection = http.client.HTTPConnection(self.host, WEB_PORT, timeout=PROBE_SECONDS_MAX)
        with contextlib.closing(connection):
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.getheader("Content-Type"), response.read()

    def page(self):
        """name -> exposition.Family"""
        status, _, body = self.get(self._telemetry_path)
        if status != 200:
            raise running_daemon.DaemonError(f"{self.name} answered {status}: {body[:500]!r}")
        return exposition.parse(body.decode())

    def value(self, series):
        """One of the daemon's own samples, 0 while it is absent."""
        return exposition.self_values(self.page()).get(series, 0)

    def connect(self, port):
        return socket.create_connection((self.host, port))

    def send(self, traffic):
        """As one client: order is kept, from one socket."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            for number, (transport, payload) in enumerate(traffic, 1):
                if transport == "tcp":
                    self.wait_for_lines()
                    with self.connect(STATSD_PORT) as tcp:
                        tcp.sendall(payload)
                else:
                    udp.sendto(payload, (self.host, STATSD_PORT))
                self._lines += lines_in(transport, payload)
                if number % DATAGRAMS_AT_ONCE == 0:
                    self.wait_for_lines()
        self.wait_for_lines()

    def wait_for_lines(self):
        """Until every line sent since the start has been read."""
        running_daemon.wait_until(lambda: self.value(LINES) >= self._lines, SETTLE_SECONDS_MAX, f"{self._lines} lines in {self.name}")

    def settle(self):
        """Until what was read has taken effect: the reference pushes it on five times a second."""
        self.wait_for_lines()
        seen, counts = None, self._counts()
        while counts != seen:
            time.sleep(running_daemon.REFERENCE_SETTLE_SECONDS)
            seen, counts = counts, self._counts()

    def _counts(self):
        values = exposition.self_values(self.page())
        return {series: value for series, value in values.items() if series.startswith("statsd_exporter_") and series != FLUSHED}

    def signal(self, number):
        self.process.send_signal(number)

    def restart_on_failure(self):
        """Waits for its end; only after a failure it is started again. True when it was."""
        if self.process.wait(STOP_SECONDS_MAX) in CLEAN_ENDS:
            return False
        self.start()
        self.wait_ready()
        return True

    def stop(self):
        """The exit code after SIGTERM; None when it had to be killed."""
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        """All of its process group."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Pair:
    """The reference and weir, in the form that conformance cases compare."""

    def __init__(self, reference, weir):
        self.reference, self.weir = self.services = reference, weir

    def __enter__(self):
        try:
            for service in self.services:
                service.start()
            for service in self.services:
                service.wait_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for service in self.services:
            service.kill()

    def connect(self, port):
        return socket.create_connection((self.host, port))

    def send(self, traffic):
        for service in self.services:
            service.send(traffic)

    def settle(self):
        for service in self.services:
            service.settle()

    def pages(self):
        return self.reference.page(), self.weir.page()

    def each(self, function):
        """(of the reference, of weir)"""
        return function(self.reference), function(self.weir)
