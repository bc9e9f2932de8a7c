#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a stop does not wait for: senders and readers that never end, and an operator who asks twice. What it leaves behind it tells."""

import contextlib
import pathlib
import signal
import socket
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

# Less than the 30 s after which an answer that nobody reads is broken off anyway, and more than any stop here may take.
EXIT_SECONDS_MAX = 15
# As many as fit into an Ethernet frame: parsing them takes longer than sending them.
LINES = b"a:1|c\n" * 230
PIECE = LINES * 100
OVER = "stop timeout is over, "


# Of so many that send, some hold bytes whatever the machine does meanwhile.
CONNECTIONS = 8


@contextlib.contextmanager
def flood(clients, piece):
    """Sends without end over all of them, as long as the daemon takes it."""
    is_over = threading.Event()

    def send(client):
        with contextlib.suppress(OSError):
            while not is_over.is_set():
                client.sendall(piece)

    threads = [threading.Thread(target=send, args=[client]) for client in clients for _ in range(2 if len(clients) == 1 else 1)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


class Stop(unittest.TestCase):
    def assert_stops_under(self, daemon, clients, piece):
        with contextlib.ExitStack() as opened, flood([opened.enter_context(client) for client in clients], piece):
            daemon.wait_for_self_value("statsd_exporter_lines_total", 100_000)
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.process.wait(EXIT_SECONDS_MAX), 0)

    def warning(self, daemon, text):
        found = [line for line in daemon.log_lines if OVER + text in line]
        self.assertEqual(len(found), 1, daemon.log())
        self.assertIn("level=WARN", found[0])
        return running_daemon.attributes(found[0])

    def test_leaves_connections_that_go_on_sending(self):
        with tempfile.TemporaryDirectory(prefix="weir-stop-") as folder:
            path = str(pathlib.Path(folder, "stream"))
            for listener in ("StatsD TCP", "StatsD unix stream"):
                daemon = running_daemon.RunningDaemon(tap.weir(), ["--limits.stop-timeout=0s", f"--statsd.listen-unixstream={path}"])
                with daemon:
                    clients = [socket.socket(socket.AF_UNIX if "unix" in listener else socket.AF_INET, socket.SOCK_STREAM) for _ in range(CONNECTIONS)]
                    for client in clients:
                        client.connect(path if "unix" in listener else ("127.0.0.1", daemon.tcp_port))
                    self.assert_stops_under(daemon, clients, PIECE)
                told = self.warning(daemon, "leaving behind what connections hold")
                self.assertEqual(told["listener"], listener)
                self.assertIn(int(told["connections"]), range(1, CONNECTIONS + 1))
                self.assertGreater(int(told["bytes"]), 0)

    def test_leaves_datagrams_that_go_on_coming(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--limits.stop-timeout=0s"]) as daemon:
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            client.connect(("127.0.0.1", daemon.udp_port))
            self.assert_stops_under(daemon, [client], LINES)
        told = self.warning(daemon, "leaving datagrams behind")
        self.assertEqual(told["address"], "127.0.0.1:0")
        self.assertGreater(int(told["datagrams"]), 0)

    def test_tells_nothing_when_all_was_taken(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--limits.stop-timeout=1h"]) as daemon:
            daemon.signal(signal.SIGSTOP)
            statsd_client.send_tcp(daemon.tcp_port, [b"a:1|c"] * 50_000)
            statsd_client.send_udp(daemon.udp_port, [b"a:1|c"] * 50)
            daemon.signal(signal.SIGTERM)
            daemon.signal(signal.SIGCONT)
            self.assertEqual(daemon.process.wait(EXIT_SECONDS_MAX), 0)
        self.assertNotIn(OVER, daemon.log())


class Answers(unittest.TestCase):
    @contextlib.contextmanager
    def unread_page(self, daemon):
        """A scrape whose answer nobody reads, longer than the buffers of a connection."""
        statsd_client.send_tcp(daemon.tcp_port, [b"x" * 1000 + b"%d:1|c" % number for number in range(10_000)])
        daemon.wait_for_self_value("statsd_exporter_lines_total", 10_000)
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(EXIT_SECONDS_MAX)
            client.connect(("127.0.0.1", daemon.http_port))
            client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            self.assertEqual(client.recv(8), b"HTTP/1.0")
            yield client

    def test_that_nobody_reads_are_broken_off(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--limits.stop-timeout=1s"]) as daemon, self.unread_page(daemon) as client:
            asked = time.monotonic()
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.process.wait(EXIT_SECONDS_MAX), 0)
            # There was time to read it.
            self.assertGreater(time.monotonic() - asked, 0.9)
            # What arrived is not to be taken for the whole.
            with self.assertRaises(ConnectionResetError):
                while client.recv(1 << 20):
                    pass
        told = [line for line in daemon.log_lines if OVER + "breaking off HTTP answers" in line]
        self.assertEqual([running_daemon.attributes(line)["connections"] for line in told], ["1"])

    def test_come_to_all_who_had_connected(self):
        """More than wait in the kernel at any other time; of none is the connection closed without an answer."""
        with running_daemon.RunningDaemon(tap.weir(), ["--limits.stop-timeout=1h"]) as daemon, contextlib.ExitStack() as opened:
            daemon.signal(signal.SIGSTOP)
            clients = [opened.enter_context(socket.create_connection(("127.0.0.1", daemon.http_port), EXIT_SECONDS_MAX)) for _ in range(100)]
            for client in clients:
                client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            daemon.signal(signal.SIGTERM)
            daemon.signal(signal.SIGCONT)
            for client in clients:
                answer = b"".join(iter(lambda taken=client: taken.recv(1 << 16), b""))
                self.assertEqual(answer[:12], b"HTTP/1.1 200")
                self.assertTrue(answer.endswith(b"\r\n0\r\n\r\n"))
            self.assertEqual(daemon.process.wait(EXIT_SECONDS_MAX), 0)

    def test_are_not_waited_for_at_the_second_signal(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with running_daemon.RunningDaemon(tap.weir(), ["--limits.stop-timeout=1h"]) as daemon, self.unread_page(daemon):
                daemon.signal(number)
                running_daemon.wait_until(lambda: not self.accepts(daemon.http_port), EXIT_SECONDS_MAX, "the end of the listener")
                daemon.exit_code = -number
                daemon.signal(number)
                self.assertEqual(daemon.process.wait(EXIT_SECONDS_MAX), -number)

    @staticmethod
    def accepts(port):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), EXIT_SECONDS_MAX):
            return True
        return False


if __name__ == "__main__":
    tap.main()
