#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ways to write a line that each have a flag and are off without it, over UDP and over TCP."""

import pathlib
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

# A line that is known already goes another way than one that is not, and a sampled one another than a plain one.
ROUNDS = 3
RECEIVE_SECONDS_MAX = 30
ERRORS = 'statsd_exporter_sample_errors_total{reason="%s"}'
MALFORMED_TAGS = "statsd_exporter_tag_errors_total"


class Dialects(unittest.TestCase):
    def check(self, flags, lines, expected, losses=None):
        """Sends `lines` ROUNDS times; then the page has the samples `expected`, and `losses` of each round are counted."""
        for send, port in ((statsd_client.send_udp, "udp_port"), (statsd_client.send_tcp, "tcp_port")):
            with self.subTest(flags=flags, send=send.__name__), running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
                for number in range(ROUNDS):
                    send(getattr(daemon, port), lines)
                    daemon.wait_for_self_value("statsd_exporter_lines_total", len(lines) * (number + 1))
                page, own = daemon.scrape_text().splitlines(), exposition.self_values(daemon.scrape())
                for sample in expected:
                    self.assertIn(sample, page)
                counted = {series: value / ROUNDS for series, value in own.items()
                           if value and series.startswith(("statsd_exporter_sample_errors_total", MALFORMED_TAGS))}
                self.assertEqual(counted, losses or {})

    def test_take_colons_in_names_and_in_values_of_name_tags(self):
        lines = [b"shard.wait_-1:4000000000000000:222|g", b"fetch,url=http://host.test/x:10|g", b"jobs.Mail::Deliver.perform:20|ms|@0.5"]
        self.check(["--statsd.parse-colons-in-names"], lines, [
            "shard_wait__1_4000000000000000 222", 'fetch{url="http://host.test/x"} 10', f"jobs_Mail__Deliver_perform_count {ROUNDS * 2}",
        ])

    def test_cut_names_at_the_first_colon_otherwise(self):
        self.check([], [b"packed:1:2|ms", b"a::b:1|c"], [f"packed_count {ROUNDS * 2}"], {ERRORS % "invalid_extended_aggregate_type": 1})

    def test_take_graphite_tags(self):
        lines = [b"mesh.cluster.rq;cluster=backend;zone=a:1|c", b"mesh.cluster.rq;cluster=other,b:2|c|@0.5", b"bad;tag;k=v:1|g", b"two;a=b:1|c|#c:d"]
        self.check(["--statsd.parse-graphite-tags"], lines, [
            f'mesh_cluster_rq{{cluster="backend",zone="a"}} {ROUNDS}', f'mesh_cluster_rq{{cluster="other,b"}} {ROUNDS * 4}', 'bad{k="v"} 1',
        ], {MALFORMED_TAGS: 1, ERRORS % "mixed_tagging_styles": 1})

    def test_give_gauges_the_times_that_are_sent(self):
        lines = [b"timed:2|g|T1656581400", b"late:1|g|#k:v|T1656581409", b"late:3|g|#k:v|T1656581401", b"gone:5|g|T1656581400", b"gone:6|g",
                 b"bad:7|g|T1656581400.5", b"count:1|c|T1656581400"]
        self.check(["--statsd.honor-timestamps"], lines, [
            "timed 2 1656581400000", 'late{k="v"} 3 1656581401000', "gone 6", "bad 7", f"count {ROUNDS}",
        ], {ERRORS % "invalid_timestamp": 1})
        self.check([], lines, ["timed 2", 'late{k="v"} 3', "bad 7"])

    def test_leave_semicolons_in_names_otherwise(self):
        self.check([], [b"mesh;cluster=backend:1|c"], [f"mesh_cluster_backend {ROUNDS}"])

    def test_take_meters_for_counters(self):
        lines = [b"requests:2|m", b"requests:1|m|@0.5|#page:cart", b"requests:3|c", b"requests:1|mm"]
        self.check(["--statsd.parse-meters"], lines, [f"requests {ROUNDS * 5}", f'requests{{page="cart"}} {ROUNDS * 2}'],
                   {ERRORS % "illegal_event": 1})

    def test_refuse_meters_otherwise(self):
        self.check([], [b"requests:2|m", b"requests:3|c"], [f"requests {ROUNDS * 3}"], {ERRORS % "illegal_event": 1})

    def test_take_spaces_off(self):
        lines = [b"a: 1 |c", b"a:2 | c ", b"a: 1 | c | @0.5", b"b: -1 | g", b"a:1 | c | #k:v", b"a:1 1|c"]
        self.check(["--statsd.trim-spaces"], lines, [f"a {ROUNDS * 5}", f"b {-ROUNDS}", f'a{{k="v"}} {ROUNDS}'], {ERRORS % "malformed_value": 1})

    def test_refuse_spaces_otherwise(self):
        self.check([], [b"a: 1|c", b"a:1|c ", b"a:1|c"], [f"a {ROUNDS}"], {ERRORS % "malformed_value": 1, ERRORS % "illegal_event": 1})

    def test_are_relayed_as_they_came(self):
        line = b"a::b;k=v: 1 | m "
        flags = ["--statsd.parse-colons-in-names", "--statsd.parse-graphite-tags", "--statsd.parse-meters", "--statsd.trim-spaces"]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as target:
            target.bind(("127.0.0.1", 0))
            target.settimeout(RECEIVE_SECONDS_MAX)
            address = "127.0.0.1:%d" % target.getsockname()[1]
            with running_daemon.RunningDaemon(tap.weir(), [*flags, f"--statsd.relay.address={address}"]) as daemon:
                statsd_client.send_tcp(daemon.tcp_port, [line])
                self.assertEqual(target.recv(65536), line + b"\n")
                daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
                self.assertIn('a__b{k="v"} 1', daemon.scrape_text().splitlines())


if __name__ == "__main__":
    tap.main()
