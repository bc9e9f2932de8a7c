#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pushgateway's API: its answers, what is pushed on both pages, limits, TTLs, the state file."""

import base64
import contextlib
import gzip
import http.client
import pathlib
import re
import socket
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import exposition  # noqa: E402
import push_answers  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402

SECONDS_MAX = 30
JOB = "/metrics/job/"
TEXT = {"Accept": "text/plain;version=0.0.4"}
OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}
PROTOBUF = {"Accept": "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"}
# Redirected so that the client sends the same method again, which Pushgateway's older server does not ask for.
UNCLEAN = JOB + "p//v"
FAMILIES = push_answers.HISTOGRAM + push_answers.SUMMARY + "# TYPE jobs counter\njobs 3\n# TYPE heat gauge\nheat -1\nplain 7\n"


class PushDaemon(running_daemon.RunningDaemon):
    """One with --push.enable."""

    def __init__(self, *flags):
        self.push_port = None
        super().__init__(tap.weir(), ["--push.enable", "--push.listen-address=127.0.0.1:0", *flags])

    def _learn_ports(self):
        super()._learn_ports()
        self.push_port = self._port(self._logged("Accepting pushed metrics")["addr"])

    def ask(self, method, path, body=None, headers=None, port=None):
        """(status, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.push_port, timeout=SECONDS_MAX)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode("latin-1")

    def put(self, path, body, headers=None):
        return self.ask("PUT", path, body, headers)

    def own_page(self, headers=None):
        """What weir's own /metrics has of pushed and of StatsD metrics."""
        lines, is_self = [], False
        for line in self.ask("GET", "/metrics", None, headers or TEXT, port=self.http_port)[1].splitlines(keepends=True):
            if line.startswith(("# HELP ", "# TYPE ")):
                name = line.split(" ")[2]
                is_self = exposition.is_self_name(name) or exposition.is_self_name(name + "_total")
            if not is_self or line == "# EOF\n":
                lines.append(line)
        return "".join(lines)

    def send(self, datagram):
        """One with as many events as lines."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(datagram, ("127.0.0.1", self.udp_port))
        self.wait_for_self_value("statsd_exporter_samples_total", datagram.count(b"\n") + 1)

    def figure(self, series):
        text = self.ask("GET", "/metrics", None, TEXT, port=self.http_port)[1]
        return float(re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE).group(1))


def without_times(page):
    return [line for line in page.splitlines() if "push_time" not in line and "push_failure" not in line]


class Answers(unittest.TestCase):
    def test_are_those_of_pushgateway(self):
        with PushDaemon("--push.enable-admin-api") as daemon:
            for request, expected in push_answers.recorded():
                with self.subTest(request=request):
                    answer = push_answers.asked(daemon.push_port, request)
                    if request[1] == UNCLEAN:
                        expected = {**expected, "status": 307}
                    self.assertEqual(answer, expected)

    def test_say_what_is_on_and_what_is_not(self):
        with PushDaemon() as daemon:
            self.assertEqual(daemon.put("/api/v1/admin/wipe", None)[0], 404)
            status = daemon.ask("GET", "/api/v1/status")[1]
            self.assertIn('"push.enable-admin-api":"false"', status)
            self.assertIn("weir", daemon.ask("GET", "/")[1])
        with PushDaemon("--web.enable-lifecycle") as daemon:
            self.assertEqual(daemon.put("/-/quit", None), (200, "Requesting termination... Goodbye!"))
            self.assertEqual(daemon.process.wait(SECONDS_MAX), 0)

    def test_take_what_does_not_fit_where_nothing_is_checked(self):
        with PushDaemon("--push.disable-consistency-check") as daemon:
            self.assertEqual(daemon.put(JOB + "a", "# TYPE x gauge\nx 1\n"), (202, ""))
            self.assertEqual(daemon.put(JOB + "b", "# TYPE x counter\nx 2\n"), (202, ""))
            page = daemon.ask("GET", "/metrics")[1]
            self.assertIn("x{instance=\"\",job=\"a\"} 1\n", page)
            self.assertNotIn("job=\"b\"} 2", page)
            self.assertEqual(daemon.figure("weir_push_left_out_series_total"), 1)


class Pages(unittest.TestCase):
    def test_of_weir_have_what_is_pushed_in_every_format(self):
        with PushDaemon("--web.enable-openmetrics") as daemon:
            self.assertEqual(daemon.put(JOB + "j", FAMILIES), (200, ""))
            pushed = daemon.ask("GET", "/metrics")[1]
            self.assertEqual(daemon.own_page(), pushed)
            openmetrics = daemon.own_page(OPENMETRICS)
            self.assertIn("# TYPE plain unknown\nplain{instance=\"\",job=\"j\"} 7.0\n", openmetrics)
            self.assertIn("h_bucket{instance=\"\",job=\"j\",le=\"0.5\"} 1\n", openmetrics)
            self.assertTrue(openmetrics.endswith("# EOF\n"))
            protobuf = daemon.ask("GET", "/metrics", None, PROTOBUF, port=daemon.http_port)[1]
            self.assertIn("\n\x05plain", protobuf)
            only = daemon.ask("GET", "/metrics?name[]=jobs", None, TEXT, port=daemon.http_port)[1]
            self.assertEqual(only, "# TYPE jobs counter\njobs{instance=\"\",job=\"j\"} 3\n")

    def test_have_no_family_twice(self):
        with PushDaemon() as daemon:
            daemon.send(b"jobs:1|c\nheat:2|c\nsize_count:1|c\ntime:5|ms\nz:1|g")
            body = "# TYPE jobs counter\njobs 3\n# TYPE heat gauge\nheat 1\n# TYPE size summary\nsize_sum 1\nsize_count 1\ntime_sum 4\nup_there 1\nweir_build_info 1\n"
            self.assertEqual(daemon.put(JOB + "j", body), (200, ""))
            page = daemon.own_page()
            self.assertEqual(page.count("# TYPE jobs "), 1)
            self.assertIn("jobs 1\njobs{instance=\"\",job=\"j\"} 3\n", page)
            for left_out in ("heat{", "size_sum", "time_sum{instance", "weir_build_info{instance"):
                self.assertNotIn(left_out, page)
            self.assertIn("up_there{", page)
            self.assertGreaterEqual(daemon.figure("weir_push_left_out_series_total"), 4)


class Limits(unittest.TestCase):
    def test_of_groups_series_and_bytes(self):
        with PushDaemon("--limits.push-groups=2", "--limits.push-series=8") as daemon:
            self.assertEqual(daemon.put(JOB + "a", "x 1\n")[0], 200)
            self.assertEqual(daemon.put(JOB + "b", "x 1\n")[0], 200)
            self.assertEqual(daemon.put(JOB + "c", "x 1\n"), (503, "there is no room for the push: more than 2 groups (--limits.push-groups)\n"))
            self.assertEqual(daemon.put(JOB + "b", "x 1\ny 1\nz 1\nw 1\n"), (503, "there is no room for the push: more than 8 series (--limits.push-series)\n"))
            self.assertEqual(daemon.put(JOB + "b", "y 1\nz 1\nw 1\n")[0], 200)
            self.assertEqual(daemon.figure("weir_push_groups"), 2)
            self.assertEqual(daemon.figure("weir_push_series"), 8)
            self.assertEqual(daemon.figure('weir_push_requests_total{outcome="no_room"}'), 2)
        with PushDaemon("--limits.push-bytes=20000") as daemon:
            self.assertEqual(daemon.put(JOB + "a", "x 1\n")[0], 200)
            self.assertIn("--limits.push-bytes", daemon.put(JOB + "b", "x{a=\"" + "v" * 20_000 + "\"} 1\n")[1])
            self.assertGreater(daemon.figure("weir_push_bytes"), 100)

    def test_of_bodies(self):
        with PushDaemon("--limits.push-body-bytes=1000", "--limits.push-unpacked-bytes=2000") as daemon:
            self.assertEqual(daemon.put(JOB + "a", "# " + "x" * 1000 + "\n")[0], 413)
            self.assertEqual(daemon.figure('weir_push_http_requests_refused_total{code="413"}'), 1)
            packed = gzip.compress(b"#" * 5000 + b"\n")
            self.assertEqual(daemon.put(JOB + "a", packed, {"Content-Encoding": "gzip"})[0], 413)
            self.assertEqual(daemon.figure('weir_push_requests_total{outcome="too_large"}'), 1)


class OwnMetrics(unittest.TestCase):
    def test_count_requests_and_what_they_leave(self):
        some = self_page.Between(100, 10_000)
        requests = 'weir_push_requests_total{outcome="%s"}'
        with PushDaemon("--push.enable-admin-api") as daemon, self_page.Watch(daemon) as watch:
            with watch.moves({requests % "taken": 1, "weir_push_groups": 1, "weir_push_series": 3, "weir_push_bytes": some}):
                daemon.put(JOB + "x", "# HELP a Help.\n# TYPE a gauge\na 1\n")
            with watch.moves({requests % "inconsistent": 1, "weir_push_groups": 1, "weir_push_series": 2, "weir_push_bytes": some}):
                daemon.put(JOB + "y", "# TYPE a counter\na 1\n")
            with watch.moves({requests % "bad_request": 2}):
                daemon.put(JOB + "y", "1\n")
                daemon.put(JOB + "y/l", "a 1\n")
            with watch.moves({requests % "deleted": 1, "weir_push_groups": -1, "weir_push_series": -2, "weir_push_bytes": self_page.Between(-10_000, -100)}):
                daemon.ask("DELETE", JOB + "y")
            with watch.moves({requests % "wiped": 1, "weir_push_groups": -1, "weir_push_series": -3, "weir_push_bytes": self_page.Between(-10_000, -100)}):
                daemon.put("/api/v1/admin/wipe", None)

    def test_count_connections_and_refusals(self):
        with PushDaemon("--limits.push-connections=1", "--limits.http-request-timeout=1s", "--limits.push-body-bytes=100") as daemon, self_page.Watch(daemon) as watch:
            with watch.moves({"weir_push_http_connections": 1, "process_open_fds": 1, "weir_push_http_connections_refused_total": 1}):
                first = socket.create_connection(("127.0.0.1", daemon.push_port), SECONDS_MAX)
                running_daemon.wait_until(lambda: watch.value("weir_push_http_connections") == 1, SECONDS_MAX, "the connection")
                with socket.create_connection(("127.0.0.1", daemon.push_port), SECONDS_MAX) as second, contextlib.suppress(ConnectionResetError):
                    self.assertEqual(second.recv(1), b"")
            with watch.moves({"weir_push_http_connections": -1, "process_open_fds": -1, "weir_push_http_timeouts_total": 1}):
                first.sendall(b"PUT /metrics/job/x HTTP/1.1\r\n")
                self.assertEqual(first.recv(1), b"")
            first.close()
            with watch.moves({'weir_push_http_requests_refused_total{code="413"}': 1}):
                self.assertEqual(daemon.put(JOB + "a", "# " + "x" * 100 + "\n")[0], 413)

    def test_count_who_is_kept_out(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "web.yml"
            config.write_text(f"basic_auth_users: {{user: {certificates.HASHES[0]}}}\n", encoding="utf-8")
            with GuardedPush(config) as daemon, self_page.Watch(daemon, headers=daemon.good) as watch:
                with watch.moves({'weir_push_http_requests_denied_total{reason="unauthorized"}': 1}):
                    self.assertEqual(daemon.put(JOB + "a", "a 1\n")[0], 401)
                self.assertEqual(daemon.put(JOB + "a", "", daemon.good)[0], 200)


class GuardedPush(PushDaemon):
    def __init__(self, path):
        self.good = {"Authorization": "Basic " + base64.b64encode(f"user:{certificates.PASSWORD}".encode()).decode()}
        super().__init__(f"--web.config.file={path}")

    def exchange(self, method, path, headers=None):
        return super().exchange(method, path, {**self.good, **(headers or {})})


class Time(unittest.TestCase):
    def test_ends_groups(self):
        with PushDaemon("--push.ttl=1s") as daemon:
            daemon.put(JOB + "short", "x 1\n")
            self.assertEqual(daemon.put(JOB + "long?ttl=1h", "x 1\n"), (200, ""))
            self.assertEqual(daemon.put(JOB + "for_ever", "x 1\n", {"X-Push-TTL": "0s"}), (200, ""))
            self.assertEqual(daemon.put(JOB + "bad?ttl=soon", "x 1\n"), (400, 'invalid ttl "soon": a duration such as 90s or 24h is needed\n'))
            running_daemon.wait_until(lambda: daemon.figure("weir_push_groups") == 2, SECONDS_MAX, "the end of a group")
            self.assertNotIn("short", daemon.own_page())
            self.assertEqual(daemon.figure("weir_push_groups_expired_total"), 1)

    def test_of_a_restart_loses_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            state = f"--state.file={folder}/weir.state"
            with PushDaemon(state) as daemon:
                daemon.send(b"own:1|c")
                daemon.put(JOB + "j/l/v", FAMILIES)
                daemon.put(JOB + "gone?ttl=1s", "gone 1\n")
                before = daemon.ask("GET", "/api/v1/metrics")[1]
                page = daemon.own_page()
            time.sleep(1)
            with PushDaemon(state) as daemon:
                self.assertEqual(without_times(daemon.own_page()), [line for line in without_times(page) if "gone" not in line])
                after = push_answers.comparable_groups(daemon.ask("GET", "/api/v1/metrics")[1])
                kept = push_answers.comparable_groups(before)
                kept["data"] = [group for group in kept["data"] if group["labels"]["job"] != "gone"]
                self.assertEqual(after, kept)
            with running_daemon.RunningDaemon(tap.weir(), [state]) as daemon:
                self.assertIn("own 1\n", daemon.scrape_text())


if __name__ == "__main__":
    tap.main()
