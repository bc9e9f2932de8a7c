#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""StatsD over TCP with TLS, by --statsd.tcp-tls-config (behaviour tls.statsd)."""

import contextlib
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402

FAILURES = 'weir_tls_handshake_failures_total{listener="tcp",reason="%s"}'
DONE = 'weir_tls_handshakes_total{listener="tcp"}'
WAIT_SECONDS = 30
MUTUAL = "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n"


def setUpModule():
    global FOLDER, CLIENT, STRANGER
    FOLDER = pathlib.Path(tempfile.mkdtemp())
    authority = certificates.Authority(FOLDER)
    authority.sign("server")
    CLIENT = authority.sign("client")
    STRANGER = certificates.Authority(FOLDER, "stranger").sign("foreign")


def tearDownModule():
    shutil.rmtree(FOLDER)


def tls_file(rest=""):
    path = FOLDER / "tcp.yml"
    path.write_text("tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n" + rest)
    return path


@contextlib.contextmanager
def daemon_with(rest="", flags=()):
    with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.tcp-tls-config={tls_file(rest)}", *flags]) as daemon:
        yield daemon


@contextlib.contextmanager
def connection(daemon, client=None):
    context = ssl.create_default_context(cafile=FOLDER / "ca.pem")
    if client:
        context.load_cert_chain(*client)
    with socket.create_connection(("127.0.0.1", daemon.tcp_port), timeout=WAIT_SECONDS) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secured:
            yield secured


def send(daemon, lines, client=None):
    """What a client that is refused sees depends on the moment: nothing is made of it."""
    with contextlib.suppress(OSError), connection(daemon, client) as secured:
        secured.sendall(lines)
        secured.unwrap()


class TcpTls(unittest.TestCase):
    def test_lines_arrive_whole_whatever_the_records(self):
        with daemon_with(flags=["--statsd.workers=2"]) as daemon:
            lines = b"".join(b"some.counter:1|c\n" for _ in range(50_000))
            with connection(daemon) as secured:
                for start in range(0, len(lines), 70_001):
                    secured.sendall(lines[start:start + 70_001])
                for byte in b"a.b:3|c\nc.d:4":
                    secured.sendall(bytes([byte]))
            daemon.wait_for_self_value("statsd_exporter_lines_total", 50_001)
            page = daemon.scrape_text()
            self.assertIn("some_counter 50000\n", page)
            self.assertIn("a_b 3\n", page)

    def test_many_connections_at_once(self):
        with daemon_with() as daemon:
            threads = [threading.Thread(target=send, args=(daemon, b"many:1|c\n" * 100)) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            daemon.wait_for_self_value("statsd_exporter_lines_total", 2000)
            self.assertIn("many 2000\n", daemon.scrape_text())

    def test_only_clients_with_certificates_are_let_in(self):
        with daemon_with(MUTUAL) as daemon:
            for client in (None, STRANGER, CLIENT):
                send(daemon, b"let.in:1|c\n", client)
            daemon.wait_for_self_value(FAILURES % "certificate", 2)
            daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
            self.assertIn("let_in 1\n", daemon.scrape_text())

    def test_what_is_counted(self):
        with daemon_with() as daemon, self_page.Watch(daemon) as watch:
            taken = {"statsd_exporter_tcp_connections_total": 1}
            with watch.moves({**taken, FAILURES % "plain": 1}), socket.create_connection(("127.0.0.1", daemon.tcp_port)) as plain:
                plain.sendall(b"plain:1|c\n")
                with contextlib.suppress(ConnectionError):
                    plain.recv(100)
            with watch.moves({**taken, DONE: 1}), connection(daemon) as secured:
                secured.unwrap()

    def test_a_handshake_that_is_not_done_in_time_is_closed(self):
        with daemon_with() as daemon, socket.create_connection(("127.0.0.1", daemon.tcp_port), timeout=WAIT_SECONDS) as silent:
            self.assertEqual(silent.recv(1), b"")
            self.assertEqual(daemon.self_value(FAILURES % "timeout"), 1)

    def test_a_file_that_became_bad_refuses_connections_until_it_is_good(self):
        with daemon_with() as daemon:
            tls_file("  min_version: TLS10\n")
            send(daemon, b"lost:1|c\n")
            daemon.wait_for_self_value(FAILURES % "config", 1)
            self.assertEqual(daemon.self_value('weir_ledger_connections_total{listener="tcp",outcome="failed"}'), 1)
            tls_file()
            send(daemon, b"taken:1|c\n")
            daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
            self.assertIn("taken 1\n", daemon.scrape_text())

    def test_what_was_sent_is_taken_in_at_the_stop(self):
        with daemon_with() as daemon, connection(daemon) as secured:
            daemon.wait_for_self_value(DONE, 1)
            secured.sendall(b"late:1|c\n")

    def test_a_file_without_the_section_ends_the_start(self):
        path = FOLDER / "none.yml"
        path.write_text("basic_auth_users: {}\n")
        for flags in ([], ["--check-config"]):
            done = subprocess.run([str(tap.weir()), f"--statsd.tcp-tls-config={path}", "--statsd.listen-udp=127.0.0.1:0",
                                   "--statsd.listen-tcp=127.0.0.1:0", "--web.listen-address=127.0.0.1:0", *flags],
                                  capture_output=True, text=True, timeout=WAIT_SECONDS)
            self.assertEqual(done.returncode, 1)
            self.assertIn("none.yml: has no tls_server_config", done.stderr)


if __name__ == "__main__":
    tap.main()
