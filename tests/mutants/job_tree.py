# SPDX-License-Identifier: Apache-2.0
"""A copy of the tree with a build folder, in which one mutant at a time is built and tested."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

# The fastest build. A mutant may leave something unused behind, which is no reason not to build it.
OPTIONS = ["-Ddebug=false", "-Doptimization=0", "-Dwerror=false"]
NO_TESTS = re.compile(r"^\[=+\] (?:Running )?0 tests|^1\.\.0$", re.MULTILINE)


class BuildError(Exception):
    """The tree does not build."""


def captured(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def snapshot(root):
    """The commit that holds the tree as it is: HEAD with what tracked files have besides."""
    return captured(["git", "stash", "create"], cwd=root).strip() or "HEAD"


class JobTree:
    def __init__(self, root, commit, folder, processes):
        self.root = pathlib.Path(folder)
        self.processes = processes
        self.build_folder = self.root / "build"
        self.root.mkdir(parents=True)
        archive = subprocess.run(["git", "archive", commit], cwd=root, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", self.root], input=archive, check=True)
        captured(["meson", "setup", self.build_folder, *OPTIONS], cwd=self.root)
        files = {target["id"]: target["filename"] for target in self.introspect("--targets")}
        self.tests = {}
        for test in self.introspect("--tests"):
            test["targets"] = [os.path.relpath(file, self.build_folder) for id in test["depends"] for file in files[id]]
            for suite in test["suite"]:
                self.tests[f"{suite.rpartition(':')[2]}:{test['name']}"] = test

    def introspect(self, what):
        return json.loads(captured(["meson", "introspect", what, self.build_folder]))

    def test_of(self, suite):
        return self.tests[suite.split()[0]]

    def build(self, suites):
        targets = sorted({target for suite in suites for target in self.test_of(suite)["targets"]})
        command = ["ninja", "-C", str(self.build_folder), f"-j{self.processes}", *targets]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if done.returncode != 0:
            raise BuildError("\n".join(line for line in done.stdout.splitlines() if "error" in line)[:1000] or done.stdout[-1000:])

    def command(self, suite):
        test = self.test_of(suite)
        words = suite.split()[1:]
        if test["protocol"] == "gtest":
            words = ["--gtest_fail_fast", "--gtest_brief=1", *(f"--gtest_filter={word}" for word in words)]
        return test["cmd"] + words

    def run(self, suite, seconds=None):
        """How a suite ends: None when it passes, else in a word why not; and how long it took."""
        test = self.test_of(suite)
        begin = time.monotonic()
        process = subprocess.Popen(self.command(suite), cwd=test["workdir"] or self.build_folder, env=os.environ | test["env"], text=True, errors="replace",
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = process.communicate(timeout=seconds or test["timeout"])
        except subprocess.TimeoutExpired:
            return "by time", time.monotonic() - begin
        finally:
            end_group(process)
        took = time.monotonic() - begin
        if process.returncode != 0:
            return "by failure", took
        return ("no test ran" if NO_TESTS.search(output) else None), took


def end_group(process):
    """Ends what a test left behind, too."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
