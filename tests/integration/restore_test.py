#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A start with a big state file: what is answered while it loads, that nothing is applied before, and stops in the midst of it."""

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
# Takes long enough to catch the thread that reads it.
SERIES = 300_000
LOADING = (503, b"Statsd Exporter is not Ready: loading the state file.\n")
HEALTHY = (200, b"Statsd Exporter is Healthy.\n")


@unittest.skipUnless(held_thread.can_hold(), "threads cannot be held still here")
class Restore(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory(prefix="weir-restore-")
        cls.addClassCleanup(cls.shared.cleanup)
        cls.big = pathlib.Path(cls.shared.name, "big.state")
        state_file.write_counters(cls.big, b"kept", SERIES, time.time_ns())

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-restore-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "weir.state"
        os.link(self.big, self.file)
        self.rules = self.folder / "mapping.yml"
        self.rules.write_text("mappings: [{match: renamed.*, name: before}]")

    def starting(self, *flags):
        return running_daemon.RunningDaemon(tap.weir(), [f"--state.file={self.file}", "--state.interval=0s", f"--statsd.mapping-config={self.rules}",
                                                         *flags], awaits_ready=False)

    @contextlib.contextmanager
    def held_in_mid_load(self, daemon):
        thread, = running_daemon.wait_until(lambda: held_thread.threads_named(daemon.process.pid, "weir-restore"), SECONDS_MAX, "the thread that restores")
        with held_thread.held_apart(thread, daemon.answers):
            self.assertEqual(daemon.request("GET", "/-/ready"), LOADING)
            yield thread

    def assert_restored(self, daemon):
        self.assertEqual(daemon.self_value("weir_state_restored_series"), SERIES)
        page = daemon.scrape_text()
        self.assertIn(f'\nkept{{number="{SERIES - 1}"}} {SERIES - 1}\n', page)
        return page

    def test_is_not_ready_and_shows_no_metrics_while_the_state_loads(self):
        with self.starting() as daemon:
            with self.held_in_mid_load(daemon):
                status, headers, body = daemon.exchange("GET", "/metrics")
                self.assertEqual((status, body), LOADING)
                self.assertEqual(headers["content-type"], "text/plain; charset=utf-8")
                self.assertEqual(daemon.request("GET", "/-/healthy"), HEALTHY)
                self.assertEqual(daemon.request("GET", "/")[0], 200)
                self.assertIsNone(daemon.process.poll())
            daemon.wait_for_ready()
            self.assert_restored(daemon)

    def test_applies_what_comes_meanwhile_to_what_was_restored(self):
        lines = [b"kept:1|c|#number:7"] * 20
        with self.starting() as daemon:
            with self.held_in_mid_load(daemon):
                statsd_client.send_udp(daemon.udp_port, lines)
                statsd_client.send_tcp(daemon.tcp_port, lines)
                # A reload is no end of the start.
                self.rules.write_text("mappings: [{match: renamed.*, name: after}]")
                daemon.signal(signal.SIGHUP)
                running_daemon.wait_until(lambda: "Config reloaded successfully" in daemon.log(), SECONDS_MAX, "the reload")
                self.assertEqual(daemon.request("GET", "/-/ready"), LOADING)
            daemon.wait_for_ready()
            statsd_client.send_udp(daemon.udp_port, [b"renamed.a:1|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 2 * len(lines) + 1)
            page = self.assert_restored(daemon)
            self.assertIn('\nkept{number="7"} 47\n', page)
            self.assertIn("\nafter 1\n", page)

    def test_tells_the_service_manager_only_when_the_state_is_in(self):
        address = str(self.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, mock.patch.dict(os.environ, NOTIFY_SOCKET=address):
            manager.bind(address)
            manager.settimeout(SECONDS_MAX)
            with self.starting() as daemon:
                with self.held_in_mid_load(daemon):
                    self.assertEqual(manager.recv(4096), b"STATUS=loading the state file")
                    daemon.signal(signal.SIGHUP)
                    running_daemon.wait_until(lambda: "Config reloaded successfully" in daemon.log(), SECONDS_MAX, "the reload")
                # The next one: none of the reload, which is before it.
                self.assertEqual(manager.recv(4096), b"READY=1\nSTATUS=ready")
                self.assertEqual(daemon.request("GET", "/-/ready")[0], 200)

    def assert_whole(self):
        self.assertEqual(self.file.read_bytes(), self.big.read_bytes())
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["mapping.yml", "weir.state"])
        with self.starting() as daemon:
            daemon.wait_for_ready()
            self.assert_restored(daemon)

    def test_a_stop_meanwhile_leaves_the_file_as_it_was(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.starting() as daemon:
                with self.held_in_mid_load(daemon):
                    daemon.signal(number)
                    running_daemon.wait_until(lambda: b"not Ready: stopping" in daemon.request("GET", "/-/ready")[1], SECONDS_MAX, "the stop")
                    # Half of a store is not shown.
                    self.assertEqual(daemon.request("GET", "/metrics")[0], 503)
                self.assertEqual(daemon.process.wait(SECONDS_MAX), 0)
            self.assertIn("Stopping before the state was restored", daemon.log())
            self.assertNotIn("State restored", daemon.log())
        self.assert_whole()

    def test_a_stop_does_not_wait_for_a_disk_that_hangs(self):
        with self.starting("--limits.stop-timeout=100ms") as daemon:
            with self.held_in_mid_load(daemon) as thread:
                daemon.signal(signal.SIGTERM)
                # Its end is the tracer's to see.
                running_daemon.wait_until(lambda: os.waitpid(thread, held_thread.WAIT_ALL | os.WNOHANG)[0] == thread, SECONDS_MAX, "the exit")
            self.assertEqual(daemon.process.wait(SECONDS_MAX), 0)
        self.assert_whole()


if __name__ == "__main__":
    tap.main()
