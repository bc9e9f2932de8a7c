#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The flags that bring the newer text formats: which scraper gets which, and when series were made."""

import contextlib
import http.client
import pathlib
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

ENABLE = "--web.enable-openmetrics"
CREATED = "--web.openmetrics-created-samples"
PROMETHEUS_3 = ("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
                "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
TEXT_1 = "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5"
# Between the clock of the test and that of the daemon.
CLOCK_SECONDS_MAX = 60
CREATED_SAMPLE = re.compile(r"([a-z]+)_created(\S*) (\S+)")


def page_of(daemon, accept, path="/metrics"):
    """(content type, body) of a scrape with this Accept header, or with none."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.http_port, timeout=running_daemon.HTTP_SECONDS_MAX)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Accept": accept} if accept else {})
        response = connection.getresponse()
        return response.getheader("Content-Type"), response.read().decode()


class OpenMetrics(unittest.TestCase):
    def test_is_for_those_who_prefer_it(self):
        with running_daemon.RunningDaemon(tap.weir(), [ENABLE]) as daemon:
            for accept, content_type in (
                    (PROMETHEUS_3, "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"),
                    (OPENMETRICS, "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"),
                    ("application/openmetrics-text", "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores"),
                    (TEXT_1, "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"),
                    ("text/plain", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"),
                    (None, "text/plain; version=0.0.4; charset=utf-8; escaping=underscores")):
                found, body = page_of(daemon, accept)
                self.assertEqual(found, content_type)
                self.assertEqual(body.endswith("# EOF\n"), "openmetrics" in content_type)

    def test_is_not_offered_without_the_flag(self):
        with running_daemon.RunningDaemon(tap.weir(), [CREATED]) as daemon:
            for accept, escaping in ((PROMETHEUS_3, "allow-utf-8"), (OPENMETRICS, "underscores"), (TEXT_1, "allow-utf-8")):
                found, body = page_of(daemon, accept)
                self.assertEqual(found, "text/plain; version=0.0.4; charset=utf-8; escaping=" + escaping)
                self.assertIn("statsd_exporter_build_info", exposition.parse(body))

    def test_has_the_daemons_own_metrics_with_their_units(self):
        with running_daemon.RunningDaemon(tap.weir(), [ENABLE]) as daemon:
            _, body = page_of(daemon, OPENMETRICS)
            self.assertIn("\n# TYPE statsd_exporter_lines counter\nstatsd_exporter_lines_total 0.0\n", body)
            self.assertIn("\n# UNIT process_resident_memory_bytes bytes\n", body)
            self.assertIn("\n# UNIT process_cpu_seconds seconds\nprocess_cpu_seconds_total ", body)
            self.assertNotIn("_created", body)

    def test_ends_a_page_of_single_families(self):
        with running_daemon.RunningDaemon(tap.weir(), [ENABLE]) as daemon:
            self.assertEqual(page_of(daemon, OPENMETRICS, "/metrics?name[]=nothing")[1], "# EOF\n")
            _, body = page_of(daemon, OPENMETRICS, "/metrics?name[]=statsd_exporter_lines_total")
            self.assertEqual(body.splitlines()[1:], ["# TYPE statsd_exporter_lines counter", "statsd_exporter_lines_total 0.0", "# EOF"])


class CreatedSamples(unittest.TestCase):
    def test_follow_what_they_are_of(self):
        begin = time.time()
        with running_daemon.RunningDaemon(tap.weir(), [ENABLE, CREATED]) as daemon:
            statsd_client.send_udp(daemon.udp_port, [b"a_total:1|c|#k:v", b"b:1|c", b"c:1|ms", b"d:1|g"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 4)
            _, body = page_of(daemon, OPENMETRICS)
            lines = exposition.user_lines(body).splitlines()
            created = [(lines[at - 1].split(" ")[0], CREATED_SAMPLE.fullmatch(line)) for at, line in enumerate(lines) if "_created" in line]
            self.assertEqual([(before, found[1], found[2]) for before, found in created],
                             [('a_total{k="v"}', "a", '{k="v"}'), ("c_count", "c", "")])
            for _, found in created:
                self.assertTrue(begin - CLOCK_SECONDS_MAX <= float(found[3]) <= time.time() + CLOCK_SECONDS_MAX, found)
            self.assertNotIn("_created", daemon.scrape_text())


if __name__ == "__main__":
    tap.main()
