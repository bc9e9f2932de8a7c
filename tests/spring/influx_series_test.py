#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Of the 140 series that SCDF's dashboards query (scdf_series.txt), 139 come of what Micrometer's InfluxDB registry writes: that has no buckets.

    WEIR=build/src/app/weir influx_series_test.py
"""

import collections
import http.client
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import running_daemon  # noqa: E402
import series_test  # noqa: E402
import tap  # noqa: E402

SECONDS_MAX = 30
NOT_SENT = ["http_server_requests_seconds_bucket"]
# By the meter's type: what Micrometer says it is, and its fields, in milliseconds where they are times.
POINTS = {
    "counter": ("counter", "value=3"),
    "gauge": ("gauge", "value=-1"),
    "time": ("gauge", "value=1500"),
    "timer": ("histogram", "sum=1500,count=1,mean=1500,upper=1500"),
    "histogram": ("histogram", "sum=1500,count=1,mean=1500,upper=1500"),
    "long_task_timer": ("long_task_timer", "active_tasks=2,duration=3500"),
}
LOSSES = ("statsd_exporter_events_error_total", "statsd_exporter_events_conflict_total", "statsd_exporter_events_unmapped_total",
          "weir_events_refused_total")


def points(series):
    for (meter, kind), labels in series_test.meters(series).items():
        is_a, fields = POINTS[kind]
        tags = "".join(f",{label}={label}.1" for label in sorted(labels))
        yield f"{meter.replace('.', '_').replace('-', '_')}{tags},metric_type={is_a} {fields} 1700000000000"


class Series139(unittest.TestCase):
    series = series_test.read_series()

    def values_after_write(self):
        """name -> (labels, value) of its series."""
        flags = ["--influx.listen-http=127.0.0.1:0", "--statsd.mapping-config=builtin:scdf-influx"]
        with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
            port = daemon._port(daemon._logged("Accepting InfluxDB Traffic")["http"])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_MAX)
            connection.request("POST", "/write?db=d&precision=ms", "\n".join(points(self.series)))
            self.assertEqual(connection.getresponse().status, 204)
            connection.close()
            families = daemon.scrape()
        lost = {name: value for name, value in running_daemon.exposition.self_values(families).items() if name.startswith(LOSSES) and value}
        self.assertEqual(lost, {}, "lost or not mapped")
        found = collections.defaultdict(list)
        for family in families.values():
            for (name, labels), value in family.samples.items():
                found[name].append((dict(labels), float(value)))
        return found

    def test_come_by_scdf_influx(self):
        found = self.values_after_write()
        missing = [one.name for one in self.series if not self.has_series(one, found[one.name])]
        self.assertEqual(missing, NOT_SENT)

    def has_series(self, series, samples):
        wanted = series_test.value_wanted(series)
        return any("metric_type" not in labels and abs(value - wanted) < 1e-9
                   and all(labels.get(label) == f"{label}.1" for label in series.labels) for labels, value in samples)


if __name__ == "__main__":
    tap.main()
