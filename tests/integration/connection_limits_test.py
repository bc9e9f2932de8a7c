#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The limits of connections, StatsD's and HTTP's: each flag set small, what happens past it, and what is counted, and nothing else."""

import contextlib
import pathlib
import socket
import struct
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402
from self_page import applied, made, plus, read  # noqa: E402

CLIENT_SECONDS_MAX = 30
# How long a client that goes on sending is watched: many times the timeout that it must outlive.
ACTIVE_SECONDS = 1.5
# For each connection.
FDS = "process_open_fds"
REFUSED_REQUESTS = 'weir_http_requests_refused_total{code="%d"}'
ONE_COUNTER = plus(read(1), applied("counter", 1), made("counter"))


def framed(packet):
    return struct.pack("<I", len(packet)) + packet


def ends(client):
    """Whether the daemon closes the connection, one way or the other."""
    with contextlib.suppress(ConnectionResetError):
        return client.recv(1) == b""
    return True


class ConnectionLimits(unittest.TestCase):
    @contextlib.contextmanager
    def limited(self, *flags):
        with tempfile.TemporaryDirectory(prefix="weir-limits-") as folder:
            self.path = str(pathlib.Path(folder, "stream"))
            flags = [f"--statsd.listen-unixstream={self.path}", *flags]
            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon, self_page.Watch(daemon) as watch:
                self.daemon, self.watch = daemon, watch
                yield

    def over_tcp(self):
        return socket.create_connection(("127.0.0.1", self.daemon.tcp_port), CLIENT_SECONDS_MAX)

    def over_http(self):
        return socket.create_connection(("127.0.0.1", self.daemon.http_port), CLIENT_SECONDS_MAX)

    def over_unix(self):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(CLIENT_SECONDS_MAX)
        client.connect(self.path)
        return client

    def assert_refuses_the_third(self, connect, refused, opened):
        """Of two connections allowed, the third is closed at once, and there is room again when one of them goes."""
        with contextlib.ExitStack() as clients:
            with self.watch.moves(plus(opened, opened)):
                first, second = (clients.enter_context(connect()) for _ in range(2))
            with self.watch.moves({refused: 1}), connect() as third:
                self.assertTrue(ends(third))
            with self.watch.moves({series: -amount for series, amount in opened.items() if not series.endswith("_total")}):
                first.close()
            with self.watch.moves(opened):
                clients.enter_context(connect())
            second.sendall(b"a")

    def test_tcp_connections(self):
        with self.limited("--limits.tcp-connections=2"):
            opened = {"statsd_exporter_tcp_connections_total": 1, "weir_tcp_connections": 1, FDS: 1}
            self.assert_refuses_the_third(self.over_tcp, "weir_tcp_connections_refused_total", opened)

    def test_unixstream_connections(self):
        with self.limited("--limits.unixstream-connections=2"):
            opened = {"weir_unixstream_connections_total": 1, "weir_unixstream_connections": 1, FDS: 1}
            self.assert_refuses_the_third(self.over_unix, "weir_unixstream_connections_refused_total", opened)

    def test_http_connections(self):
        # One of them is the watch's.
        with self.limited("--limits.http-connections=3"):
            self.assert_refuses_the_third(self.over_http, "weir_http_connections_refused_total", {"weir_http_connections": 1, FDS: 1})

    def assert_closes_silent_connections(self, connect, connected, closed):
        """A connection that sends stays, one beside it that says nothing goes, and is counted."""
        with connect() as active, connect() as silent:
            # The watch waits until both are there.
            running_daemon.wait_until(lambda: self.watch.value(connected) == 2, CLIENT_SECONDS_MAX, "two connections")
            deadline = time.monotonic() + ACTIVE_SECONDS
            sent = 0
            while time.monotonic() < deadline or self.watch.value(closed) == 0:
                active.sendall(b"a:1|c\n")
                sent += 1
                time.sleep(0.01)
            self.assertTrue(ends(silent))
            self.assertEqual(self.watch.value(closed), 1)
            running_daemon.wait_until(lambda: self.watch.value("statsd_exporter_lines_total") == sent, CLIENT_SECONDS_MAX, f"{sent} lines")
            # It is silent now, too.
            self.assertTrue(ends(active))
            running_daemon.wait_until(lambda: self.watch.value(closed) == 2, CLIENT_SECONDS_MAX, "both closed")

    def test_tcp_idle_timeout(self):
        with self.limited("--limits.tcp-idle-timeout=500ms"):
            idle = "weir_tcp_connections_idle_closed_total"
            with self.watch.moves({idle: 1, "statsd_exporter_tcp_connections_total": 1}), self.over_tcp() as silent:
                self.assertTrue(ends(silent))
        with self.limited("--limits.tcp-idle-timeout=500ms"):
            self.assert_closes_silent_connections(self.over_tcp, "statsd_exporter_tcp_connections_total", idle)

    def test_unixstream_idle_timeout(self):
        with self.limited("--limits.unixstream-idle-timeout=500ms"):
            idle = "weir_unixstream_connections_idle_closed_total"
            with self.watch.moves({idle: 1, "weir_unixstream_connections_total": 1}), self.over_unix() as silent:
                self.assertTrue(ends(silent))
        with self.limited("--limits.unixstream-idle-timeout=500ms"):
            self.assert_closes_silent_connections(self.over_unix, "weir_unixstream_connections_total", idle)

    def test_frame_bytes(self):
        with self.limited("--limits.frame-bytes=5", "--statsd.unixstream-framing=length"):
            moved = {"weir_unixstream_connections_total": 1, "weir_unixstream_packets_total": 1, "weir_unixstream_too_long_total": 2}
            with self.watch.moves(plus(ONE_COUNTER, moved)), self.over_unix() as client:
                client.sendall(framed(b"ab:1|c") + framed(b"a:1|c") + framed(b"x" * 100))
            moved = {"weir_unixstream_connections_total": 1, "weir_unixstream_packets_cut_off_total": 1}
            with self.watch.moves(moved), self.over_unix() as client:
                client.sendall(framed(b"a:1|c")[:-1])

    def test_line_bytes_of_unix_streams(self):
        with self.limited("--limits.line-bytes=5"):
            moved = {"weir_unixstream_connections_total": 1, "weir_unixstream_too_long_total": 1, "weir_lines_too_long_total": 1}
            with self.watch.moves(plus(ONE_COUNTER, moved)), self.over_unix() as client:
                client.sendall(b"ab:1|c\na:1|c\n")

    def test_http_request_timeout(self):
        with self.limited("--limits.http-request-timeout=200ms"):
            with self.watch.moves({"weir_http_timeouts_total": 1}), self.over_http() as client:
                # Well before the default, 30 s.
                client.settimeout(15)
                client.sendall(b"GET /metrics HTTP/1.1\r\n")
                self.assertTrue(ends(client))

    def assert_status(self, request, status):
        with self.over_http() as client:
            client.sendall(request)
            self.assertEqual(client.recv(12), b"HTTP/1.1 %d" % status)

    def test_http_header_bytes(self):
        request = b"GET /-/ready HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n"
        with self.limited("--limits.http-header-bytes=1000"):
            with self.watch.moves({}):
                self.assert_status(request % (b"x" * 500), 200)
            with self.watch.moves({REFUSED_REQUESTS % 431: 1}):
                self.assert_status(request % (b"x" * 1500), 431)

    def test_http_requests_that_nobody_can_answer(self):
        requests = {
            400: b"nonsense\r\n\r\n", 417: b"GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n",
            501: b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", 505: b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        }
        with self.limited():
            for status, request in requests.items():
                with self.subTest(status=status), self.watch.moves({REFUSED_REQUESTS % status: 1}):
                    self.assert_status(request, status)


if __name__ == "__main__":
    tap.main()
