#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir capture URL`: what a running daemon receives, in a file that another takes for the same (docs/capture.md)."""

import json
import pathlib
import signal
import socket
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import capturing  # noqa: E402
import certificates  # noqa: E402
import running_daemon  # noqa: E402
import tap  # noqa: E402
from tapped import SECONDS_MAX, Case, Load, send_tcp, send_udp  # noqa: E402


class CaptureUrl(Case):
    def capture(self, *arguments, **more):
        self.file = self.folder / "capture.jsonl"
        return capturing.Capture(tap.weir(), self.file, self.url, *arguments, **more)

    def test_replays_to_equal_totals(self):
        daemon = self.start(f"--statsd.listen-unixgram={self.folder}/g", f"--statsd.listen-unixstream={self.folder}/s")
        with self.capture() as capture:
            send_udp(daemon, b"a:1|c\nb:2|c", b"", b"a:\xff|c", b"big:1|c\n" * 7500, b"t:5|ms|#k:v")
            send_tcp(daemon, b"c:1|c\n\nc:2|c\nunfinished:1|c")
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unixgram:
                unixgram.sendto(b"g:1|c", f"{self.folder}/g")
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as unixstream:
                unixstream.connect(f"{self.folder}/s")
                unixstream.sendall(b"s:1|c\n")
            for text in (b"unfinished", b'"unixgram"', b'"unixstream"', b"t:5"):
                capture.wait_for(text)
        records, end = capturing.records(self.file)
        self.assertEqual((len(records), end["records"], end["lost"]), (5 + 4 + 1 + 1, 11, 0))
        self.assertEqual(capture.totals["records"], 11)
        second = self.start()
        self.send_back(second, records)
        pages = []
        for each in (daemon, second):
            running_daemon.wait_until(lambda each=each: each.self_value("statsd_exporter_lines_total") >= 7500 + 9, SECONDS_MAX, "all lines")
            families = each.scrape()
            user = {key: value for family in families.values() if not family.is_self_metric() for key, value in family.samples.items()}
            pages.append((user, each.self_value("statsd_exporter_lines_total"), each.self_value("statsd_exporter_samples_total")))
        self.assertEqual(pages[0], pages[1])

    def send_back(self, daemon, records):
        head = self.file.read_text(encoding="utf-8").splitlines()[0]
        for port, transports in ((daemon.udp_port, ("udp", "unixgram")), (daemon.tcp_port, ("tcp", "unixstream"))):
            part = self.folder / "part"
            part.write_text("\n".join([head, *(json.dumps(record) for record in records if record["transport"] in transports)]) + "\n")
            capturing.run(tap.weir(), "replay", part, f"127.0.0.1:{port}", "--speed=full")

    def test_counts_what_it_loses_under_full_load(self):
        daemon = self.start()
        with Load(daemon) as load, self.capture("--max-time=2s", "--max-bytes=0", code=1 if not tap.is_sanitized() else None) as capture:
            capture.wait_for_end()
        daemon.wait_for_self_value("statsd_exporter_lines_total", load.lines)
        self.assertEqual(float(daemon.scrape()["load_x"].samples[("load_x", ())]), load.lines)
        records, end = capturing.records(self.file)
        records = [record for record in records if "data" in record]
        self.assertEqual(len(records), end["records"])
        self.assertEqual(capture.totals["lost"], end["lost"])
        self.wait_for_taps(daemon, 0, "capture")
        # What came in after the end, as long as the worker did not know of it.
        self.assertGreaterEqual(daemon.self_value('weir_tap_lost_total{kind="capture"}'), end["lost"])

    def test_keeps_a_share_and_ends_when_the_file_is_full(self):
        daemon = self.start()
        with self.capture("--sample=0.25", "--max-bytes=20kB") as capture:
            for _ in range(100):
                if capture.process.poll() is not None:
                    break
                send_udp(daemon, *[b"y:1|c"] * 20)
                time.sleep(0.01)
            capture.wait_for_end()
        self.assertTrue(19_000 < capture.totals["bytes"] < 20_200, capture.totals)
        self.assertGreater(daemon.self_value("statsd_exporter_lines_total"), 2 * capture.totals["records"])

    def test_has_all_that_came_in_before_the_daemon_ended(self):
        daemon = self.start()
        with self.capture() as capture:
            send_udp(daemon, *[b"y:1|c"] * 100)
            daemon.signal(signal.SIGTERM)
            capture.wait_for_end()
        self.assertEqual(capture.totals["records"], 100)
        # A second signal, that of the cleanup, would kill it.
        self.assertEqual(daemon.process.wait(running_daemon.STOP_SECONDS_MAX), 0)

    def test_goes_over_tls_with_a_password(self):
        authority = certificates.Authority(self.folder)
        certificate, key = authority.sign("server", "DNS:localhost,IP:127.0.0.1")
        config = self.folder / "web.yml"
        config.write_text(f"tls_server_config: {{cert_file: {certificate}, key_file: {key}}}\nbasic_auth_users: {{ann: {certificates.HASHES[0]}}}\n")
        with running_daemon.RunningDaemon(tap.weir(), [f"--web.config.file={config}"], awaits_ready=False) as daemon:
            trust = f"--cacert={authority.certificate}"
            self.url = f"https://127.0.0.1:{daemon.http_port}"
            _, err = capturing.run(tap.weir(), "tail", self.url, trust, code=2)
            self.assertIn("status 401", err)
            self.url = f"https://ann:{urllib.parse.quote(certificates.PASSWORD)}@127.0.0.1:{daemon.http_port}"
            with self.capture(trust) as capture:
                send_udp(daemon, b"a:1|c")
                capture.wait_for(b"a:1|c")
        self.assertEqual(capture.totals["records"], 1)

    def test_says_why_it_cannot(self):
        self.start()
        for arguments, text in [
            ([self.url, "--listen=:1"], "or else --listen"), ([self.url, "x"], "unexpected x"), (["localhost:9102"], "expected the URL"),
            ([self.url + "/none"], "status 404"), ([self.url, f"--output={self.folder}"], "is a directory"),
        ]:
            with self.subTest(arguments=arguments):
                out, err = capturing.run(tap.weir(), "capture", *arguments, code=2)
                self.assertEqual(out, "")
                self.assertIn(text, err)


if __name__ == "__main__":
    tap.main()
