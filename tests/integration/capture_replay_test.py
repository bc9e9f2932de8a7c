#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays what a real Airflow sent, and compares every series with a computation of our own.

    WEIR=build/src/app/weir capture_replay_test.py [--pace N]     N times as fast as recorded; 1 is the real pace
"""

import ast
import collections
import math
import pathlib
import re
import socket
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import running_daemon  # noqa: E402
import tap  # noqa: E402

CAPTURES = HERE.parent / "captures"
DEFAULT_PACE = 50
UNPACED = math.inf


def datagrams(file):
    """(seconds since the start, payload) of every datagram."""
    rows = [line.split("\t") for line in (CAPTURES / file).read_text(encoding="utf-8").splitlines()]
    start = float(rows[0][0])
    return [(float(seconds) - start, ast.literal_eval(payload)) for seconds, _, payload in rows]


def replay(sent, port, pace):
    started = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for seconds, payload in sent:
            ahead = seconds / pace - (time.monotonic() - started)
            if ahead > 0:
                time.sleep(ahead)
            udp.sendto(payload, ("127.0.0.1", port))


def metric_name(name):
    return re.sub(r"-+|[^A-Za-z0-9_]", "_", name)


class Expectation:
    """What the capture amounts to, by the rules of the protocol and nothing of weir's."""

    def __init__(self, sent):
        self.counters = collections.defaultdict(float)
        self.gauges = collections.defaultdict(float)
        self.timers = collections.defaultdict(list)
        self.negative_counters = 0
        for _, payload in sent:
            for line in payload.decode().split("\n"):
                self.add(line)

    def add(self, line):
        name, _, rest = line.partition(":")
        bare, *tags = name.split(",")
        text, kind = rest.split("|")
        labels = tuple(sorted((metric_name(key), value) for key, value in (tag.split("=", 1) for tag in tags)))
        key = (metric_name(bare), labels)
        value = float(text)
        if kind == "ms":
            self.timers[key].append(value / 1000)
        elif kind == "g":
            self.gauges[key] = self.gauges[key] + value if text[0] in "+-" else value
        elif value < 0:
            self.negative_counters += 1
        else:
            self.counters[key] += value

    def samples(self):
        """(sample name, labels) -> value, quantiles aside."""
        found = {**self.counters, **self.gauges}
        for (name, labels), values in self.timers.items():
            found[(name + "_sum", labels)] = math.fsum(values)
            found[(name + "_count", labels)] = len(values)
        return found


def user_samples(families):
    return {
        key: float(value)
        for family in families.values() if not family.is_self_metric()
        for key, value in family.samples.items() if "quantile" not in dict(key[1])
    }


def kernel_drops(port):
    """Datagrams that the kernel had to throw away at this port."""
    drops = 0
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        if pathlib.Path(table).exists():
            rows = [line.split() for line in pathlib.Path(table).read_text().splitlines()[1:]]
            drops += sum(int(row[-1]) for row in rows if int(row[1].rpartition(":")[2], 16) == port)
    return drops


class CaptureReplay(unittest.TestCase):
    pace = DEFAULT_PACE

    def check(self, file, pace):
        sent = datagrams(file)
        expected = Expectation(sent)
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            replay(sent, daemon.udp_port, pace)
            daemon.wait_for_self_value("statsd_exporter_udp_packets_total", len(sent))
            daemon.wait_for_self_value("statsd_exporter_lines_total", len(sent))
            found = user_samples(daemon.scrape())

            self.assertEqual(daemon.self_value("statsd_exporter_udp_packets_total"), len(sent))
            self.assertEqual(kernel_drops(daemon.udp_port), 0)
            self.assertEqual(daemon.self_value("statsd_exporter_udp_packet_drops_total"), 0)
            self.assertEqual(daemon.self_value('statsd_exporter_events_error_total{reason="illegal_negative_counter"}'),
                             expected.negative_counters)

        self.assertEqual(sorted(found.keys() - expected.samples().keys()), [])
        self.assertEqual(sorted(expected.samples().keys() - found.keys()), [])
        for key, value in expected.samples().items():
            self.assertTrue(math.isclose(found[key], value, rel_tol=1e-9, abs_tol=1e-12), f"{key}: {found[key]}, not {value}")

    def test_plain_names_at_their_pace(self):
        self.check("airflow-2.11.0-statsd-plain.tsv", self.pace)

    def test_plain_names_as_fast_as_possible(self):
        self.check("airflow-2.11.0-statsd-plain.tsv", UNPACED)

    def test_influxdb_tags_at_their_pace(self):
        self.check("airflow-2.11.0-influx.tsv", self.pace)

    def test_influxdb_tags_as_fast_as_possible(self):
        self.check("airflow-2.11.0-influx.tsv", UNPACED)


if __name__ == "__main__":
    if "--pace" in sys.argv:
        CaptureReplay.pace = float(sys.argv[sys.argv.index("--pace") + 1])
    tap.main()
