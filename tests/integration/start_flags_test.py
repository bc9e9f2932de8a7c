#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Flags of what is read, told and kept aside: dialects, levels and form of the log, the cache that there is none of, queues that there are none of."""

import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 20


def refused_start(*flags):
    return subprocess.run([str(tap.weir()), *flags], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)


def page_of(lines, *flags):
    """What becomes of lines without their comments."""
    with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
        statsd_client.send_udp(daemon.udp_port, lines)
        daemon.wait_for_self_value("statsd_exporter_lines_total", len(lines))
        return [line for line in exposition.user_text(daemon.scrape()).splitlines() if not line.startswith("#")]


class Dialects(unittest.TestCase):
    """Each is read unless its flag says no; the others do not mind."""

    LINES = {
        "dogstatsd": b"dog:1|c|#k:v",
        "influxdb": b"influx,k=v:1|c",
        "librato": b"librato#k=v:1|c",
        "signalfx": b"signal[k=v]:1|c",
    }
    READ = {"dogstatsd": 'dog{k="v"} 1', "influxdb": 'influx{k="v"} 1', "librato": 'librato{k="v"} 1', "signalfx": 'signal{k="v"} 1'}
    # The whole is the name then, but for DogStatsD's, which stand behind the value and are passed over.
    UNREAD = {"dogstatsd": "dog 1", "influxdb": "influx_k_v 1", "librato": "librato_k_v 1", "signalfx": "signal_k_v_ 1"}

    def assert_unread(self, dialect, flag):
        expected = sorted(self.UNREAD[name] if name == dialect else self.READ[name] for name in self.LINES)
        self.assertEqual(sorted(page_of(list(self.LINES.values()), flag)), expected)

    def test_are_all_read(self):
        self.assertEqual(sorted(page_of(list(self.LINES.values()))), sorted(self.READ.values()))

    def test_dogstatsd(self):
        self.assert_unread("dogstatsd", "--no-statsd.parse-dogstatsd-tags")

    def test_influxdb(self):
        self.assert_unread("influxdb", "--no-statsd.parse-influxdb-tags")

    def test_librato(self):
        self.assert_unread("librato", "--no-statsd.parse-librato-tags")

    def test_signalfx(self):
        self.assert_unread("signalfx", "--no-statsd.parse-signalfx-tags")


class Cache(unittest.TestCase):
    NAMES = ("length", "gets_total", "hits_total")

    def cache_metrics(self, *flags):
        with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
            statsd_client.send_udp(daemon.udp_port, [b"a:1|c", b"b:1|c", b"c:1|c", b"c:1|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 4)
            page = exposition.self_values(daemon.scrape())
            self.assertEqual(page["weir_bindings"], 3)
            return [page.get(f"statsd_metric_mapper_cache_{name}") for name in self.NAMES]

    def test_has_the_length_asked_for_at_most(self):
        self.assertEqual(self.cache_metrics("--statsd.cache-size=2"), [2, 4, 1])
        self.assertEqual(self.cache_metrics("--statsd.cache-size=3", "--statsd.cache-type=random"), [3, 4, 1])
        self.assertEqual(self.cache_metrics(), [3, 4, 1])

    def test_of_no_length_is_not_told_of(self):
        self.assertEqual(self.cache_metrics("--statsd.cache-size=0", "--statsd.cache-type=lru"), [None, None, None])


class Queues(unittest.TestCase):
    ACCEPTED = ("--statsd.event-queue-size=1", "--statsd.event-flush-threshold=1", "--statsd.udp-packet-queue-size=1")
    REFUSED = {
        "--statsd.event-queue-size=1000000000001": "at most 1e12", "--statsd.event-flush-threshold=-1": "0 or more",
        "--statsd.udp-packet-queue-size=-1": "0 or more", "--statsd.event-flush-interval=0s": "above 0",
    }

    def test_hold_up_nothing_however_small(self):
        with running_daemon.RunningDaemon(tap.weir(), self.ACCEPTED) as daemon, self_page.Watch(daemon) as watch:
            with watch.moves(self_page.new_counters(1)):
                statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
            with watch.moves(self_page.known_counters(100)):
                statsd_client.send_udp(daemon.udp_port, [b"a:1|c"] * 100)

    def test_have_sizes_that_are_checked(self):
        for flag, what in self.REFUSED.items():
            done = refused_start(flag, "--web.listen-address=127.0.0.1:0", "--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-tcp=127.0.0.1:0")
            self.assertEqual((done.returncode, done.stderr),
                             (1, f"weir: error: flag '{flag[2:].split('=')[0]}' must be {what}, got '{flag.split('=')[1]}', try --help\n"))


class Flushes(unittest.TestCase):
    """`statsd_exporter_event_queue_flushed_total` goes on while nothing comes, so that old alerts on it stay quiet."""

    FLUSHED = "statsd_exporter_event_queue_flushed_total"

    def test_are_as_many_as_the_interval_says(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--statsd.event-flush-interval=10ms"]) as daemon:
            running_daemon.wait_until(lambda: daemon.self_value(self.FLUSHED) >= 20, 30, "flushes")
            up = time.time() - daemon.self_value("process_start_time_seconds")
            self.assertLessEqual(daemon.self_value(self.FLUSHED), (up + 5) * 100)

    def test_are_one_for_each_batch(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--statsd.event-flush-interval=1000h"]) as daemon, self_page.Watch(daemon) as watch:
            self.assertEqual(watch.value(self.FLUSHED), 0)
            for movement in (self_page.new_counters(1), self_page.known_counters(1), self_page.known_counters(1)):
                with watch.moves(self_page.plus(movement, {self.FLUSHED: 1})):
                    statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])


class Logs(unittest.TestCase):
    """What is logged at each level: a mapping file that went bad is an error, a mode that cannot be read a warning."""

    LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")

    def logged_levels(self, *flags):
        with tempfile.TemporaryDirectory(prefix="weir-log-") as folder:
            mapping = pathlib.Path(folder, "mapping.yml")
            mapping.write_text("mappings: []\n")
            all_flags = [f"--statsd.mapping-config={mapping}", f"--statsd.listen-unixgram={folder}/gram", "--statsd.unixsocket-mode=rw",
                         "--web.enable-lifecycle", *flags]
            with running_daemon.RunningDaemon(tap.weir(), all_flags) as daemon:
                daemon.request("GET", "/-/healthy")
                mapping.write_text("mappings: 5\n")
                self.assertEqual(daemon.request("POST", "/-/reload")[0], 200)
                daemon.wait_for_log("Error reloading config")
            self.lines = daemon.log_lines
        return [level for level in self.LEVELS if any(f"level={level} " in line for line in self.lines)]

    def test_have_the_level_asked_for(self):
        for at, level in enumerate(self.LEVELS):
            self.assertEqual(self.logged_levels(f"--log.level={level.lower()}"), list(self.LEVELS[at:]))
        self.assertEqual(self.logged_levels(), list(self.LEVELS[1:]))

    def test_are_json_where_that_is_asked_for(self):
        self.logged_levels("--log.format=json", "--log.level=error")
        error, = [json.loads(line) for line in self.lines]
        self.assertEqual((error["level"], error["msg"]), ("ERROR", "Error reloading config"))


class Files(unittest.TestCase):
    MAPPING = "mappings:\n- match: a.*\n  name: named\n- match: b.*.c\n  name: other\n"

    def test_mapping_config_is_counted_and_used(self):
        with tempfile.TemporaryDirectory(prefix="weir-files-") as folder:
            mapping, automaton = pathlib.Path(folder, "mapping.yml"), pathlib.Path(folder, "automaton.dot")
            mapping.write_text(self.MAPPING)
            flags = [f"--statsd.mapping-config={mapping}", f"--debug.dump-fsm={automaton}"]
            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon, self_page.Watch(daemon) as watch:
                self.assertEqual(watch.value("statsd_exporter_loaded_mappings"), 2)
                moved = self_page.plus(self_page.udp(1), self_page.read(1), self_page.applied("counter", 1, rule=True), self_page.made("counter"))
                with watch.moves(moved):
                    statsd_client.send_udp(daemon.udp_port, [b"a.x:1|c"])
                self.assertIn("\nnamed 1\n", daemon.scrape_text())
            self.assertTrue(automaton.read_text().startswith("digraph"))


if __name__ == "__main__":
    tap.main()
