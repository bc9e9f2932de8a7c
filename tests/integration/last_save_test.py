#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The save at a stop: HTTP and the watchdog go on while the disk is slow, scrapes under way come to their end, and a disk that hangs is left."""

import contextlib
import os
import pathlib
import signal
import socket
import sys
import tempfile
import time
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import held_thread  # noqa: E402
import running_daemon  # noqa: E402
import state_file  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

SECONDS_MAX = 60
# So much that the thread that writes can be caught, and a page that no buffer of a connection holds.
SERIES = 300_000
STOPPING = (503, b"Statsd Exporter is not Ready: stopping.\n")
HEALTHY = (200, b"Statsd Exporter is Healthy.\n")


@unittest.skipUnless(held_thread.can_hold(), "threads cannot be held still here")
class LastSave(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-save-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "weir.state"
        state_file.write_counters(self.file, b"kept", SERIES, time.time_ns())

    def running(self, *flags):
        return running_daemon.RunningDaemon(tap.weir(), [f"--state.file={self.file}", "--state.interval=0s", *flags])

    @contextlib.contextmanager
    def held_in_last_save(self, daemon):
        daemon.signal(signal.SIGTERM)
        thread, = running_daemon.wait_until(lambda: held_thread.threads_named(daemon.process.pid, "weir-state"), SECONDS_MAX, "the thread that writes")
        with held_thread.held_apart(thread, daemon.answers):
            yield thread

    def assert_saved(self, seven):
        with self.running() as daemon:
            self.assertEqual(daemon.self_value("weir_state_restored_series"), SERIES)
            self.assertIn(f'\nkept{{number="7"}} {seven}\n', daemon.scrape_text())

    def test_does_not_keep_http_from_answering(self):
        with self.running("--limits.stop-timeout=1h") as daemon:
            statsd_client.send_tcp(daemon.tcp_port, [b"kept:5|c|#number:7"])
            with self.held_in_last_save(daemon):
                self.assertEqual(daemon.request("GET", "/-/ready"), STOPPING)
                self.assertEqual(daemon.request("GET", "/-/healthy"), HEALTHY)
                # All that was received, for the last time.
                self.assertIn('\nkept{number="7"} 12\n', daemon.scrape_text())
            self.assertEqual(daemon.process.wait(SECONDS_MAX), 0)
        self.assert_saved(12)

    def test_does_not_cut_a_scrape_short(self):
        with self.running() as daemon, socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(SECONDS_MAX)
            client.connect(("127.0.0.1", daemon.http_port))
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(client.recv(12), b"HTTP/1.1 200")
            with self.held_in_last_save(daemon):
                page = client.recv(1 << 16)
            page += b"".join(iter(lambda: client.recv(1 << 16), b""))
            self.assertTrue(page.endswith(b"\r\n0\r\n\r\n"))
            self.assertIn(b'\nkept{number="%d"} %d\n' % (SERIES - 1, SERIES - 1), page)
            self.assertEqual(daemon.process.wait(SECONDS_MAX), 0)

    def test_feeds_the_watchdog_and_says_how_long_it_may_take(self):
        address = str(self.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, \
                mock.patch.dict(os.environ, NOTIFY_SOCKET=address, WATCHDOG_USEC="500000"):
            manager.bind(address)
            manager.settimeout(SECONDS_MAX)
            with self.running("--limits.stop-timeout=20s") as daemon:
                with self.held_in_last_save(daemon):
                    message = next(message for message in iter(lambda: manager.recv(4096), None) if message.startswith(b"STOPPING=1"))
                    # 20 s for the sockets, 20 s for the save; a second more for each save and answer that begin late.
                    self.assertEqual(message, b"STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC=42000000")
                    for _ in range(3):
                        self.assertEqual(manager.recv(4096), b"WATCHDOG=1")
                self.assertEqual(daemon.process.wait(SECONDS_MAX), 0)
        self.assert_saved(7)

    def test_is_given_up_where_the_disk_hangs(self):
        good = self.file.read_bytes()
        with self.running("--limits.stop-timeout=100ms") as daemon:
            with self.held_in_last_save(daemon) as thread:
                # Its end is the tracer's to see.
                running_daemon.wait_until(lambda: os.waitpid(thread, held_thread.WAIT_ALL | os.WNOHANG)[0] == thread, SECONDS_MAX, "the exit")
            self.assertEqual(daemon.process.wait(SECONDS_MAX), 0)
        self.assertIn("the disk did not answer before --limits.stop-timeout", daemon.log())
        self.assertEqual(self.file.read_bytes(), good)


if __name__ == "__main__":
    tap.main()
