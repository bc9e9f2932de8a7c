#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prometheus takes the alert rules and the dashboards' expressions, and the alerts fire when they should."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import shipped

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import tap  # noqa: E402

TIMES = "5m"
CASES = sorted(HERE.glob("*.promtool.yml"))


def promtool(*arguments):
    """What it said, and whether it was content."""
    tool = shutil.which("promtool")
    if not tool:
        raise unittest.SkipTest("SKIPPED, NOT TESTED: no promtool on the PATH")
    done = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr, done.returncode == 0


def as_rules(expressions):
    """A file of recording rules, one for each expression."""
    rules = "".join(f"  - record: expression:{number}\n    expr: '{text}'\n"
                    for number, text in enumerate((each.replace("'", "''") for each in expressions), 1))
    return "groups:\n- name: dashboards\n  rules:\n" + rules


class Rules(unittest.TestCase):
    def test_are_what_prometheus_takes(self):
        self.assertTrue(shipped.rule_files())
        said, is_content = promtool("check", "rules", *shipped.rule_files())
        self.assertTrue(is_content, said)

    def test_each_have_a_case_in_which_they_fire(self):
        named = set(re.findall(r"- alert: (\w+)", "".join(path.read_text(encoding="utf-8") for path in shipped.rule_files())))
        fired = set(re.findall(r'alertname="(\w+)"', "".join(path.read_text(encoding="utf-8") for path in CASES)))
        self.assertEqual(named, fired)

    def test_fire_when_they_should_and_only_then(self):
        said, is_content = promtool("test", "rules", *CASES)
        self.assertTrue(is_content, said)


class Expressions(unittest.TestCase):
    def test_of_the_dashboards_are_what_prometheus_takes(self):
        texts = [shipped.filled(each.text, TIMES) for each in shipped.dashboard_expressions()]
        with tempfile.TemporaryDirectory(prefix="weir-rules-") as folder:
            file = pathlib.Path(folder, "dashboards.rules.yml")
            file.write_text(as_rules(texts), encoding="utf-8")
            said, is_content = promtool("check", "rules", "--lint=none", file)
        self.assertTrue(is_content, said)


if __name__ == "__main__":
    tap.main()
