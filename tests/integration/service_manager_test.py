#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a service manager and health checks learn of starts, reloads, stops and threads that are stuck."""

import contextlib
import errno
import os
import pathlib
import signal
import socket
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import held_thread  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import system_faults  # noqa: E402
import tap  # noqa: E402

SECONDS_MAX = 60
WATCHDOG_SECONDS = 1
READY, HEALTHY = (200, b"Statsd Exporter is Ready.\n"), (200, b"Statsd Exporter is Healthy.\n")
RULE = "mappings:\n- match: a.*\n  name: %s\n"
BROKEN = "mappings:\n- match: a.*\n  nam: x\n"


def workers(daemon, count):
    """The ids of the threads that receive, once they have their name."""
    def named():
        found = held_thread.threads_named(daemon.process.pid, "weir-worker")
        return found if len(found) == count else None
    return running_daemon.wait_until(named, SECONDS_MAX, f"{count} workers")


class Manager:
    """Takes the messages of one service, as dicts."""

    def __init__(self, address):
        self.messages = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
        self.environment = {"NOTIFY_SOCKET": address}

    def close(self):
        self._socket.close()

    def take_all(self):
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self.messages.append(dict(line.split("=", 1) for line in self._socket.recv(65536).decode().split("\n")))
        return self.messages

    def with_key(self, key):
        return [message for message in self.take_all() if key in message]

    def wait_for(self, key, count=1):
        running_daemon.wait_until(lambda: len(self.with_key(key)) >= count, SECONDS_MAX, f"{count} of {key}")
        return self.with_key(key)[count - 1]

    def order(self, *keys):
        """Those of `keys` that came, in their order."""
        return [key for message in self.take_all() for key in keys if key in message]


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-notify-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def manager(self, address=None):
        made = Manager(address or str(self.folder / "notify"))
        self.addCleanup(made.close)
        return made

    @contextlib.contextmanager
    def running(self, manager, flags=(), **variables):
        with unittest.mock.patch.dict(os.environ, (manager.environment if manager else {}) | variables):
            daemon = running_daemon.RunningDaemon(tap.weir(), flags)
            with daemon:
                yield daemon


class ServiceManager(Case):
    def test_is_told_of_start_and_stop_by_path_and_abstract_name(self):
        for address in (None, f"@weir-test-{os.getpid()}"):
            manager = self.manager(address)
            with self.running(manager) as daemon:
                manager.wait_for("READY")
                daemon.signal(signal.SIGTERM)
                daemon.process.wait(SECONDS_MAX)
            self.assertEqual(manager.order("READY", "STOPPING"), ["READY", "STOPPING"])
            self.assertEqual(manager.with_key("STOPPING")[0]["STATUS"], "stopping")
            self.assertEqual(manager.with_key("WATCHDOG"), [])
            manager.close()
            (self.folder / "notify").unlink(missing_ok=True)

    def test_hears_nothing_before_the_rules_are_loaded(self):
        manager, pipe = self.manager(), self.folder / "mapping.yml"
        os.mkfifo(pipe)

        def write():
            # Opens when the daemon does.
            with open(pipe, "w", encoding="ascii") as mapping:
                early.extend(manager.take_all())
                mapping.write(RULE % "x")

        early = []
        writer = threading.Thread(target=write)
        writer.start()
        with self.running(manager, [f"--statsd.mapping-config={pipe}"]) as daemon:
            writer.join()
            self.assertEqual(early, [])
            manager.wait_for("READY")
            self.assertEqual(daemon.self_value("statsd_exporter_loaded_mappings"), 1)

    def test_sees_reloads_good_and_bad(self):
        manager, mapping = self.manager(), self.folder / "mapping.yml"
        mapping.write_text(RULE % "before")
        with self.running(manager, [f"--statsd.mapping-config={mapping}"]) as daemon:
            for text, status in ((RULE % "after", "reloaded"), (BROKEN, "could not be reloaded"), (RULE % "again", "reloaded")):
                mapping.write_text(text)
                before = len(manager.with_key("READY"))
                earliest = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
                daemon.signal(signal.SIGHUP)
                message = manager.wait_for("READY", before + 1)
                self.assertIn(status, message["STATUS"])
                started = manager.with_key("RELOADING")[-1]["MONOTONIC_USEC"]
                self.assertIn(int(started), range(earliest, time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000 + 1))
            self.assertEqual(manager.order("READY", "RELOADING"), ["READY"] + ["RELOADING", "READY"] * 3)

    def test_sees_series_rate_and_losses_in_the_status(self):
        manager = self.manager()
        with self.running(manager) as daemon:
            statsd_client.send_tcp(daemon.tcp_port, [b"a:1|c", b"b:1|c", b"nonsense", b"a:1|g"] * 100)
            running_daemon.wait_until(lambda: any(" series" in message["STATUS"] for message in manager.with_key("STATUS")), SECONDS_MAX, "status")
            status = next(message["STATUS"] for message in manager.messages if " series" in message.get("STATUS", ""))
            self.assertRegex(status, r"^2 series, [1-9]\d* lines/s, lost: 0 datagrams, 100 lines, 100 samples$")

    def test_changes_nothing_where_it_is_not_there(self):
        for variables in ({}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/notify"}, {"NOTIFY_SOCKET": "vsock:2:1"},
                          {"NOTIFY_SOCKET": "/" + "x" * 200}, {"NOTIFY_SOCKET": "@"}, {"WATCHDOG_USEC": "x"}):
            with self.running(None, **variables) as daemon:
                self.assertEqual(daemon.request("GET", "/-/ready"), READY)
                for path in ("/-/healthy", "/health"):
                    self.assertEqual(daemon.request("GET", path), HEALTHY)


class Health(Case):
    def watchdog(self):
        return {"WATCHDOG_USEC": str(WATCHDOG_SECONDS * 1_000_000)}

    def test_watchdog_is_fed_while_every_worker_makes_progress(self):
        if not held_thread.can_hold():
            self.skipTest("threads cannot be held still here")
        manager = self.manager()
        with self.running(manager, ["--statsd.workers=2"], **self.watchdog()) as daemon:
            manager.wait_for("WATCHDOG", 3)
            self.assertEqual(daemon.request("GET", "/-/healthy"), HEALTHY)
            first, second = workers(daemon, 2)
            for number, thread in enumerate((first, second)):
                with held_thread.held(thread):
                    running_daemon.wait_until(lambda: daemon.request("GET", "/-/healthy")[0] == 503, SECONDS_MAX, "503")
                    self.assertEqual(daemon.request("GET", "/health"),
                                     (503, b"Statsd Exporter is not Healthy: worker %d has made no progress for 1s.\n" % number))
                    self.assertEqual(daemon.request("POST", "/-/healthy"), (200, b""))
                    fed = len(manager.with_key("WATCHDOG"))
                    time.sleep(2 * WATCHDOG_SECONDS)
                    self.assertEqual(len(manager.with_key("WATCHDOG")), fed)
                manager.wait_for("WATCHDOG", fed + 2)
                running_daemon.wait_until(lambda: daemon.request("GET", "/-/healthy") == HEALTHY, SECONDS_MAX, "health")
            for number in range(2):
                daemon.wait_for_log(f'msg="not healthy" reason="worker {number} has made no progress for {WATCHDOG_SECONDS}s"')
            daemon.wait_for_log("healthy again")

    def test_process_that_was_stopped_is_healthy_when_it_goes_on(self):
        with self.running(None, **self.watchdog()) as daemon:
            daemon.signal(signal.SIGSTOP)
            time.sleep(2 * WATCHDOG_SECONDS)
            daemon.signal(signal.SIGCONT)
            for _ in range(20):
                self.assertEqual(daemon.request("GET", "/-/healthy"), HEALTHY)

    def test_watchdog_of_another_process_is_not_fed(self):
        manager = self.manager()
        with self.running(manager, WATCHDOG_PID="1", **self.watchdog()):
            manager.wait_for("READY")
            time.sleep(2 * WATCHDOG_SECONDS)
        self.assertEqual(manager.with_key("WATCHDOG"), [])

    def test_not_ready_while_it_stops(self):
        if not held_thread.can_hold():
            self.skipTest("threads cannot be held still here")
        manager = self.manager()
        with self.running(manager) as daemon:
            with held_thread.held(workers(daemon, 1)[0]):
                daemon.signal(signal.SIGTERM)
                running_daemon.wait_until(lambda: daemon.request("GET", "/-/ready") != READY, SECONDS_MAX, "503")
                self.assertEqual(daemon.request("GET", "/-/ready"), (503, b"Statsd Exporter is not Ready: stopping.\n"))
                # What it holds can still be scraped.
                self.assertEqual(daemon.request("GET", "/metrics")[0], 200)
            daemon.process.wait(SECONDS_MAX)

    @unittest.skipUnless(system_faults.can_refuse_calls(), "calls cannot be refused on this machine")
    def test_not_ready_when_a_listener_is_down(self):
        if not held_thread.can_hold():
            self.skipTest("threads cannot be held still here")
        daemon = running_daemon.RunningDaemon(tap.weir(), ["--statsd.workers=2"], before_exec=system_faults.refusing("recvmmsg", errno.EBADF))
        daemon.exit_code = 1
        with daemon:
            threads = workers(daemon, 2)
            with held_thread.held(threads[0]):
                # The kernel chooses the worker, by the sender's port.
                for _ in range(64):
                    statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
                running_daemon.wait_until(lambda: daemon.request("GET", "/-/ready") != READY, SECONDS_MAX, "503")
                self.assertEqual(daemon.request("GET", "/-/ready"),
                                 (503, b"Statsd Exporter is not Ready: a listener has failed: read udp: bad file descriptor.\n"))
            self.assertEqual(daemon.process.wait(SECONDS_MAX), 1)


if __name__ == "__main__":
    tap.main()
