#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""When a series was made, on the pages that say so: across expiry and reloads."""

import http.client
import pathlib
import re
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import protobuf_page  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
RULES = """mappings:
- {match: count, name: count_total, ttl: %(ttl)s}
- {match: classic, name: classic, ttl: %(ttl)s, observer_type: histogram,
   histogram_options: {buckets: [%(buckets)s], native_histogram_bucket_factor: 1}}
- {match: native, name: native, ttl: %(ttl)s, observer_type: histogram, help: %(help)s}
- {match: summary, name: summary, ttl: %(ttl)s, observer_type: summary}
"""
LINES = [b"count:1|c", b"classic:1|h", b"native:1|h", b"summary:1|h"]
NAMES = ["classic", "count_total", "native", "summary"]
SECONDS_MAX = 30


class CreatedTimes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-created-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "mapping.yml")
        self.sent = 0
        self.reloads = 0

    def write(self, ttl, buckets="1, 2", text="a"):
        self.path.write_text(RULES % {"ttl": ttl, "buckets": buckets, "help": text})

    def reload(self, daemon, **rules):
        self.write(**rules)
        self.reloads += 1
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_self_value('statsd_exporter_config_reloads_total{outcome="success"}', self.reloads)

    def daemon(self):
        return running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={self.path}", "--web.enable-openmetrics",
                                                         "--web.openmetrics-created-samples"])

    def send(self, daemon):
        statsd_client.send_udp(daemon.udp_port, LINES)
        self.sent += len(LINES)
        daemon.wait_for_self_value("statsd_exporter_lines_total", self.sent)

    def page(self, daemon, accept):
        connection = http.client.HTTPConnection("127.0.0.1", daemon.http_port, timeout=SECONDS_MAX)
        connection.request("GET", "/metrics?" + "&".join(f"name[]={name}" for name in NAMES), headers={"Accept": accept})
        body = connection.getresponse().read()
        connection.close()
        return body

    def times(self, daemon):
        """By name. Both formats say the same; what is read of protobuf is whole seconds."""
        times = {}
        for name, family in protobuf_page.read_page(self.page(daemon, PROTOBUF), has_times=True).items():
            metric, = family["metric"]
            value, = [metric[kind][0] for kind in ("counter", "histogram", "summary") if kind in metric]
            times[name], = value["created"]
        text = self.page(daemon, OPENMETRICS).decode()
        openmetrics = {name.replace("count", "count_total"): float(at) for name, at in re.findall(r"^([a-z]+)_created (\S+)$", text, re.MULTILINE)}
        self.assertEqual(sorted(openmetrics), sorted(times))
        self.assertEqual({name: int(at) for name, at in openmetrics.items()}, times)
        return openmetrics

    def test_are_later_of_series_that_expired_and_came_back(self):
        self.write(ttl="1h")
        with self.daemon() as daemon:
            self.send(daemon)
            before = self.times(daemon)
            self.assertEqual(sorted(before), NAMES)
            self.reload(daemon, ttl="1s")
            self.send(daemon)
            running_daemon.wait_until(lambda: not self.page(daemon, PROTOBUF), SECONDS_MAX, "the end of the series")
            gone = time.time()
            self.reload(daemon, ttl="1h")
            self.send(daemon)
            after = self.times(daemon)
            for name in NAMES:
                self.assertGreater(after[name], before[name] + 0.9, name)
                self.assertLess(abs(after[name] - gone), SECONDS_MAX, name)

    def test_are_later_of_what_a_reload_made_new_and_the_same_otherwise(self):
        self.write(ttl="1h")
        with self.daemon() as daemon:
            self.send(daemon)
            before = self.times(daemon)
            time.sleep(0.3)  # More than what a time is rounded to.
            self.reload(daemon, ttl="1h", buckets="1, 2, 3", text="b")
            self.send(daemon)
            after = self.times(daemon)
            self.assertGreater(after.pop("classic"), before.pop("classic"))
            self.assertEqual(after, before)


if __name__ == "__main__":
    tap.main()
