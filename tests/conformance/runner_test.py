#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run_conformance.py as a whole, with the reference where it is and with its recorded answers: it fails where weir misbehaves, where a row is
idle, and where the reference is another version or missing but could be there.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import run_conformance  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 200
SECTION = "observations"


def script(folder, name, text):
    path = pathlib.Path(folder, name)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def run(weir, *flags, environment=None):
    command = [sys.executable, str(HERE / "run_conformance.py"), "--weir", str(weir), "--only", SECTION, *flags]
    return subprocess.run(command, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False, env=environment)


class Runner(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="weir-runner-")))

    def need_reference(self):
        reference = run_conformance.find_reference()
        if reference is None:
            self.skipTest("there is no statsd_exporter to compare with")
        return reference

    def assert_fails(self, done, text):
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("\nnot ok ", "\n" + done.stdout)
        self.assertIn(text, done.stdout)

    def test_passes_weir(self):
        done = run(tap.weir())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"\n# differences\.txt:\d+ excused 4: Q38")
        self.assertRegex(done.stdout, r"\n# (nothing was tried again|tried again: \d+ times, )")

    def test_fails_a_weir_that_lacks_a_difference(self):
        self.assert_fails(run(self.need_reference()), "no case needs it: Q38")

    def test_fails_a_weir_that_reads_otherwise(self):
        weir = script(self.folder, "weir", f'exec {tap.weir()} --limits.sampling-weight=2 "$@"\n')
        self.assert_fails(run(weir), "value: weighted_count: reference '2000', weir '1000'")
        self.assert_fails(run(weir, "--replay"), "value: weighted_count: reference '2000', weir '1000'")

    def test_fails_a_weir_that_does_not_start(self):
        self.assert_fails(run("/bin/false"), "weir has ended with 1")

    def test_fails_for_a_row_without_use(self):
        rows = self.folder / "rows"
        rows.write_text((HERE / "differences.txt").read_text() + f"Q1 {SECTION}:* nothing value 1  # idle\n")
        self.assert_fails(run(tap.weir(), "--differences", str(rows)), "no case needs it: Q1")

    def test_fails_without_the_reference_where_go_is(self):
        script(self.folder, "go", "echo /nowhere\n")
        self.assert_fails(run(tap.weir(), environment=self.alone()), "the reference is installed")

    def test_replays_without_the_reference_and_go(self):
        done = run(tap.weir(), environment=self.alone())
        self.assertEqual((done.returncode, done.stdout[:5]), (0, "ok 1 "), done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"\n# 2 cases, \d{3,} values compared, 4 intended differences\n")

    def test_skips_what_no_recording_can_hold(self):
        done = run(tap.weir(), "--only", "relay", "--replay")
        self.assertEqual((done.returncode, done.stdout[:12]), (0, "1..0 # SKIP "), done.stderr)

    def test_fails_for_another_version(self):
        script(self.folder, "statsd_exporter", 'echo "statsd_exporter, version 0.28.0 (branch: HEAD, revision: 1)" >&2\n')
        self.assert_fails(run(tap.weir(), environment=self.alone()), "is version v0.28.0, not v0.31.0")

    def alone(self):
        """A PATH with nothing on it but what the test put there."""
        return os.environ | {"PATH": str(self.folder)}


if __name__ == "__main__":
    tap.main()
