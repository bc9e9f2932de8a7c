#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page /status as HTTP has it: header fields, methods, the figures that are in it, who may see it. tests/browser looks at it."""

import contextlib
import gzip
import html
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

FILES = {"/status": "text/html; charset=utf-8", "/status.css": "text/css; charset=utf-8", "/status.js": "text/javascript; charset=utf-8"}
# Of all three together, without compression.
BYTES_MAX = 51_200
POLICY = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:", "form-action 'self'",
          "base-uri 'none'", "frame-ancestors 'none'"}


def running(*flags):
    return running_daemon.RunningDaemon(tap.weir(), list(flags))


def figure(page, place):
    return html.unescape(re.search(rf'id="{place}">([^<]*)<', page).group(1))


class Fields(unittest.TestCase):
    def test_of_the_page_let_it_load_nothing_from_elsewhere(self):
        with running() as daemon:
            status, fields, _ = daemon.exchange("GET", "/status")
        self.assertEqual(status, 200)
        self.assertEqual(set(fields["content-security-policy"].split("; ")), POLICY)
        self.assertEqual(fields["cache-control"], "no-store")
        self.assertEqual(fields["referrer-policy"], "no-referrer")

    def test_of_its_files(self):
        with running() as daemon:
            for path, content_type in FILES.items():
                status, fields, _ = daemon.exchange("GET", path)
                self.assertEqual((status, fields["content-type"], fields["x-content-type-options"]), (200, content_type, "nosniff"), path)
            for path in ("/status.css", "/status.js"):
                self.assertEqual(daemon.exchange("GET", path)[1]["cache-control"], "no-cache")


class Requests(unittest.TestCase):
    def test_by_methods(self):
        with running() as daemon:
            for path in FILES:
                status, fields, body = daemon.exchange("HEAD", path)
                self.assertEqual((status, fields["content-type"], body), (200, FILES[path], b""), path)
                for method in ("POST", "PUT", "DELETE", "OPTIONS"):
                    status, fields, _ = daemon.exchange(method, path)
                    self.assertEqual((status, fields["allow"]), (405, "GET, HEAD"), (method, path))

    def test_get_it_compressed_where_they_ask_for_that(self):
        with running() as daemon:
            for path in ("/status.css", "/status.js"):
                plain = daemon.request("GET", path)[1]
                _, fields, body = daemon.exchange("GET", path, {"Accept-Encoding": "gzip"})
                self.assertEqual(fields["content-encoding"], "gzip")
                self.assertEqual(gzip.decompress(body), plain)
                self.assertLess(len(body), len(plain) / 2)

    def test_get_little(self):
        with running() as daemon:
            self.assertLess(sum(len(daemon.request("GET", path)[1]) for path in FILES), BYTES_MAX)


class Page(unittest.TestCase):
    def test_has_the_figures_of_its_moment(self):
        with running() as daemon:
            statsd_client.send_udp(daemon.udp_port, [b"a:1|c", b"b:2|g", b"c:x|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 3)
            page = daemon.request("GET", "/status")[1].decode()

        said = {place: figure(page, place) for place in ("lines", "lines-sub", "lost", "lost-sub", "applied", "series", "mapping-sub", "ready")}
        self.assertEqual(said, {"lines": "3", "lines-sub": "3 datagrams", "lost": "1", "lost-sub": "mostly rejected", "applied": "2", "series": "2",
                                "mapping-sub": "no mapping file", "ready": "ready"})
        self.assertIn("MiB", figure(page, "memory"))
        self.assertRegex(figure(page, "scrape"), r"^\d+ s ago$")

    def test_escapes_the_name_of_the_mapping_file(self):
        with tempfile.TemporaryDirectory() as folder:
            mapping = pathlib.Path(folder) / "<img src=x onerror='alert(1)'>&.yml"
            mapping.write_text("mappings: []\n")
            with running(f"--statsd.mapping-config={mapping}") as daemon:
                page = daemon.request("GET", "/status")[1].decode()
        self.assertEqual(figure(page, "mapping-sub"), mapping.name)
        self.assertNotIn("<img", page)

    def test_names_its_files_and_answers_relative_to_itself(self):
        with running() as daemon:
            page = daemon.request("GET", "/status")[1].decode()
            named = re.findall(r'(?:href|src|action)="([^"#]+)"', page)
            answers = {place: daemon.request("GET", "/" + place)[0] for place in named if not place.startswith("data:")}
        self.assertIn("status.js", answers)
        # Explaining takes a line.
        self.assertEqual(answers.pop("api/v1/explain"), 400)
        self.assertEqual(set(answers.values()), {200}, answers)
        self.assertFalse([place for place in answers if place.startswith(("/", "http"))])

    def test_has_a_link_on_the_landing_page(self):
        with running() as daemon:
            self.assertIn(b'<a href="status">Status</a>', daemon.request("GET", "/")[1])


class Access(unittest.TestCase):
    def test_is_taken_away_by_the_flag(self):
        with running("--web.disable-status") as daemon:
            for path in (*FILES, "/api/v1/status", "/api/v1/explain?line=a:1|c", "/api/v1/suggest"):
                self.assertEqual(daemon.request("GET", path)[0], 404, path)
            self.assertNotIn(b"status", daemon.request("GET", "/")[1])
            self.assertEqual(daemon.request("GET", "/metrics")[0], 200)

    def test_asks_for_the_password(self):
        with contextlib.ExitStack() as stack:
            config = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory())) / "web.yml"
            config.write_text(f"basic_auth_users: {{ann: {certificates.HASHES[0]}}}\n")
            daemon = stack.enter_context(running_daemon.RunningDaemon(tap.weir(), [f"--web.config.file={config}"], awaits_ready=False))
            for path in FILES:
                self.assertEqual(daemon.request("GET", path)[0], 401, path)

    def test_is_there_beside_any_telemetry_path(self):
        for path in ("/", "/{any}", "/status/metrics"):
            with running_daemon.RunningDaemon(tap.weir(), [f"--web.telemetry-path={path}"]) as daemon:
                self.assertEqual(daemon.exchange("GET", "/status")[1]["content-type"], FILES["/status"], path)


if __name__ == "__main__":
    tap.main()
