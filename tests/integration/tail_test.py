#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a running daemon shows of its traffic: GET /api/v1/tail and `weir tail` (docs/api.md, docs/capture.md)."""

import contextlib
import http.client
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
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


class ForeignDaemon(running_daemon.RunningDaemon):
    """One that listens for clients of InfluxDB and Wavefront, too."""

    def __init__(self, *flags):
        self.influx_port = self.influx_udp_port = self.wavefront_port = None
        super().__init__(tap.weir(), ["--influx.listen-http=127.0.0.1:0", "--influx.listen-udp=127.0.0.1:0",
                                      "--wavefront.listen-tcp=127.0.0.1:0", *flags])

    def _learn_ports(self):
        super()._learn_ports()
        influx = self._logged("Accepting InfluxDB Traffic")
        self.influx_port, self.influx_udp_port = self._port(influx["http"]), self._port(influx["udp"])
        self.wavefront_port = self._port(self._logged("Accepting Wavefront Traffic")["tcp"])

    def post(self, port, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_MAX)
        with contextlib.closing(connection):
            connection.request("POST", path, body=body)
            connection.getresponse().read()

    def write(self, body):
        self.post(self.influx_port, "/write?db=d", body)

    def write_udp(self, datagram):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(datagram, ("127.0.0.1", self.influx_udp_port))

    def send_lines(self, text):
        """To Wavefront's; returns when all has been read."""
        with socket.create_connection(("127.0.0.1", self.wavefront_port), SECONDS_MAX) as connection:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)


class ForeignLines(unittest.TestCase):
    def test_of_influxdb_come_as_they_are(self):
        with ForeignDaemon() as daemon:
            with begun_tail(daemon) as tail:
                daemon.write(b'# no line\n\n cpu,host=a usage=1,note="a\nb" 1\nmem value=2\n')
                over_http = tail.lines(2)
                daemon.write_udp(b"disk free=1\n")
                over_udp = tail.line()
                send_udp(daemon, b"a:1|c")
                self.assertEqual(tail.line()["line"], "a:1|c")
            self.assertEqual([line["line"] for line in over_http], ['cpu,host=a usage=1,note="a\nb" 1', "mem value=2"])
            for line, transport in ((over_http[0], "influx_http"), (over_udp, "influx_udp")):
                self.assertEqual(line["transport"], transport)
                self.assertRegex(line["sender"], r"^127\.0\.0\.1:\d+$")
            self.assertEqual(over_udp["line"], "disk free=1")

    def test_of_influxdb_are_chosen_by_their_samples(self):
        lines = ["cpu,host=a usage_idle=1", "cpu,host=b usage_user=1", "my\\ mem,host=a value=1", "bad,host=a"]
        with ForeignDaemon() as daemon:
            for query, expected in [
                ({"name": "cpu_usage_*"}, [0, 1]), ({"name": "*_idle"}, [0]), ({"name": "my mem"}, [2]), ({"tag": "host:a"}, [0, 2]),
                ({"tag": "host", "name": "cpu*user"}, [1]), ({"refused": "true"}, [3]), ({"refused": "true", "name": "b*d"}, [3]),
                ({"sender": "127.0.0.1"}, [0, 1, 2, 3]),
            ]:
                with self.subTest(query=query), begun_tail(daemon, **query) as tail:
                    daemon.write("\n".join(lines).encode())
                    found = tail.lines(len(expected))
                    self.assertEqual([line["line"] for line in found], [lines[i] for i in expected])
                    self.assertEqual("reason" in found[0], "refused" in query)
                    if "refused" in query:
                        self.assertEqual(found[0]["reason"], "bad_point")
                running_daemon.wait_until(lambda: daemon.self_value('weir_taps{kind="tail"}') == 0, SECONDS_MAX, "the end of the tail")

    def test_keep_to_the_rate(self):
        with ForeignDaemon() as daemon, begun_tail(daemon, rate=5) as tail:
            daemon.write(b"cpu value=1\n" * 50)
            shown = tail.lines(6)
            self.assertEqual([line.get("line") for line in shown[:5]], ["cpu value=1"] * 5)
            self.assertEqual(shown[5], {"skipped": 45})

    def test_are_captured_and_not_sent_to_a_statsd_server(self):
        with tempfile.TemporaryDirectory() as folder, ForeignDaemon() as daemon, running_daemon.RunningDaemon(tap.weir()) as other:
            file = pathlib.Path(folder) / "capture.jsonl"
            with capturing.Capture(tap.weir(), file, f"http://127.0.0.1:{daemon.http_port}") as capture:
                daemon.write(b"cpu,host=a:1|c value=1\nbad\n")
                daemon.write_udp(b"mem value=1")
                send_udp(daemon, b"a:1|c")
                capture.wait_for(b"a:1|c\"}")
                capture.wait_for(b"mem value=1")
            records, end = capturing.records(file)
            found = sorted((record["transport"], record["data"]) for record in records)
            self.assertEqual(found, [("influx_http", "bad"), ("influx_http", "cpu,host=a:1|c value=1"), ("influx_udp", "mem value=1"), ("udp", "a:1|c")])
            self.assertEqual((end["records"], end["lost"]), (4, 0))
            out, _ = capturing.run(tap.weir(), "replay", file, f"127.0.0.1:{other.udp_port}", "--speed=full")
            self.assertRegex(out, "^sent 1 records, 5 bytes, in .*; 0 errors; 3 of other protocols than StatsD left out\n$")
            out, _ = capturing.run(tap.weir(), "replay", file, f"udp://127.0.0.1:{other.udp_port}", "--format=json")
            self.assertEqual(json.loads(out)["left_out"], 3)
            other.wait_for_self_value("statsd_exporter_lines_total", 2)
            self.assertEqual(float(other.scrape()["a"].samples[("a", ())]), 2)
            mapping = pathlib.Path(folder) / "mapping.yml"
            mapping.write_text("mappings:\n- {match: shop.*, name: shop, labels: {kind: $1}}\n")
            for command in (["suggest", file], ["lint", mapping, f"--against={file}"]):
                out, err = capturing.run(tap.weir(), *command)
                self.assertIn("3 lines of other protocols than StatsD left out", err)
                self.assertNotIn("cpu", out)

    def test_of_wavefront_come_as_they_are(self):
        with ForeignDaemon("--limits.line-bytes=100") as daemon, begun_tail(daemon) as tail, \
                begun_tail(daemon, refused="true") as refused, begun_tail(daemon, name="*count", tag="source:b") as some:
            daemon.send_lines(b'cpu.load 1 source="a"\n\n"jobs.count" 7 host=b\nbad\n' + b"x" * 101 + b" 1\n")
            daemon.post(daemon.wavefront_port, "/report", "∆done 2 source=a\n".encode())
            shown = tail.lines(4)
            self.assertEqual([line["line"] for line in shown], ['cpu.load 1 source="a"', '"jobs.count" 7 host=b', "bad", "∆done 2 source=a"])
            self.assertEqual([line["transport"] for line in shown], ["wavefront_tcp"] * 3 + ["wavefront_http"])
            self.assertTrue(all(line["sender"].startswith("127.0.0.1:") for line in shown))
            reasons = [(line["line"][:3], line["transport"], line["reason"]) for line in refused.lines(2)]
            self.assertEqual(reasons, [("bad", "wavefront_tcp", "bad_wavefront_line"), ("xxx", "wavefront_tcp", "bad_wavefront_line")])
            self.assertEqual(some.line()["line"], '"jobs.count" 7 host=b')


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

    def test_ends_as_it_is_told_before_there_is_an_answer(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.url = f"http://127.0.0.1:{server.getsockname()[1]}"
            process = self.tail()
            with server.accept()[0] as connection:
                connection.recv(1024)
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(SECONDS_MAX), 0)

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
