#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The limits of what lines can make grow: each flag set small, what happens past it, and what is counted, and nothing else."""

import contextlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402
from self_page import applied, found, known_counters, made, new_counters, plus, read, tagged, udp  # noqa: E402

ERRORS = 'statsd_exporter_events_error_total{reason="%s"}'
CONFLICTS = 'statsd_exporter_events_conflict_total{metric_name="%s",type="%s"}'
OVERFLOWED = 'weir_events_overflowed_total{metric_name="%s",type="%s"}'
REFUSED = 'weir_events_refused_total{metric_name="%s",type="%s"}'
BY_FAMILY = 'weir_overflow_samples_total{metric_name="%s"}'
UNBOUND = "weir_unbound_samples_total"


def lost(metric, name, kind, count=1):
    """So many samples of a name that a budget kept from a series of their own."""
    return {metric % (name, kind): count, BY_FAMILY % name: count}


class Limits(unittest.TestCase):
    @contextlib.contextmanager
    def limited(self, *flags):
        """A daemon with these flags, and a watch on its own metrics."""
        with running_daemon.RunningDaemon(tap.weir(), flags) as daemon, self_page.Watch(daemon) as watch:
            self.daemon, self.watch = daemon, watch
            yield

    def send(self, *lines):
        statsd_client.send_udp(self.daemon.udp_port, lines)

    def assert_moves(self, movement, *lines):
        """The lines, each in a datagram of its own, move these of the daemon's own metrics and no other."""
        with self.watch.moves(movement):
            self.send(*lines)

    def assert_page(self, *lines):
        """All that came of StatsD, comments aside."""
        page = exposition.user_text(self.daemon.scrape())
        self.assertEqual([line for line in page.splitlines() if not line.startswith("#")], list(lines))

    def test_line_bytes(self):
        with self.limited("--limits.line-bytes=10"):
            self.assert_moves(new_counters(1), b"abcdef:1|c")
            self.assert_moves(plus(udp(1), {"weir_lines_too_long_total": 1}), b"abcdefg:1|c")
            connected = {"statsd_exporter_tcp_connections_total": 1}
            known_over_tcp = plus(connected, read(1), applied("counter", 1, known=1))
            with self.watch.moves(plus(known_over_tcp, {"weir_lines_too_long_total": 2, "statsd_exporter_tcp_too_long_lines_total": 2})):
                statsd_client.send_tcp(self.daemon.tcp_port, [b"abcdefg:1|c", b"abcdef:1|c", b"x" * 100_000])
            self.assert_page("abcdef 2")

    def test_series(self):
        with self.limited("--limits.series=2"):
            self.assert_moves(new_counters(2), b"a:1|c", b"b:1|c")
            # The totals of a family that is there stay right, a new one finds no room.
            self.assert_moves(plus(tagged(1), applied("counter", 1), made("counter", 0, 1), lost(OVERFLOWED, "a", "counter", 1)), b"a:1|c|#k:1")
            self.assert_moves(plus(tagged(2), applied("counter", 2), lost(OVERFLOWED, "a", "counter", 2)), b"a:1|c|#k:2", b"a:1|c|#k:3")
            self.assert_moves(plus(udp(2), read(2), found(2), lost(REFUSED, "c", "counter"), lost(REFUSED, "d", "gauge")), b"c:1|c", b"d:1|g")
            self.assert_moves(known_counters(1), b"b:1|c")
            self.assert_page("a 1", 'a{weir_overflow="true"} 3', "b 2")

    def test_series_per_family(self):
        with self.limited("--limits.series-per-family=2"):
            self.assert_moves(plus(tagged(2), applied("counter", 2), made("counter", 1, 2)), b"a:1|c|#k:1", b"a:1|c|#k:2")
            self.assert_moves(plus(tagged(1), applied("counter", 1), made("counter", 0, 1), lost(OVERFLOWED, "a", "counter", 1)), b"a:1|c|#k:3")
            self.assert_moves(plus(tagged(2), applied("gauge", 2), made("gauge", 1, 2)), b"g:1|g|#k:1", b"g:1|g|#k:2")
            self.assert_moves(plus(tagged(1), found(1), lost(REFUSED, "g", "gauge")), b"g:1|g|#k:3")
            self.assert_moves(new_counters(1), b"b:1|c")

    def test_store_bytes(self):
        with self.limited("--limits.store-bytes=1"):
            # What is there before the first series is nothing.
            self.assert_moves(new_counters(1), b"a:1|c")
            self.assert_moves(plus(tagged(1), applied("counter", 1), made("counter", 0, 1), lost(OVERFLOWED, "a", "counter", 1)), b"a:1|c|#k:1")
            self.assert_moves(plus(udp(1), read(1), found(1), lost(REFUSED, "b", "counter")), b"b:1|c")

    def test_labels(self):
        with self.limited("--limits.labels=2"):
            self.assert_moves(plus(tagged(1), applied("counter", 1), made("counter")), b"a:1|c|#x:1,y:2")
            self.assert_moves(plus(tagged(1), found(1), {ERRORS % "too_many_labels": 1}), b"a:1|c|#x:1,y:2,z:3")
            self.assert_page('a{x="1",y="2"} 1')

    def test_series_bytes(self):
        with self.limited("--limits.series-bytes=20"):
            self.assert_moves(new_counters(1), b"abcdefghij:1|c")
            self.assert_moves(plus(udp(1), read(1), found(1), {ERRORS % "series_too_long": 1}), b"abcdefghijklmnopqrstuvwxyz:1|c")
            self.assert_page("abcdefghij 1")

    def test_bindings(self):
        with self.limited("--limits.bindings=2"):
            self.assert_moves(new_counters(2), b"a:1|c", b"b:1|c")
            unbound = plus(udp(3), read(3), applied("counter", 3, bound=False), made("counter"), {UNBOUND: 3})
            self.assert_moves(unbound, b"c:1|c", b"c:1|c", b"c:1|c")
            self.assert_page("a 1", "b 1", "c 3")

    def test_binding_bytes(self):
        with self.limited("--limits.binding-bytes=1"):
            self.assert_moves(plus(udp(1), read(1), applied("counter", 1, bound=False), made("counter"), {UNBOUND: 1}), b"a:1|c")
            self.assert_page("a 1")

    def test_refused_names(self):
        with self.limited("--limits.refused-names=2"):
            self.assert_moves(new_counters(4), b"a:1|c", b"b:1|c", b"c:1|c", b"d:1|c")
            conflicts = {CONFLICTS % ("a", "gauge"): 1, CONFLICTS % ("b", "gauge"): 1, CONFLICTS % ("weir_other", "gauge"): 2}
            self.assert_moves(plus(udp(4), read(4), found(4), conflicts), b"a:1|g", b"b:1|g", b"c:1|g", b"d:1|g")

    def test_sampling_weight(self):
        with self.limited("--limits.sampling-weight=10"):
            first = plus(udp(1), read(1), applied("observer", 10, known=9), made("summary"))
            self.assert_moves(first, b"t:1000|ms|@0.1")
            again = plus(udp(1), read(1), applied("observer", 10, known=10), {"weir_sampling_weights_capped_total": 1})
            self.assert_moves(again, b"t:1000|ms|@0.01")
            self.assertIn("\nt_sum 20\nt_count 20\n", self.daemon.scrape_text())

    def test_non_finite_counters(self):
        with self.limited("--statsd.refuse-non-finite-counters"):
            self.assert_moves(new_counters(1), b"a:1|c")
            self.assert_moves(plus(udp(2), read(2), found(2, known=2), {ERRORS % "non_finite_counter": 2}), b"a:NaN|c", b"a:+Inf|c")
            self.assert_page("a 1")
        with self.limited():
            self.assert_moves(new_counters(1), b"a:1|c")
            self.assert_moves(known_counters(1), b"a:+Inf|c")
            self.assert_page("a +Inf")


if __name__ == "__main__":
    tap.main()
