#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The 140 series that SCDF's dashboards query (scdf_series.txt) come of what Micrometer sends in each flavor, with their labels and in their units.

    WEIR=build/src/app/weir series_test.py
"""

import collections
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import micrometer  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

SERIES_COUNT = 140
SETTLE_SECONDS_MAX = 60
Series = collections.namedtuple("Series", "name dashboards meter type labels")
LOSSES = ("statsd_exporter_events_error_total", "statsd_exporter_events_conflict_total", "statsd_exporter_events_unmapped_total",
          "statsd_exporter_sample_errors_total", "statsd_exporter_tag_errors_total", "weir_events_refused_total")
# By the meter's type: the values sent, in milliseconds where they are times, and the series' values by what its name has more.
VALUES = {
    "counter": ((3,), {"": 3}),
    "gauge": ((-1,), {"": -1}),
    "time": ((1500,), {"": 1.5}),
    "timer": ((1500,), {"_count": 1, "_sum": 1.5, "_max": 1.5}),
    "histogram": ((1500,), {"_count": 1, "_sum": 1.5, "_max": 1.5, "_bucket": 1}),
    "long_task_timer": ((2, 3500, 2000), {"_active_count": 2, "_duration_sum": 3.5, "_max": 2}),
}


def read_series():
    rows = [line.split() for line in (HERE / "scdf_series.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Series(name, dashboards.split(","), meter, kind, labels.split(",")) for name, dashboards, meter, kind, labels in rows]


def tags_of(labels):
    """What the application has to send for these labels. A dot in the value is what ETSY makes hard."""
    return {label.replace("_", "."): f"{label}.1" for label in labels}


def meters(series):
    """(meter, type) -> the labels that any of its series is asked for."""
    found = collections.defaultdict(set)
    for one in series:
        found[one.meter, one.type].update(one.labels)
    return found


def value_wanted(series):
    """By the longest ending that the name has."""
    endings = VALUES[series.type][1]
    return endings[max((ending for ending in endings if series.name.endswith(ending)), key=len)]


class Series140(unittest.TestCase):
    series = read_series()

    def test_are_as_many_as_the_dashboards_have(self):
        self.assertEqual(len({one.name for one in self.series}), SERIES_COUNT)
        counts = collections.Counter(dashboard for one in self.series for dashboard in one.dashboards)
        self.assertEqual(counts, {"applications": 11, "kafka-streams": 51, "servers": 77, "streams": 9, "task-batch": 6})

    def check(self, mapping, flavor):
        sent = [line for (meter, kind), labels in meters(self.series).items()
                for line in micrometer.lines(flavor, kind, meter, tags_of(labels), VALUES[kind][0])]
        with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config=builtin:{mapping}"]) as daemon:
            statsd_client.send_tcp(daemon.tcp_port, [line.encode() for line in sent])
            daemon.wait_for_self_value("statsd_exporter_samples_total", len(sent))
            families = daemon.scrape()
        lost = {name: value for name, value in running_daemon.exposition.self_values(families).items() if name.startswith(LOSSES) and value}
        self.assertEqual(lost, {}, "lost or not mapped")
        found = collections.defaultdict(list)
        for family in families.values():
            for (name, labels), value in family.samples.items():
                found[name].append((dict(labels), float(value)))
        missing = [one for one in self.series if not self.has_series(one, found[one.name])]
        self.assertEqual(missing, [], f"{len(missing)} of {SERIES_COUNT} series are missing")

    def has_series(self, series, samples):
        """Whether one sample has just the labels and the value. Of a histogram's buckets the last one is looked at."""
        for labels, value in samples:
            if labels.get("le", "+Inf") != "+Inf" or "statistic" in labels:
                continue
            if all(labels.get(label) == f"{label}.1" for label in series.labels) and abs(value - value_wanted(series)) < 1e-9:
                return True
        return False


def add_tests():
    for mapping in ("scdf", "spring"):
        for flavor in micrometer.FLAVORS:
            setattr(Series140, f"test_come_by_{mapping}_of_{flavor}", lambda self, mapping=mapping, flavor=flavor: self.check(mapping, flavor))


add_tests()

if __name__ == "__main__":
    tap.main()
