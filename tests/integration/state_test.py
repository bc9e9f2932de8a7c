#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The state file: what a page shows goes on after a stop, after kill -9 and after a disk that could not be written, and no file keeps it from starting."""

import pathlib
import re
import resource
import signal
import sys
import tempfile
import threading
import time
import unittest
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import system_faults  # noqa: E402
import tap  # noqa: E402

RULES = """mappings:
- {match: short.*, name: short, labels: {a: $1}, ttl: 2s}
- {match: long.*, name: long, labels: {a: $1}, ttl: 1h}
- {match: "classic.*", name: classic, labels: {a: $1}, observer_type: histogram, unit: seconds,
   histogram_options: {buckets: [%s], native_histogram_bucket_factor: 1}}
- {match: native.*, name: native, labels: {a: $1}, observer_type: histogram, help: "What is native"}
- {match: "both.*", name: both, observer_type: both, publish: [min, max, stddev], labels: {a: $1}}
- {match: "summary.*", name: summary, observer_type: summary, publish: [max], labels: {a: $1}}
- {match: "timed.*", name: timed, honor_timestamps: true, labels: {a: $1}}
"""
LINES = [
    b"plain:3|c", b"plain:0.25|c", b"big:9007199254740993|c", b"tagged:1|c|#x:1", b"tagged:1|c|#y:1", b"tagged:7|c|#z:1,y:2",
    b"level:-4.5|g", b"level:+1|g", b"long.a:1|c", b"timed.a:5|g|T1700000000", b'quoted:1|c|#q:a"b\\c',
] + [b"%s.%d:%d|ms" % (kind, number % 3, number * 7 % 101) for number in range(700) for kind in (b"classic", b"native", b"both", b"summary")]
FORMATS = {
    "text": {"Accept": "text/plain;version=0.0.4"},
    "openmetrics": {"Accept": "application/openmetrics-text;version=1.0.0"},
    "protobuf": {"Accept": "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text"},
}
SECONDS_MAX = 30


def sent_part(page):
    """A page without what is the process's own."""
    own = re.compile(r"(# \S+ )?(weir_|statsd_exporter_|statsd_metric_mapper_|process_|promhttp_|go_)")
    if page.startswith("name:"):
        families = re.split(r"(?m)^(?=name:)", page)
        return [family for family in families if not own.match(family.removeprefix('name:').lstrip().removeprefix('"'))]
    return [line for line in page.splitlines() if not own.match(line)]


class State(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-state-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "weir.state"
        self.rules = self.folder / "mapping.yml"
        self.write_rules()

    def write_rules(self, buckets="10, 50"):
        self.rules.write_text(RULES % buckets)

    def daemon(self, *flags, **options):
        return running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={self.rules}", f"--state.file={self.file}",
                                                         "--web.enable-openmetrics", "--web.openmetrics-created-samples", *flags], **options)

    def send(self, daemon, lines):
        """Over one connection, so that they keep their order."""
        before = daemon.self_value("statsd_exporter_lines_total")
        statsd_client.send_tcp(daemon.tcp_port, lines)
        daemon.wait_for_self_value("statsd_exporter_lines_total", before + len(lines))

    def pages(self, daemon):
        return {name: sent_part(daemon.scrape_text(accept)) for name, accept in FORMATS.items()}

    def value(self, daemon, sample):
        found = re.findall(rf"(?m)^{re.escape(sample)} (\S+)", daemon.scrape_text())
        return float(found[0]) if found else None

    def kill(self, daemon):
        daemon.exit_code = -signal.SIGKILL
        daemon.signal(signal.SIGKILL)
        daemon.process.wait(SECONDS_MAX)

    def test_a_page_is_the_same_after_a_clean_stop(self):
        with self.daemon() as daemon:
            self.send(daemon, LINES)
            before = self.pages(daemon)
        with self.daemon() as daemon:
            daemon.wait_for_log("State restored")
            self.assertEqual(self.pages(daemon), before)
            self.assertIn("plain 3.25", "\n".join(before["text"]))
            self.assertIn("both_stddev", "\n".join(before["text"]))
            self.send(daemon, [b"plain:1|c", b"classic.0:5|ms", b"both.1:5|ms"])
            self.assertEqual(self.value(daemon, "plain"), 4.25)
            self.assertEqual(daemon.self_value("weir_families"), len({line.split()[2] for line in before["text"] if line.startswith("# TYPE")}))
        with self.daemon() as daemon:
            self.assertEqual(self.value(daemon, "plain"), 4.25)

    def test_what_was_sent_last_is_saved_by_a_stop_under_load(self):
        datagrams = 200
        with self.daemon("--state.interval=0s") as daemon:
            daemon.signal(signal.SIGSTOP)
            statsd_client.send_udp(daemon.udp_port, [b"late:1|c"] * datagrams)
            daemon.signal(signal.SIGTERM)
            daemon.signal(signal.SIGCONT)
            self.assertEqual(daemon.process.wait(SECONDS_MAX), 0)
        with self.daemon() as daemon:
            self.assertEqual(self.value(daemon, "late"), datagrams)

    def test_the_last_save_is_there_after_kill_9_in_mid_load(self):
        is_over = threading.Event()
        with self.daemon("--state.interval=50ms") as daemon:
            def load():
                number = 0
                while not is_over.is_set():
                    statsd_client.send_udp(daemon.udp_port, [b"loaded:1|c", b"many.%d:1|c" % (number % 5000), b"both.1:%d|ms" % (number % 90)])
                    number += 1
            self.send(daemon, [b"certain:12|c"])
            sender = threading.Thread(target=load)
            sender.start()
            saves = daemon.self_value("weir_state_saves_total")
            daemon.wait_for_self_value("weir_state_saves_total", saves + 5)
            least = self.value(daemon, "loaded")
            saves = daemon.self_value("weir_state_saves_total")
            daemon.wait_for_self_value("weir_state_saves_total", saves + 2)
            self.kill(daemon)
            is_over.set()
            sender.join()
        with self.daemon() as daemon:
            self.assertEqual(self.value(daemon, "certain"), 12)
            self.assertGreaterEqual(self.value(daemon, "loaded"), least)
            self.assertGreater(daemon.self_value("weir_state_restored_series"), 2)

    def test_what_expired_while_it_was_stopped_does_not_come_back(self):
        with self.daemon() as daemon:
            self.send(daemon, [b"short.a:1|c", b"long.a:1|c"])
        # Longer than the TTL, by the wall clock.
        past = time.time() + 3
        running_daemon.wait_until(lambda: time.time() > past, SECONDS_MAX, "the TTL to run out")
        with self.daemon() as daemon:
            self.assertIsNone(self.value(daemon, 'short{a="a"}'))
            self.assertEqual(self.value(daemon, 'long{a="a"}'), 1)
            self.assertEqual(daemon.self_value('weir_state_dropped_series{reason="expired"}'), 1)
            self.assertEqual(daemon.self_value("weir_state_restored_series"), 1)

    def test_a_ttl_goes_on_after_a_restart(self):
        with self.daemon() as daemon:
            self.send(daemon, [b"short.a:1|c"])
        with self.daemon() as daemon:
            running_daemon.wait_until(lambda: self.value(daemon, 'short{a="a"}') is None, SECONDS_MAX, "the series to expire")
            self.assertLessEqual(daemon.self_value("weir_series_expired_total") + daemon.self_value('weir_state_dropped_series{reason="expired"}'), 1)

    def test_a_histogram_whose_buckets_changed_starts_afresh_with_its_next_sample(self):
        with self.daemon() as daemon:
            self.send(daemon, [b"classic.a:5|ms", b"classic.b:5|ms"])
        self.write_rules(buckets="10, 20, 50")
        with self.daemon() as daemon:
            self.assertEqual(self.value(daemon, 'classic_count{a="a"}'), 1)
            with self_page.Watch(daemon) as watch:
                before = watch.values()
                statsd_client.send_udp(daemon.udp_port, [b"classic.a:5|ms"])
                running_daemon.wait_until(lambda: watch.value("weir_definitions_replaced_total") - before.get("weir_definitions_replaced_total", 0) == 1,
                                          SECONDS_MAX, "the definition to be replaced")
            self.assertEqual(self.value(daemon, 'classic_bucket{a="a",le="20"}'), 1)
            self.assertEqual(self.value(daemon, 'classic_count{a="a"}'), 1)

    def assert_set_aside(self, suffix, reason):
        with self.daemon() as daemon:
            daemon.wait_for_log("starting without it")
            line, = [line for line in daemon.log_lines if "starting without it" in line]
            found = running_daemon.attributes(line)
            self.assertIn("level=ERROR", line)
            self.assertEqual((found["file"], found["set_aside"]), (str(self.file), f"{self.file}.{suffix}"))
            self.assertEqual(daemon.self_value(f'weir_state_file_set_aside{{reason="{suffix}"}}'), 1)
            self.assertEqual(daemon.self_value("weir_state_restored_series"), 0)
            self.send(daemon, [b"after:1|c"])
        self.assertIn(reason, found["error"])
        self.assertTrue(self.file.with_name(f"{self.file.name}.{suffix}").exists())
        # The next one goes on with what came since.
        with self.daemon() as daemon:
            self.assertEqual(self.value(daemon, "after"), 1)
            self.assertEqual(daemon.self_value(f'weir_state_file_set_aside{{reason="{suffix}"}}'), 0)

    def written(self):
        with self.daemon() as daemon:
            self.send(daemon, LINES)
        return self.file.read_bytes()

    def test_a_damaged_file_is_set_aside(self):
        good = self.written()
        self.file.write_bytes(good[:100] + bytes([good[100] ^ 1]) + good[101:])
        self.assert_set_aside("damaged", "the checksum is wrong")

    def test_a_file_that_ends_too_early_is_set_aside(self):
        self.file.write_bytes(self.written()[:-1])
        self.assert_set_aside("damaged", "the file ends too early")

    def test_a_directory_in_its_place_is_set_aside(self):
        self.file.mkdir()
        self.assert_set_aside("damaged", "it is no regular file")

    def test_a_file_of_a_newer_version_is_set_aside(self):
        good = self.written()
        header = good[:8] + (99).to_bytes(4, "little") + good[12:32]
        self.file.write_bytes(header + zlib.crc32(header).to_bytes(4, "little") + good[36:])
        self.assert_set_aside("newer", "its format is 99")

    def disk(self):
        """An empty folder for the file, where another file system can be mounted."""
        self.file = self.folder / "disk" / self.file.name
        self.file.parent.mkdir()
        return self.file.parent

    def assert_fails_and_goes_on(self, daemon, error):
        daemon.wait_for_self_value("weir_state_save_failures_total", 1)
        daemon.wait_for_log("Cannot save the state")
        line = next(line for line in daemon.log_lines if "Cannot save the state" in line)
        self.assertIn("level=ERROR", line)
        self.assertIn(error, running_daemon.attributes(line)["error"])
        self.send(daemon, [b"still:1|c"])
        self.assertEqual(self.value(daemon, "still"), 1)
        # The next save may be under way.
        running_daemon.wait_until(lambda: not pathlib.Path(f"{self.file}.tmp").exists(), SECONDS_MAX, "the unfinished file to be removed")

    def test_a_disk_that_is_full_is_counted_and_the_file_stays_as_it_was(self):
        good = self.written()
        limit = len(good) // 2

        def limit_file_size():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        with self.daemon("--state.interval=100ms", before_exec=limit_file_size) as daemon:
            self.assert_fails_and_goes_on(daemon, "file too large")
            self.assertEqual(daemon.self_value("weir_state_saves_total"), 0)
        self.assertEqual(self.file.read_bytes(), good)

    @unittest.skipIf(system_faults.missing(mounts=True), system_faults.missing(mounts=True))
    def test_a_small_disk_that_fills_up_is_counted(self):
        lines = [b"filling.%d:1|c|#some:label,another:one" % number for number in range(2000)]
        mount = system_faults.mount_empty(self.disk(), "size=64k")
        with self.daemon("--state.interval=100ms", before_exec=mount) as daemon:
            daemon.wait_for_self_value("weir_state_saves_total", 1)
            self.send(daemon, lines)
            self.assert_fails_and_goes_on(daemon, "no space left on device")
            self.assertGreaterEqual(daemon.self_value("weir_families"), len(lines))

    @unittest.skipIf(system_faults.missing(mounts=True), system_faults.missing(mounts=True))
    def test_a_folder_that_is_read_only_is_counted(self):
        mount = system_faults.mount_empty(self.disk(), "ro")
        with self.daemon("--state.interval=100ms", before_exec=mount) as daemon:
            self.assert_fails_and_goes_on(daemon, "read-only file system")
            self.assertEqual(daemon.self_value("weir_state_saves_total"), 0)

    def test_a_folder_that_is_gone_is_counted(self):
        self.file = self.folder / "none" / "weir.state"
        with self.daemon("--state.interval=100ms") as daemon:
            self.assert_fails_and_goes_on(daemon, "no such file or directory")
            self.file.parent.mkdir()
            daemon.wait_for_self_value("weir_state_saves_total", 1)
        self.assertTrue(self.file.exists())

    def test_its_own_metrics_move_with_each_save(self):
        with self.daemon("--state.interval=0s") as daemon:
            shown = exposition.self_values(daemon.scrape())
            for name in ("saves_total", "save_failures_total", "last_save_bytes", "last_save_duration_seconds", "last_save_series",
                         "last_save_timestamp_seconds", "restored_series"):
                self.assertEqual(shown[f"weir_state_{name}"], 0)
        began = time.time()
        with self.daemon("--state.interval=200ms") as daemon:
            self.send(daemon, [b"a:1|c", b"b:1|g"])
            saves = daemon.self_value("weir_state_saves_total")
            daemon.wait_for_self_value("weir_state_saves_total", saves + 2)
            shown = exposition.self_values(daemon.scrape())
            self.assertEqual(shown["weir_state_last_save_series"], 2)
            self.assertEqual(shown["weir_state_last_save_bytes"], self.file.stat().st_size)
            self.assertGreater(shown["weir_state_last_save_duration_seconds"], 0)
            self.assertGreater(shown["weir_state_last_save_timestamp_seconds"], began - 1)
            self.assertEqual(shown["weir_state_save_failures_total"], 0)

    def test_nothing_of_it_shows_without_a_file(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            self.assertEqual([name for name in exposition.self_values(daemon.scrape()) if name.startswith("weir_state_")], [])


if __name__ == "__main__":
    tap.main()
