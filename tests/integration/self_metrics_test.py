#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The daemon's own metrics: each moves by what was done, and those beside it do not. Those of limits and of the relay are with their flags."""

import contextlib
import pathlib
import signal
import socket
import struct
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import system_faults  # noqa: E402
import tap  # noqa: E402
from self_page import applied, found, known_counters, made, new_counters, plus, read, tagged, udp  # noqa: E402

SAMPLE_ERRORS = 'statsd_exporter_sample_errors_total{reason="%s"}'
EVENT_ERRORS = 'statsd_exporter_events_error_total{reason="%s"}'
TAG_ERRORS = "statsd_exporter_tag_errors_total"
MESSAGES = 'weir_dogstatsd_messages_total{kind="%s"}'
CONFLICT = 'statsd_exporter_events_conflict_total{metric_name="a",type="%s"}'
DROPPED = 'statsd_exporter_events_actions_total{action="drop"}'
RELOADS = 'statsd_exporter_config_reloads_total{outcome="%s"}'
LOADED = "weir_config_last_reload_success_timestamp_seconds"
MISSING = "weir_config_file_missing"
ANSWERED = "statsd_metric_mapper_cache_length"
EXPIRED = "weir_series_expired_total"
TTL_SECONDS, EXPIRY_SECONDS_MAX = 1, 2.5
CLOCK_SECONDS_MAX = 60
# What one datagram of a Unix socket may hold, and how much of it is read.
LONG_DATAGRAM, READ_BYTES = 70_000, 65_535


class SelfMetrics(unittest.TestCase):
    @contextlib.contextmanager
    def watched(self, *flags, mapping=None, **options):
        with tempfile.TemporaryDirectory(prefix="weir-self-") as folder:
            self.mapping = pathlib.Path(folder, "mapping.yml")
            self.gram, self.stream = f"{folder}/gram", f"{folder}/stream"
            all_flags = [f"--statsd.listen-unixgram={self.gram}", f"--statsd.listen-unixstream={self.stream}", *flags]
            if mapping is not None:
                self.mapping.write_text(mapping)
                all_flags.append(f"--statsd.mapping-config={self.mapping}")
            with running_daemon.RunningDaemon(tap.weir(), all_flags, **options) as daemon, self_page.Watch(daemon) as watch:
                self.daemon, self.watch = daemon, watch
                yield

    def assert_moves(self, movement, *lines):
        """The lines, each in a datagram of its own, move these and no other."""
        with self.watch.moves(movement):
            statsd_client.send_udp(self.daemon.udp_port, lines)


class Lines(SelfMetrics):
    def test_of_each_kind(self):
        with self.watched():
            self.assert_moves(new_counters(1), b"a:1|c")
            self.assert_moves(known_counters(2), b"a:1|c", b"a:1|c")
            self.assert_moves(plus(udp(1), read(1), applied("gauge", 1), made("gauge")), b"g:1|g")
            self.assert_moves(plus(udp(1), read(1), applied("observer", 1), made("summary")), b"s:1|ms")
            self.assert_moves(plus(udp(1), read(2, 3), applied("counter", 1, known=1), applied("observer", 2, known=2)), b"a:1|c\ns:1:2|ms")

    def test_with_tags(self):
        with self.watched():
            self.assert_moves(plus(tagged(2), applied("counter", 2), made("counter", 1, 2)), b"a:1|c|#k:1", b"a:1|c|#k:2")
            self.assert_moves(plus(tagged(1), applied("counter", 1), made("counter"), {TAG_ERRORS: 1}), b"b:1|c|#k:3,nonsense")

    def test_that_cannot_be_read(self):
        # The reason, and how many samples were seen before that.
        rejected = {
            b"nonsense": ("malformed_line", 0), b"a:1": ("not_enough_parts_after_colon", 0), b"a:x|c": ("malformed_value", 1),
            b"a:1|x": ("illegal_event", 1), b"a,k=v:1|c|#l:w": ("mixed_tagging_styles", 0), b"a:1:2|g": ("invalid_extended_aggregate_type", 0),
            b"a:1|c||": ("malformed_component", 1),
        }
        with self.watched():
            for line, (reason, samples) in rejected.items():
                with self.subTest(line=line):
                    self.assert_moves(plus(udp(1), read(1, samples), {SAMPLE_ERRORS % reason: 1}), line)
            # This one counts all the same.
            self.assert_moves(plus(new_counters(1), {SAMPLE_ERRORS % "invalid_sample_factor": 1}), b"a:1|c|@x")

    def test_that_are_no_metrics(self):
        with self.watched():
            self.assert_moves(plus(udp(2), {"statsd_exporter_lines_total": 2, MESSAGES % "event": 2}), b"_e{1,1}:a|b", b"_e{1,1}:a|b")
            self.assert_moves(plus(udp(1), {"statsd_exporter_lines_total": 1, MESSAGES % "service_check": 1}), b"_sc|a|0")

    def test_whose_events_are_refused(self):
        with self.watched():
            self.assert_moves(new_counters(1), b"a:1|c")
            self.assert_moves(plus(udp(1), read(1), found(1, known=1), {EVENT_ERRORS % "illegal_negative_counter": 1}), b"a:-1|c")
            self.assert_moves(plus(udp(1), read(1), found(1), {CONFLICT % "gauge": 1}), b"a:1|g")
            self.assert_moves(plus(tagged(1), found(1), {EVENT_ERRORS % "reserved_label": 1}), b"t:1|ms|#quantile:1")
            unmatched = plus(found(1), {"statsd_exporter_events_unmapped_total": -1})
            self.assert_moves(plus(tagged(1), unmatched, {EVENT_ERRORS % "empty_metric_name": 1}), b"#k=v:1|c")

    def test_that_rules_map_and_drop(self):
        mapping = "mappings:\n- match: a.*\n  name: named\n- match: b.*\n  name: dropped\n  action: drop\n"
        with self.watched(mapping=mapping):
            self.assertEqual(self.watch.value("statsd_exporter_loaded_mappings"), 2)
            self.assert_moves(plus(udp(1), read(1), applied("counter", 1, rule=True), made("counter")), b"a.x:1|c")
            self.assert_moves(plus(udp(2), read(2), found(2, rule=True, action="drop")), b"b.x:1|c", b"b.y:1|c")
            self.assert_moves(new_counters(1), b"c:1|c")


class Series(SelfMetrics):
    def test_that_expire_are_gone_within_their_ttl_and_two_and_a_half_seconds(self):
        with self.watched(mapping=f"defaults:\n  ttl: {TTL_SECONDS}s\n"):
            # Whatever the time between two looks of the daemon: three times, at any moment of it.
            for pause in (0, 0.3, 0.7):
                time.sleep(pause)
                before = self.watch.values()
                # Until the second is read, both are new to the daemon.
                statsd_client.send_udp(self.daemon.udp_port, [b"a:1|c\na:1|c|#k:v"])
                running_daemon.wait_until(lambda: self.watch.value("weir_series") == 2, 20, "two series")
                came = time.monotonic()
                self.assertEqual(self.watch.value("weir_families"), 1)
                running_daemon.wait_until(lambda: self.watch.value("weir_series") == 0, 20, "no series")
                self.assertLess(time.monotonic() - came, TTL_SECONDS + EXPIRY_SECONDS_MAX)
                page = self.watch.values()
                self.assertEqual(page[EXPIRED] - before[EXPIRED], 2)
                self.assertEqual((page["weir_families"], page["weir_definitions_replaced_total"]), (0, 0))
                self.assertNotIn("\na ", self.daemon.scrape_text())

    def test_that_a_reload_makes_anew(self):
        rule = "mappings:\n- match: a\n  name: a\n  observer_type: %s\n"
        with self.watched(mapping=rule % "summary"):
            self.assert_moves(plus(udp(1), read(1), applied("observer", 1, rule=True), made("summary")), b"a:1|ms")
            self.mapping.write_text(rule % "histogram")
            # The new rules were not asked yet.
            with self.watch.moves({RELOADS % "success": 1, LOADED: self_page.Between(0.001, 600), ANSWERED: -1}):
                self.daemon.signal(signal.SIGHUP)
            # In the place of the summary, which took more.
            replaced = {"weir_definitions_replaced_total": 1, 'statsd_exporter_metrics_total{type="histogram"}': 1,
                        "weir_store_bytes": self_page.Between(-20_000, -1), ANSWERED: 1}
            self.assert_moves(plus(udp(1), read(1), applied("observer", 1, bound=False, rule=True), replaced), b"a:1|ms")


class Mapping(SelfMetrics):
    def test_is_loaded_again(self):
        with self.watched(mapping="mappings:\n- match: a\n  name: b\n"):
            started = self.watch.value(LOADED)
            self.assertLess(abs(started - time.time()), CLOCK_SECONDS_MAX)
            self.assertEqual(self.watch.value("statsd_exporter_loaded_mappings"), 1)
            self.mapping.write_text("mappings:\n- match: a\n  name: b\n- match: c\n  name: d\n- match: e\n  name: f\n")
            with self.watch.moves({RELOADS % "success": 1, "statsd_exporter_loaded_mappings": 2, LOADED: self_page.Between(0.001, 600)}):
                self.daemon.signal(signal.SIGHUP)
            self.assertLess(abs(self.watch.value(LOADED) - time.time()), CLOCK_SECONDS_MAX)
            self.mapping.write_text("mappings: 5\n")
            with self.watch.moves({RELOADS % "failure": 1}):
                self.daemon.signal(signal.SIGHUP)


    def test_that_is_missing(self):
        mapping = "mappings:\n- match: a\n  name: b\n"
        with self.watched("--statsd.mapping-config-watch=20ms", mapping=mapping):
            self.assertEqual(self.watch.value(MISSING), 0)
            with self.watch.moves({MISSING: 1}):
                self.mapping.unlink()
            with self.watch.moves({MISSING: -1, RELOADS % "success": 1, LOADED: self_page.Between(0.001, 600)}):
                self.mapping.write_text(mapping)


class Listeners(SelfMetrics):
    def over_tcp(self):
        return socket.create_connection(("127.0.0.1", self.daemon.tcp_port))

    def over_unix(self):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.connect(self.stream)
        return client

    def test_over_udp(self):
        with self.watched():
            # Two lines, one packet.
            self.assert_moves(plus(udp(1), read(2), applied("counter", 2, known=1), made("counter")), b"a:1|c\na:1|c")
            self.assertEqual(self.watch.value("statsd_exporter_udp_packet_drops_total"), 0)

    def test_connections_that_are_reset(self):
        with self.watched():
            connected = {"statsd_exporter_tcp_connections_total": 1, "weir_tcp_connections": 1, "process_open_fds": 1}
            with self.watch.moves(plus(connected, read(1), applied("counter", 1), made("counter"))):
                client = self.over_tcp()
                self.addCleanup(client.close)
                client.sendall(b"a:1|c\n")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with self.watch.moves({"weir_tcp_connections": -1, "process_open_fds": -1, "statsd_exporter_tcp_connection_errors_total": 1}):
                client.close()
            for _ in range(2):
                with self.watch.moves(connected):
                    other = self.over_tcp()
                with self.watch.moves({"weir_tcp_connections": -1, "process_open_fds": -1}):
                    other.close()

    @unittest.skipIf(system_faults.missing(call_refusal=True), system_faults.missing(call_refusal=True))
    def test_reads_from_unix_streams_that_fail(self):
        with self.watched(before_exec=system_faults.refusing("recvfrom", system_faults.BROKEN)):
            moved = {"weir_unixstream_connections_total": 1, "weir_unixstream_connection_errors_total": 1}
            with self.watch.moves(moved), self.over_unix() as client:
                client.sendall(b"a:1|c\n")
            moved = {"statsd_exporter_tcp_connections_total": 1, "statsd_exporter_tcp_connection_errors_total": 1}
            with self.watch.moves(moved), self.over_tcp() as client:
                client.sendall(b"a:1|c\n")

    def test_connections_that_cannot_be_taken(self):
        for listener, connect, taken in (("tcp", self.over_tcp, "statsd_exporter_tcp_connections_total"),
                                         ("unixstream", self.over_unix, "weir_unixstream_connections_total")):
            with self.watched():
                errors = f'weir_accept_errors_total{{listener="{listener}"}}'
                before = self.watch.values()
                with system_faults.no_descriptors_left(self.daemon.process.pid), connect() as client:
                    client.sendall(b"a:1|c\n")
                    running_daemon.wait_until(lambda: self.watch.value(errors) >= 3, 20, "failures to accept")
                    moved = self_page.movement(before, self.watch.values(), set())
                    # It can read nothing about itself either.
                    self.assertEqual({name for name in moved if not name.startswith("process_")}, {errors})
                errors_then = self.watch.value(errors)
                self.watch.wait_for_moves(before, plus(read(1), applied("counter", 1), made("counter"), {taken: 1, errors: errors_then}))

    def test_datagrams_that_are_cut_off(self):
        with self.watched():
            line = b"a:1|c\n"
            lines = READ_BYTES // len(line)
            # What is left of the last is no line any more.
            rest = {SAMPLE_ERRORS % "not_enough_parts_after_colon": 1} if READ_BYTES % len(line) else {}
            moved = {'weir_datagrams_truncated_total{listener="unixgram"}': 1, "statsd_exporter_unixgram_packets_total": 1}
            with self.watch.moves(plus(moved, read(lines + len(rest), lines), applied("counter", lines, known=lines - 1), made("counter"), rest)):
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * LONG_DATAGRAM)
                    client.sendto((line * LONG_DATAGRAM)[:LONG_DATAGRAM], self.gram)


class Scrapes(SelfMetrics):
    REQUESTS = 'promhttp_metric_handler_requests_total{code="%d"}'
    IN_FLIGHT = "promhttp_metric_handler_requests_in_flight"

    def test_are_counted_when_they_are_over(self):
        with self.watched():
            first, second, third = (self.watch.values() for _ in range(3))
            self.assertEqual(second[self.REQUESTS % 200] - first[self.REQUESTS % 200], 1)
            self.assertEqual(third[self.REQUESTS % 200] - first[self.REQUESTS % 200], 2)
            # The one that asks.
            self.assertEqual([page[self.IN_FLIGHT] for page in (first, second, third)], [1, 1, 1])
            self.assertEqual([third[self.REQUESTS % code] for code in (500, 503)], [0, 0])
            with self.watch.moves({}):
                self.assertEqual(self.daemon.request("GET", "/-/ready")[0], 200)

    def test_are_in_flight_while_somebody_reads_slowly(self):
        with self.watched():
            # More than the buffers of a connection hold.
            statsd_client.send_tcp(self.daemon.tcp_port, [b"x" * 1000 + b"%d:1|c" % number for number in range(6_000)])
            running_daemon.wait_until(lambda: self.watch.value("statsd_exporter_lines_total") == 6_000, 30, "lines")
            client = socket.socket()
            self.addCleanup(client.close)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with self.watch.moves({self.IN_FLIGHT: 1, "weir_http_connections": 1, "process_open_fds": 1}):
                client.connect(("127.0.0.1", self.daemon.http_port))
                client.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            with self.watch.moves({self.IN_FLIGHT: -1, "weir_http_connections": -1, "process_open_fds": -1}):
                client.close()

    def test_leave_out_names_that_escaping_makes_those_of_others(self):
        families, series = "weir_families_left_out_total", 'weir_series_left_out_total{reason="%s"}'
        # The last of 17 sets of label names that become the same is one too many.
        alike = [b"m:1|g|#k%s:%d" % (chr(0xE0 + number).encode(), number) for number in range(17)]
        lines = [b"a.b:1|g", b"a_b:1|g", b"c d:1|g", b"c.d:1|g|#k:1", b"c.d:1|g|#k:2", b"l:1|g|#k.l:1,k_l:2", b"l:1|g|#k.l:1", b"l:1|g|#k_l:1", *alike]
        with self.watched("--metrics.name-validation=utf8"):
            statsd_client.send_tcp(self.daemon.tcp_port, lines)
            running_daemon.wait_until(lambda: self.watch.value("statsd_exporter_lines_total") == len(lines), 30, "lines")
            with self.watch.moves({families: 4, series % "clash": 4, series % "limit": 2}):
                for _ in range(2):
                    self.daemon.scrape()


if __name__ == "__main__":
    tap.main()
