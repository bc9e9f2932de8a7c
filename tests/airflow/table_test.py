#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of Airflow's metrics against the files made of it, the names found in Airflow's source, and the lines of the tests."""

import pathlib
import sys
import unittest

import coverage
import releases
import sent_lines
import stat_calls

sys.path.insert(0, str(coverage.HERE.parent / "support"))

import mapping_files  # noqa: E402
from mapping_files import generate  # noqa: E402

RENEW = "not what the table says: run mappings/airflow/generate.py"
SUFFIXES = {"counter": "_total", "timer": "_seconds"}


def later(version, release):
    """Whether `version`, such as 2.7, came after `release`."""
    return bool(version) and [int(part) for part in version.split(".")] > [int(part) for part in release.split(".")]


class Table(unittest.TestCase):
    table = coverage.airflow_table.read()
    names = coverage.Names(table)
    blocks = sent_lines.read()

    def test_what_is_committed_is_what_the_table_says(self):
        for path, text in generate.kept(self.table).items():
            self.assertEqual(path.read_text(encoding="utf-8"), text, f"{path.name} is {RENEW}")

    def test_no_file_is_committed_that_is_not_kept(self):
        made = {f"{file.name}.yml" for file in self.table.files}
        kept = {path.name for path in generate.kept(self.table)}
        self.assertEqual({path.name for path in generate.MAPPINGS.glob("*.yml")} & made, kept & made)

    def test_the_summary_leaves_nothing_out(self):
        files = {file.name: generate.generated(self.table, file) for file in self.table.files}
        self.assertEqual(generate.airflow_summary.expanded(generate.summary(self.table)), files)

    def test_the_build_must_ask_for_every_file_of_the_table(self):
        paths = [pathlib.Path("out", f"{file.name}.yml") for file in self.table.files]
        self.assertEqual(list(generate.built(self.table, paths)), paths)
        for wrong in (paths[1:], [*paths, pathlib.Path("out", "airflow1.yml")]):
            with self.assertRaisesRegex(SystemExit, "meson.build and the table"):
                generate.built(self.table, wrong)

    def test_each_file_tells_what_it_is_for_and_uses_no_regex(self):
        for name, text in mapping_files.texts().items():
            if not name.startswith("airflow"):
                continue
            lines = text.splitlines()
            self.assertEqual(lines[0], "# SPDX-License-Identifier: Apache-2.0", name)
            self.assertRegex(lines[1], r"^# Airflow[ ,].+\.$", name)
            self.assertNotIn("regex", text, name)

    def test_each_name_of_airflows_source_is_in_the_table_with_its_tags(self):
        kept = {path.stem for path in coverage.NAMES.glob("*.txt")}
        self.assertEqual(kept, set(releases.RELEASES))
        for release in releases.RELEASES:
            calls = coverage.kept_calls(release)
            self.assertGreater(len(calls), 25, release)
            self.assertEqual(self.names.faults(calls), [], release)

    def test_a_name_that_is_not_in_the_table_is_a_fault(self):
        for name in ("ti.restarted.*", "ti_failures.today", "scheduler.*.lag", "*"):
            self.assertIsNotNone(self.names.fault("counter", name), name)
        self.assertIsNotNone(self.names.fault("gauge", "ti_failures"))
        self.assertIsNone(self.names.fault("counter", "ti_failures"))

    def test_a_tag_that_is_not_in_the_table_is_a_fault(self):
        self.assertIn("try_number", self.names.fault("counter", "ti_failures", {"dag_id", "try_number"}))
        self.assertIsNone(self.names.fault("counter", "ti_failures", {"dag_id", "team_name", "*"}))
        self.assertIsNone(self.names.fault("counter", "callback_*", {"result"}))

    def test_each_name_of_the_table_is_sent_by_a_test(self):
        sent = {text.split(":")[0].split(",")[0].removeprefix("airflow.") for block in self.blocks for _, text in block.sent}
        for metric, name, expression in self.names.entries:
            self.assertTrue(any(expression.fullmatch(text) for text in sent), f"{metric.family}: no test sends {name.text}")

    def test_each_family_of_the_table_is_expected_by_a_test(self):
        wanted = {key[1].removeprefix("airflow_") for block in self.blocks for _, key, _ in block.wanted}
        for metric in self.table.metrics:
            if metric.type != "drop" and "{" not in metric.family:
                self.assertIn(metric.family, wanted)

    def test_each_tag_of_the_table_is_sent_by_a_test_and_no_other(self):
        # What only files of names have, comes without tags.
        entries = [(metric, expression) for metric, _, expression in self.names.entries if not metric.only]
        sent = {}
        for name, tags in (sent_lines.name_and_tags(text) for block in self.blocks for _, text in block.sent):
            if metric := next((metric for metric, expression in entries if expression.fullmatch(name.removeprefix("airflow."))), None):
                sent.setdefault(metric.family, set()).update(tags)
        for metric, _ in entries:
            if "*" not in metric.drop:
                known = {tag for same in self.table.metrics if same.family == metric.family for tag in [*same.tags, *same.drop]}
                self.assertEqual(sent.get(metric.family, set()) - coverage.ANYWHERE, known, metric.family)

    def test_no_release_sends_a_name_before_the_table_says(self):
        for release in releases.RELEASES:
            for _, name, _ in coverage.kept_calls(release) if release[0].isdigit() else ():
                since = [metric.since for metric, entry, _ in self.names.taking(name) if entry is not metric.twin]
                self.assertFalse(since and all(later(first, release) for first in since), f"{name}: in {release}, not since {since}")

    def test_families_are_named_by_their_type(self):
        for metric in self.table.metrics:
            self.assertTrue(metric.family.endswith(SUFFIXES.get(metric.type, "")), metric.family)
            self.assertEqual(metric.type == "timer", bool(metric.clock), metric.family)
            self.assertTrue(metric.help or metric.type == "drop", metric.family)

    def test_what_names_many_things_is_bounded(self):
        for metric in self.table.metrics:
            if set(metric.label_names()) & {"dag_id", "task_id", "dag_file", "hostname", "worker", "operator", "pool"}:
                self.assertGreater(self.table.max_series(metric), 0, metric.family)


class StatCalls(unittest.TestCase):
    def names(self, source):
        return sorted(name for _, names, _ in stat_calls.Module(source).calls() for name in names)

    def test_finds_names_however_they_are_written(self):
        for source, names in {
            "Stats.incr('a.b', 1, tags={})": ["a.b"],
            "stats.timer(f'a.{self.x}.b')": ["a.*.b"],
            "self.Stats.gauge(stat='a' + name() + '_end')": ["a*_end"],
            "def f(ok):\n x = 'a'\n Stats.decr('b' if ok else x)": ["a", "b"],
            "def f(self):\n Stats.gauge(self.n('a.b'), 1)\ndef n(self, base):\n return f'{base}.{self.c}' if self.many else base": ["a.b", "a.b.*"],
            "def f(key):\n DualStatsManager.timing(key, 1)\npool.submit(f, 'a')\nf(key='b')": ["a", "b"],
            "def f(self):\n Stats.incr(**self.g())\ndef g(self):\n n = f'{self.p}.x'\n return {'stat': n, 'tags': {}}": ["*.x"],
            "def f(key):\n Stats.incr(key)": ["*"],
            "with Stats.timer() as t: pass": [],
            "self.statsd.incr(stat)": [],
        }.items():
            self.assertEqual(self.names(source), names, source)

    def test_finds_tags_however_they_are_written(self):
        for source, tags in {
            "Stats.incr('a')": "",
            "Stats.incr('a', tags={'x': 1, 'y': 2})": "x y",
            "stats.incr('a', tags=prune_dict({'x': 1, **more}))": "* x",
            "Stats.incr('a', tags={**self.t, 'y': 2})\ndef t(self):\n return {'x': 1}": "x y",
            "DualStatsManager.incr('a', tags={}, extra_tags={'x': 1})": "x",
            "def f():\n t = {'x': 1}\n t['y'] = 2\n Stats.incr('a', tags=t)": "x y",
            "def f():\n t: dict = {'x': 1} if a else None\n Stats.timing('a', **{'dt': 1, 'tags': t})": "x",
            "def f(t):\n Stats.incr('a', tags=t)\nf(t={'x': 1} | {'y': 2})": "x y",
            "def f(self):\n Stats.incr(**self.g())\ndef g(self):\n return {'stat': 'a', 'tags': {'x': 1}}": "x",
            "Stats.incr('a', tags=ti.stats_tags)": "*",
        }.items():
            found = {tag for _, _, tags in stat_calls.Module(source).calls() for tag in tags}
            self.assertEqual(" ".join(sorted(found)), tags, source)

    def test_reads_the_registry(self):
        text = 'metrics:\n  - name: "a.{x}"\n    type: "gauge"\n    legacy_name: "-"\n  - name: "b"\n    type: "timer"\n    legacy_name: "b.{x}.{y}"\n'

        self.assertEqual(list(stat_calls.registry_names(text)), [("gauge", "a.*"), ("timer", "b"), ("timer", "b.*.*")])


class SentLines(unittest.TestCase):
    def test_turns_tags_into_those_of_the_dogstatsd_client(self):
        self.assertEqual(sent_lines.datadog_line("a.b,c=d,e=f.g:1|c", 7), "a.b:1|c|#c:d,e:f.g,dd.internal.entity_id:pod-7|c:container-7\n")
        self.assertEqual(sent_lines.datadog_line("a.b:1.5|ms", 7), "a.b:1.5|ms|#dd.internal.entity_id:pod-7|c:container-7\n")


if __name__ == "__main__":
    unittest.main()
