#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir lint`: what it prints, exit codes, and the page of its catalogue."""

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
FINE = "mappings:\n- match: a.*\n  name: a_total\n  labels: {page: $1}\n"
NOTED = "mappings:\n- match: a.*\n  name: a_total\n"
DOUBTFUL = "mappings:\n- match: a\n  name: a_total\n  labels: {job: batch}\n"
BROKEN = "mappings:\n- match: a\n  name: a_total\n  labels: {page: $1}\n"


class Lint(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-lint-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, text, name="m.yml"):
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def run_lint(self, *arguments):
        """(exit code, standard output, standard error)"""
        done = subprocess.run([tap.weir().resolve(), "lint", *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False,
                              cwd=self.folder)
        return done.returncode, done.stdout, done.stderr

    def test_prints_nothing_about_a_file_that_is_fine(self):
        self.assertEqual(self.run_lint(self.write(FINE)), (0, "", ""))

    def test_keeps_notes_back_and_does_not_fail_for_them(self):
        file = self.write(NOTED)
        self.assertEqual(self.run_lint(file), (0, "", ""))
        code, out, _ = self.run_lint("--min-severity=note", file)
        self.assertEqual((code, out.startswith("m.yml:2:10: note: nothing refers to $1"), out.endswith(" [capture-unused]\n")), (0, True, True), out)

    def test_fails_for_errors_and_warnings(self):
        for text, severity in ((DOUBTFUL, "warning"), (BROKEN, "error")):
            code, out, error = self.run_lint(self.write(text))
            self.assertEqual((code, error), (1, ""))
            self.assertRegex(out, rf"^m\.yml:4:\d+: {severity}: .*\]\n$")
        self.assertEqual(self.run_lint("--min-severity", "error", self.write(DOUBTFUL)), (0, "", ""))

    def test_takes_several_files(self):
        code, out, _ = self.run_lint(self.write(FINE, "a.yml"), self.write(BROKEN, "b.yml"), self.write(DOUBTFUL, "c.yml"))
        self.assertEqual((code, [line.partition(":")[0] for line in out.splitlines()]), (1, ["b.yml", "c.yml"]))

    def test_takes_files_that_are_compiled_in(self):
        self.assertEqual(self.run_lint("builtin:airflow"), (0, "", ""))

    def test_prints_json(self):
        self.assertEqual(self.run_lint("--format=json", self.write(FINE)), (0, "[]\n", ""))
        code, out, _ = self.run_lint("--format=json", self.write(BROKEN))
        self.assertEqual((code, json.loads(out)), (1, [{
            "file": "m.yml", "line": 4, "column": 18, "severity": "error", "id": "capture-missing",
            "message": "`$1` is always empty: the glob has no `*`", "hint": "refer to one that it has, or remove the reference"}]))

    def test_takes_utf8_names_where_the_daemon_does(self):
        file = self.write("mappings:\n- match: a\n  name: a.b\n")
        self.assertEqual(self.run_lint(file)[0], 1)
        self.assertEqual(self.run_lint("--name-validation=utf8", file), (0, "", ""))

    def test_has_another_exit_code_for_what_it_cannot_do(self):
        fine = self.write(FINE)
        for arguments, complaint in ((["missing.yml"], "missing.yml: "), ([], "expected a mapping file after lint"), (["--format=xml", "m.yml"], "xml"),
                                     (["--lust"], "--list"), (["--list", "m.yml"], "unexpected m.yml"), ([fine, "--against=none"], "none: No such file"),
                                     ([fine, fine, "--against=" + fine], "one mapping file")):
            code, out, error = self.run_lint(*arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertIn(complaint, error)

    def test_lists_what_there_is_to_find(self):
        code, out, _ = self.run_lint("--list")
        kinds = json.loads(self.run_lint("--list", "--format=json")[1])
        self.assertEqual((code, [line.split()[:2] for line in out.splitlines()]), (0, [[kind["id"], kind["severity"]] for kind in kinds]))
        self.assertGreater(len(kinds), 50)

    def test_says_what_each_rule_does_with_a_capture(self):
        rules = self.write("mappings:\n- match: a.*\n  name: a_total\n  labels: {page: $1}\n- match: b\n  name: b_total\n")
        capture = self.write("a.x:1|c\na.y:1|c\r\na.x:2|c\nc:1|c\nd:1|g\nd:2|g\nnonsense\n", "capture.txt")
        code, out, error = self.run_lint(rules, f"--against={capture}")
        self.assertEqual((code, error), (0, ""))
        self.assertEqual([line.split() for line in out.splitlines()], [
            "capture.txt: 7 lines, 6 samples, 1 refused".split(), ["samples", "names", "series", "rule"], ["3", "2", "2", "m.yml:2", "a.*"],
            ["0", "0", "0", "m.yml:5", "b", "(never", "used)"], ["samples", "unmapped", "name"], ["2", "d"], ["1", "c"]])
        told = json.loads(self.run_lint(rules, f"--against={capture}", "--format=json")[1])
        self.assertEqual(told, {"findings": [], "capture": {
            "file": "capture.txt", "lines": 7, "samples": 6, "refused": 1, "unmapped_samples": 3,
            "rules": [{"file": "m.yml", "line": 2, "match": "a.*", "samples": 3, "names": 2, "series": 2},
                      {"file": "m.yml", "line": 5, "match": "b", "samples": 0, "names": 0, "series": 0}],
            "unmapped": [{"name": "d", "samples": 2}, {"name": "c", "samples": 1}]}})

    def test_takes_captures(self):
        rules = self.write("mappings:\n- match: a.*\n  name: a_total\n  labels: {page: $1}\n")
        capture = self.write('{"weir_capture":1,"started":1764455158.5,"source":"udp 127.0.0.1:9125"}\n'
                             '{"t":0.1,"transport":"udp","sender":"127.0.0.1:5","data":"a.x:1|c\\na.y:1|c"}\n'
                             '{"t":0.2,"transport":"tcp","sender":"127.0.0.1:6","base64":"Yi56OjF8Yw=="}\n{"end":1,"records":2,"lost":0}\n', "traffic.ndjson")
        told = json.loads(self.run_lint(rules, f"--against={capture}", "--format=json")[1])["capture"]
        self.assertEqual((told["lines"], told["rules"][0]["names"], told["unmapped"]), (3, 2, [{"name": "b.z", "samples": 1}]))
        broken = self.write('{"weir_capture":1,"started":1}\n{"t":"x"}\n', "broken.ndjson")
        code, out, error = self.run_lint(rules, f"--against={broken}")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("line 2: ", error)

    def test_has_no_use_of_a_file_that_is_refused(self):
        code, out, error = self.run_lint(self.write("mappings:\n- match: a\n"), "--against", self.write("a:1|c\n", "capture.txt"))
        self.assertEqual((code, len(out.splitlines()), error), (1, 1, ""))

    def test_is_quiet_about_the_files_of_the_project(self):
        files = [ROOT / "packaging" / "mapping.yml", *sorted((ROOT / "mappings").glob("*.yml"))]
        self.assertGreater(len(files), 4)
        self.assertEqual(self.run_lint(*map(str, files)), (0, "", ""))

    def test_is_what_the_document_says(self):
        done = subprocess.run([sys.executable, str(ROOT / "packaging" / "lint_page.py"), "--weir", str(tap.weir()), "--check"], capture_output=True,
                              text=True, timeout=RUN_SECONDS_MAX, check=False)
        self.assertEqual((done.stderr, done.returncode), ("", 0))


if __name__ == "__main__":
    tap.main()
