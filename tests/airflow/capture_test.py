#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays what a real Airflow 2.11 sent to the mapping files made for it: nothing is unmapped, nothing lost, nothing counted twice.

    WEIR=build/src/app/weir capture_test.py
"""

import ast
import collections
import math
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import coverage  # noqa: E402
import mappings_test  # noqa: E402
import running_daemon  # noqa: E402
import tap  # noqa: E402

CAPTURES = HERE.parent / "captures"
# file -> the capture, and how many metrics it makes of how many names.
CASES = {
    "airflow": ("airflow-2.11.0-statsd-plain.tsv", 185, 46),
    "airflow-influx": ("airflow-2.11.0-influx.tsv", 267, 47),
}


def lines_of(file):
    rows = [line.split("\t") for line in (CAPTURES / file).read_text(encoding="utf-8").splitlines()]
    return [line for _, _, payload in rows for line in ast.literal_eval(payload).decode().splitlines()]


class Expectation:
    """Counts and sums by family, of the names that the table says to map."""

    def __init__(self, lines, mapping):
        table = coverage.airflow_table.read()
        self.file = next(file for file in table.files if file.name == mapping)
        self.names = coverage.Names(table)
        self.kinds, self.sums, self.counts = {}, collections.defaultdict(float), collections.defaultdict(int)
        for line in lines:
            self.add(line)

    def owner(self, name):
        """(metric, whether the name is the twin) by the table, in its order."""
        return next((metric, metric.twin is entry) for metric, entry, expression in self.names.entries
                    if self.file.has(metric) and expression.fullmatch(name))

    def counts_for(self, metric, is_twin):
        if metric.type == "drop":
            return False
        if self.file.style == "names":
            return not is_twin or self.file.names in metric.alone
        return is_twin or not metric.twin or bool(metric.untagged_alone)

    def add(self, line):
        name, _, rest = line.partition(":")
        metric, is_twin = self.owner(name.split(",")[0].removeprefix("airflow."))
        if not self.counts_for(metric, is_twin):
            return
        family = "airflow_" + metric.family
        self.kinds[family] = metric.type
        self.counts[family] += 1
        if metric.type in ("counter", "updown"):
            self.sums[family] += float(rest.split("|")[0])
        if metric.type == "timer":
            self.sums[family] += float(rest.split("|")[0]) / (1 if metric.clock == "wait" else 1000)


class Capture(unittest.TestCase):
    def check(self, mapping):
        file, names, families = CASES[mapping]
        lines = lines_of(file)
        wanted = Expectation(lines, mapping)
        with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config=builtin:{mapping}"]) as daemon:
            mappings_test.send(daemon, [line.encode() for line in lines])
            found = daemon.scrape()
        lost = {name: value for name, value in running_daemon.exposition.self_values(found).items() if name.startswith(mappings_test.LOSSES) and value}
        self.assertEqual(lost, {}, "lost or not mapped")
        found = {name: family for name, family in found.items() if not family.is_self_metric()}
        self.assertEqual(sorted(found), sorted(wanted.kinds))
        self.assertEqual((len({line.split(":")[0].split(",")[0] for line in lines}), len(found)), (names, families))
        for name, family in found.items():
            self.check_family(family, wanted, wanted.kinds[name])

    def check_family(self, family, wanted, kind):
        samples = {key: float(value) for key, value in family.samples.items()}
        if kind == "timer":
            count = sum(value for (name, _), value in samples.items() if name.endswith("_count"))
            total = math.fsum(value for (name, _), value in samples.items() if name.endswith("_sum"))
            self.assertEqual(count, wanted.counts[family.name], family.name)
            self.assertTrue(math.isclose(total, wanted.sums[family.name], rel_tol=1e-9), family.name)
        elif kind in ("counter", "updown"):
            self.assertEqual(sum(samples.values()), wanted.sums[family.name], family.name)

    def test_plain_names(self):
        self.check("airflow")

    def test_influxdb_tags(self):
        self.check("airflow-influx")


if __name__ == "__main__":
    tap.main()
