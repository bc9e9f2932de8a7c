#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The relay: every line goes on to every target, and no target can hold up ingestion."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
RECEIVE_SECONDS_MAX = 30
LINES = [b"relayed.%d:1|c" % i for i in range(500)]


@contextlib.contextmanager
def target():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind(("127.0.0.1", 0))
        sink.settimeout(RECEIVE_SECONDS_MAX)
        yield sink


def address_of(sink):
    return "127.0.0.1:%d" % sink.getsockname()[1]


def received_lines(sink, count):
    """Datagrams until they hold `count` lines."""
    lines, datagrams = [], []
    while len(lines) < count:
        datagrams.append(sink.recv(65536))
        lines += datagrams[-1].splitlines(keepends=True)
    return lines, datagrams


class Relay(unittest.TestCase):
    def test_sends_whole_lines_to_every_target(self):
        with target() as one, target() as two:
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.relay.address={address_of(one)},{address_of(two)}"]) as daemon:
                statsd_client.send_tcp(daemon.tcp_port, LINES)
                for sink in (one, two):
                    lines, datagrams = received_lines(sink, len(LINES))
                    self.assertEqual(lines, [line + b"\n" for line in LINES])
                    self.assertLessEqual(max(map(len, datagrams)), 1400)
                for sink in (one, two):
                    relayed = ("statsd_exporter_relay_lines_relayed_total", (("target", address_of(sink)),))
                    self.assertEqual(daemon.scrape()[relayed[0]].samples[relayed], str(len(LINES)))
                self.assertIn(f"\nrelayed_{len(LINES) - 1} 1\n", daemon.scrape_text())

    def test_sends_invalid_lines_too_and_what_it_holds_at_the_end(self):
        with target() as sink:
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.relay.address={address_of(sink)}"]) as daemon:
                statsd_client.send_udp(daemon.udp_port, [b"nonsense\n\nfoo:1|c\r\n"])
                daemon.wait_for_self_value("statsd_exporter_lines_total", 3)
            lines, _ = received_lines(sink, 2)
            self.assertEqual(lines, [b"nonsense\n", b"foo:1|c\r\n"])

    def test_leaves_out_lines_that_do_not_fit(self):
        with target() as sink:
            flags = [f"--statsd.relay.address={address_of(sink)}", "--statsd.relay.packet-length=20"]
            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
                statsd_client.send_tcp(daemon.tcp_port, [b"x" * 17 + b":1|c", b"short:1|c"])
                lines, _ = received_lines(sink, 1)
                self.assertEqual(lines, [b"short:1|c\n"])
                self.assertIn("statsd_exporter_relay_long_lines_total{target=\"%s\"} 1\n" % address_of(sink), daemon.scrape_text())

    def test_keeps_taking_lines_while_every_send_fails(self):
        # Longer than any datagram may be: the kernel refuses each.
        flags = ["--statsd.relay.address=127.0.0.1:9", "--statsd.relay.packet-length=100000", "--limits.line-bytes=100000"]
        with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
            long_line = b"x" * 70_000 + b":1|c"
            statsd_client.send_tcp(daemon.tcp_port, [long_line] * 300)
            daemon.wait_for_self_value("statsd_exporter_lines_total", 300)
            statsd_client.send_udp(daemon.udp_port, [b"after:1|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 301)

            failed = ("weir_relay_send_errors_total", (("target", "127.0.0.1:9"),))
            self.assertGreater(float(daemon.scrape()[failed[0]].samples[failed]), 0)
            self.assertIn("\nafter 1\n", daemon.scrape_text())
            self.assertLess(sum("Error sending UDP packet" in line for line in daemon.log_lines), 10)

    def test_refuses_a_target_that_cannot_be_found(self):
        done = subprocess.run([str(tap.weir()), "--web.listen-address=127.0.0.1:0", "--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-tcp=",
                               "--statsd.relay.address=nowhere"], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('msg="Unable to create relay" err="unable to resolve target nowhere, err: address nowhere: missing port in address"',
                      done.stderr)


if __name__ == "__main__":
    tap.main()
