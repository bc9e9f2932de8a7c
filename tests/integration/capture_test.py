#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir capture --listen` and `weir replay`: what was sent comes back, byte for byte, at its time (docs/capture.md)."""

import base64
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
import tap  # noqa: E402

BIG = b"big:1|c\n" * 7500
DATAGRAMS = [b"a:1|c\nb:2|c", b"a:2|c\n\n", b"", b"bad\xff\xfe:1|c", BIG, "t\u00e4g:1|c|#k:\u2028\x1b[31m".encode()]
LINES = [b"s:1|c", b"", b"s:2|c", b"no\xffutf8:1|c", b"x" * 60_000 + b":1|c"]


def bytes_of(record):
    return record["data"].encode() if "data" in record else base64.b64decode(record["base64"])


def send_datagrams(port, datagrams):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for datagram in datagrams:
            udp.sendto(datagram, ("127.0.0.1", port))


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "capture.jsonl"

    def capture(self, *arguments, **more):
        return capturing.Capture(tap.weir(), self.file, *arguments, **more)

    def replay(self, *arguments, code=0):
        out, err = capturing.run(tap.weir(), "replay", *arguments, "--format=json", code=code)
        return json.loads(out), err


class Captures(Case):
    def test_keeps_bytes_transport_and_sender(self):
        with self.capture("--listen=127.0.0.1:0", f"--listen=unixgram://{self.folder}/g", f"--listen=unixstream://{self.folder}/s") as capture:
            send_datagrams(capture.port("udp"), DATAGRAMS)
            with socket.create_connection(("127.0.0.1", capture.port("tcp"))) as tcp:
                tcp_sender = "{}:{}".format(*tcp.getsockname())
                tcp.sendall(b"\n".join(LINES) + b"\n")
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unixgram:
                unixgram.sendto(b"g:1|c", f"{self.folder}/g")
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as unixstream:
                unixstream.connect(f"{self.folder}/s")
                unixstream.sendall(b"u:1|c\nunfinished:1|c")
            capture.wait_for(b"unfinished")

        records, end = capturing.records(self.file)
        by_transport = {name: [record for record in records if record["transport"] == name] for name in ("udp", "tcp", "unixgram", "unixstream")}
        self.assertEqual([bytes_of(record) for record in by_transport["udp"]], DATAGRAMS)
        self.assertEqual([bytes_of(record) for record in by_transport["tcp"]], LINES)
        self.assertEqual([bytes_of(record) for record in by_transport["unixgram"]], [b"g:1|c"])
        self.assertEqual([bytes_of(record) for record in by_transport["unixstream"]], [b"u:1|c", b"unfinished:1|c"])
        self.assertTrue(all(record["sender"].startswith("127.0.0.1:") for record in by_transport["udp"]))
        self.assertEqual({record["sender"] for record in by_transport["tcp"]}, {tcp_sender})
        self.assertEqual({record["listener"] for record in by_transport["unixgram"]}, {f"{self.folder}/g"})
        self.assertEqual({"records": end["records"], "lost": end["lost"]}, {"records": len(records), "lost": 0})
        self.assertEqual(capture.totals["records"], len(records))
        self.assertEqual(capture.totals["bytes"], self.file.stat().st_size)

    def test_ends_at_its_time_and_with_either_signal(self):
        began = time.monotonic()
        with self.capture("--listen=127.0.0.1:0", "--max-time=300ms") as capture:
            capture.wait_for_end()
        self.assertGreaterEqual(capture.totals["seconds"], 0.3)
        self.assertLess(time.monotonic() - began, 20)
        with self.capture("--listen=127.0.0.1:0", stop_signal=signal.SIGINT) as capture:
            send_datagrams(capture.port("udp"), [b"last:1|c"])
        self.assertEqual(len(capturing.records(self.file)[0]), 1)

    def test_ends_when_the_file_is_full(self):
        with self.capture("--listen=udp://127.0.0.1:0", "--max-bytes=100kB") as capture:
            for _ in range(40):
                send_datagrams(capture.port("udp"), [b"y:1|c\n" * 1000])
                time.sleep(0.005)
            capture.wait_for_end()
        records, end = capturing.records(self.file)
        self.assertLess(self.file.stat().st_size, 100_200)
        self.assertGreater(self.file.stat().st_size, 90_000)
        self.assertEqual((end["records"], end["lost"]), (len(records), 0))

    def test_keeps_a_share(self):
        with self.capture("--listen=udp://127.0.0.1:0", "--sample=0.25") as capture:
            for _ in range(40):
                send_datagrams(capture.port("udp"), [b"y:1|c"] * 50)
                time.sleep(0.002)
        self.assertTrue(350 < capture.totals["records"] < 650, capture.totals)
        self.assertEqual(capture.totals["lost"], 0)

    def test_writes_to_standard_output_and_says_the_totals_elsewhere(self):
        out, err = capturing.run(tap.weir(), "capture", "--listen=127.0.0.1:0", "--max-time=100ms")
        self.assertEqual([sorted(json.loads(line)) for line in out.splitlines()], [["source", "started", "weir_capture"], ["end", "lost", "records"]])
        self.assertRegex(err, r"^captured 0 records, \d+ bytes, in 0\.\d+ s; 0 lost\n$")

    def test_says_why_it_cannot(self):
        for arguments, text in [
            ([], "expected "), (["--listen=9125"], "must be HOST:PORT"), (["--listen=tls://h:1"], "must be HOST:PORT"),
            (["--listen=:1", "--sample=0"], "above 0"), (["--listen=192.0.2.1:0"], "cannot assign requested address"),
            (["--listen=127.0.0.1:0", f"--output={self.folder}"], "is a directory"),
            (["--listen=127.0.0.1:0", "--output=/dev/full", "--max-time=1s"], "no space left"),
        ]:
            with self.subTest(arguments=arguments):
                out, err = capturing.run(tap.weir(), "capture", *arguments, code=2)
                self.assertEqual(out, "")
                self.assertIn(text, err)


class Replays(Case):
    def write(self, *records, end=True, file=None):
        lines = [{"weir_capture": 1, "started": 1}, *records] + ([{"end": 9, "records": len(records), "lost": 0}] if end else [])
        (file or self.file).write_text("".join(json.dumps(line) + "\n" for line in lines))

    def test_totals_of_a_daemon_are_equal(self):
        with self.capture("--listen=127.0.0.1:0", f"--listen=unixgram://{self.folder}/g") as capture:
            send_datagrams(capture.port("udp"), DATAGRAMS)
            with socket.create_connection(("127.0.0.1", capture.port("tcp"))) as tcp:
                tcp.sendall(b"\n".join(LINES) + b"\n")
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unixgram:
                for _ in range(500):
                    unixgram.sendto(b"g:1|c", f"{self.folder}/g")
            capture.wait_for(b"x" * 60_000)
        with running_daemon.RunningDaemon(tap.weir()) as direct, running_daemon.RunningDaemon(tap.weir()) as replayed:
            send_datagrams(direct.udp_port, DATAGRAMS + [b"g:1|c"] * 500)
            with socket.create_connection(("127.0.0.1", direct.tcp_port)) as tcp:
                tcp.sendall(b"\n".join(LINES) + b"\n")
            udp, by_tcp = self.split()
            self.replay(udp, f"127.0.0.1:{replayed.udp_port}", "--speed=full")
            totals, _ = self.replay(by_tcp, f"127.0.0.1:{replayed.tcp_port}", "--speed=full")
            self.assertEqual(totals["records"], len(LINES))
            # Lines of datagrams that are empty are not counted.
            line_count = sum(bool(line) for datagram in DATAGRAMS for line in datagram.split(b"\n")) + 500 + sum(map(bool, LINES))
            pages = []
            for daemon in (direct, replayed):
                daemon.wait_for_self_value("statsd_exporter_udp_packets_total", len(DATAGRAMS) + 500)
                daemon.wait_for_self_value("statsd_exporter_lines_total", line_count)
                families = daemon.scrape()
                user = {key: value for family in families.values() if not family.is_self_metric() for key, value in family.samples.items()}
                own = [daemon.self_value(name) for name in ("statsd_exporter_lines_total", "statsd_exporter_samples_total", "statsd_exporter_tags_total")]
                pages.append((user, own))
            self.assertEqual(pages[0], pages[1])
            self.assertEqual(float(dict(pages[1][0])[("big", ())]), 7500)

    def split(self):
        """The capture as one of what came by datagrams and one of what came by TCP."""
        head, *lines, _ = self.file.read_text(encoding="utf-8").splitlines(keepends=True)
        parts = []
        for name, is_tcp in (("datagrams", False), ("lines", True)):
            part = self.folder / name
            part.write_text(head + "".join(line for line in lines if ('"transport":"tcp"' in line) == is_tcp), encoding="utf-8")
            parts.append(part)
        return parts

    def test_sends_over_what_it_is_told(self):
        source = self.folder / "source"
        self.write({"t": 0, "transport": "udp", "data": "a:1|c\nb:1|c"}, {"t": 0, "transport": "tcp", "data": "c:1|c"}, file=source)
        with self.capture("--listen=127.0.0.1:0", f"--listen=unixgram://{self.folder}/g", f"--listen=unixstream://{self.folder}/s") as capture:
            for address in (f"udp://127.0.0.1:{capture.port('udp')}", f"tcp://127.0.0.1:{capture.port('tcp')}",
                            f"unixgram://{self.folder}/g", f"unixstream://{self.folder}/s"):
                self.assertEqual(self.replay(source, address)[0]["records"], 2)
            capture.wait_for(b"unixstream\",\"listener\"")
        records, _ = capturing.records(self.file)
        found = {name: [record["data"] for record in records if record["transport"] == name] for name in ("udp", "tcp", "unixgram", "unixstream")}
        self.assertEqual(found, {"udp": ["a:1|c\nb:1|c", "c:1|c"], "tcp": ["a:1|c", "b:1|c", "c:1|c"],
                                 "unixgram": ["a:1|c\nb:1|c", "c:1|c"], "unixstream": ["a:1|c", "b:1|c", "c:1|c"]})

    def test_keeps_times_or_divides_them(self):
        self.write(*({"t": seconds, "transport": "udp", "data": "a:1|c"} for seconds in (0, 0.5, 1.0)))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{udp.getsockname()[1]}"
            for speed, least in (("1", 1.0), ("4", 0.25), ("full", 0)):
                seconds = self.replay(self.file, address, f"--speed={speed}")[0]["seconds"]
                self.assertGreaterEqual(seconds, least)
                self.assertLess(seconds, least + 0.2 if not tap.is_sanitized() else 60)

    def test_takes_plain_lines_and_standard_input(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
            done = subprocess.run([str(tap.weir()), "replay", "-", f"127.0.0.1:{udp.getsockname()[1]}"], input=b"a:1|c\nb:1|c\n", capture_output=True,
                                  timeout=60, check=True)
            self.assertEqual([udp.recv(100), udp.recv(100)], [b"a:1|c", b"b:1|c"])
        self.assertRegex(done.stdout.decode(), r"^sent 2 records, 10 bytes, in \d+\.\d+ s; 0 errors\n$")

    def test_repeats_until_stopped(self):
        self.write({"t": 0.01, "transport": "udp", "data": "a:1|c"})
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
            command = [str(tap.weir()), "replay", str(self.file), f"127.0.0.1:{udp.getsockname()[1]}", "--repeat", "--format=json"]
            process = subprocess.Popen(command, stdout=subprocess.PIPE)
            for _ in range(20):
                udp.recv(100)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertGreaterEqual(json.loads(out)["records"], 20)

    def test_waits_for_a_slow_reader_and_ends_on_a_signal(self):
        self.write(*({"t": 0, "transport": "tcp", "data": "x" * 50_000} for _ in range(200)))
        with socket.create_server(("127.0.0.1", 0)) as server:
            command = [str(tap.weir()), "replay", str(self.file), f"127.0.0.1:{server.getsockname()[1]}", "--format=json"]
            process = subprocess.Popen(command, stdout=subprocess.PIPE)
            connection, _ = server.accept()
            time.sleep(0.5)
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=60)
            connection.close()
        self.assertEqual((process.returncode, json.loads(out)["is_complete"]), (1, False))

    def test_counts_what_finds_no_receiver(self):
        self.write(*({"t": 0.02 * i, "transport": "udp", "data": "a:1|c"} for i in range(4)))
        totals, _ = self.replay(self.file, f"127.0.0.1:{running_daemon.free_port()}", code=1)
        self.assertEqual((totals["records"], totals["errors"], totals["is_complete"]), (4, 3, True))

    def test_says_what_is_wrong_with_a_file(self):
        self.write({"t": 0, "data": "a:1|c"}, {"t": 0})
        totals, err = self.replay(self.file, "127.0.0.1:9", code=1)
        self.assertEqual((totals["records"], totals["is_complete"]), (1, False))
        self.assertIn("line 3: a record has `data` or `base64`", err)
        self.write({"t": 0, "data": "a:1|c"}, end=False)
        self.assertIn("cut off", self.replay(self.file, "udp://127.0.0.1:9")[1])

    def test_says_why_it_cannot(self):
        self.write({"t": 0, "data": "a:1|c"})
        for arguments, text in [
            ([], "expected "), ([self.file], "expected "), ([self.file, "9125"], "must be HOST:PORT"), ([self.file, ":1", "x"], "unexpected x"),
            ([self.file, ":1", "--speed=0"], "or full"), (["-", ":1", "--repeat"], "repeated"), ([self.folder / "none", ":1"], "cannot read"),
            ([self.file, "tcp://127.0.0.1:1"], "connection refused"), ([self.file, f"unixgram://{self.folder}/none"], "no such file"),
        ]:
            with self.subTest(arguments=arguments):
                out, err = capturing.run(tap.weir(), "replay", *arguments, code=2)
                self.assertEqual(out, "")
                self.assertIn(text, err)


if __name__ == "__main__":
    tap.main()
