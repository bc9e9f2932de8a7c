#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several addresses for HTTP, by repeating --web.listen-address (behaviour listen.web-addresses)."""

import contextlib
import http.client
import pathlib
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import tap  # noqa: E402

FLAG = "--web.listen-address"
STATSD = ("--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-tcp=")


def ports_of(daemon):
    line = next(line for line in daemon.log_lines if "Accepting Prometheus Requests" in line)
    return [int(address.rpartition(":")[2]) for address in running_daemon.attributes(line)["addr"].split(",")]


def answer(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=running_daemon.HTTP_SECONDS_MAX)
    with contextlib.closing(connection):
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()


def refused_start(*flags):
    return subprocess.run([str(tap.weir()), *STATSD, *flags], capture_output=True, text=True, timeout=running_daemon.START_SECONDS_MAX)


def served_connection(port):
    """One that has had an answer: until those who asked before are gone, the limit may refuse it."""
    connection = None

    def is_served():
        nonlocal connection
        connection = socket.create_connection(("127.0.0.1", port))
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"GET /-/ready HTTP/1.1\r\nHost: a\r\n\r\n")
            if connection.recv(100).startswith(b"HTTP/1.1 200"):
                return True
        connection.close()
        return False

    running_daemon.wait_until(is_served, running_daemon.HTTP_SECONDS_MAX, "a connection that is served")
    return connection


class WebAddresses(unittest.TestCase):
    def test_each_serves_the_same(self):
        with running_daemon.RunningDaemon(tap.weir(), [f"{FLAG}=127.0.0.1:0"] * 3) as daemon:
            ports = ports_of(daemon)
            self.assertEqual(len(set(ports)), 3)
            for port in ports:
                self.assertEqual(answer(port, "/-/ready")[0], 200)
                self.assertIn(b"weir_http_connections ", answer(port, "/metrics")[1])

    def test_one_limit_counts_the_connections_of_all(self):
        with running_daemon.RunningDaemon(tap.weir(), [f"{FLAG}=127.0.0.1:0"] * 2 + ["--limits.http-connections=2"]) as daemon:
            first, second = ports_of(daemon)
            with served_connection(first), served_connection(second):
                with socket.create_connection(("127.0.0.1", first)) as refused:
                    refused.settimeout(running_daemon.HTTP_SECONDS_MAX)
                    with contextlib.suppress(ConnectionResetError):
                        self.assertEqual(refused.recv(1), b"")
            self.assertGreaterEqual(daemon.self_value("weir_http_connections_refused_total"), 1)

    def test_a_second_address_that_is_taken_ends_the_start(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = refused_start(f"{FLAG}=127.0.0.1:0", f"{FLAG}=127.0.0.1:{port}")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"listen tcp 127.0.0.1:{port}: bind: address already in use", done.stderr)

    def test_sockets_of_virtual_machines_are_refused(self):
        done = refused_start(f"{FLAG}=vsock://:9102")
        self.assertEqual(done.returncode, 1)
        self.assertIn("listen vsock://:9102: sockets of VMs are not served: it must be HOST:PORT or :PORT", done.stderr)
        self.assertIn(f"flag={FLAG}", done.stderr)


if __name__ == "__main__":
    tap.main()
