#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a daemon answers to programs under /api/v1/ (docs/api.md), but for explanations."""

import json
import pathlib
import signal
import socket
import sys
import tempfile
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

WAIT_SECONDS_MAX = 30
FLOODS_MAX = 10
RULES = """mappings:
- match: shop.*.stock
  name: stock
  labels: {city: $1}
- match: noise.*
  name: noise
  action: drop
"""
RESOURCES = ("conflicts", "history", "labels", "listeners", "metrics", "refused", "reloads", "rules", "senders", "status", "suggest", "unmapped")
LISTS = ("conflicts", "labels", "metrics", "rules", "senders", "unmapped")


class Daemon(running_daemon.RunningDaemon):
    """A daemon with a mapping file, TCP, UDP and both kinds of Unix socket."""

    def __init__(self, folder, flags=()):
        self.mapping = folder / "mapping.yml"
        self.mapping.write_text(RULES)
        self.unixgram = folder / "gram.sock"
        self.unixstream = folder / "stream.sock"
        super().__init__(tap.weir(), [f"--statsd.mapping-config={self.mapping}", f"--statsd.listen-unixgram={self.unixgram}",
                                      f"--statsd.listen-unixstream={self.unixstream}", *flags])

    def ask(self, resource, **parameters):
        target = f"/api/v1/{resource}" + ("?" + urllib.parse.urlencode(parameters) if parameters else "")
        status, fields, body = self.exchange("GET", target)
        if (status, fields["content-type"]) != (200, "application/json"):
            raise AssertionError(f"{target}: {status} {fields} {body[:200]!r}")
        return json.loads(body)

    def wait_for_lines(self, count):
        running_daemon.wait_until(lambda: self.ask("status")["lines"] >= count, WAIT_SECONDS_MAX, f"{count} lines")

    def send_unixgram(self, datagram):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
            client.sendto(datagram, str(self.unixgram))

    def send_unixstream(self, lines):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.connect(str(self.unixstream))
            client.sendall(b"".join(line + b"\n" for line in lines))


class ApiTest(unittest.TestCase):
    FLAGS = ()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        daemon = Daemon(self.folder, self.FLAGS)
        self.daemon = daemon.__enter__()
        self.addCleanup(daemon.__exit__, None, None, None)

    def by(self, key, entries):
        return {entry[key]: entry for entry in entries}


class Answers(ApiTest):
    FLAGS = ("--web.enable-lifecycle",)

    def test_all_have_a_type_and_are_not_stored(self):
        for resource in RESOURCES:
            with self.subTest(resource):
                status, fields, body = self.daemon.exchange("GET", f"/api/v1/{resource}")
                self.assertEqual((status, fields["content-type"]), (200, "application/json"))
                self.assertEqual((fields["cache-control"], fields["x-content-type-options"]), ("no-store", "nosniff"))
                self.assertIsInstance(json.loads(body), dict)
                head = self.daemon.exchange("HEAD", f"/api/v1/{resource}")
                self.assertEqual((head[0], head[2]), (200, b""))

    def test_take_no_other_method(self):
        for resource in RESOURCES:
            status, fields, body = self.daemon.exchange("POST", f"/api/v1/{resource}")
            self.assertEqual((status, fields["allow"]), (405, "GET, HEAD"), resource)
            self.assertIn("error", json.loads(body))

    def test_refuse_a_bad_limit(self):
        for resource in LISTS:
            for limit in ("0", "-1", "x", "1x", "100000", "99999999999999999999", ""):
                status, body = self.daemon.request("GET", f"/api/v1/{resource}?limit={limit}")
                self.assertEqual((status, "limit" in json.loads(body)["error"]), (400, True), f"{resource} {limit}")
        self.assertEqual(self.daemon.request("GET", "/api/v1/metrics?by=name")[0], 400)

    def test_status_says_what_came_and_what_was_lost(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"a:1|c\nb:2|g", b"a:1|g", b"broken"])
        statsd_client.send_tcp(self.daemon.tcp_port, [b"c:1|c"])
        self.daemon.wait_for_lines(5)
        self.daemon.scrape_text()
        status = self.daemon.ask("status")

        self.assertEqual((status["lines"], status["datagrams"], status["bytes"], status["samples"], status["applied"]), (5, 3, 28, 4, 3))
        self.assertEqual({name: count for name, count in status["losses"].items() if count}, {"conflict": 1, "rejected": 1})
        self.assertIn("kernel_drop", status["losses"])
        self.assertEqual((status["series"], status["families"], status["series_max"]), (3, 3, 2000000))
        self.assertEqual((status["is_ready"], status["not_ready_reason"], status["workers"]), (True, "", 1))
        self.assertEqual((status["mapping"]["file"], status["mapping"]["rules"]), (str(self.daemon.mapping), 2))
        self.assertEqual(status["scrapes"]["total"], 1)
        self.assertAlmostEqual(status["scrapes"]["last"], time.time(), delta=60)
        self.assertLess(status["scrapes"]["last_seconds"], 60)
        self.assertAlmostEqual(status["now"], time.time(), delta=60)
        self.assertGreater(status["resident_bytes"], 1 << 20)
        self.assertGreater(status["store_bytes"], 0)

    def test_reloads_are_kept_with_their_errors(self):
        self.assertEqual(self.daemon.ask("reloads"), {"reloads": []})
        self.assertEqual(self.daemon.request("POST", "/-/reload")[0], 200)
        self.daemon.mapping.write_text("mappings: [{match: a.*.b, nme: x}]\n")
        self.assertEqual(self.daemon.request("POST", "/-/reload")[0], 200)
        failed, good = self.daemon.ask("reloads")["reloads"]

        self.assertEqual((good["is_success"], good["rules"], good["errors"]), (True, 2, []))
        self.assertEqual((failed["is_success"], failed["rules"]), (False, 2))
        self.assertIn("nme", failed["errors"][0])
        self.assertEqual([self.daemon.ask("status")["mapping"][key] for key in ("reloads", "reloads_failed")], [2, 1])
        for _ in range(25):
            self.daemon.request("POST", "/-/reload")
        self.assertEqual(len(self.daemon.ask("reloads")["reloads"]), 20)

    def test_history_has_a_step_each_five_seconds(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"a:1|c"] * 10)
        self.daemon.wait_for_lines(10)
        running_daemon.wait_until(lambda: len(self.daemon.ask("history")["series"]) >= 2, WAIT_SECONDS_MAX, "two steps")
        history = self.daemon.ask("history")

        self.assertEqual(history["step_seconds"], 5)
        self.assertIsNone(history["lines_per_second"][0])
        self.assertAlmostEqual(sum(history["lines_per_second"][1:]) * 5, 10, delta=2)
        self.assertEqual(set(history["losses_per_second"]), set(self.daemon.ask("status")["losses"]))
        self.assertEqual(history["series"][-1], 1)
        for values in (history["resident_bytes"], history["scrape_seconds"], history["losses_per_second"]["error"]):
            self.assertEqual(len(values), len(history["series"]))


class Tables(ApiTest):
    FLAGS = ("--web.enable-lifecycle",)

    def test_senders_and_listeners_of_all_kinds(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"a:1|c"] * 3)
        statsd_client.send_tcp(self.daemon.tcp_port, [b"a:1|c"] * 4)
        self.daemon.send_unixgram(b"a:1|c\na:1|c\n")
        self.daemon.send_unixstream([b"a:1|c"])
        # An empty piece after a newline is a line, too, of no sender.
        self.daemon.wait_for_lines(11)
        answer = self.daemon.ask("senders")

        self.assertEqual((answer["is_estimate"], answer["left_out"]), (False, 0))
        senders = self.by("sender", answer["senders"])
        self.assertEqual({name: entry["lines"] for name, entry in senders.items()},
                         {"127.0.0.1": 7, str(self.daemon.unixgram): 2, str(self.daemon.unixstream): 1})
        self.assertEqual(senders[str(self.daemon.unixgram)]["transport"], "unixgram")
        self.assertAlmostEqual(sum(entry["share"] for entry in senders.values()), 1)
        self.assertAlmostEqual(senders["127.0.0.1"]["last_seen"], time.time(), delta=60)
        self.assertFalse(senders["127.0.0.1"]["is_silent"])
        listeners = self.by("transport", self.daemon.ask("listeners")["listeners"])
        self.assertEqual({name: entry["lines"] for name, entry in listeners.items()}, {"udp": 3, "tcp": 4, "unixgram": 3, "unixstream": 1})
        self.assertEqual((listeners["udp"]["packets"], listeners["udp"]["kernel_drops"], listeners["tcp"]["connections"]), (3, 0, 1))
        self.assertNotIn("packets", listeners["tcp"])
        self.assertNotIn("connections", listeners["udp"])
        self.assertEqual(listeners["udp"]["address"], "127.0.0.1:0")

    def test_metrics_by_samples_and_by_series(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"often:1|ms"] * 5 + [b"wide:1|c|#id:%d" % i for i in range(4)])
        self.daemon.wait_for_lines(9)
        by_samples = self.daemon.ask("metrics")

        self.assertEqual(by_samples["metrics"], [{"name": "often", "type": "summary", "samples": 5, "series": 1},
                                                 {"name": "wide", "type": "counter", "samples": 4, "series": 4}])
        self.assertEqual((by_samples["is_estimate"], by_samples["left_out"]), (False, 0))
        by_series = self.daemon.ask("metrics", by="series", limit=1)
        self.assertEqual(by_series["metrics"], [by_samples["metrics"][1]])
        self.assertEqual(by_series["left_out"], 1)

    def test_labels_with_the_most_values_come_first(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"wide:1|c|#id:%d,zone:%d" % (i, i % 2) for i in range(10)] + [b"shop.bonn.stock:1|g"])
        self.daemon.wait_for_lines(11)
        answer = self.daemon.ask("labels", limit=2)

        self.assertEqual(answer["labels"], [{"metric": "wide", "label": "id", "values": 10, "series": 10},
                                            {"metric": "wide", "label": "zone", "values": 2, "series": 10}])
        self.assertEqual(answer["left_out"], 1)

    def test_unmapped_names_and_rules(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"free.x:3|ms|#k:v"] * 2 + [b"shop.bonn.stock:1|g", b"noise.a:1|c"])
        self.daemon.wait_for_lines(4)
        answer = self.daemon.ask("unmapped")

        entry = answer["names"][0]
        self.assertEqual({key: entry[key] for key in ("name", "type", "samples", "example", "sender")},
                         {"name": "free.x", "type": "ms", "samples": 2, "example": "free.x:3|ms|#k:v", "sender": "127.0.0.1"})
        self.assertEqual((len(answer["names"]), answer["samples"], answer["left_out"], answer["is_estimate"]), (1, 2, 0, False))
        rules = self.daemon.ask("rules")
        self.assertEqual([(rule["match"], rule["line"], rule["action"], rule["name"], rule["samples"]) for rule in rules["rules"]],
                         [("shop.*.stock", 2, "map", "stock", 1), ("noise.*", 5, "drop", "noise", 1)])
        self.assertAlmostEqual(rules["rules"][0]["last_used"], time.time(), delta=60)

    def test_a_reload_starts_the_counts_of_rules_and_the_unmapped_names(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"free.x:3|ms", b"shop.bonn.stock:1|g"])
        self.daemon.wait_for_lines(2)
        self.assertEqual(len(self.daemon.ask("unmapped")["names"]), 1)
        self.daemon.mapping.write_text(RULES + "- match: free.*\n  name: free\n")
        self.assertEqual(self.daemon.request("POST", "/-/reload")[0], 200)

        self.assertEqual(self.daemon.ask("unmapped")["names"], [])
        self.assertEqual([(rule["samples"], rule["last_used"]) for rule in self.daemon.ask("rules")["rules"]], [(0, None)] * 3)

    def test_refused_lines_come_with_reason_and_sender(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"broken", b"a:x|c", b"b:1|c", b"b:1|g", b"\xff<script>" + b"y" * 10000])
        self.daemon.wait_for_lines(5)
        answer = self.daemon.ask("refused")

        self.assertEqual(sorted(entry["reason"] for entry in answer["refused"]), ["conflict", "malformed_line", "malformed_line", "malformed_value"])
        self.assertEqual(answer["counts"], {"malformed_line": 2, "conflict": 1, "malformed_value": 1})
        conflict, value = (self.by("reason", answer["refused"])[reason] for reason in ("conflict", "malformed_value"))
        hostile = next(entry for entry in answer["refused"] if "script" in entry["line"])
        self.assertEqual((hostile["line"][:9], len(hostile["line"])), ("\ufffd<script>", 200))
        self.assertEqual((conflict["metric"], conflict["line"], conflict["transport"], conflict["sender"]), ("b", "b:1|g", "udp", "127.0.0.1"))
        self.assertIn("already registered", conflict["detail"])
        self.assertEqual(value["part"], "x")
        self.assertAlmostEqual(hostile["time"], time.time(), delta=60)

    def test_conflicts_are_listed_by_metric(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"a:1|c"] + [b"a:1|g"] * 3 + [b"b:1|g", b"b:1|ms"])
        self.daemon.wait_for_lines(6)

        self.assertEqual(self.daemon.ask("conflicts", limit=1),
                         {"conflicts": [{"metric": "a", "type": "gauge", "kind": "conflict", "samples": 3}], "left_out": 1})


class SelfMetrics(ApiTest):
    ENTRIES = 'weir_insight_entries{table="%s"}'
    REPLACED = 'weir_insight_entries_replaced_total{table="%s"}'
    SKIPPED = "weir_insight_lines_skipped_total"

    def test_say_how_full_the_tables_are(self):
        looked_at = {"weir_insight_lines_total": 3, self.ENTRIES % "metrics": 3, self.ENTRIES % "senders": 1, self.ENTRIES % "unmapped": 3}
        with self_page.Watch(self.daemon) as watch, watch.moves(self_page.plus(self_page.new_counters(3), looked_at)):
            statsd_client.send_udp(self.daemon.udp_port, [b"a:1|c", b"b:1|c", b"c:1|c"])

    def test_say_what_gave_way(self):
        with self_page.Watch(self.daemon) as watch:
            for first in range(0, 3000, 500):
                statsd_client.send_udp(self.daemon.udp_port, [b"n%d:1|c" % i for i in range(first, first + 500)])
                time.sleep(0.5)
            running_daemon.wait_until(lambda: watch.value(self.REPLACED % "metrics") > 0, WAIT_SECONDS_MAX, "names that give way")
            self.assertEqual(watch.value(self.ENTRIES % "metrics"), 1000)
            self.assertEqual(watch.value(self.REPLACED % "senders"), 0)

    def test_say_what_found_no_room(self):
        with self_page.Watch(self.daemon) as watch:
            self.assertEqual(watch.value(self.SKIPPED), 0)
            # One by one: of many at once only some would be looked at.
            for number in range(900):
                statsd_client.send_udp(self.daemon.udp_port, [b"a:%d|c|#k:%s" % (number, b"x" * 3000)])
                time.sleep(0.0002)
            running_daemon.wait_until(lambda: watch.value(self.SKIPPED) > 0, WAIT_SECONDS_MAX, "lines that find no room")
        self.assertTrue(self.daemon.ask("senders")["is_estimate"])


class Floods(ApiTest):
    """Nothing that senders do makes the tables grow without bound, or the answers wrong."""

    FLAGS = ("--limits.series=1000",)
    NAMES = 100_000
    MEMORY_GROWTH_MAX = 48 << 20

    def test_hostile_names_are_valid_json_and_bounded(self):
        names = [b"<script>alert(1)</script>", "\u202egnirts".encode(), b"\x00\x1b", b"n" * 3000]
        others = [b"\xff\xfe", b"m" * 10000]
        statsd_client.send_tcp(self.daemon.tcp_port, [name + b":1|c" for name in names + others])
        self.daemon.wait_for_lines(len(names + others))
        unmapped = self.by("name", self.daemon.ask("unmapped")["names"])

        self.assertEqual(set(unmapped), {name.decode()[:200] for name in names})
        self.assertEqual(len(unmapped["n" * 200]["example"]), 512)
        self.assertEqual(self.daemon.ask("refused")["refused"][-1]["line"], "\ufffd\ufffd:1|c")
        self.assertEqual(self.daemon.ask("senders")["senders"][0]["lines"], len(names + others))
        for resource in RESOURCES:
            self.daemon.ask(resource)

    def test_a_hundred_thousand_names_take_bounded_memory(self):
        self.daemon.ask("metrics")
        before = self.daemon.memory_bytes()
        pause_after = 5000
        with socket.create_connection(("127.0.0.1", self.daemon.tcp_port)) as client:
            for first in range(0, self.NAMES, pause_after):
                client.sendall(b"".join(b"flood.%d.%s:1|c\n" % (i, b"x" * 150) for i in range(first, first + pause_after)))
                time.sleep(0.05)
        self.daemon.wait_for_lines(self.NAMES)
        unmapped = self.daemon.ask("unmapped", limit=1000)

        self.assertLessEqual(len(unmapped["names"]) + unmapped["left_out"], 1000)
        self.assertTrue(unmapped["is_estimate"])
        self.assertEqual(unmapped["samples"], self.NAMES)
        self.assertEqual(len(self.daemon.ask("refused")["refused"]) <= 100, True)
        self.assertGreater(self.daemon.self_value("weir_insight_lines_total"), 0)
        self.assertGreater(self.daemon.self_value('weir_insight_entries{table="unmapped"}'), 0)
        if not tap.is_sanitized():
            self.assertLess(self.daemon.memory_bytes() - before, self.MEMORY_GROWTH_MAX)

    def test_a_flood_is_estimated_without_favour(self):
        """One sender sends datagrams of twenty lines, another the same lines in one stream: both are seen for what they are."""
        lines = 0
        datagram = b"\n".join([b"gram:1|c"] * 20)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as gram, socket.create_connection(("127.0.0.1", self.daemon.tcp_port)) as stream:
            gram.connect(str(self.daemon.unixgram))
            # The more lines there are, the nearer are the estimates.
            for _ in range(FLOODS_MAX):
                for _ in range(300):
                    for _ in range(10):
                        gram.send(datagram)
                    stream.sendall(b"stream:1|c\n" * 200)
                lines += 2 * 60_000
                self.daemon.wait_for_lines(lines)
                # Those that were picked are looked at a little later.
                running_daemon.wait_until(lambda: sum(sender["lines"] for sender in self.daemon.ask("senders")["senders"]) > lines / 2,
                                          WAIT_SECONDS_MAX, f"half of {lines} lines in the estimates")
                answer = self.daemon.ask("senders")
                senders = self.by("sender", answer["senders"])
                shares = [senders.get(sender, {"share": 0})["share"] for sender in ("127.0.0.1", str(self.daemon.unixgram))]
                if max(abs(share - 0.5) for share in shares) < 0.15:
                    break

        self.assertTrue(answer["is_estimate"])
        for share in shares:
            self.assertAlmostEqual(share, 0.5, delta=0.15)
        self.assertAlmostEqual(sum(sender["lines"] for sender in answer["senders"]), lines, delta=0.5 * lines)


class Disabled(ApiTest):
    FLAGS = ("--web.disable-status",)

    def test_nothing_of_it_is_there(self):
        statsd_client.send_udp(self.daemon.udp_port, [b"a:1|c", b"broken"])
        self.daemon.wait_for_self_value("statsd_exporter_lines_total", 2)
        for path in [f"/api/v1/{resource}" for resource in RESOURCES] + ["/api/v1/explain?line=a:1|c", "/api/v1/", "/status", "/status.js", "/status.css"]:
            self.assertEqual(self.daemon.request("GET", path)[0], 404, path)
        self.assertNotIn("weir_insight", self.daemon.scrape_text())


class Reloading(ApiTest):
    def test_a_hangup_is_a_reload_too(self):
        self.daemon.signal(signal.SIGHUP)
        running_daemon.wait_until(lambda: self.daemon.ask("reloads")["reloads"], WAIT_SECONDS_MAX, "the reload")

        self.assertTrue(self.daemon.ask("reloads")["reloads"][0]["is_success"])


if __name__ == "__main__":
    tap.main()
