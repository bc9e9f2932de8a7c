#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Endless new names, tags and values from several sockets, under limits of memory: weir stays up and right.

    run_flood.py --weir build/src/app/weir                        three minutes under each of 64, 256 and 512 MiB
    run_flood.py --weir build/src/app/weir --seconds 2 --limit 64 --limit 256    the short form of `meson test`
    run_flood.py --weir build/src/app/weir --limit 64             under one limit alone

Under each limit: the process lives and stays below 85 % of it, in a real control group where one can be made; its resident size no longer
grows once the flood is refused; series that were there before count on exactly; the total of a family whose tags flood is exact; a scrape
comes in time and takes 16 MiB at most, the first one too. After that each shape of flood alone, until its bytes are those of the limit, for
what the first scrape takes; the short form has one shape under the highest limit.
"""

import argparse
import collections
import contextlib
import http.client
import itertools
import pathlib
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import memory_cgroup  # noqa: E402
import running_daemon  # noqa: E402

MIB = 1 << 20
LIMITS_MIB = (64, 256, 512)
SHARE_MAX = 0.85
SCRAPE_BYTES_MAX = 16 * MIB
SCRAPE_SECONDS_MAX = 60
SETTLE_SECONDS_MAX = 120
# What the size may still move by after the first half of a flood that takes this long.
FLAT_BYTES = 8 * MIB
FLAT_SECONDS_MIN = 60
KNOWN = 500
LINES_AT_ONCE = 2000
READ_BYTES = 1 << 20
TAGGED = b"tagged:0|c|#request_id:none,zone:none"
RESET_PEAK = "5"

FLOODS = {
    "names": lambda i: b"new.name.number.%d:1|c" % i,
    "tags": lambda i: b"tagged:1|c|#request_id:%d,zone:eu-west-%d" % (i, i % 3),
    # Few enough that each has its share of the memory, which is set aside for it at once, before the half of a flood.
    "values": lambda i: b"timed.%d:%d|ms" % (i % 5_000, i),
    "gauges": lambda i: b"level.%s.%d:%d|g" % (b"x" * (i % 200), i, i),
}


# What lists, names and buffers of a scrape are most of.
SHAPES = {
    "two series a name": lambda i: b"pair.%d:1|c|#zone:%d" % (i // 2, i % 2),
    "four series a name": lambda i: b"four.%d:1|c|#zone:%d" % (i // 4, i % 4),
    "long names": lambda i: b"%s.%d:1|c" % (b"x" * 200, i),
    "the longest names": lambda i: b"%s.%d:1|c" % (b"x" * 8000, i),
    "one name": lambda i: b"one:1|c|#request_id:%d" % i,
    "observations": lambda i: b"seen.%d:%d|ms" % (i % 20_000, i),
    "names to escape": lambda i: "é.%d:1|c".encode() % i,
}
FLAGS_OF_SHAPE = {"names to escape": ["--metrics.name-validation=utf8"]}
# For a scraper that takes no UTF-8: each name is escaped, and must not become that of another.
ACCEPT = "text/plain;version=1.0.0;escaping=underscores"
SHAPES_OF_SHORT_FORM = ("two series a name",)
# No series takes less, in its budget and beyond it.
SERIES_BYTES_MIN = 256


class Process:
    def __init__(self, pid):
        self._folder = pathlib.Path(f"/proc/{pid}")

    def _bytes(self, key):
        lines = (self._folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith(key + ":"))

    def resident(self):
        return self._bytes("VmRSS")

    def peak(self):
        return self._bytes("VmHWM")

    def reset_peak(self):
        (self._folder / "clear_refs").write_text(RESET_PEAK)


class Flood(threading.Thread):
    """Sends over a connection of its own until it is stopped, and counts its lines."""

    def __init__(self, port, line):
        super().__init__(daemon=True)
        self._port, self._line = port, line
        self._end = threading.Event()
        self.sent = 0
        self.error = None

    def run(self):
        try:
            with socket.create_connection(("127.0.0.1", self._port)) as connection:
                for start in itertools.count(0, LINES_AT_ONCE):
                    if self._end.is_set():
                        break
                    connection.sendall(b"".join(self._line(i) + b"\n" for i in range(start, start + LINES_AT_ONCE)))
                    self.sent += LINES_AT_ONCE
                end(connection)
        except OSError as error:
            self.error = error

    def stop(self):
        self._end.set()
        self.join()


def end(connection):
    """Returns once all that was sent is taken: a scrape that asks for it would no longer be the first."""
    connection.settimeout(SETTLE_SECONDS_MAX)
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(1):
        pass


def send(port, lines):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"".join(line + b"\n" for line in lines))
        end(connection)


def known_lines():
    for i in range(KNOWN):
        yield b"known.counter:1|c|#id:%d" % i
        yield b"known.gauge:%d|g|#id:%d" % (i, i)
        yield b"known.timer:1|ms|#id:%d" % i


class Page:
    """What a page says of the known and the flooded, read in pieces."""

    def __init__(self, port, query=""):
        self.known = collections.Counter()
        self.tagged = 0
        self.own = {}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SCRAPE_SECONDS_MAX)
        with contextlib.closing(connection):
            connection.request("GET", "/metrics" + query, headers={"Accept": ACCEPT})
            response = connection.getresponse()
            rest = b""
            while piece := response.read(READ_BYTES):
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    self._take(line)

    def _take(self, line):
        if line.startswith(b"known_"):
            name = line.split(b"{", 1)[0].decode()
            self.known[name, float(line.rsplit(b" ", 1)[1])] += 1
        elif line.startswith(b"tagged"):
            self.tagged += int(float(line.rsplit(b" ", 1)[1]))
        elif line.startswith((b"weir_", b"statsd_exporter_lines")):
            name, value = line.rsplit(b" ", 1)
            self.own[name.decode()] = float(value)

    def sum_of(self, name):
        return sum(value for series, value in self.own.items() if series.startswith(name + "{"))


class Trial:
    def __init__(self, daemon, limit):
        self.daemon, self.limit = daemon, limit
        self.process = Process(daemon.process.pid)
        self.rounds = 0
        self.faults = []
        self.resident = []

    def check(self, is_good, text):
        if not is_good:
            self.faults.append(text)

    def send_known(self):
        send(self.daemon.tcp_port, known_lines())
        self.rounds += 1

    def flood(self, seconds):
        # A name that is there keeps its totals, one that comes too late is refused.
        send(self.daemon.tcp_port, [TAGGED])
        self.send_known()
        floods = {name: Flood(self.daemon.tcp_port, line) for name, line in FLOODS.items()}
        for flood in floods.values():
            flood.start()
        stop_at = time.monotonic() + seconds
        while time.monotonic() < stop_at and self.daemon.process.poll() is None:
            time.sleep(min(1, seconds / 4))
            self.resident.append(self.process.resident())
            self.send_known()
        for name, flood in floods.items():
            flood.stop()
            self.check(flood.error is None, f"{name}: {flood.error}")
        sent = sum(flood.sent for flood in floods.values()) + 3 * KNOWN * self.rounds + 1
        return sent, floods["tags"].sent

    def scrape(self):
        before = self.process.resident()
        self.process.reset_peak()
        start = time.monotonic()
        page = Page(self.daemon.http_port)
        return page, self.process.peak() - before, time.monotonic() - start

    def check_page(self, page, tagged):
        self.check(page.known["known_counter", self.rounds] == KNOWN, f"counters known before are wrong after {self.rounds} rounds")
        self.check(page.known["known_timer_count", self.rounds] == KNOWN, "timers known before are wrong")
        gauges = sum(count for (name, _), count in page.known.items() if name == "known_gauge")
        self.check(gauges == KNOWN, f"{gauges} gauges of {KNOWN}")
        self.check(page.tagged == tagged, f"the family whose tags flood has {page.tagged} of {tagged}")

    def run(self, seconds):
        sent, tagged = self.flood(seconds)
        page, figures = self.check_first_scrape(sent)
        self.check_page(page, tagged)
        half = self.resident[len(self.resident) // 2:]
        if seconds >= FLAT_SECONDS_MIN:
            self.check(max(half) - half[0] <= FLAT_BYTES, f"it grew from {half[0] // MIB} to {max(half) // MIB} MiB in the second half")
        print(f"# {self.limit // MIB} MiB: {figures}")

    def check_first_scrape(self, sent):
        before = self.process.peak()
        page, added, seconds = self.scrape()
        peak = max(before, self.process.peak())
        self.check(page.own["statsd_exporter_lines_total"] == sent, f"{page.own['statsd_exporter_lines_total']:.0f} lines of {sent}")
        self.check(peak <= SHARE_MAX * self.limit, f"peak of {peak // MIB} MiB")
        self.check(added <= SCRAPE_BYTES_MAX, f"the first scrape took {added // MIB} MiB")
        refused, overflowed = page.sum_of("weir_events_refused_total"), page.sum_of("weir_events_overflowed_total")
        self.check(refused + overflowed > 0, "nothing was refused")
        return page, (f"{sent} lines, {page.own['weir_series']:.0f} series, peak {before / MIB:.1f} MiB, scrape {seconds:.1f} s and"
                      f" {added / MIB:.1f} MiB more, {refused:.0f} refused, {overflowed:.0f} in overflow series")

    def run_shape(self, name):
        line = SHAPES[name]
        count = min(self.limit // SERIES_BYTES_MIN, self.limit // len(line(0)))
        with socket.create_connection(("127.0.0.1", self.daemon.tcp_port)) as connection:
            for start in range(0, count, LINES_AT_ONCE):
                connection.sendall(b"".join(line(i) + b"\n" for i in range(start, min(start + LINES_AT_ONCE, count))))
            end(connection)
        print(f"# {self.limit // MIB} MiB, {name}: {self.check_first_scrape(count)[1]}")


def run_under(weir, mib, run, flags=()):
    """Runs `run(trial)` with a daemon that has so much memory."""
    with memory_cgroup.MemoryCgroup(mib * MIB) as group:
        flags = [*flags] if group.is_real else [f"--limits.memory={mib}MiB", *flags]
        if not group.is_real:
            print(f"# {mib} MiB: no control group can be made here, the flag takes its place")
        with running_daemon.RunningDaemon(weir, flags, before_exec=group.join) as daemon:
            trial = Trial(daemon, mib * MIB)
            run(trial)
            return [f"{mib} MiB: {fault}" for fault in trial.faults]


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", required=True)
    parser.add_argument("--seconds", type=float, default=180, help="of flood under each limit")
    parser.add_argument("--limit", type=int, action="append", help="MiB; may be repeated")
    options = parser.parse_args()
    limits = options.limit or LIMITS_MIB
    is_short = options.seconds < FLAT_SECONDS_MIN
    faults = []
    for mib in limits:
        faults += run_under(options.weir, mib, lambda trial: trial.run(options.seconds))
    for mib in (max(limits),) if is_short else limits:
        for shape in SHAPES_OF_SHORT_FORM if is_short else SHAPES:
            faults += run_under(options.weir, mib, lambda trial, shape=shape: trial.run_shape(shape), FLAGS_OF_SHAPE.get(shape, ()))
    for fault in faults:
        print(f"FAILED {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
