#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing that a stranger sends may crash the daemon, hang it, or make it grow; what it refuses it counts."""

import contextlib
import itertools
import pathlib
import random
import socket
import string
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

# The largest payload of a UDP datagram, near the limit of a line (65,536).
DATAGRAM_BYTES_MAX = 65_507
LINE_BYTES_MAX = 65_536
# Far below what comes in meanwhile, far above what an allocator keeps.
GROWTH_BYTES_MAX = 64 << 20
RANDOM_SEED = 20230612
ERRORS = 'statsd_exporter_sample_errors_total{reason="%s"}'
ALL_DIALECTS = ("--statsd.parse-graphite-tags", "--statsd.parse-colons-in-names", "--statsd.parse-meters", "--statsd.trim-spaces")
EVENT_ERRORS = 'statsd_exporter_events_error_total{reason="%s"}'


def long_line(pattern, size=DATAGRAM_BYTES_MAX, head=b"", tail=b""):
    """`pattern` over and over, `size` bytes in all."""
    room = size - len(head) - len(tail)
    return head + (pattern * (room // len(pattern) + 1))[:room] + tail


def many_labels():
    """As many different labels as fit into a datagram: more than ten thousand."""
    keys = map("".join, itertools.product(string.ascii_lowercase, repeat=3))
    tags = ",".join(key + ":1" for key in itertools.islice(keys, DATAGRAM_BYTES_MAX // len("aaa:1,") - 10))
    return b"labelled:1|c|#" + tags.encode()


HOSTILE = [
    *(long_line(character) for character in (b",", b"|", b"[", b":", b"#", b"=", b"@", b"-", b".", b"\r", b"\0", b"9", b"\xff")),
    *(long_line(pattern, head=b"a:1|c") for pattern in (b"|", b":", b":1|c", b"|@0.5", b"|#a:b", b"|c:x", b"|T1")),
    *(long_line(pattern, head=b"a:1|c|#") for pattern in (b",", b":", b"#", b"a:b,", b"a")),
    long_line(b"1:", head=b"a:", tail=b"1|ms"),
    long_line(b"9", head=b"a:", tail=b"|g"),
    long_line(b"0", head=b"a:0.", tail=b"1|g"),
    long_line(b"1_", head=b"a:", tail=b"1|g"),
    long_line(b"n", head=b"", tail=b":1|c", size=60_000),
    long_line(b"a.", tail=b"b:1|c"),
    long_line(b"v", head=b"a:1|c|#k:"),
    *(long_line(pattern, tail=b":1|c") for pattern in (b";", b";a=b", b"a:", b" ")),
    *(long_line(pattern, head=b"a:1|c|") for pattern in (b" ", b" | ", b" #|")),
    many_labels(),
    b"a:1|c|@1e-300", b"a:1|ms|@1e-300", b"a:1e400|g", b"a:-inf|c", b"a:nan|ms|@nan",
    b"foo]bar[baz:1|c", b"invalid\xc3(utf8:1|c", b"\xed\xa0\x80:1|c",
    b"a:1|c|#__name__:x", b"t:1|ms|#quantile:0.5", b"a:1|c|#le:1",
    b"_e{5,4}:title|text", b"_sc|check|2", b"_e{", b"_sc", b":", b"|", b"a:", b"a:|", b"a:1|",
]


class BadInput(unittest.TestCase):
    @contextlib.contextmanager
    def daemon(self, *flags):
        """A daemon that must be well at the end: takes samples, and writes a page that can be read."""
        with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
            yield daemon
            statsd_client.send_tcp(daemon.tcp_port, [b"still.well:1|c"])
            running_daemon.wait_until(lambda: "still_well" in daemon.scrape(), 60, "a sample after all that")

    def moved(self, line):
        """By how much own metrics move for one datagram."""
        with self.daemon() as daemon:
            before = exposition.self_values(daemon.scrape())
            statsd_client.send_udp(daemon.udp_port, [line])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
            after = exposition.self_values(daemon.scrape())
        return {series: value - before.get(series, 0) for series, value in after.items() if value != before.get(series, 0)}

    def assert_counted(self, line, series, count=1):
        self.assertEqual(self.moved(line).get(series), count, line[:40])

    def test_counts_what_is_no_line(self):
        for line in (*(long_line(character) for character in (b",", b"|", b"[", b":")), b"invalid\xc3(utf8:1|c", b"\xff\xfe"):
            self.assert_counted(line, ERRORS % "malformed_line")

    def test_counts_what_is_no_sample(self):
        self.assert_counted(b"a:" + b"9" * 400 + b"|g", ERRORS % "malformed_value")
        self.assert_counted(long_line(b"|", head=b"a:1|c"), ERRORS % "malformed_component")
        self.assert_counted(b"a:1|s", ERRORS % "illegal_event")
        self.assert_counted(b"a:1:2|c", ERRORS % "invalid_extended_aggregate_type")

    def test_counts_labels_that_would_break_the_page(self):
        for line in (b"a:1|ms|#quantile:0.5", b"a:1|c|#__name__:x"):
            self.assert_counted(line, EVENT_ERRORS % "reserved_label")

    def test_takes_a_bracket_that_closes_before_it_opens_as_a_bad_tag(self):
        moved = self.moved(b"foo]bar[baz:1|c")

        self.assertEqual(moved["statsd_exporter_tag_errors_total"], 1)
        self.assertEqual(moved['statsd_exporter_events_total{type="counter"}'], 1)

    def test_caps_the_weight_of_a_sampled_timer(self):
        moved = self.moved(b"a:1|ms|@1e-300")

        self.assertEqual(moved['statsd_exporter_events_total{type="observer"}'], 1_000_000)
        self.assertEqual(moved["weir_sampling_weights_capped_total"], 1)

    def test_refuses_series_with_too_many_labels_and_too_long_names(self):
        for line in (many_labels(), long_line(b"n", size=60_000, tail=b":1|c")):
            moved = self.moved(line)
            refused = sum(value for series, value in moved.items() if series.startswith("statsd_exporter_events_error_total"))
            self.assertEqual(refused, 1, moved)

    def test_skips_a_tcp_line_that_is_too_long_and_keeps_the_connection(self):
        with self.daemon() as daemon:
            with socket.create_connection(("127.0.0.1", daemon.tcp_port)) as tcp:
                tcp.sendall(b"before:1|c\n" + b"x" * (LINE_BYTES_MAX * 3) + b"\nafter:1|c\n")
                running_daemon.wait_until(lambda: "after" in daemon.scrape(), 60, "the line after the long one")
            self.assertEqual(daemon.self_value("statsd_exporter_tcp_too_long_lines_total"), 1)
            self.assertIn("before", daemon.scrape())

    def test_survives_hostile_lines_on_udp_and_tcp(self):
        for flags in ((), ALL_DIALECTS):
            with self.daemon(*flags) as daemon:
                for line in HOSTILE:
                    statsd_client.send_udp(daemon.udp_port, [line])
                    statsd_client.send_tcp(daemon.tcp_port, [line])
                    daemon.scrape()

    def test_does_not_grow_with_hostile_lines(self):
        rounds, megabytes = 60, sum(map(len, HOSTILE)) >> 20
        self.assertGreater(rounds * megabytes << 20, GROWTH_BYTES_MAX)
        with self.daemon() as daemon:
            for repetition in range(rounds):
                if repetition == 5:
                    at_first = daemon.memory_bytes()
                statsd_client.send_tcp(daemon.tcp_port, HOSTILE)
            statsd_client.send_tcp(daemon.tcp_port, [b"the.end:1|c"])
            running_daemon.wait_until(lambda: "the_end" in daemon.scrape(), 120, "the end")
            if not tap.is_sanitized():
                self.assertLess(daemon.memory_bytes() - at_first, GROWTH_BYTES_MAX)

    def test_survives_random_bytes_everywhere(self):
        dice = random.Random(RANDOM_SEED)
        alphabet = b"ab.:|#,;@=[]cgmshd0189-+_e{}\n\r\xc3\xff "
        for flags in ((), ALL_DIALECTS):
            with self.daemon(*flags) as daemon:
                for number in range(400):
                    bytes_of_any_kind = dice.randbytes(dice.randrange(1, 2000))
                    bytes_of_the_protocol = bytes(dice.choices(alphabet, k=dice.randrange(1, 2000)))
                    statsd_client.send_udp(daemon.udp_port, [bytes_of_any_kind, bytes_of_the_protocol])
                    if number % 20 == 0:
                        statsd_client.send_tcp(daemon.tcp_port, [bytes_of_any_kind, bytes_of_the_protocol])
                        self.send_http(daemon, bytes_of_any_kind)
                        daemon.scrape()

    def test_survives_bad_requests(self):
        requests = [
            b"GET", b"GET / HTTP/9.9\r\n\r\n", b"GET /metrics HTTP/1.1\r\n\r\n", b"\r\n\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /metrics?name[]=%00 HTTP/1.0\r\n\r\n", b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 300_000, b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
            b"POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ]
        with self.daemon() as daemon:
            for request in requests:
                self.send_http(daemon, request)
                self.assertEqual(daemon.request("GET", "/-/healthy"), (200, b"Statsd Exporter is Healthy.\n"))

    def send_http(self, daemon, request):
        """Sends bytes as they are; the daemon may answer, or hang up before it has read them all."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", daemon.http_port), timeout=30) as http:
            http.sendall(request)
            http.shutdown(socket.SHUT_WR)
            while http.recv(65_536):
                pass


if __name__ == "__main__":
    tap.main()
