#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Past a budget the log and a metric say whose samples they are: family, label and sender (behaviour budget.report)."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

OVERFLOW = 'weir_overflow_samples_total{metric_name="%s"}'
LINES = "statsd_exporter_lines_total"
SECONDS_MAX = 60
REPORT = "Budget used up, counted in the family's overflow series"


class BudgetReport(unittest.TestCase):
    def send(self, daemon, lines):
        taken = daemon.self_value(LINES)
        statsd_client.send_tcp(daemon.tcp_port, lines)
        running_daemon.wait_until(lambda: daemon.self_value(LINES) == taken + len(lines), SECONDS_MAX, "all lines")

    def test_names_family_label_and_sender_of_a_flood(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--limits.series=100"]) as daemon:
            self.send(daemon, [b"busy:1|c|#zone:%d,request_id:%d" % (i % 3, i) for i in range(1000)])

            self.assertEqual(daemon.self_value(OVERFLOW % "busy"), 900)
            reports = [line for line in daemon.log().splitlines() if REPORT in line]
            self.assertEqual(len(reports), 1, reports)
            self.assertRegex(reports[0], r'metric=busy .*label=request_id label_values="100 in 100 series".* sender=127\.0\.0\.1:\d+')

    def test_counts_what_is_refused_too(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--limits.series=100"]) as daemon:
            self.send(daemon, [b"level:1|g|#id:%d" % i for i in range(150)])
            self.send(daemon, [b"level:1|g|#id:%d" % i for i in range(150)])

            self.assertEqual(daemon.self_value(OVERFLOW % "level"), 100)
            self.assertRegex(daemon.log(), r"reason=budget metric=level .*label=id ")

    def test_counts_few_names_apart(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--limits.series=1"]) as daemon:
            self.send(daemon, [b"first:1|c", *(b"name%d:1|c" % i for i in range(100))])

            own = [line for line in daemon.scrape_text().splitlines() if line.startswith("weir_overflow_samples_total")]
            self.assertEqual(len(own), 33)
            self.assertEqual(daemon.self_value(OVERFLOW % "weir_other"), 68)


if __name__ == "__main__":
    tap.main()
