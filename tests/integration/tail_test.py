#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a running daemon shows of its traffic: GET /api/v1/tail and `weir tail` (docs/api.md, docs/capture.md)."""

import contextlib
import json
import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import capturing  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402
from tapped import SECONDS_MAX, Case, Load, Stream, begun_tail, send_tcp, send_udp  # noqa: E402

TAPS_MAX = 4
MIB = 1 << 20


class Tail(Case):
    def test_shows_lines_with_time_and_sender(self):
        daemon = self.start(f"--statsd.listen-unixgram={self.folder}/g")
        with begun_tail(daemon) as tail:
            before = time.time()
            send_udp(daemon, b"a:1|c\nb:\xff|c")
            udp = tail.lines(2)
            tcp_sender = send_tcp(daemon, b"c:1|c\n")
            tcp = tail.line()
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unixgram:
                unixgram.sendto(b"g:1|c", f"{self.folder}/g")
            unix = tail.line()
        self.assertEqual([line["line"] for line in udp], ["a:1|c", "b:\ufffd|c"])
        self.assertTrue(all(line["transport"] == "udp" and line["sender"].startswith("127.0.0.1:") for line in udp))
        self.assertTrue(before - 1 < udp[0]["t"] < time.time() + 1)
        self.assertEqual((tcp["transport"], tcp["sender"], tcp["line"]), ("tcp", tcp_sender, "c:1|c"))
        self.assertEqual((unix["transport"], unix["listener"], unix["line"]), ("unixgram", f"{self.folder}/g", "g:1|c"))
        self.assertNotIn("sender", unix)

    def test_filters(self):
        daemon = self.start()
        lines = [b"shop.a:1|c|#city:bonn", b"shop.b,city=berlin:1|c", b"other:1|c|#city:bonn", b"shop.c:bad|c"]
        for query, expected in [
            ({"name": "shop.*"}, [0, 1, 3]), ({"name": "shop.?"}, [0, 1, 3]), ({"name": "*er"}, [2]), ({"tag": "city"}, [0, 1, 2]),
            ({"tag": "city:bonn"}, [0, 2]), ({"tag": "city:b*", "name": "shop.*"}, [0, 1]), ({"sender": "127.0.0.1"}, [0, 1, 2, 3]),
            ({"refused": "true"}, [3]), ({"refused": "true", "name": "shop.c"}, [3]),
        ]:
            with self.subTest(query=query), begun_tail(daemon, **query) as tail:
                send_udp(daemon, b"\n".join(lines))
                found = tail.lines(len(expected))
                self.assertEqual([line["line"] for line in found], [lines[i].decode() for i in expected])
                if "refused" in query:
                    self.assertEqual(found[0]["reason"], "malformed_value")
            self.wait_for_taps(daemon, 0)
        with begun_tail(daemon, sender="127.0.0.2") as other, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            send_udp(daemon, b"not:1|c")
            udp.bind(("127.0.0.2", 0))
            udp.sendto(b"this:1|c", ("127.0.0.1", daemon.udp_port))
            self.assertEqual(other.line()["line"], "this:1|c")

    def test_keeps_to_its_rate_and_counts_the_others(self):
        daemon = self.start()
        with begun_tail(daemon, rate=5) as tail:
            send_udp(daemon, *[b"a:1|c"] * 50)
            shown = [tail.line() for _ in range(6)]
        self.assertEqual([line.get("line") for line in shown[:5]], ["a:1|c"] * 5)
        self.assertEqual(shown[5], {"skipped": 45})
        self.assertEqual(daemon.self_value('weir_tap_lost_total{kind="tail"}'), 45)
        self.assertEqual(daemon.self_value("statsd_exporter_lines_total"), 50)

    def test_is_counted(self):
        daemon = self.start()
        connected = {"weir_http_connections": 1, "process_open_fds": 1}
        with self_page.Watch(daemon) as watch:
            for kind in ("tail", "capture"):
                with contextlib.ExitStack() as stack:
                    with watch.moves({f'weir_taps{{kind="{kind}"}}': 1, **connected}):
                        stream = stack.enter_context(Stream(daemon, f"/api/v1/{kind}", rate=5))
                        stream.line()
                    if kind == "tail":
                        with watch.moves({'weir_tap_lost_total{kind="tail"}': 45, **self_page.new_counters(50)}):
                            send_udp(daemon, *[b"tapped%d:1|c" % i for i in range(50)])
                    before = watch.values()
                watch.wait_for_moves(before, {f'weir_taps{{kind="{kind}"}}': -1, **{name: -1 for name in connected}})

    def test_loses_only_its_own_copy_under_full_load(self):
        for workers in (1, 2):
            for query in ({}, {"name": "*nothing*"}, {"refused": "true"}, {"sender": "127.0.0.1"}):
                with self.subTest(workers=workers, query=query):
                    self.check_under_load(workers, query)

    def check_under_load(self, workers, query):
        daemon = self.start(f"--statsd.workers={workers}")
        with Load(daemon) as load, begun_tail(daemon, **query) as tail:
            time.sleep(0.3)
            shown = tail.lines(20) if not query else []
            time.sleep(0.3)
        daemon.wait_for_self_value("statsd_exporter_lines_total", load.lines)
        self.assertEqual(daemon.self_value("load_x"), 0)
        self.assertEqual(float(daemon.scrape()["load_x"].samples[("load_x", ())]), load.lines)
        self.assertTrue(all(line.get("line", "load.x:1|c") == "load.x:1|c" for line in shown))
        self.assertTrue("refused" in query or daemon.self_value('weir_tap_lost_total{kind="tail"}') > 0)

    def test_ends_with_its_client_and_with_the_daemon(self):
        daemon = self.start()
        for _ in range(2 * TAPS_MAX):
            with begun_tail(daemon):
                self.wait_for_taps(daemon, 1)
            self.wait_for_taps(daemon, 0)
        with begun_tail(daemon) as tail:
            began = time.monotonic()
            daemon.signal(signal.SIGTERM)
            self.assertEqual(tail.rest(), [])
            daemon.process.wait(SECONDS_MAX)
        self.assertLess(time.monotonic() - began, 4 if not tap.is_sanitized() else SECONDS_MAX)

    def test_takes_only_so_many_at_once(self):
        daemon = self.start()
        with contextlib.ExitStack() as stack:
            for _ in range(TAPS_MAX):
                stack.enter_context(begun_tail(daemon))
            for path in ("/api/v1/tail", "/api/v1/capture"):
                status, body = daemon.request("GET", path)
                self.assertEqual(status, 503)
                self.assertIn("try again when one has ended", json.loads(body)["error"])
            self.assertEqual(daemon.request("HEAD", "/api/v1/tail")[0], 200)
        self.wait_for_taps(daemon, 0)
        begun_tail(daemon).__exit__()

    def test_says_what_is_wrong_with_a_request(self):
        daemon = self.start()
        for path, query, text in [
            ("tail", "rate=0", "above 0"), ("tail", "rate=nan", "above 0"), ("tail", "refused=yes", "true or false"), ("tail", "sender=localhost", "an address"),
            ("tail", "name=a&name=b", "one name"), ("capture", "sample=2", "at most 1"), ("capture", "seconds=1e9", "at most 86400"),
        ]:
            with self.subTest(query=query):
                status, body = daemon.request("GET", f"/api/v1/{path}?{query}")
                self.assertEqual(status, 400)
                self.assertIn(text, json.loads(body)["error"])
        self.assertEqual(daemon.request("POST", "/api/v1/tail")[0], 405)
        self.assertEqual(daemon.request("GET", "/api/v1/tail?name=" + "a" * 1025)[0], 414)

    def test_holds_little_memory_for_a_client_that_stops_reading(self):
        daemon = self.start()
        with Load(daemon):
            time.sleep(0.5)
            before = daemon.memory_bytes()
            with Stream(daemon, "/api/v1/capture"), Stream(daemon, "/api/v1/tail", rate=100_000):
                time.sleep(1.5)
                grown = daemon.memory_bytes() - before
        if not tap.is_sanitized():
            self.assertLess(grown, 16 * MIB)
        self.wait_for_taps(daemon, 0)


class Command(Case):
    def tail(self, *arguments):
        process = subprocess.Popen([str(tap.weir()), "tail", self.url, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        return process

    def test_prints_lines_for_people(self):
        daemon = self.start()
        process = self.tail("--max-lines=2", "--name=*b*")
        self.wait_for_taps(daemon, 1)
        send_udp(daemon, b"a:1|c\nb\x1b[2J:1|c\nbad")
        out, _ = process.communicate(timeout=SECONDS_MAX)
        self.assertEqual(process.returncode, 0)
        first, second = out.decode().splitlines()
        self.assertRegex(first, r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z udp 127\.0\.0\.1:\d+ b\\x1b\[2J:1\|c$")
        self.assertTrue(second.endswith(" bad"))

    def test_prints_reasons_and_objects(self):
        daemon = self.start()
        text = self.tail("--refused", "--max-lines=1")
        objects = self.tail("--refused", "--max-lines=1", "--format=json", "--sender=127.0.0.1", "--tag=k:v")
        self.wait_for_taps(daemon, 2)
        for _ in range(3):
            send_udp(daemon, b"a:x|c|#k:v")
            time.sleep(0.05)
        self.assertTrue(text.communicate(timeout=SECONDS_MAX)[0].endswith(b" a:x|c|#k:v [malformed_value]\n"))
        lines = [json.loads(line) for line in objects.communicate(timeout=SECONDS_MAX)[0].splitlines()]
        self.assertEqual(lines[0], {"skipped": 0})
        self.assertEqual((lines[1]["line"], lines[1]["reason"]), ("a:x|c|#k:v", "malformed_value"))

    def test_ends_as_it_is_told_and_says_by_its_exit_code_whether_there_was_a_line(self):
        daemon = self.start()
        capturing.run(tap.weir(), "tail", self.url, "--max-time=200ms", code=1)
        interrupted, ended = self.tail(), self.tail()
        self.wait_for_taps(daemon, 2)
        interrupted.send_signal(signal.SIGINT)
        self.assertEqual(interrupted.wait(SECONDS_MAX), 0)
        send_udp(daemon, b"a:1|c")
        daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
        daemon.signal(signal.SIGTERM)
        self.assertTrue(ended.communicate(timeout=SECONDS_MAX)[0].endswith(b" a:1|c\n"))
        self.assertEqual(ended.returncode, 0)
        # A second signal, that of the cleanup, would kill it.
        self.assertEqual(daemon.process.wait(SECONDS_MAX), 0)

    def test_says_why_it_cannot(self):
        self.start()
        for arguments, text in [
            ([], "expected the URL"), (["localhost:9102"], "expected the URL"), ([self.url, "x"], "unexpected x"), ([self.url, "--rate=0"], "from 1 to 100000"),
            ([self.url, "--sender=localhost"], "status 400: "), ([f"http://127.0.0.1:{running_daemon.free_port()}"], "refused"),
            ([self.url + "/none"], "status 404"),
        ]:
            with self.subTest(arguments=arguments):
                out, err = capturing.run(tap.weir(), "tail", *arguments, code=2)
                self.assertEqual(out, "")
                self.assertIn(text, err)


if __name__ == "__main__":
    tap.main()
