#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""HTTP over TLS: versions, ciphers, client certificates, new certificates, and clients that do not do what they should (behaviours tls.*)."""

import contextlib
import http.client
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402

FAILURES = 'weir_tls_handshake_failures_total{listener="http",reason="%s"}'
REQUEST = b"GET /-/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
WAIT_SECONDS = 30


class Scene:
    """Certificates in a folder of their own, made once for all tests."""

    @classmethod
    def make(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.authority = certificates.Authority(cls.folder)
        cls.stranger = certificates.Authority(cls.folder, "stranger")
        cls.authority.sign("server")
        cls.client = cls.authority.sign("client", "DNS:scraper.example,IP:10.0.0.1,URI:spiffe://a/b,email:a@example.org")
        cls.foreign_client = cls.stranger.sign("foreign")

    @classmethod
    def remove(cls):
        shutil.rmtree(cls.folder)


def setUpModule():
    Scene.make()


def tearDownModule():
    Scene.remove()


def client_context(client=None, **versions):
    context = ssl.create_default_context(cafile=Scene.authority.certificate)
    if client:
        context.load_cert_chain(*client)
    for name, value in versions.items():
        setattr(context, name, value)
    return context


class TlsDaemon(running_daemon.RunningDaemon):
    """A daemon with `lines` in its TLS section and `rest` after it, asked with `context`."""

    def __init__(self, lines=(), rest="", flags=(), context=None, cert="server"):
        self.path = pathlib.Path(tempfile.mkstemp(dir=Scene.folder, suffix=".yml")[1])
        self.section = [f"cert_file: {cert}.pem", f"key_file: {cert}.key", *lines]
        self.rest = rest
        self.context = context or client_context()
        self.write()
        super().__init__(tap.weir(), [f"--web.config.file={self.path}", *flags])

    def write(self):
        self.path.write_text("tls_server_config:\n" + "".join(f"  {line}\n" for line in self.section) + self.rest)

    def exchange(self, method, path, headers=None):
        connection = http.client.HTTPSConnection("localhost", self.http_port, timeout=WAIT_SECONDS, context=self.context)
        with contextlib.closing(connection):
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()

    @contextlib.contextmanager
    def connection(self, context=None):
        with socket.create_connection(("127.0.0.1", self.http_port), timeout=WAIT_SECONDS) as plain:
            with (context or self.context).wrap_socket(plain, server_hostname="localhost") as secured:
                yield secured

    def answer(self, context=None):
        """The status line with `context`; "" when the daemon ends the connection first."""
        try:
            with self.connection(context) as secured:
                secured.sendall(REQUEST)
                return secured.recv(4096).split(b"\r\n")[0].decode()
        except OSError:
            return ""

    def plain(self):
        return socket.create_connection(("127.0.0.1", self.http_port), timeout=WAIT_SECONDS)


GOOD = "HTTP/1.1 200 OK"
# A field on two lines, which Go takes too.
FOLDED = b"X: a\r\n b"


class Versions(unittest.TestCase):
    def test_both_versions_are_spoken(self):
        with TlsDaemon() as daemon:
            for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
                with daemon.connection(client_context(minimum_version=version, maximum_version=version)) as secured:
                    self.assertEqual(secured.version(), name)
            self.assertGreaterEqual(daemon.self_value('weir_tls_handshakes_total{listener="http"}'), 3)

    def test_a_version_can_be_asked_for(self):
        old = client_context(maximum_version=ssl.TLSVersion.TLSv1_2)
        with TlsDaemon(["min_version: TLS13"]) as daemon:
            self.assertEqual((daemon.answer(), daemon.answer(old)), (GOOD, ""))
            self.assertEqual(daemon.self_value(FAILURES % "other"), 1)
        with TlsDaemon(["max_version: TLS12"]) as daemon:
            with daemon.connection() as secured:
                self.assertEqual(secured.version(), "TLSv1.2")

    def test_ciphers_and_curves_can_be_asked_for(self):
        old = client_context(maximum_version=ssl.TLSVersion.TLSv1_2)
        with TlsDaemon(["cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]", "curve_preferences: [CurveP384]"]) as daemon:
            with daemon.connection(old) as secured:
                self.assertEqual(secured.cipher()[0], "ECDHE-ECDSA-AES256-GCM-SHA384")
            old.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
            self.assertEqual(daemon.answer(old), "")
            other = client_context()
            other.set_ecdh_curve("prime256v1")
            self.assertEqual((daemon.answer(other), daemon.answer()), ("", GOOD))

    def test_no_session_is_resumed(self):
        with TlsDaemon() as daemon:
            old = client_context(maximum_version=ssl.TLSVersion.TLSv1_2)
            for context in (client_context(), old):
                with daemon.connection(context) as first:
                    first.sendall(REQUEST)
                    first.recv(4096)
                    session = first.session
                with daemon.plain() as plain, context.wrap_socket(plain, server_hostname="localhost", session=session) as again:
                    self.assertFalse(again.session_reused)


class ClientCertificates(unittest.TestCase):
    def verdicts(self, auth, lines=("client_ca_file: ca.pem",)):
        """What a client without a certificate, with a good one and with a stranger's gets."""
        context = client_context(Scene.client)
        with TlsDaemon([f"client_auth_type: {auth}", *lines], context=context) as daemon:
            return [daemon.answer(client_context(client)) == GOOD for client in (None, Scene.client, Scene.foreign_client)]

    def test_each_type(self):
        none = ()
        self.assertEqual(self.verdicts("NoClientCert", none), [True, True, True])
        self.assertEqual(self.verdicts("RequestClientCert"), [True, True, True])
        self.assertEqual(self.verdicts("RequireAnyClientCert", none), [False, True, True])
        self.assertEqual(self.verdicts("RequireClientCert", none), [False, True, True])
        self.assertEqual(self.verdicts("VerifyClientCertIfGiven"), [True, True, False])
        self.assertEqual(self.verdicts("RequireAndVerifyClientCert"), [False, True, False])

    def test_names_of_the_client(self):
        for name, is_good in (("scraper.example", True), ("10.0.0.1", True), ("spiffe://a/b", True), ("a@example.org", True), ("client", False)):
            lines = ["client_auth_type: RequireAndVerifyClientCert", "client_ca_file: ca.pem", f"client_allowed_sans: [x, '{name}']"]
            if is_good:
                with TlsDaemon(lines, context=client_context(Scene.client)) as daemon:
                    self.assertEqual(daemon.answer(client_context()), "")
                    self.assertEqual(daemon.self_value(FAILURES % "certificate"), 1)
                continue
            # It cannot say that it is ready to a client that it refuses.
            with TlsDaemon(lines[:2], context=client_context(Scene.client)) as daemon:
                daemon.section.append(lines[2])
                daemon.write()
                self.assertEqual(daemon.answer(), "")

    def test_a_client_without_a_certificate_has_no_name(self):
        lines = ["client_auth_type: RequestClientCert", "client_allowed_sans: [scraper.example]"]
        with TlsDaemon(lines, context=client_context(Scene.client)) as daemon:
            self.assertEqual((daemon.answer(client_context()), daemon.answer()), ("", GOOD))

    def test_inline(self):
        lines = []
        for key, path in (("cert", "server.pem"), ("key", "server.key"), ("client_ca", "ca.pem")):
            lines += [f"{key}: |", *("  " + line for line in (Scene.folder / path).read_text().splitlines())]
        with TlsDaemon(["client_auth_type: RequireAndVerifyClientCert", "client_ca_file: ca.pem"], context=client_context(Scene.client)) as daemon:
            daemon.section = [*lines, "client_auth_type: RequireAndVerifyClientCert"]
            daemon.write()
            self.assertEqual((daemon.answer(), daemon.answer(client_context())), (GOOD, ""))


class Changes(unittest.TestCase):
    def serial(self, daemon):
        with daemon.connection() as secured:
            return secured.getpeercert()["serialNumber"]

    def test_a_new_certificate_is_used_at_once(self):
        Scene.authority.sign("changing")
        with TlsDaemon(cert="changing") as daemon:
            before = self.serial(daemon)
            self.assertEqual(self.serial(daemon), before)
            with daemon.connection() as held:
                Scene.authority.sign("changing")
                self.assertNotEqual(self.serial(daemon), before)
                # The connection that was open goes on.
                held.sendall(REQUEST)
                self.assertTrue(held.recv(4096).startswith(GOOD.encode()))

    def test_files_that_became_bad_refuse_connections_until_they_are_good(self):
        key = (Scene.folder / "server.key").read_text()
        with TlsDaemon() as daemon:
            for text in ("", "nonsense", (Scene.folder / "client.key").read_text()):
                (Scene.folder / "server.key").write_text(text)
                self.assertEqual(daemon.answer(), "")
            (Scene.folder / "server.key").write_text(key)
            self.assertEqual(daemon.answer(), GOOD)
            daemon.path.write_text("{}")
            self.assertEqual(daemon.answer(), "")
            daemon.write()
            self.assertEqual(daemon.self_value(FAILURES % "config"), 4)
            self.assertEqual(daemon.log().count("Connections are refused while"), 1)
            self.assertIn(":3:13: key_file: there is no private key", daemon.log())


class BadClients(unittest.TestCase):
    def test_plain_http_is_answered_with_the_reason(self):
        with TlsDaemon() as daemon:
            with daemon.plain() as plain:
                plain.sendall(REQUEST)
                answer = plain.makefile("rb").read()
            self.assertTrue(answer.startswith(b"HTTP/1.0 400 "), answer)
            self.assertIn(b"ask for https", answer)
            self.assertEqual(daemon.self_value(FAILURES % "plain"), 1)

    def test_failures_are_counted_and_logged_once(self):
        with TlsDaemon() as daemon:
            for _ in range(50):
                with daemon.plain() as plain:
                    plain.sendall(b"\x16\x03\x01\x00\x05nonsense")
                    with contextlib.suppress(ConnectionError):
                        plain.makefile("rb").read()
            self.assertEqual(daemon.self_value(FAILURES % "other") + daemon.self_value(FAILURES % "plain"), 50)
            self.assertEqual(daemon.log().count("TLS handshake failed"), 1)

    def test_a_handshake_that_is_not_done_in_time_is_closed_and_counts_as_a_connection(self):
        flags = ["--limits.http-request-timeout=1s", "--limits.http-connections=3"]
        with TlsDaemon(flags=flags) as daemon:
            with contextlib.ExitStack() as held:
                silent = [held.enter_context(daemon.plain()) for _ in range(3)]
                silent[0].sendall(b"\x16\x03\x01")
                for plain in silent:
                    self.assertEqual(plain.recv(1), b"")
            timeouts = daemon.self_value(FAILURES % "timeout")
            # The connection that asked whether it is ready may still have counted.
            self.assertGreaterEqual(timeouts, 2)
            self.assertEqual(timeouts + daemon.self_value("weir_http_connections_refused_total"), 3)

    def test_a_slow_request_is_closed(self):
        with TlsDaemon(flags=["--limits.http-request-timeout=1s"]) as daemon:
            with daemon.connection() as secured:
                started = time.monotonic()
                with contextlib.suppress(OSError):
                    while time.monotonic() < started + WAIT_SECONDS:
                        secured.sendall(b"G")
                        secured.settimeout(0.2)
                        with contextlib.suppress(TimeoutError, ssl.SSLWantReadError):
                            if secured.recv(1) == b"":
                                break
                self.assertLess(time.monotonic(), started + WAIT_SECONDS)
            self.assertGreaterEqual(daemon.self_value("weir_http_timeouts_total"), 1)

    def test_pipelined_requests_are_answered_in_order(self):
        with TlsDaemon() as daemon, daemon.connection() as secured:
            first = b"GET /-/ready HTTP/1.1\r\nHost: a\r\n\r\n"
            secured.sendall(first * 5 + REQUEST.replace(b"ready", b"healthy"))
            answers = secured.makefile("rb").read()
            self.assertEqual(answers.count(b"HTTP/1.1 200 OK\r\n"), 6)
            self.assertEqual((answers.count(b"is Ready"), answers.count(b"is Healthy")), (5, 1))
            self.assertLess(answers.rindex(b"is Ready"), answers.index(b"is Healthy"))

    def test_smuggled_requests_are_refused(self):
        heads = (b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Content-Length: 5\r\nContent-Length: 6", FOLDED,
                 b"Transfer-Encoding: chunked, identity", b"Content-Length: +5", b"Content-Length : 5", b"X: " + b"a" * 2_000_000)
        with TlsDaemon() as daemon:
            for head in heads:
                with daemon.connection() as secured:
                    with contextlib.suppress(OSError):
                        secured.sendall(b"POST /-/ready HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n\r\n0\r\n\r\n" + REQUEST)
                    answer = b""
                    with contextlib.suppress(OSError):
                        answer = secured.makefile("rb").read()
                # Whatever the first was taken for, what came after it was not answered.
                self.assertNotIn(b"is Ready", answer, head[:60])
                if head != FOLDED:
                    self.assertEqual((answer.count(b"HTTP/1.1 "), answer.count(b" 200 ")), (1, 0), (head[:60], answer))


class Counts(unittest.TestCase):
    def test_handshakes(self):
        with TlsDaemon() as daemon:
            connection = http.client.HTTPSConnection("localhost", daemon.http_port, timeout=WAIT_SECONDS, context=daemon.context)
            with self_page.Watch(daemon, connection) as watch:
                with watch.moves({'weir_tls_handshakes_total{listener="http"}': 2}):
                    self.assertEqual([daemon.answer(), daemon.answer()], [GOOD, GOOD])
                with watch.moves({'weir_tls_handshake_failures_total{listener="http",reason="plain"}': 1}), daemon.plain() as plain:
                    plain.sendall(REQUEST)
                    plain.makefile("rb").read()


class Tools(unittest.TestCase):
    def test_curl(self):
        rest = f"basic_auth_users:\n  user: {certificates.HASHES[2]}\n"
        lines = ["client_auth_type: RequireAndVerifyClientCert", "client_ca_file: ca.pem"]
        with TlsDaemon(lines, context=client_context(Scene.client)) as daemon:
            daemon.rest = rest
            daemon.write()
            base = ["curl", "-sS", "--cacert", Scene.authority.certificate, "-o", "/dev/null", "-w", "%{http_code} %{http_version}",
                    f"https://localhost:{daemon.http_port}/metrics"]
            mutual = ["--cert", Scene.client[0], "--key", Scene.client[1]]

            def status(*options):
                done = subprocess.run([*base, *options], capture_output=True, text=True, timeout=WAIT_SECONDS)
                return done.stdout

            self.assertEqual(status(*mutual, "-u", f"user:{certificates.PASSWORD}"), "200 1.1")
            self.assertEqual(status(*mutual, "-u", "user:x"), "401 1.1")
            self.assertEqual(status("-u", f"user:{certificates.PASSWORD}")[:3], "000")
            daemon.rest = ""
            daemon.write()

    def test_openssl_s_client(self):
        with TlsDaemon() as daemon:
            done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{daemon.http_port}", "-CAfile", Scene.authority.certificate,
                                   "-verify_return_error", "-servername", "localhost", "-ign_eof"],
                                  input=REQUEST, capture_output=True, timeout=WAIT_SECONDS)
            self.assertIn(b"Verify return code: 0 (ok)", done.stdout)
            self.assertIn(b"HTTP/1.1 200 OK", done.stdout)
            self.assertNotIn(b"unexpected eof", done.stderr)


if __name__ == "__main__":
    tap.main()
