#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir suggest`: what it reads, its flags and exit codes. What it proposes is tested by run_cases.py."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

import tap  # noqa: E402

RUN_SECONDS_MAX = 60
LINES = "web.host.a.hits:1|c\nweb.host.b.hits:1|c\r\nweb.host.b.load:3|g\nnonsense\n"
CAPTURE = ('{"weir_capture":1,"started":1764455158.5,"source":"udp 127.0.0.1:9125"}\n'
           '{"t":0.1,"transport":"udp","sender":"127.0.0.1:5","data":"web.host.a.hits:1|c\\nweb.host.b.hits:1|c\\nweb.host.b.load:3|g"}\n')
RULES = ["web.host.*.hits", "web.host.*.load"]


class Suggest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-suggest-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, text, name="lines.txt"):
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def run_suggest(self, *arguments):
        """(exit code, standard output, standard error)"""
        done = subprocess.run([tap.weir().resolve(), "suggest", *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False,
                              cwd=self.folder)
        return done.returncode, done.stdout, done.stderr

    def proposal(self, *arguments):
        code, out, error = self.run_suggest("--format=json", *arguments)
        self.assertEqual((code, error), (0, ""))
        return json.loads(out)

    def test_reads_lines_and_captures(self):
        for text, name in ((LINES, "lines.txt"), (CAPTURE, "traffic.ndjson")):
            self.assertEqual([rule["match"] for rule in self.proposal(self.write(text, name))["rules"]], RULES)

    def test_prints_a_file_that_can_be_used(self):
        code, out, _ = self.run_suggest(self.write(LINES))
        self.assertEqual(code, 0)
        self.write(out, "mapping.yml")
        checked = subprocess.run([tap.weir().resolve(), "--check-config", f"--statsd.mapping-config={self.folder}/mapping.yml"], capture_output=True,
                                 timeout=RUN_SECONDS_MAX, check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_says_what_each_rule_does(self):
        proposal = self.proposal(self.write(LINES))
        self.assertEqual((proposal["names"], proposal["unmapped"], proposal["fine"], proposal["builtin"]), (3, 0, 0, []))
        self.assertEqual(proposal["yaml"], "mappings:\n" + "".join(rule["yaml"] for rule in proposal["rules"]))
        rule = proposal["rules"][0]
        self.assertEqual((rule["name"], rule["names"], rule["samples"], rule["series_before"], rule["series_after"], rule["saved"], rule["examples"]),
                         ("web_host_hits_total", 2, 2, 2, 2, 0, ["web.host.a.hits", "web.host.b.hits"]))

    def test_leaves_alone_what_a_mapping_takes(self):
        self.write("mappings:\n- match: web.host.*.hits\n  name: hits_total\n  labels: {host: $1}\n", "m.yml")
        self.assertEqual([rule["match"] for rule in self.proposal("--mapping=m.yml", self.write(LINES))["rules"]], RULES[1:])

    def test_names_the_files_that_are_compiled_in(self):
        lines = self.write("airflow.ti_failures,dag_id=a,task_id=b:1|c\nairflow.pool.open_slots,pool_name=a:1|g\nother.name:1|c\nother.name:1|c\n")
        best = self.proposal(lines)["builtin"][0]
        self.assertEqual((best["name"], best["share"]), ("airflow-influx", 0.5))
        self.assertIn("#   airflow-influx: 50 % of lines. Airflow 2.7", self.run_suggest(lines)[1])

    def test_has_nothing_to_propose_for_nothing(self):
        self.assertEqual(self.run_suggest(self.write("")), (0, "# No rule to propose: there is no name without one.\n", ""))
        self.assertEqual(self.proposal(self.write(""))["rules"], [])

    def test_fails_for_what_it_cannot_read(self):
        lines = self.write(LINES)
        self.write('{"weir_capture":1,"started":1}\n{"t":"x"}\n', "broken.ndjson")
        for arguments, complaint in (([], "expected a capture or the URL"), ([lines, lines], "unexpected lines.txt"), (["none"], "none: No such file"),
                                     (["."], "Is a directory"), (["broken.ndjson"], "line 2: "), (["--mapping=none", lines], "none"),
                                     (["--format=xml", lines], "xml"), (["http://127.0.0.1:1"], "127.0.0.1:1")):
            code, out, error = self.run_suggest(*arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertIn(complaint, error)


if __name__ == "__main__":
    tap.main()
