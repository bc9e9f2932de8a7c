#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A wall clock that is set between a save and the restore, and while the daemon runs: TTLs and created times stay what they should be."""

import email.utils
import os
import pathlib
import re
import struct
import sys
import tempfile
import time
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RULES = """mappings:
- {match: hour.*, name: hour_total, labels: {a: $1}, ttl: 1h}
- {match: ever.*, name: ever_total, labels: {a: $1}}
- {match: seen.*, name: seen, labels: {a: $1}, observer_type: summary, summary_options: {max_age: 1h, quantiles: [{quantile: 0.5, error: 0.01}]}}
"""
LINES = [b"hour.a:3|c", b"ever.a:4|c", b"seen.a:5|ms"]
VALUES = {'hour_total{a="a"}': 3, 'ever_total{a="a"}': 4, 'seen_count{a="a"}': 1}
MEDIAN = 'seen{a="a",quantile="0.5"}'
OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}
HOUR = 3600
# More than a restart takes, and less than any step.
SLACK = 300
PRELOAD = os.environ.get("WEIR_SHIFTED_CLOCK")


@unittest.skipUnless(PRELOAD, "WEIR_SHIFTED_CLOCK names no library to preload")
class ClockSteps(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-clock-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.clock = self.folder / "clock"
        self.rules = self.folder / "mapping.yml"
        self.rules.write_text(RULES)
        self.set_clock(0)

    def set_clock(self, shift):
        """By so many seconds off the machine's, at once and for those that run."""
        self.shift = shift
        with open(self.clock, "r+b" if self.clock.exists() else "wb") as file:
            file.write(struct.pack("=q", shift))

    def now(self):
        return time.time() + self.shift

    def daemon(self):
        flags = [f"--statsd.mapping-config={self.rules}", f"--state.file={self.folder / 'weir.state'}", "--web.enable-openmetrics",
                 "--web.openmetrics-created-samples"]
        with mock.patch.dict(os.environ, LD_PRELOAD=PRELOAD, SHIFTED_CLOCK=str(self.clock)):
            return running_daemon.RunningDaemon(tap.weir(), flags).__enter__()

    def stop(self, daemon):
        daemon.__exit__(None, None, None)

    def samples(self, daemon):
        found = re.findall(r'(?m)^((?:hour|ever|seen)\S*\{\S*\}) (\S+)', daemon.scrape_text(OPENMETRICS))
        return {sample: float(value) for sample, value in found}

    def filled(self):
        daemon = self.daemon()
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.process.kill())
        statsd_client.send_tcp(daemon.tcp_port, LINES)
        daemon.wait_for_self_value("statsd_exporter_lines_total", len(LINES))
        found = self.samples(daemon)
        self.assertLessEqual(VALUES.items(), found.items())
        self.assert_created(found, self.now(), 3)
        return daemon, found

    def assert_created(self, found, around, count):
        """So many created times, all about there and none in the future."""
        created = {sample: value for sample, value in found.items() if sample.split("{")[0].endswith("_created")}
        self.assertEqual(len(created), count, found)
        for sample, value in created.items():
            self.assertAlmostEqual(value, around, delta=SLACK, msg=sample)
            self.assertLessEqual(value, self.now(), sample)

    def restored(self, expired=0):
        daemon = self.daemon()
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.process.kill())
        self.assertEqual(daemon.self_value("weir_state_restored_series"), len(LINES) - expired)
        self.assertEqual(daemon.self_value('weir_state_dropped_series{reason="expired"}'), expired)
        return daemon, self.samples(daemon)

    def test_are_seen_by_the_daemon(self):
        daemon = self.daemon()
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.process.kill())
        for shift in (-HOUR, HOUR):
            self.set_clock(shift)
            date = email.utils.parsedate_to_datetime(daemon.exchange("GET", "/-/ready")[1]["date"])
            self.assertAlmostEqual(date.timestamp(), self.now(), delta=SLACK)
        self.stop(daemon)

    def test_back_between_save_and_restore_lets_nothing_expire_and_nothing_come_from_the_future(self):
        for shift in (-HOUR // 2, -3 * HOUR, -20 * 365 * 24 * HOUR):
            self.set_clock(0)
            (self.folder / "weir.state").unlink(missing_ok=True)
            daemon, before = self.filled()
            self.stop(daemon)
            self.set_clock(shift)
            daemon, after = self.restored()
            self.assertLessEqual(VALUES.items(), after.items())
            self.assertEqual(after[MEDIAN], before[MEDIAN])
            self.assert_created(after, self.now(), 3)
            # It goes on.
            statsd_client.send_tcp(daemon.tcp_port, LINES)
            running_daemon.wait_until(lambda: self.samples(daemon)['ever_total{a="a"}'] == 8, SLACK, "the next sample")
            self.stop(daemon)

    def test_forward_between_save_and_restore_counts_for_ttls_and_windows_but_not_for_created_times(self):
        daemon, before = self.filled()
        self.stop(daemon)
        self.set_clock(HOUR // 2)
        daemon, after = self.restored()
        self.assertEqual(after, before)
        self.stop(daemon)
        self.set_clock(3 * HOUR)
        daemon, after = self.restored(expired=1)
        self.assertNotIn('hour_total{a="a"}', after)
        self.assertEqual(after['ever_total{a="a"}'], 4)
        self.assertEqual(after['ever_created{a="a"}'], before['ever_created{a="a"}'])
        # The window is over, and the count is not.
        self.assertEqual(after['seen_count{a="a"}'], 1)
        self.assertNotEqual(after.get(MEDIAN), 5)
        self.stop(daemon)

    def test_while_it_runs_changes_nothing_on_the_page_and_lets_nothing_expire(self):
        for shift in (3 * HOUR, -3 * HOUR):
            self.set_clock(0)
            (self.folder / "weir.state").unlink(missing_ok=True)
            daemon, before = self.filled()
            self.set_clock(shift)
            sweeps = time.monotonic() + 2.5
            running_daemon.wait_until(lambda: time.monotonic() > sweeps, SLACK, "two sweeps")
            self.assertEqual(self.samples(daemon), before)
            # Saved and restored by the new clock, which no time has passed by.
            self.stop(daemon)
            daemon, after = self.restored()
            self.assertLessEqual(VALUES.items(), after.items())
            self.assertEqual(after[MEDIAN], before[MEDIAN])
            # As they were, but for what would be in the future.
            self.assert_created(after, self.now() if shift < 0 else self.now() - shift, 3)
            self.stop(daemon)

    def test_to_a_year_that_cannot_be_is_survived(self):
        for shift in (-50 * 365 * 24 * HOUR, 70 * 365 * 24 * HOUR):
            self.set_clock(0)
            (self.folder / "weir.state").unlink(missing_ok=True)
            daemon, _ = self.filled()
            self.stop(daemon)
            self.set_clock(shift)
            daemon, after = self.restored(expired=1 if shift > 0 else 0)
            self.assertEqual(after['ever_total{a="a"}'], 4)
            self.assertLessEqual(after['ever_created{a="a"}'], self.now())
            self.stop(daemon)


if __name__ == "__main__":
    tap.main()
