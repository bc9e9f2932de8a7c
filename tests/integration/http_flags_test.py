#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is served over HTTP, and the flags that choose it: paths, forms of the page, single families."""

import gzip
import http.client
import itertools
import pathlib
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import protobuf_page  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402
import zstd_command  # noqa: E402

PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
NATIVE = """
mappings:
- match: native
  name: native
  observer_type: histogram
"""
# Of the times of a scrape that was just made.
CLOCK_SECONDS_MAX = 60
COUNTER, GAUGE, SUMMARY, HISTOGRAM = 0, 1, 2, 4


def answer_of(daemon, path, headers=None, method="GET"):
    """(status, header fields, body)"""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.http_port, timeout=running_daemon.HTTP_SECONDS_MAX)
    connection.request(method, path, headers=headers or {})
    response = connection.getresponse()
    try:
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


class Paths(unittest.TestCase):
    def test_telemetry_path(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--web.telemetry-path=/elsewhere"]) as daemon:
            self.assertEqual(daemon.request("GET", "/metrics")[0], 404)
            status, body = daemon.request("GET", "/elsewhere")
            self.assertEqual(status, 200)
            self.assertIn("statsd_exporter_build_info", exposition.parse(body.decode()))
            self.assertIn(b'href="/elsewhere"', daemon.request("GET", "/")[1])

    def test_health_is_told_to_readers_alone(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            healthy = b"Statsd Exporter is Healthy.\n"
            for path, text in (("/-/healthy", healthy), ("/health", healthy), ("/-/ready", b"Statsd Exporter is Ready.\n")):
                self.assertEqual(daemon.request("GET", path), (200, text))
                self.assertEqual(daemon.request("POST", path), (200, b""))
                self.assertEqual(answer_of(daemon, path, method="HEAD")[1]["Content-Length"], str(len(text)))

    def test_head_is_answered_as_get_without_a_body(self):
        paths = ("/", "/metrics", "/metrics?name[]=none", "/metrics?name[]=weir_build_info", "//metrics", "/nowhere", "/-/healthy", "/health",
                 "/-/ready", "/-/reload", "/-/quit", "/-/")
        with running_daemon.RunningDaemon(tap.weir(), ["--web.enable-lifecycle"]) as daemon:
            for path, encoding in itertools.product(paths, ("identity", "gzip", "zstd")):
                asked = {"Accept-Encoding": encoding}
                got, head = (answer_of(daemon, path, asked, method) for method in ("GET", "HEAD"))
                self.assertEqual(head[2], b"")
                for _, fields, _ in (got, head):
                    del fields["Date"]
                # What is sent in chunks has no length that could be told.
                if got[1].pop("Transfer-Encoding", None) is None:
                    self.assertEqual(got[1]["Content-Length"], str(len(got[2])), path)
                self.assertEqual(head[:2], got[:2], path)
            # Nothing was ended by them.
            self.assertEqual(daemon.request("GET", "/-/ready")[0], 200)

    def test_the_telemetry_path_may_be_where_health_is_told(self):
        for path in ("/health", "/{any}", "GET /health"):
            with running_daemon.RunningDaemon(tap.weir(), [f"--web.telemetry-path={path}"]) as daemon:
                self.assertIn(b"statsd_exporter_build_info", daemon.request("GET", "/health")[1])
                self.assertEqual(daemon.request("GET", "/-/healthy")[0], 200)

    def test_unknown_paths_are_not_found(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            self.assertEqual(daemon.request("GET", "/nowhere")[0], 404)
            status, body = daemon.request("GET", "/")
            self.assertEqual(status, 200)
            self.assertIn(b'href="/metrics"', body)


class Page(unittest.TestCase):
    def test_is_compressed_where_that_is_understood(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
            for decompress, coding, headers in (
                (gzip.decompress, "gzip", ("gzip", "deflate, gzip;q=0.5, br", "zstd, gzip", "gzip;q=0.5, zstd;q=0.4")),
                (zstd_command.decompress, "zstd", ("zstd", "gzip;q=0.5, zstd;q=0.6", "zstd, *;q=0.9")),
            ):
                for accepted in headers:
                    status, fields, body = answer_of(daemon, "/metrics", {"Accept-Encoding": accepted})
                    self.assertEqual((status, fields.get("Content-Encoding")), (200, coding))
                    self.assertIn("a 1\n", exposition.user_text(exposition.parse(decompress(body).decode())))
                    self.assertLess(len(body), len(decompress(body)) / 2)
            for refused in ("identity", "gzip;q=0", "*", "zstd, identity", "zstd;q=0, gzip;q=0"):
                status, fields, body = answer_of(daemon, "/metrics", {"Accept-Encoding": refused})
                self.assertEqual((status, fields.get("Content-Encoding")), (200, None))
                self.assertIn("a 1\n", exposition.user_text(exposition.parse(body.decode())))

    def test_says_what_it_varies_by(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            for accept, encoding in itertools.product(("text/plain", PROTOBUF), ("identity", "gzip", "zstd")):
                asked = {"Accept": accept, "Accept-Encoding": encoding}
                self.assertEqual(answer_of(daemon, "/metrics", asked)[1]["Vary"], "Accept, Accept-Encoding")
            # These are the same for all.
            for path in ("/", "/-/healthy", "/-/ready", "/nowhere", "//metrics"):
                self.assertNotIn("Vary", answer_of(daemon, path)[1])

    def test_is_of_single_families_where_they_are_asked_for(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            statsd_client.send_udp(daemon.udp_port, [b"a:1|c", b"b:2|c", b"c:3|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 3)
            for query, names in (("name[]=b", ["b"]), ("name[]=c&name%5B%5D=statsd_exporter_lines_total&name[]=a", ["a", "c", "statsd_exporter_lines_total"]),
                                 ("name[]=nobody", []), ("name=a&name[]=b", ["b"])):
                status, _, body = answer_of(daemon, "/metrics?" + query)
                self.assertEqual((status, sorted(exposition.parse(body.decode()))), (200, names))

    def test_is_protobuf_with_native_histograms_where_that_is_asked_for(self):
        with tempfile.TemporaryDirectory(prefix="weir-http-") as folder:
            path = pathlib.Path(folder, "mapping.yml")
            path.write_text(NATIVE)
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}"]) as daemon:
                self.assert_protobuf(daemon)

    def assert_protobuf(self, daemon):
        begin = int(time.time())
        statsd_client.send_udp(daemon.udp_port, [b"native:1000:2000:4000|ms", b"a:3|c|#k:v", b"g:-5|g", b"s:1000|ms"])
        daemon.wait_for_self_value("statsd_exporter_lines_total", 4)
        status, fields, body = answer_of(daemon, "/metrics", {"Accept": PROTOBUF})
        self.assertEqual(status, 200)
        self.assertTrue(fields["Content-Type"].startswith("application/vnd.google.protobuf"), fields)
        page = protobuf_page.read_page(body, has_times=True)

        counter, = page["a"]["metric"]
        self.assertEqual((page["a"]["type"], counter["label"]), ([COUNTER], [{"name": ["k"], "value": ["v"]}]))
        self.assertEqual(counter["counter"][0]["value"], ["3.0"])
        histogram = page["native"]["metric"][0]["histogram"][0]
        self.assertEqual(page["native"]["type"], [HISTOGRAM])
        self.assertEqual((histogram["count"], histogram["sum"]), ([3], ["7.0"]))
        # Twofold each time: eight buckets apart with the factor 1.1, one observation in each.
        self.assertEqual((histogram["schema"], histogram["positive_delta"]), ([3], [1, 0, 0]))
        self.assertEqual([(span["offset"], span["length"]) for span in histogram["positive_span"]], [([0], [1]), ([7], [1]), ([7], [1])])
        summary = page["s"]["metric"][0]["summary"][0]
        self.assertEqual((page["s"]["type"], summary["count"], summary["sum"]), ([SUMMARY], [1], ["1.0"]))
        self.assertEqual(page["g"]["type"], [GAUGE])
        for created in (counter["counter"][0]["created"], histogram["created"], summary["created"]):
            self.assertEqual(len(created), 1)
            self.assertTrue(begin - CLOCK_SECONDS_MAX <= created[0] <= time.time() + CLOCK_SECONDS_MAX, (begin, created))


if __name__ == "__main__":
    tap.main()
