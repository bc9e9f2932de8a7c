#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`--metrics.name-validation=utf8`: names on the page as they are sent, and as each scraper can read them."""

import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import protobuf_page  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

UTF8 = "--metrics.name-validation=utf8"
TEXT = "text/plain;version=0.0.4;escaping="
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8"
MAPPING = """mappings:
- match: jobs.*.*
  name: my.${2}/total
  labels: {service.name: $1}
"""
LETTERS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
# What ends a name or a tag key, in the dialects that are on by default.
DELIMITERS = set("\n\r:|,#[]=")
NAMES = 400
CODE_POINTS = ((0x20, 0x7F), (0x20, 0x7F), (0x0, 0x20), (0x80, 0x800), (0x800, 0xD800), (0xE000, 0x10000), (0x10000, 0x110000))


def scrape(daemon, accept, query=""):
    status, body = daemon.request("GET", "/metrics" + query, {"Accept": accept})
    assert status == 200, body
    return {name: family for name, family in exposition.parse(body.decode()).items() if not family.is_self_metric()}


def samples(daemon, escaping, query=""):
    families = scrape(daemon, TEXT + escaping, query)
    return {key: value for family in families.values() for key, value in family.samples.items()}


def random_name(source):
    characters = [chr(source.randrange(*source.choice(CODE_POINTS))) for _ in range(source.randrange(1, 12))]
    return "".join(character for character in characters if character not in DELIMITERS) or "x"


def escaped(name, escaping):
    """As prometheus/common does it."""
    legal = [character in LETTERS or (character in "0123456789" and place > 0) for place, character in enumerate(name)]
    if all(legal):
        return name
    if escaping == "underscores":
        return "".join(character if is_legal else "_" for character, is_legal in zip(name, legal))
    if escaping == "dots":
        return "".join("_dot_" if character == "." else character if is_legal and character != "_" else "__"
                       for character, is_legal in zip(name, legal))
    return "U__" + "".join("__" if character == "_" else character if is_legal else f"_{ord(character):x}_"
                           for character, is_legal in zip(name, legal))


class Names(unittest.TestCase):
    def daemon_with(self, lines, *flags):
        daemon = self.enterContext(running_daemon.RunningDaemon(tap.weir(), [UTF8, *flags]))
        statsd_client.send_tcp(daemon.tcp_port, [line.encode() for line in lines])
        daemon.wait_for_self_value("statsd_exporter_lines_total", len(lines))
        return daemon

    def mapping(self, text):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="weir-utf8-"))
        path = pathlib.Path(folder, "mapping.yml")
        path.write_text(text, encoding="utf-8")
        return path

    def test_any_name_comes_out_as_it_went_in(self):
        source = random.Random(20261129)
        names = sorted({random_name(source) for _ in range(NAMES)})
        # None begins with `__`, which is reserved.
        keys = ["k" + random_name(source) for _ in names]
        daemon = self.daemon_with([f"{name}:1|g|#{key}:v" for name, key in zip(names, keys)])

        expected = {(name, ((key, "v"),)) for name, key in zip(names, keys)}
        self.assertEqual(set(samples(daemon, "allow-utf-8")), expected)
        page = protobuf_page.read_page(daemon.request("GET", "/metrics", {"Accept": PROTOBUF})[1], has_times=True)
        labels = {(name, metric["label"][0]["name"][0]) for name in names for metric in page[name]["metric"]}
        self.assertEqual(labels, set(zip(names, keys)))

    def test_any_name_is_escaped_as_each_scheme_says(self):
        source = random.Random(7)
        names = sorted({random_name(source) for _ in range(NAMES)})
        daemon = self.daemon_with([f"{name}:1|g" for name in names])

        for escaping in ("underscores", "dots", "values"):
            expected = {escaped(name, escaping) for name in names}
            self.assertEqual(set(scrape(daemon, TEXT + escaping)), expected)

    def test_a_family_is_asked_for_by_its_name(self):
        daemon = self.daemon_with(["a.b/c:1|c", "x:2|c", "\u65e5 \u672c:3|c"])

        for query in ("name[]=a.b/c", "name%5B%5D=a%2Eb%2Fc"):
            self.assertEqual(samples(daemon, "allow-utf-8", "?" + query), {("a.b/c", ()): "1"})
        quoted = urllib.parse.quote("\u65e5 \u672c")
        self.assertEqual(samples(daemon, "allow-utf-8", f"?name[]={quoted}&name[]=x"), {("x", ()): "2", ("\u65e5 \u672c", ()): "3"})

    def test_a_family_is_asked_for_as_it_is_shown(self):
        daemon = self.daemon_with(["a.b:1|c", "x_y:2|c"])

        for escaping, shown in (("underscores", "a_b"), ("dots", "a_dot_b"), ("values", "U__a_2e_b")):
            for asked in ("a.b", shown):
                self.assertEqual(samples(daemon, escaping, f"?name[]={asked}"), {(shown, ()): "1"})
        self.assertEqual(samples(daemon, "allow-utf-8", "?name[]=a_b&name[]=U__a_2e_b&name[]=__name__"), {})
        self.assertEqual(samples(daemon, "dots", "?name[]=x__y"), {})

    def test_rules_make_them_and_a_reload_keeps_that(self):
        path = self.mapping(MAPPING)
        daemon = self.daemon_with(["jobs.mail.sent:1|c|#env.x:y"], f"--statsd.mapping-config={path}")

        first = {("my.sent/total", (("env.x", "y"), ("service.name", "mail"))): "1"}
        self.assertEqual(samples(daemon, "allow-utf-8"), first)
        path.write_text(MAPPING.replace("my.", "our."), encoding="utf-8")
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_self_value('statsd_exporter_config_reloads_total{outcome="success"}', 1)
        statsd_client.send_tcp(daemon.tcp_port, [b"jobs.mail.sent:1|c"])
        daemon.wait_for_self_value("statsd_exporter_lines_total", 2)
        self.assertEqual(samples(daemon, "allow-utf-8"), first | {("our.sent/total", (("service.name", "mail"),)): "1"})

    def test_the_flag_decides_what_check_config_takes(self):
        path = self.mapping(MAPPING)
        command = [tap.weir(), "--check-config", f"--statsd.mapping-config={path}"]
        self.assertEqual(subprocess.run([*command, UTF8], capture_output=True, check=False).returncode, 0)
        for flags in ([], ["--metrics.name-validation=legacy"]):
            done = subprocess.run([*command, *flags], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(":3:9: metric name 'my.${2}/total' doesn't match", done.stderr)
            self.assertIn(", or give --metrics.name-validation=utf8\n", done.stderr)

    def test_the_flag_has_two_values(self):
        done = subprocess.run([tap.weir(), "--metrics.name-validation=utf-8"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("flag 'metrics.name-validation' must be one of legacy, utf8, got 'utf-8'", done.stderr)

    def test_names_are_values_of_own_metrics(self):
        daemon = self.daemon_with(['q"\\.:1|c', 'q"\\.:1|g', "\u00e9:1|ms", "\u00e9_sum:1|g"])

        own = exposition.self_values(daemon.scrape())
        conflicts = {series: value for series, value in own.items() if series.startswith("statsd_exporter_events_conflict_total")}
        self.assertEqual(conflicts, {'statsd_exporter_events_conflict_total{metric_name="q"\\.",type="gauge"}': 1,
                                     'statsd_exporter_events_conflict_total{metric_name="\u00e9_sum",type="gauge"}': 1})

    def test_names_stay_as_they_were_without_it(self):
        for flags in ([], ["--metrics.name-validation=legacy"]):
            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
                statsd_client.send_tcp(daemon.tcp_port, [b"a.b/c--d:1|c|#x.y:z"])
                daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
                self.assertEqual(samples(daemon, "allow-utf-8"), {("a_b_c_d", (("x_y", "z"),)): "1"})


if __name__ == "__main__":
    tap.main()
