# SPDX-License-Identifier: Apache-2.0
"""The programs that are compared, each as a server that takes lines: weir, the reference, and a loop that discards."""

import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import unittest.mock

import exposition
import processes
import running_daemon
import scraping

LINES = "statsd_exporter_lines_total"
EVENTS = "statsd_exporter_events_total"
# The reference hands its events on five times a second.
QUIET_SECONDS, REFERENCE_QUIET_SECONDS = 0.03, 0.2


@contextlib.contextmanager
def pinned_to(cpus):
    """What starts inside inherits the cores from its first instruction on; a Go program counts them then."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Server:
    """A running program."""

    def __init__(self, name, pid, udp_port, quiet_seconds=QUIET_SECONDS):
        self.name, self.pid, self.udp_port = name, pid, udp_port
        self._quiet_seconds = quiet_seconds

    def meter(self):
        return processes.CpuMeter(self.pid)

    def resident_bytes(self):
        return processes.resident_bytes(self.pid)

    def drops(self):
        return processes.udp_sockets({self.udp_port})[1]

    def settle(self):
        """Until everything that was sent is worked up."""
        processes.wait_until_quiet(self.pid, {self.udp_port}, self._quiet_seconds)

    def lines(self):
        """Lines taken so far; None when the server does not say."""
        return None

    def lines_of(self, counted, sent):
        """How many lines were taken while `lines` grew by `counted`; `sent` is what came meanwhile."""
        return counted

    def check_totals(self, filled=None, taken=None):
        """Nothing to check where nothing is shown."""


# Of the lines that dropped datagrams held: all hold about as many.
DROPPED_LINES_TOLERANCE = 0.03


class DaemonServer(Server):
    def __init__(self, name, daemon, quiet_seconds, unixgram, is_reference=False):
        super().__init__(name, daemon.process.pid, daemon.udp_port, quiet_seconds)
        self._is_reference = is_reference
        self.daemon, self.unixgram = daemon, unixgram
        self.tcp_port, self.http_port = daemon.tcp_port, daemon.http_port

    def values(self, *names):
        """The daemon's own samples of these families."""
        return scraping.values(scraping.scrape(self.http_port, names, is_kept=True).body)

    def lines(self):
        return self.values(LINES).get(LINES, 0)

    def log(self):
        return self.daemon.log()

    def check_totals(self, filled=None, taken=None):
        """What /metrics adds up to is what the server says it took; and of what `taken` was sent, all arrived but the lines of
        datagrams that the kernel dropped. Where it dropped none, /metrics adds up to what was sent since the start, `filled` included.
        The reference drops lines from queues of its own."""
        body = scraping.scrape(self.http_port, is_kept=True).body
        found = scraping.user_totals(body, lambda name: exposition.Family(name, "", "", [], {}).is_self_metric())
        own = scraping.values(b"\n".join(line for line in body.splitlines() if line.startswith(EVENTS.encode())))
        self._expect(found, tuple(own.get(f'{EVENTS}{{type="{kind}"}}', 0) for kind in ("counter", "observer")), "taken")
        if taken is None or self._is_reference:
            return found
        check_arrived(self.name, taken)
        if filled and not taken.drops:
            sent = filled.counters + taken.sent.counters, filled.observations + taken.sent.observations
            self._expect(found, sent, "sent")
        return found

    def _expect(self, found, expected, what):
        if (found.counters, found.observations) != expected:
            raise AssertionError(f"{self.name}: /metrics shows {found}, {what} were {expected}")


def check_arrived(name, taken):
    """Exact where nothing was dropped; a dropped datagram took about as many lines with it as any other holds."""
    missing, per_datagram = taken.sent.lines - taken.lines, taken.sent.lines / taken.sent.datagrams
    dropped = taken.drops * per_datagram
    if abs(missing - dropped) > dropped * DROPPED_LINES_TOLERANCE:
        raise AssertionError(f"{name}: {missing:,.0f} of {taken.sent.lines:,} lines are missing, the kernel dropped {taken.drops:,} datagrams, {dropped:,.0f} lines")


@contextlib.contextmanager
def daemon_server(name, binary, cpus, flags=(), is_reference=False, has_unixgram=False, environment=None):
    quiet = REFERENCE_QUIET_SECONDS if is_reference else QUIET_SECONDS
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        path = str(pathlib.Path(folder, "statsd.sock"))
        more = [f"--statsd.listen-unixgram={path}"] if has_unixgram else []
        daemon = running_daemon.RunningDaemon(binary, [*flags, *more], is_reference)
        with contextlib.ExitStack() as stack:
            with pinned_to(cpus), unittest.mock.patch.dict(os.environ, environment or {}):
                stack.enter_context(daemon)
            yield DaemonServer(name, daemon, quiet, path if has_unixgram else None, is_reference)


class BareServer(Server):
    tcp_port = unixgram = None


@contextlib.contextmanager
def bare_server(binary, cpus, unixgram=None, receive_buffer=None):
    flags = [f"--unixgram={unixgram}"] if unixgram else []
    flags += [f"--receive-buffer={receive_buffer}"] if receive_buffer else []
    with pinned_to(cpus):
        process = subprocess.Popen([str(binary), *flags], stdout=subprocess.PIPE, text=True)
    try:
        server = BareServer("bare", process.pid, json.loads(process.stdout.readline())["port"])
        server.unixgram = unixgram
        yield server
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
