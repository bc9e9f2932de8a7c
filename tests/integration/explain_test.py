#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A daemon explains lines: GET /api/v1/explain, and `weir explain --at` (docs/api.md)."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
RULES = "mappings:\n- match: shop.*.stock\n  name: stock\n  labels: {shop: $1}\n  match_metric_type: gauge\n"
LINE_BYTES_MAX = 16384


def target(line, **parameters):
    return "/api/v1/explain?" + urllib.parse.urlencode({"line": line, **parameters})


def ask(url, *arguments, **environment):
    """`weir explain --at`: exit code, output, errors."""
    done = subprocess.run([str(tap.weir()), "explain", f"--at={url}", *arguments], capture_output=True, timeout=RUN_SECONDS_MAX, check=False,
                          env={**os.environ, **environment})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Api(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.mapping = pathlib.Path(folder.name) / "mapping.yml"
        self.mapping.write_text(RULES)
        daemon = running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={self.mapping}", "--limits.series=3", "--web.enable-lifecycle"])
        self.daemon = daemon.__enter__()
        self.addCleanup(daemon.__exit__, None, None, None)
        self.url = f"http://127.0.0.1:{self.daemon.http_port}"

    def explained(self, line):
        status, fields, body = self.daemon.exchange("GET", target(line))
        self.assertEqual((status, fields["content-type"]), (200, "application/json"))
        explained = json.loads(body)
        self.assertEqual(fields["weir-applied"], "true" if explained["applied"] else "false")
        return explained

    def test_tells_the_rule_and_the_series(self):
        sample = self.explained("shop.bonn.stock:3|g|#k:v")["samples"][0]

        self.assertEqual(sample["rule"]["place"], f"{self.mapping}:2")
        self.assertEqual(sample["captures"], ["shop.bonn.stock", "bonn"])
        self.assertEqual({label["name"]: label["value"] for label in sample["series"]["labels"]}, {"k": "v", "shop": "bonn"})
        self.assertEqual(sample["live"], {"answer": "own", "is_known": False})

    def test_changes_nothing(self):
        self.explained("a:1|c")

        self.assertNotIn("\na 1\n", self.daemon.scrape_text())

    def test_knows_the_series_the_conflicts_and_the_budgets_of_the_daemon(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"a:1|c", b"b:1|g", b"c:1|g"])
        self.daemon.wait_for_self_value("statsd_exporter_lines_total", 3)

        self.assertTrue(self.explained("a:1|c")["samples"][0]["live"]["is_known"])
        self.assertEqual(self.explained("a:1|g")["samples"][0]["fault"]["reason"], "conflict")
        self.assertEqual(self.explained("d:1|g")["samples"][0]["fault"]["reason"], "budget")

    def test_takes_the_rules_of_a_reload(self):
        self.mapping.write_text(RULES.replace("name: stock", "name: goods"))
        self.assertEqual(self.daemon.request("POST", "/-/reload")[0], 200)

        self.assertEqual(self.explained("shop.bonn.stock:3|g")["samples"][0]["series"]["name"], "goods")

    def test_refuses_what_it_cannot_answer(self):
        rows = [("GET", "/api/v1/explain", 400), ("GET", "/api/v1/explain?line=a&line=b", 400), ("GET", target("a:1|c\nb:1|c"), 400),
                ("GET", target("a:1|c", format="xml"), 400), ("GET", target("a" * (LINE_BYTES_MAX + 1)), 414), ("POST", target("a:1|c"), 405)]
        for method, path, expected in rows:
            status, _, body = self.daemon.exchange(method, path)
            self.assertEqual(status, expected, path[:60])
            self.assertTrue(json.loads(body)["error"])
        self.assertFalse(self.explained("a" * LINE_BYTES_MAX)["applied"])

    def test_answers_with_any_bytes(self):
        for line in ("\0", "a\x1b[31m:1|c", "<script>:1|c|#\"':x"):
            self.assertEqual(self.explained(line)["line"], line)
        status, _, body = self.daemon.exchange("GET", "/api/v1/explain?line=%ff%fe")
        self.assertEqual((status, json.loads(body)["line"]), (200, "\ufffd\ufffd"))

    def test_answers_the_command(self):
        code, output, errors = ask(self.url, "shop.bonn.stock:3|g")
        self.assertEqual((code, errors), (0, ""))
        self.assertIn(f"{self.mapping}:2 shop.*.stock - takes it: $1 = `bonn`\n", output)
        self.assertIn("store     the series is new\n", output)

        code, output, errors = ask(self.url + "/", "--format=json", "a:x|c", "b&c=+%:1|c")
        self.assertEqual((code, errors), (1, ""))
        self.assertEqual([json.loads(line)["line"] for line in output.splitlines()], ["a:x|c", "b&c=+%:1|c"])

    def test_tells_the_command_what_is_wrong(self):
        for arguments, message in (((self.url + "/nowhere",), "status 404: 404 page not found"), ((self.url, "--mapping=x"), "goes with no --at"),
                                   (("ftp://localhost",), "expected the URL of a daemon"), (("http://127.0.0.1:1",), "connection refused")):
            code, output, errors = ask(*arguments, "a:1|c")
            self.assertEqual((code, output), (2, ""))
            self.assertIn(message, errors)


class GuardedApi(unittest.TestCase):
    def test_asks_for_the_password(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "web.yml"
            config.write_text(f"basic_auth_users: {{ann: {certificates.HASHES[0]}}}\n")
            daemon = running_daemon.RunningDaemon(tap.weir(), [f"--web.config.file={config}"], awaits_ready=False)
            with daemon:
                place = f"127.0.0.1:{daemon.http_port}"
                code, _, errors = ask(f"http://{place}", "a:1|c")
                self.assertEqual(code, 2)
                self.assertIn("status 401", errors)
                self.assertEqual(ask(f"http://ann:{urllib.parse.quote(certificates.PASSWORD)}@{place}", "a:1|c")[0], 0)

    def test_refuses_to_send_a_wrong_one_into_the_log(self):
        code, _, errors = ask("http://ann:secret@127.0.0.1:1", "a:1|c")
        self.assertEqual(code, 2)
        self.assertIn("127.0.0.1:1: connection refused", errors)
        self.assertNotIn("secret", errors)


class ApiOverTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        authority = certificates.Authority(folder.name)
        certificate, key = authority.sign("server", "DNS:localhost,IP:127.0.0.1")
        config = pathlib.Path(folder.name) / "web.yml"
        config.write_text(f"tls_server_config: {{cert_file: {certificate}, key_file: {key}}}\n")
        cls.authority = str(authority.certificate)
        cls.certificate = str(certificate)
        cls.stranger = str(certificates.Authority(folder.name, "stranger").certificate)
        daemon = running_daemon.RunningDaemon(tap.weir(), [f"--web.config.file={config}"], awaits_ready=False)
        cls.daemon = daemon.__enter__()
        cls.addClassCleanup(daemon.__exit__, None, None, None)
        cls.port = cls.daemon.http_port

    def test_answers_who_trusts_its_certificate(self):
        for arguments, environment in ((["--cacert", self.authority], {}), (["--cacert", self.certificate], {}), (["--insecure"], {}),
                                       ([], {"SSL_CERT_FILE": self.authority})):
            for host in ("localhost", "127.0.0.1"):
                code, output, errors = ask(f"https://{host}:{self.port}", *arguments, "a:1|c", **environment)
                self.assertEqual((code, errors), (0, ""), (arguments, host))
                self.assertIn("a 1\n", output)

    def test_is_not_asked_who_it_cannot_prove_to_be(self):
        rows = (([], "the certificate will not do: unable to get local issuer certificate"), (["--cacert", self.stranger], "the certificate will not do"),
                (["--cacert", "/nowhere"], "/nowhere: no certificates can be read"))
        for arguments, message in rows:
            code, output, errors = ask(f"https://localhost:{self.port}", *arguments, "a:1|c", SSL_CERT_FILE="/nowhere", SSL_CERT_DIR="/nowhere")
            self.assertEqual((code, output), (2, ""), arguments)
            self.assertIn(message, errors)

    def test_is_not_asked_by_another_name(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = certificates.Authority(folder)
            certificate, key = authority.sign("server", "DNS:elsewhere,IP:127.0.0.2")
            config = pathlib.Path(folder) / "web.yml"
            config.write_text(f"tls_server_config: {{cert_file: {certificate}, key_file: {key}}}\n")
            with running_daemon.RunningDaemon(tap.weir(), [f"--web.config.file={config}"], awaits_ready=False) as daemon:
                for host, message in (("localhost", "hostname mismatch"), ("127.0.0.1", "IP address mismatch")):
                    code, _, errors = ask(f"https://{host}:{daemon.http_port}", "--cacert", str(authority.certificate), "a:1|c")
                    self.assertEqual(code, 2)
                    self.assertIn(message, errors)

    def test_says_what_does_not_speak_tls(self):
        with running_daemon.RunningDaemon(tap.weir()) as plain:
            code, _, errors = ask(f"https://localhost:{plain.http_port}", "a:1|c")

        self.assertEqual(code, 2)
        self.assertIn("does not speak TLS", errors)


if __name__ == "__main__":
    tap.main()
