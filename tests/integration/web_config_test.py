#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--web.config.file without TLS: users, header fields, the rate limit, and files that are wrong (behaviours web.*)."""

import base64
import contextlib
import http.client
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402

DENIED = 'weir_http_requests_denied_total{reason="%s"}'
USERS = "basic_auth_users:\n" + "".join(f"  user{number}: {text}\n" for number, text in enumerate(certificates.HASHES))
# The same password at a cost that takes a second or so for each check.
COSTLY = "$2b$14$" + certificates.HASHES[0][7:]


def authorization(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


GOOD = authorization("user0", certificates.PASSWORD)


class GuardedDaemon(running_daemon.RunningDaemon):
    """A daemon whose web configuration file is `config`, which is asked as the first user."""

    def __init__(self, config, flags=(), asked=None):
        self._folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self._folder.name) / "web.yml"
        self.path.write_text(config)
        self._asked = GOOD if asked is None else asked
        super().__init__(tap.weir(), [f"--web.config.file={self.path}", *flags])

    def __exit__(self, *exception):
        super().__exit__(*exception)
        self._folder.cleanup()

    def exchange(self, method, path, headers=None):
        return super().exchange(method, path, {**self._asked, **(headers or {})})

    def status(self, path, headers):
        return running_daemon.RunningDaemon.exchange(self, "GET", path, {"Authorization": "none", **headers})[0]


class Users(unittest.TestCase):
    def test_every_path_asks_for_a_password(self):
        with GuardedDaemon(USERS, ["--web.enable-lifecycle"]) as daemon:
            paths = ("/", "/metrics", "/-/healthy", "/-/ready", "/-/reload", "/-/quit", "/status", "/status.js",
                     "/api/v1/explain", "/api/v1/status", "/api/v1/tail", "/api/v1/suggest", "/nowhere")
            for path in paths:
                status, fields, _ = daemon.exchange("POST", path, {"Authorization": "none"})
                self.assertEqual((status, fields["www-authenticate"]), (401, 'Basic realm="weir"'), path)
            self.assertIsNone(daemon.process.poll())
            self.assertEqual(daemon.self_value(DENIED % "unauthorized"), len(paths))

    def test_a_good_password_reaches_the_lifecycle(self):
        with GuardedDaemon(USERS, ["--web.enable-lifecycle"]) as daemon:
            self.assertEqual(daemon.request("POST", "/-/quit")[0], 200)
            self.assertEqual(daemon.process.wait(running_daemon.STOP_SECONDS_MAX), 0)

    def test_each_form_of_bcrypt_and_wrong_passwords(self):
        with GuardedDaemon(USERS) as daemon:
            for user in ("user0", "user1", "user2"):
                for _ in range(2):
                    self.assertEqual(daemon.status("/metrics", authorization(user, certificates.PASSWORD)), 200)
                    for wrong in ("", "x", certificates.PASSWORD + "x", certificates.PASSWORD[:-1], certificates.PASSWORD + "\0"):
                        self.assertEqual(daemon.status("/metrics", authorization(user, wrong)), 401, (user, wrong))
            self.assertEqual(daemon.status("/metrics", authorization("nobody", certificates.PASSWORD)), 401)
            for field in ("Basic", "Basic !", "Basic " + base64.b64encode(b"user0").decode(), "Bearer x", ""):
                self.assertEqual(daemon.status("/metrics", {"Authorization": field}), 401, field)
            self.assertEqual(daemon.status("/metrics", {"Authorization": GOOD["Authorization"].replace("Basic", "bAsIc")}), 200)

    def test_users_change_without_a_restart(self):
        with GuardedDaemon(USERS) as daemon:
            other = authorization("later", certificates.PASSWORD)
            self.assertEqual(daemon.status("/metrics", other), 401)
            daemon.path.write_text(USERS + f"  later: {certificates.HASHES[1]}\n")
            self.assertEqual(daemon.status("/metrics", other), 200)
            daemon.path.write_text(USERS)
            self.assertEqual(daemon.status("/metrics", other), 401)

    def test_a_file_that_became_bad_refuses_requests_until_it_is_good(self):
        with GuardedDaemon(USERS) as daemon:
            daemon.path.write_text("basic_auth_users: {user0: none}\n")
            for _ in range(5):
                self.assertEqual(daemon.request("GET", "/metrics")[0], 500)
            daemon.path.unlink()
            self.assertEqual(daemon.request("GET", "/metrics")[0], 500)
            daemon.path.write_text(USERS)
            self.assertEqual(daemon.self_value(DENIED % "config"), 6)
            # Once, not six times.
            daemon.wait_for_log("Requests are refused")
            self.assertEqual(daemon.log().count("Requests are refused"), 1)
            self.assertIn("web.yml:1:27: the password of \\\"user0\\\" is no bcrypt hash", daemon.log())

    def test_a_flood_of_wrong_passwords_does_not_stop_scrapes(self):
        with GuardedDaemon(f"basic_auth_users:\n  user0: {certificates.HASHES[0]}\n  dear: {COSTLY}\n") as daemon:
            self.assertEqual(daemon.request("GET", "/metrics")[0], 200)

            def guess(number):
                # Some are still waiting when the daemon stops.
                with contextlib.suppress(OSError, http.client.HTTPException):
                    daemon.status("/metrics", authorization("dear", f"guess {number}"))

            threads = [threading.Thread(target=guess, args=(number,), daemon=True) for number in range(100)]
            for thread in threads:
                thread.start()
            running_daemon.wait_until(lambda: daemon.self_value(DENIED % "busy") > 0, 60, "passwords that are not checked any more")
            started = time.monotonic()
            for _ in range(20):
                self.assertEqual(daemon.request("GET", "/metrics")[0], 200)
            self.assertLess(time.monotonic() - started, 20)
            # No stop waits for the checks that are left.


class Counts(unittest.TestCase):
    def test_what_is_denied(self):
        with GuardedDaemon(USERS) as daemon, self_page.Watch(daemon, headers=GOOD) as watch:
            with watch.moves({'weir_http_requests_denied_total{reason="unauthorized"}': 3}):
                for asked in ({}, authorization("user0", "x"), authorization("nobody", "x")):
                    self.assertEqual(daemon.status("/metrics", asked), 401)


class Headers(unittest.TestCase):
    FIELDS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains", "X-Content-Type-Options": "nosniff",
              "X-Frame-Options": "deny", "X-XSS-Protection": "1", "Content-Security-Policy": "default-src 'self'"}
    CONFIG = "http_server_config:\n  headers:\n" + "".join(f"    {name}: {value}\n" for name, value in FIELDS.items())

    def test_are_added_to_every_answer_once(self):
        with GuardedDaemon(self.CONFIG, ["--web.enable-lifecycle"], asked={}) as daemon:
            for method, path in (("GET", "/metrics"), ("GET", "/"), ("GET", "/nowhere"), ("POST", "/-/reload")):
                _, fields, _ = daemon.exchange(method, path)
                for name, value in self.FIELDS.items():
                    self.assertEqual(fields[name.lower()], value, path)

    def test_are_added_to_refusals_and_deferred_answers(self):
        with GuardedDaemon(USERS + self.CONFIG) as daemon:
            for asked in ({"Authorization": "none"}, authorization("user1", certificates.PASSWORD)):
                self.assertEqual(daemon.exchange("GET", "/metrics", asked)[1]["x-frame-options"], "deny")


class Rate(unittest.TestCase):
    def test_requests_past_the_burst_are_refused(self):
        with GuardedDaemon("rate_limit: {interval: 1h, burst: 3}\n", asked={}) as daemon:
            # One was the wait for readiness.
            self.assertEqual([daemon.request("GET", "/metrics")[0] for _ in range(4)], [200, 200, 429, 429])

    def test_no_interval_is_no_limit(self):
        with GuardedDaemon("rate_limit: {interval: 0, burst: 0}\n", asked={}) as daemon:
            self.assertEqual({daemon.request("GET", "/metrics")[0] for _ in range(10)}, {200})


def refused_start(folder, text, *flags):
    path = pathlib.Path(folder) / "web.yml"
    path.write_text(text)
    listen = [f"--{flag}=127.0.0.1:0" for flag in ("web.listen-address", "statsd.listen-udp", "statsd.listen-tcp")]
    return subprocess.run([str(tap.weir()), *listen, f"--web.config.file={path}", *flags], capture_output=True, text=True,
                          timeout=running_daemon.START_SECONDS_MAX)


class BadFiles(unittest.TestCase):
    TEXTS = (("tls_server_config:\n  cert_filse: x\n", "2:3: unknown key \\\"cert_filse\\\""),
             ("tls_server_config:\n  cert_file: x\n  key_file: y\n", "2:14: cert_file cannot be read: x: No such file or directory"),
             ("basic_auth_users:\n  john: doe\n", "2:9: the password of \\\"john\\\" is no bcrypt hash"),
             ("http_server_config:\n  headers:\n    Content-Type: x\n", "3:5: the header field \\\"Content-Type\\\" cannot be set"))

    def test_end_the_start_with_their_place(self):
        with tempfile.TemporaryDirectory() as folder:
            for text, message in self.TEXTS:
                done = refused_start(folder, text)
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"/web.yml:{message}", done.stderr)

    def test_are_found_by_check_config(self):
        with tempfile.TemporaryDirectory() as folder:
            for text, message in self.TEXTS:
                done = refused_start(folder, text, "--check-config")
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"/web.yml:{message}".replace("\\", ""), done.stderr)
            self.assertEqual(refused_start(folder, USERS, "--check-config").returncode, 0)


if __name__ == "__main__":
    tap.main()
