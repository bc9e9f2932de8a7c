# SPDX-License-Identifier: Apache-2.0
"""Starts the reference and weir side by side and gives both the same traffic.

Ports come from a loopback address that belongs to this process alone (127.64.0.0/10 and the process id), so that runs at the same time
never meet: connect to `program.host`, not to 127.0.0.1.
"""

import contextlib
import http.client
import itertools
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time
import typing
import urllib.parse

import exposition
import quiescence
import recorded

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
STARTS_MAX = 5
HTTP_SECONDS_MAX = 30
POLL_SECONDS = 0.004
SIGNAL_SECONDS = 0.3
FLUSH_INTERVAL = "5ms"
SETTLE_SECONDS_MAX = 60
# A default receive buffer holds 256 small datagrams.
DATAGRAMS_AT_ONCE = 100
LISTEN_FLAGS = {"web_port": "--web.listen-address", "udp_port": "--statsd.listen-udp", "tcp_port": "--statsd.listen-tcp"}
PROGRESS = (quiescence.FLUSHED, quiescence.LINES) + tuple(
    f"statsd_exporter_{name}"
    for name in ("samples_total", "events_total", "events_unmapped_total", "events_actions_total", "events_error_total",
                 "events_conflict_total", "udp_packets_total")
)
PROGRESS_PATH = "?" + "&".join("name[]=" + name for name in PROGRESS)


class DaemonError(AssertionError):
    pass


class ScrapeError(DaemonError):
    """A page that is not 200: `status`, `body`."""

    def __init__(self, name, status, body):
        super().__init__(f"{name}: /metrics answered {status}: {body[:500]!r}")
        self.status = status
        self.body = body


class Binaries(typing.NamedTuple):
    # None where its recorded answers stand for it.
    reference: pathlib.Path | None
    weir: pathlib.Path
    recording: recorded.Recording | None = None


def own_address():
    """A loopback address for this process: nobody else's ports are in the way, nor those of outgoing connections."""
    pid = os.getpid()
    return f"127.{64 + (pid >> 16) % 64}.{pid >> 8 & 255}.{pid & 255}"


HOST = own_address()
PORTS = itertools.count(20001)
PORTS_LOCK = threading.Lock()


def next_port():
    with PORTS_LOCK:
        return next(PORTS)


def lines_in(payload, over):
    """How many lines the programs count for it (behaviour line.pieces)."""
    pieces = payload.count(b"\n") + 1
    return pieces - 1 if over == "tcp" and (payload.endswith(b"\n") or not payload) else pieces


class Program:
    """One of the two. `process` is None until started. Ports are None where a flag closed the listener."""

    host = HOST
    # Whether only its recorded answers are there.
    is_recorded = False

    def __init__(self, binary, is_reference, flags, listen, scratch, recording=None):
        self.binary = str(binary)
        self.is_reference = is_reference
        self.name = "reference" if is_reference else "weir"
        self.process = None
        self.web_port = self.udp_port = self.tcp_port = None
        # Asked for by alive() or exit_code(): an end that nobody asked for is an error of weir.
        self.is_end_known = False
        self._flags = [str(flag) for flag in flags]
        self._listen = listen
        self._scratch = str(scratch)
        self._stderr = pathlib.Path(scratch, self.name + ".stderr")
        self._stdout = pathlib.Path(scratch, self.name + ".stdout")
        self._starts = 0
        self._ready_at = 0
        self._recording = recording
        self._number = recorded.CASE.next_pair() if recording else 0
        self._moment = 0

    def next_moment(self):
        """What is asked from here on may be answered otherwise than before."""
        self._moment += 1

    def forget_moment(self):
        if self._recording:
            self._recording.forget(self._moment_name())

    def _moment_name(self):
        return f"{self._number}.{self._moment}"

    def told(self, what, ask, **forms):
        """What `ask()` finds out, which is recorded of the reference and taken from there where it is not. See recorded.Recording.told()."""
        return self._recording.told(f"{self._moment_name()} {what}", ask, **forms) if self._recording else ask()

    def add_flags(self, *flags):
        """For this one alone, before its start."""
        self._flags += flags

    def start(self):
        self._starts += 1
        listen = self._choose_ports() if self._listen else []
        with open(self._stderr, "wb") as stderr, open(self._stdout, "wb") as stdout:
            self.process = subprocess.Popen([self.binary, *listen, *self._flags], stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)

    def _choose_ports(self):
        given = dict(flag.split("=", 1) for flag in self._flags if "=" in flag)
        chosen = []
        for attribute, flag in LISTEN_FLAGS.items():
            if flag in given:
                port = given[flag].rpartition(":")[2]
                setattr(self, attribute, int(port) if port.isdigit() else None)
                continue
            setattr(self, attribute, next_port())
            chosen.append(f"{flag}={HOST}:{getattr(self, attribute)}")
        return chosen

    def wait_ready(self):
        """Until it serves HTTP, or has ended."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while self._listen and self.web_port is not None and not self._is_ready():
            if self.process.poll() is not None:
                if "address already in use" not in self.log() or self._starts == STARTS_MAX:
                    return
                self.start()
            if time.monotonic() > deadline:
                raise DaemonError(f"{self.name} did not become ready\n{self.log()}")
            time.sleep(POLL_SECONDS)
        self._ready_at = time.monotonic()

    def _is_ready(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self._fetch("GET", "/-/healthy").status < 500
        return False

    def alive(self):
        self.is_end_known = True
        return self.told("alive", lambda: self.process.poll() is None)

    def require_weir(self):
        """That the reference may be gone is part of a case; that weir is never is."""
        if not self.is_reference and self.process.poll() is not None:
            raise DaemonError(f"weir has ended with {self.process.returncode}\n{self.log()}")

    def exit_code(self, seconds=STOP_SECONDS_MAX):
        """Waits for its end. A signal is the negative of its number."""
        self.is_end_known = True
        return self.told("exit code", lambda: self.process.wait(seconds))

    def log(self):
        """stderr."""
        return self.told("log", lambda: self._stderr.read_text(errors="replace"), store=self._store_log, load=self._load_log)

    def _store_log(self, text):
        return recorded.store_log(text.replace(self._scratch, "SCRATCH"))

    def _load_log(self, text):
        return text.replace("SCRATCH", self._scratch)

    def output(self):
        """stdout."""
        return self.told("stdout", lambda: self._stdout.read_text(errors="replace"))

    def signal(self, number):
        self.next_moment()
        # The reference serves HTTP before it minds signals.
        time.sleep(max(0, self._ready_at + SIGNAL_SECONDS - time.monotonic()))
        self.process.send_signal(number)

    def _fetch(self, method, path, headers=None, timeout=HTTP_SECONDS_MAX):
        return recorded.fetch(HOST, self.web_port, method, path, headers, timeout)

    def request(self, method, path, headers=None, timeout=HTTP_SECONDS_MAX):
        """(status, headers as a dict, body)"""
        answer = self.told(" ".join([method, path, *map(": ".join, (headers or {}).items())]), lambda: self._fetch(method, path, headers, timeout),
                           store=recorded.store_answer, load=recorded.load_answer)
        return answer.status, dict(answer.headers), answer.body

    def telemetry_path(self):
        given = [flag.split("=", 1)[1] for flag in self._flags if flag.startswith("--web.telemetry-path=")]
        return urllib.parse.quote(given[0]) if given else "/metrics"

    def page_bytes(self, query="", headers=None):
        status, _, body = self.request("GET", self.telemetry_path() + query, headers)
        if status != 200:
            raise ScrapeError(self.name, status, body)
        return body

    def status(self):
        """Of a scrape. Inconsistent pages fail whatever they are asked for (behaviour page.*), so the smallest does."""
        return self.request("GET", self.telemetry_path() + "?name[]=")[0]

    def unrecorded_page(self):
        """Its text."""
        answer = self._fetch("GET", self.telemetry_path())
        if answer.status != 200:
            raise ScrapeError(self.name, answer.status, answer.body)
        return answer.body.decode()

    def page(self):
        """name -> exposition.Family"""
        return exposition.parse(self.page_bytes().decode())

    def progress(self):
        """Series -> number of what moves while traffic is taken in; None when scrapes fail."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = self._fetch("GET", self.telemetry_path() + PROGRESS_PATH)
            if answer.status == 200:
                return exposition.self_values(exposition.parse(answer.body.decode()))
        return None

    def stop(self):
        """weir has to end on SIGTERM, with 0."""
        if self.process is None:
            return
        is_running = self.process.poll() is None
        if is_running:
            self.process.send_signal(signal.SIGKILL if self.is_reference else signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise DaemonError("weir did not stop on SIGTERM\n" + self.log()) from None
        if not self.is_reference and code != 0 and (is_running or not self.is_end_known):
            raise DaemonError(f"weir ended with {code}\n{self.log()}")


class RecordedProgram(Program):
    """Stands for the reference where it is not: nothing is started, sent or waited for, and each question has its recorded answer."""

    is_recorded = True

    def start(self):
        pass

    def wait_ready(self):
        pass

    def signal(self, number):
        self.next_moment()

    def stop(self):
        pass


class Pair:
    """Both programs in a `with`. They start on ports of their own, with the same flags; `{mapping}` in a flag is the mapping file's path.

    With `listen=False` no port is chosen and nothing waited for: for programs that are to end by themselves.
    The reference may end at any time: then `reference.alive()` is False and pages() holds None for it.
    """

    def __init__(self, binaries, flags=(), mapping=None, listen=True):
        self.reference = None
        self._scratch = tempfile.TemporaryDirectory(prefix="weir-conformance-")
        self.mapping_path = pathlib.Path(self._scratch.name, "mapping.yml")
        given = [str(flag).replace("{mapping}", str(self.mapping_path)) for flag in flags]
        if mapping is not None:
            self.write_mapping(mapping)
            if not any(flag.startswith("--statsd.mapping-config") for flag in given):
                given.append(f"--statsd.mapping-config={self.mapping_path}")
        if not any(flag.startswith("--statsd.event-flush-interval") for flag in given):
            given.insert(0, f"--statsd.event-flush-interval={FLUSH_INTERVAL}")
        reference = Program if binaries.reference else RecordedProgram
        self.reference = reference(binaries.reference, True, given, listen, self._scratch.name, binaries.recording)
        self.weir = Program(binaries.weir, False, given, listen, self._scratch.name)
        self.programs = (self.reference, self.weir)
        self._lines = 0
        self._datagrams = 0
        self._idle = ""

    def write_mapping(self, text):
        """Str, or bytes for what is not UTF-8."""
        self.mapping_path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if self.reference is not None:
            self.reference.next_moment()

    def __enter__(self):
        try:
            self.each(lambda program: program.start())
            self.each(lambda program: program.wait_ready())
            self._see_idle()
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.each(lambda program: program.stop())
        finally:
            self._kill()

    def _kill(self):
        for program in self.programs:
            if program.process is not None and program.process.poll() is None:
                program.process.kill()
                program.process.wait()
        self._scratch.cleanup()

    def _see_idle(self):
        """A reference that crashes later can no longer tell how it was before."""
        if self.reference.web_port is not None and self.reference.process.poll() is None:
            with contextlib.suppress(DaemonError, OSError, http.client.HTTPException):
                self._idle = self.reference.unrecorded_page()

    def idle_page(self):
        """The reference's, before anything was sent: what is left of it where it crashed, or its pages fail."""
        return exposition.parse(self.reference.told("idle page", lambda: self._idle, store=recorded.same_everywhere))

    def each(self, function):
        """(of the reference, of weir)"""
        return function(self.reference), function(self.weir)

    def send(self, payload, over="tcp"):
        """One connection that is closed after it, or one datagram. Two connections may overtake each other: settle() in between."""
        self.expect_lines(payload, over)
        self.each(lambda program: self._send_to(program, payload, over))
        if over == "udp":
            self._datagrams += 1
            if self._datagrams % DATAGRAMS_AT_ONCE == 0:
                self.settle()

    def expect_lines(self, payload, over):
        """Both were sent it, by whatever way: settle() waits for it."""
        self.reference.next_moment()
        self._lines += lines_in(payload, over)

    def forget_lines(self):
        """Both were started again and have counted none yet."""
        self._lines = 0

    @staticmethod
    def _send_to(program, payload, over):
        program.require_weir()
        if program.is_recorded:
            return
        # Sending to a reference that is gone, or about to go, is part of the case.
        with contextlib.suppress(OSError) if program.is_reference else contextlib.nullcontext():
            if over == "tcp":
                with socket.create_connection((HOST, program.tcp_port)) as connection:
                    connection.sendall(payload)
            else:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                    udp.sendto(payload, (HOST, program.udp_port))

    def settle(self):
        """Until everything sent has taken effect in both."""
        deadline = time.monotonic() + SETTLE_SECONDS_MAX
        waiting = [quiescence.Quiescence(program, self._lines) for program in self.programs if not program.is_recorded]
        while waiting := [watch for watch in waiting if not watch.is_settled()]:
            if time.monotonic() > deadline:
                raise DaemonError("the programs do not come to rest")
            time.sleep(POLL_SECONDS)

    def pages(self):
        """(reference, weir); None in the place of a reference that has ended."""
        return (self.reference.page() if self.reference.alive() else None), self.weir.page()
