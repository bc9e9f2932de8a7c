#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is derived from the memory that there is (behaviour budget.memory): logged, shown, and given way to by flags."""

import contextlib
import http.client
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import memory_cgroup  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

MIB = 1 << 20
DERIVED = "Limits for this memory"
LIMIT = 'weir_limit{flag="%s"}'
MEMORY = 'weir_memory_limit_bytes{source="%s"}'
DEFAULTS = {"limits.series": 2_000_000, "limits.series-per-family": 1_000_000, "limits.store-bytes": 4 << 30, "limits.bindings": 2_097_152,
            "limits.binding-bytes": 512 * MIB, "limits.refused-names": 10_000, "limits.tcp-connections": 1000}


# Of clients of other systems: their flags, and the defaults that follow from the memory.
CLIENTS = {
    "--influx.listen-http=127.0.0.1:0": {"limits.influx-connections": 64, "limits.influx-body-bytes": 4 * MIB, "limits.influx-unpacked-bytes": 25_000_000},
    "--wavefront.listen-tcp=127.0.0.1:0": {"limits.wavefront-connections": 256, "limits.wavefront-body-bytes": 4 * MIB,
                                           "limits.wavefront-unpacked-bytes": 16 * MIB},
    "--rsocket.listen-tcp=127.0.0.1:0": {"limits.rsocket-connections": 1000, "limits.rsocket-frame-bytes": 16 * MIB - 1, "limits.rsocket-page-bytes": 32 * MIB,
                                         "limits.rsocket-bytes": 256 * MIB},
}


class MemoryLimit(unittest.TestCase):
    @contextlib.contextmanager
    def started(self, *flags, before_exec=None):
        with running_daemon.RunningDaemon(tap.weir(), flags, before_exec=before_exec) as daemon:
            yield daemon

    def limits(self, daemon):
        return {flag: daemon.self_value(LIMIT % flag) for flag in DEFAULTS}

    def assert_logged(self, daemon, source, limits):
        line = next(line for line in daemon.log_lines if DERIVED in line)
        self.assertIn(f"from={source}", line)
        for flag, value in limits.items():
            self.assertRegex(line, rf"\b{re.escape(flag)}={value:.0f}\b")

    def test_is_that_of_the_flag(self):
        with self.started("--limits.memory=64MiB") as daemon:
            limits = self.limits(daemon)
            self.assertEqual(daemon.self_value(MEMORY % "flag"), 64 * MIB)
            self.assert_logged(daemon, "flag", limits)
            for flag, value in limits.items():
                self.assertLess(value, DEFAULTS[flag], flag)
            self.assertLess(limits["limits.store-bytes"] + limits["limits.binding-bytes"], 40 * MIB)

    def test_is_not_moved_by_what_is_sent(self):
        with self.started("--limits.memory=64MiB") as daemon:
            before = self.limits(daemon)
            with self_page.Watch(daemon) as watch, watch.moves(self_page.new_counters(1)):
                statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
            self.assertEqual(self.limits(daemon), before)

    def test_gives_way_to_flags(self):
        with self.started("--limits.memory=64MiB", "--limits.series=3000000", "--limits.binding-bytes=1GiB") as daemon:
            limits = self.limits(daemon)
            self.assertEqual((limits["limits.series"], limits["limits.binding-bytes"]), (3_000_000, 1 << 30))
            self.assertLess(limits["limits.store-bytes"], 64 * MIB)

    def test_can_be_off(self):
        with self.started("--limits.memory=off") as daemon:
            self.assertEqual(self.limits(daemon), DEFAULTS)
            self.assertNotIn(DERIVED, daemon.log())
            self.assertNotIn("weir_memory_limit_bytes", daemon.scrape_text())

    def test_raises_nothing(self):
        with self.started("--limits.memory=1TiB") as daemon:
            self.assertEqual(self.limits(daemon), DEFAULTS)

    def test_is_that_of_the_control_group(self):
        with memory_cgroup.MemoryCgroup(512 * MIB) as group:
            with self.started(before_exec=group.join) as daemon:
                if not group.is_real:
                    self.assertRegex(daemon.log(), DERIVED + r".* from=(cgroup|machine)")
                    return
                self.assertEqual(daemon.self_value(MEMORY % "cgroup"), 512 * MIB)
                self.assert_logged(daemon, "cgroup", self.limits(daemon))

    def test_is_that_of_clients_of_other_systems(self):
        for flag, defaults in CLIENTS.items():
            with self.subTest(flag=flag):
                with self.started("--limits.memory=64MiB", flag) as daemon:
                    limits = {name: daemon.self_value(LIMIT % name) for name in defaults}
                    self.assert_logged(daemon, "flag", limits)
                    for name, value in limits.items():
                        self.assertLess(value, defaults[name], name)
                    others = [name for other, names in CLIENTS.items() if other != flag for name in names]
                    self.assertFalse([name for name in others if LIMIT % name in daemon.scrape_text()])
                with self.started("--limits.memory=off", flag) as daemon:
                    self.assertEqual({name: daemon.self_value(LIMIT % name) for name in defaults}, defaults)
        first, *others = CLIENTS
        with self.started("--limits.memory=64MiB", first, *others, "--limits.influx-body-bytes=1MiB") as daemon:
            together = {name: daemon.self_value(LIMIT % name) for names in CLIENTS.values() for name in names}
            self.assertEqual((together["limits.influx-body-bytes"], together["limits.influx-connections"]), (MIB, 1))
            self.assertLess(together["limits.rsocket-bytes"] + together["limits.influx-unpacked-bytes"] + together["limits.wavefront-unpacked-bytes"]
                            + 2 * together["limits.wavefront-body-bytes"] * together["limits.wavefront-connections"], 8 * MIB)

    def test_bounds_what_a_client_sends(self):
        with self.started("--limits.memory=64MiB", "--influx.listen-http=127.0.0.1:0") as daemon:
            port = int(re.search(r'Accepting InfluxDB Traffic.* http=127\.0\.0\.1:(\d+)', daemon.log()).group(1))
            longest = int(daemon.self_value(LIMIT % "limits.influx-body-bytes"))
            for size, status in ((longest, 204), (longest + 1, 413)):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                with contextlib.closing(connection):
                    connection.request("POST", "/write?db=d", b"#" * size)
                    self.assertEqual(connection.getresponse().status, status)

    def test_is_held_against_what_is_kept(self):
        with self.started("--limits.memory=64MiB") as daemon:
            before = daemon.self_value("weir_store_held_bytes")
            statsd_client.send_tcp(daemon.tcp_port, [b"a:1|c|#id:%d" % i for i in range(10_000)])
            running_daemon.wait_until(lambda: daemon.self_value("weir_series") == 10_000, 60, "all series")
            held = daemon.self_value("weir_store_held_bytes")
            self.assertGreater(held, daemon.self_value("weir_store_bytes"))
            self.assertLess(held - before, 4 * MIB)

    def test_is_auto_off_or_a_size(self):
        for value in ("soon", "0"):
            with self.assertRaisesRegex(running_daemon.DaemonError, "limits.memory"), self.started(f"--limits.memory={value}"):
                pass


if __name__ == "__main__":
    tap.main()
