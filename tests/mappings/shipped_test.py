#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests each mapping file that is compiled in with `weir test`: by the files of shipped/, or by tests/airflow/lines.txt written as test files.

    WEIR=build/src/app/weir shipped_test.py
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "airflow"), str(HERE.parent / "support")]

import mappings_test  # noqa: E402
import sent_lines  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
WRITTEN = sorted((HERE / "shipped").glob("*.yml"))


def run(*arguments):
    """What the command answers, and its exit code."""
    done = subprocess.run([tap.weir(), *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
    if done.stderr:
        raise AssertionError(done.stderr)
    return done.stdout, done.returncode


def series_text(name, labels, value):
    body = ",".join(f'{label}="{text}"' for label, text in labels)
    return f"{name}{{{body}}} {value}" if body else f"{name} {value}"


def expected(key, value):
    """The series of one entry of lines.txt. Buckets are left out."""
    kind, name, labels = key
    if kind != "histogram":
        return [series_text(name, labels, value)]
    return [series_text(name + "_sum", labels, value), series_text(name + "_count", labels, 1)]


def tests_of(blocks, who, is_mixin):
    """A test for each block of which `who` sends something."""
    for block in blocks:
        lines = [line.decode().rstrip("\n") for line in sent_lines.lines_of([block], who)]
        series = [text for key, value in sent_lines.series_of([block], who, is_mixin).items() for text in expected(key, value)]
        if lines:
            yield {"name": lines[0], "lines": lines, "expect": series or "dropped"}


class ShippedMappings(unittest.TestCase):
    maxDiff = None
    blocks = sent_lines.read()

    def check_written(self, path):
        output, code = run("test", "--coverage", str(path))
        self.assertEqual(code, 0, output)
        self.assertNotIn("not these", output)

    def check_airflow(self, mapping, who):
        tests = list(tests_of(self.blocks, who, mapping.endswith("mixin")))
        with tempfile.TemporaryDirectory(prefix="weir-test-") as folder:
            # JSON is YAML.
            path = pathlib.Path(folder) / f"{mapping}.yml"
            path.write_text(json.dumps({"mapping": f"builtin:{mapping}", "tests": tests}, indent=1))
            output, code = run("test", str(path))
        self.assertEqual((output, code), (f"{len(tests)} tests passed\n", 0))

    def test_each_has_tests(self):
        names = {line.split()[0] for line in run("mappings", "list")[0].splitlines()}
        self.assertEqual(names, {path.stem for path in WRITTEN} | set(mappings_test.SENDERS))


def add_tests():
    for path in WRITTEN:
        setattr(ShippedMappings, f"test_{path.stem.replace('-', '_')}", lambda self, path=path: self.check_written(path))
    for mapping, who in mappings_test.SENDERS.items():
        setattr(ShippedMappings, f"test_{mapping.replace('-', '_')}", lambda self, mapping=mapping, who=who: self.check_airflow(mapping, who))


add_tests()

if __name__ == "__main__":
    tap.main()
