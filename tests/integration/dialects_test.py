#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ways to write a line that each have a flag and are off without it, over UDP and over TCP."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

# A line that is known already goes another way than one that is not, and a sampled one another than a plain one.
ROUNDS = 3
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

    def test_leave_semicolons_in_names_otherwise(self):
        self.check([], [b"mesh;cluster=backend:1|c"], [f"mesh_cluster_backend {ROUNDS}"])


if __name__ == "__main__":
    tap.main()
