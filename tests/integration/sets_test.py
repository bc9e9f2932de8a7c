#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sets, `name:value|s`, over UDP and TCP: off, by flag and by rule, with one worker and several, many values, and against the memory's limit."""

import contextlib
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import ledger  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

# Three standard errors.
ERROR_MAX = 3 * 0.01625
SECONDS_MAX = 60
LINES = "statsd_exporter_lines_total"
EVENTS = 'statsd_exporter_events_total{type="set"}'
ILLEGAL = 'statsd_exporter_sample_errors_total{reason="illegal_event"}'
MALFORMED = 'statsd_exporter_sample_errors_total{reason="malformed_value"}'
REFUSED = 'weir_events_refused_total{metric_name="users",type="set"}'
RULES = """
mappings:
- {match: shop.*.users, name: shop_users, match_metric_type: set, set_options: {window: 10m}, labels: {shop: $1}}
"""


class Sets(unittest.TestCase):
    @contextlib.contextmanager
    def running(self, *flags, rules=None):
        self.sent = 0
        with tempfile.TemporaryDirectory(prefix="weir-sets-") as folder:
            mapping = pathlib.Path(folder, "mapping.yml")
            if rules:
                mapping.write_text(rules)
            flags = [*flags, f"--statsd.mapping-config={mapping}"] if rules else flags
            with running_daemon.RunningDaemon(tap.weir(), list(flags)) as daemon:
                yield daemon

    def send(self, daemon, lines, send=statsd_client.send_udp):
        self.sent += len(lines)
        send(daemon.tcp_port if send is statsd_client.send_tcp else daemon.udp_port, lines)
        daemon.wait_for_self_value(LINES, self.sent)

    def assert_balanced(self, daemon):
        """Each set has one end (docs/ledger.md)."""
        self.assertEqual(ledger.imbalances(exposition.self_values(exposition.parse(daemon.scrape_text()))), [])

    def value(self, daemon, name, *labels):
        family = daemon.scrape().get(name)
        return None if family is None else float(family.samples[(name, labels)])

    def test_are_refused_as_in_the_reference(self):
        for flags in ([], ["--statsd.sets=refuse"]):
            with self.subTest(flags=flags), self.running(*flags) as daemon:
                self.send(daemon, [b"users:1|s", b"users:alice|s", b"users:2|s|#a:b"])
                self.assertIsNone(self.value(daemon, "users"))
                self.assertEqual(daemon.self_value(ILLEGAL), 2)
                self.assertEqual(daemon.self_value(MALFORMED), 1)
                self.assertNotIn('type="set"', daemon.scrape_text())

    def test_count_with_the_flag(self):
        for send in (statsd_client.send_udp, statsd_client.send_tcp):
            with self.subTest(send=send.__name__), self.running("--statsd.sets=gauge") as daemon:
                self.send(daemon, [b"users:alice|s", b"users:bob|s", b"users:alice|s", b"users:::1|s|#a:b", b"users:7|s"], send)
                self.assertEqual(self.value(daemon, "users"), 3)
                self.assertEqual(self.value(daemon, "users", ("a", "b")), 1)
                self.assertIn("# TYPE users gauge\n", daemon.scrape_text())
                self.assertEqual(daemon.self_value(EVENTS), 5)

    def test_count_with_a_rule(self):
        with self.running(rules=RULES) as daemon:
            self.send(daemon, [b"shop.eu.users:alice|s", b"shop.eu.users:bob|s", b"other:1|s", b"other:x|s", b"shop.eu.users:1|c"])
            self.assertEqual(self.value(daemon, "shop_users", ("shop", "eu")), 2)
            # Again, as names that are known.
            self.send(daemon, [b"other:1|s", b"other:x|s"])
            self.assertEqual(daemon.self_value(EVENTS), 2)
            self.assertEqual(daemon.self_value(ILLEGAL), 2)
            self.assertEqual(daemon.self_value(MALFORMED), 2)
            self.assert_balanced(daemon)

    def test_forget_values_after_the_window_of_the_flag(self):
        with self.running("--statsd.sets=gauge", "--statsd.set-window=1s") as daemon:
            self.send(daemon, [b"users:alice|s", b"users:bob|s"])
            running_daemon.wait_until(lambda: self.value(daemon, "users") == 0, SECONDS_MAX, "an empty window")
            self.send(daemon, [b"users:bob|s"])
            self.assertLessEqual(self.value(daemon, "users"), 1)

    def test_are_one_for_all_workers(self):
        with self.running("--statsd.sets=gauge", "--statsd.workers=2", "--statsd.set-window=1h") as daemon:
            # A client of its own each time: either worker may get it.
            for _ in range(8):
                self.send(daemon, [b"users:user-%d|s" % number for number in range(100)])
            self.assertEqual(self.value(daemon, "users"), 100)

    def test_estimate_many_values_in_bounded_memory(self):
        with self.running("--statsd.sets=gauge", "--statsd.set-window=1h") as daemon:
            before = daemon.self_value("weir_store_bytes")
            lines = [b"users:user-%d|s" % number for number in range(50_000)]
            self.send(daemon, lines[:1000], statsd_client.send_tcp)
            self.assertEqual(self.value(daemon, "users"), 1000)
            self.send(daemon, lines, statsd_client.send_tcp)
            self.assertAlmostEqual(self.value(daemon, "users") / len(lines), 1, delta=ERROR_MAX)
            self.assertLess(daemon.self_value("weir_store_bytes") - before, 64 * 1024)

    def test_take_no_new_values_without_memory(self):
        with self.running("--statsd.sets=gauge", "--statsd.set-window=1h", "--limits.store-bytes=5000") as daemon:
            lines = [b"users:user-%d|s" % number for number in range(2000)]
            self.send(daemon, lines, statsd_client.send_tcp)
            refused = daemon.self_value(REFUSED)
            self.assertGreater(refused, 0)
            self.assertEqual(self.value(daemon, "users"), len(lines) - refused)
            self.assertLessEqual(daemon.self_value("weir_store_bytes"), 5000)
            self.send(daemon, lines[:1])
            self.assertEqual(daemon.self_value(REFUSED), refused)
            self.assert_balanced(daemon)


if __name__ == "__main__":
    tap.main()
