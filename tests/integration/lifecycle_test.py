#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Start, reload and stop as an operator sees them: exit codes, one clear line for each mistake, no rule lost."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
LISTEN_FLAGS = ("--web.listen-address", "--statsd.listen-udp", "--statsd.listen-tcp")
RULE = "mappings:\n- match: a.*\n  name: %s\n"


def run(*flags):
    """The finished process of a daemon that should not get far."""
    return subprocess.run([str(tap.weir()), *flags], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)


def anywhere_but(flag):
    """Ports of the kernel's choosing for all listeners but `flag`'s."""
    return [f"{other}=127.0.0.1:0" for other in LISTEN_FLAGS if other != flag]


@contextlib.contextmanager
def mapping_file(text):
    with tempfile.TemporaryDirectory(prefix="weir-lifecycle-") as folder:
        path = pathlib.Path(folder, "mapping.yml")
        path.write_text(text)
        yield path


class Lifecycle(unittest.TestCase):
    def assert_one_error(self, done, *texts):
        """Exit code 1, and on stderr one line that is no chatter, with `texts` in it."""
        self.assertEqual(done.returncode, 1, done.stderr)
        errors = [line for line in done.stderr.splitlines() if "level=INFO" not in line]
        self.assertEqual(len(errors), 1, done.stderr)
        for text in texts:
            self.assertIn(text, errors[0])

    def send(self, daemon, *lines):
        before = daemon.self_value("statsd_exporter_lines_total")
        statsd_client.send_tcp(daemon.tcp_port, lines)
        daemon.wait_for_self_value("statsd_exporter_lines_total", before + len(lines))

    def test_exits_with_0_on_sigterm_and_sigint(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with running_daemon.RunningDaemon(tap.weir()) as daemon:
                self.send(daemon, b"a:1|c")
                daemon.signal(number)
                self.assertEqual(daemon.process.wait(STOP_SECONDS_MAX), 0)

    def test_stops_with_a_connection_open(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            with socket.create_connection(("127.0.0.1", daemon.tcp_port)) as statsd, socket.create_connection(("127.0.0.1", daemon.http_port)):
                statsd.sendall(b"a:1|c\n")
                daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
                daemon.signal(signal.SIGTERM)
                self.assertEqual(daemon.process.wait(STOP_SECONDS_MAX), 0)

    def test_stops_though_a_timer_ran_out_while_it_wrote_its_log(self):
        read_end, write_end = os.pipe()
        process = subprocess.Popen([str(tap.weir()), *anywhere_but("")], stderr=write_end, stdin=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        log = open(read_end, "rb", buffering=0)
        self.addCleanup(log.close)
        text = b""
        while b"Accepting Prometheus Requests" not in text:
            text += log.read(65536)
        # Nobody reads any more: the line about the signal waits, and the timer of each second runs out behind it.
        os.set_blocking(write_end, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(write_end, b"x" * 512)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(write_end, b"x")
        os.set_blocking(write_end, True)
        process.send_signal(signal.SIGTERM)
        time.sleep(1.5)
        os.close(write_end)
        threading.Thread(target=log.readall, daemon=True).start()
        self.assertEqual(process.wait(STOP_SECONDS_MAX), 0)

    def test_does_not_wait_for_requests_that_never_end(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--limits.stop-timeout=1h"]) as daemon:
            with socket.create_connection(("127.0.0.1", daemon.http_port)) as half, socket.create_connection(("127.0.0.1", daemon.tcp_port)) as line:
                half.sendall(b"GET /metrics HT")
                line.sendall(b"half:1")
                daemon.scrape_text()
                daemon.signal(signal.SIGTERM)
                self.assertEqual(daemon.process.wait(STOP_SECONDS_MAX), 0)

    def test_outlives_the_signals_that_mean_nothing(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGPIPE):
                daemon.signal(number)
            self.send(daemon, b"a:1|c")

    def test_tells_of_every_line_and_every_loss_at_debug_level(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--log.level=debug"]) as daemon:
            statsd_client.send_udp(daemon.udp_port, [b"good:1|c", b"nonsense", b"neg:-1|c", b"good:1|g", b"t:1|c|#x"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 5)
            daemon.request("GET", "/-/healthy")
            for text in (
                'msg="Incoming line" proto=udp line=good:1|c',
                'msg="bad line" line=nonsense',
                "line=neg:-1|c reason=illegal_negative_counter",
                "line=good:1|g reason=conflict",
                'msg="Malformed name tag" line=t:1|c|#x',
                'msg="Received health check"',
            ):
                daemon.wait_for_log(text)

    def test_names_a_busy_tcp_port(self):
        for flag in ("--web.listen-address", "--statsd.listen-tcp"):
            with socket.create_server(("127.0.0.1", 0)) as taken:
                address = f"127.0.0.1:{taken.getsockname()[1]}"
                self.assert_one_error(run(f"{flag}={address}", *anywhere_but(flag)), address, "in use")

    def test_names_a_busy_udp_port(self):
        with socket.socket(type=socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assert_one_error(run(f"--statsd.listen-udp={address}", *anywhere_but("--statsd.listen-udp")), address, "in use")

    def test_names_a_bad_address(self):
        for flag in LISTEN_FLAGS:
            for address, named in (("nowhere", "nowhere"), ("127.0.0.1:99999", "99999"), ("[::1:9125", "[::1:9125")):
                self.assert_one_error(run(f"{flag}={address}", *anywhere_but(flag)), named)

    def test_names_the_place_of_a_bad_mapping(self):
        with mapping_file("mappings:\n- match: a.*\n  nam: x\n") as path:
            for mode in ([], ["--check-config"]):
                done = run(f"--statsd.mapping-config={path}", *anywhere_but(None), *mode)
                self.assert_one_error(done, f"{path}:3:3: unknown key ", "did you mean ")

    def test_names_a_missing_mapping(self):
        done = run("--statsd.mapping-config=/nowhere/mapping.yml", *anywhere_but(None))
        self.assert_one_error(done, "/nowhere/mapping.yml", "No such file")

    def test_checks_a_mapping_without_opening_a_port(self):
        with mapping_file(RULE % "x") as path, socket.create_server(("127.0.0.1", 0)) as taken:
            busy = f"127.0.0.1:{taken.getsockname()[1]}"
            done = run("--check-config", f"--statsd.mapping-config={path}", *(f"{flag}={busy}" for flag in LISTEN_FLAGS))
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_refuses_flags_that_it_does_not_know(self):
        self.assert_one_error(run("--statsd.listen-udb=:1"), "weir: error: unknown long flag '--statsd.listen-udb', try --help")
        self.assert_one_error(run("stray"), "weir: error: unexpected stray, try --help")

    def test_says_what_may_have_been_meant(self):
        for arguments, meant in ((["--statsd.listen-udb=:1"], "--statsd.listen-udp"), (["mapings", "list"], "mappings"), (["mappings", "lsit"], "list")):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr.rpartition(", try --help")[2]), (1, f"; did you mean '{meant}'?\n"), done.stderr)
        self.assertTrue(run("--nothing-like-it").stderr.endswith(", try --help\n"))

    def test_says_what_is_wrong_with_a_value(self):
        for flag, text in (("--log.level=warning", "flag 'log.level' must be one of debug, info, warn, error, got 'warning'"),
                           ("--limits.store-bytes=lots", "flag 'limits.store-bytes' must be a number of bytes, such as 65536, 512MiB or 2GB, got 'lots'"),
                           ("--statsd.mapping-config=\"/x.yml\"", "the quotes are part of it: take them out of the file that starts weir"),
                           ("--limits.stop-timeout=5", "must be a time with its unit, such as 500ms, 30s or 1h30m, got '5'")):
            self.assert_one_error(run(flag), text)
        for flag in ("--statsd.listen-udp", "--statsd.listen-tcp", "--web.listen-address"):
            self.assert_one_error(run(f"{flag}=127.0.0.1:99999", *anywhere_but(flag)), "99999: ", "from 0 to 65535", f"flag={flag}")

    def test_takes_bytes_with_their_unit(self):
        # The first series has filled the store.
        flags = ["--limits.store-bytes=1B", "--limits.line-bytes=1kB", "--limits.binding-bytes=16Mi", "--limits.series-bytes=4KiB"]
        with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
            statsd_client.send_tcp(daemon.tcp_port, [b"x" * 1001 + b":1|c", b"a:1|g", b"b:1|g"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 2)
            self.assertEqual(daemon.self_value('weir_events_refused_total{metric_name="b",type="gauge"}'), 1)
            self.assertEqual(daemon.self_value("weir_lines_too_long_total"), 1)

    def test_refuses_to_listen_to_nobody(self):
        self.assert_one_error(run("--statsd.listen-udp=", "--statsd.listen-tcp=", "--web.listen-address=127.0.0.1:0"), "must be specified")

    def test_prints_its_version_and_help(self):
        for flag, text in (("--version", "weir, version "), ("--help", "--statsd.mapping-config")):
            done = run(flag)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(text, done.stdout)

    def test_keeps_the_old_rules_when_the_new_file_is_broken(self):
        with mapping_file(RULE % "before") as path, \
                running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}"]) as daemon:
            path.write_text("mappings:\n- match: a.*\n  nam: after\n")
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_self_value('statsd_exporter_config_reloads_total{outcome="failure"}', 1)
            self.send(daemon, b"a.x:1|c")

            self.assertEqual(daemon.scrape()["before"].samples["before", ()], "1")
            # In the log, so quoted and escaped.
            daemon.wait_for_log(f"{path}:3:3: ")

    def test_reloads_without_a_file_do_nothing(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--web.enable-lifecycle"]) as daemon:
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_log("no mapping config to reload")
            self.assertEqual(daemon.request("POST", "/-/reload"), (200, b"Requesting reload"))
            self.send(daemon, b"a:1|c")

    def test_reloads_by_put_and_post_when_allowed(self):
        with mapping_file(RULE % "zero") as path, \
                running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}", "--web.enable-lifecycle"]) as daemon:
            for method, name in (("PUT", "one"), ("POST", "two")):
                path.write_text(RULE % name)
                self.assertEqual(daemon.request(method, "/-/reload"), (200, b"Requesting reload"))
                self.send(daemon, b"a.x:1|c")
                self.assertIn(name, daemon.scrape())
            path.write_text(RULE % "three")
            self.assertEqual(daemon.request("GET", "/-/reload"), (200, b""))
            self.send(daemon, b"a.x:1|c")
            self.assertNotIn("three", daemon.scrape())

    def test_has_no_lifecycle_paths_by_default(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            for path in ("/-/reload", "/-/quit"):
                self.assertEqual(daemon.request("POST", path)[0], 404)

    def test_quits_over_http_when_allowed(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--web.enable-lifecycle"]) as daemon:
            self.assertEqual(daemon.request("GET", "/-/quit"), (200, b""))
            self.assertEqual(daemon.request("POST", "/-/quit"), (200, b"Requesting termination... Goodbye!"))
            self.assertEqual(daemon.process.wait(STOP_SECONDS_MAX), 0)


if __name__ == "__main__":
    tap.main()
