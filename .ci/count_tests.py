#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""count_tests.py BUILD_DIR EXIT_CODE: prints `PASSED FAILED SKIPPED` of the last `meson test` in BUILD_DIR.
count_tests.py --failures BUILD_DIR: prints the tests that failed in it, with what each said.

A run that left no report, or failed without a failed test in it, counts as one failure. So does each test that was skipped although
expected_skips.txt does not say that it may be, here: what is missing must not stay green.
"""

import dataclasses
import fnmatch
import os
import pathlib
import platform
import re
import shutil
import socket
import sys
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "support"))

import held_thread  # noqa: E402
import prometheus_3  # noqa: E402
import system_faults  # noqa: E402

EXPECTED = HERE / "expected_skips.txt"
# What is shown of each failure.
SAID_MAX = 4000
LINES_MAX = 40
SLICES_SINCE = (6, 12)


@dataclasses.dataclass
class Skip:
    when: str
    test: str
    case: str

    def covers(self, test, case):
        return fnmatch.fnmatchcase(test, self.test) and fnmatch.fnmatchcase(case, self.case)


def read_skips(text):
    rows = [line.split("#")[0].split() for line in text.splitlines() if line.split("#")[0].strip()]
    unknown = [row for row in rows if len(row) != 3 or row[0] not in CONDITIONS]
    if unknown:
        raise SystemExit(f"{EXPECTED}: not `when test case # why`: {unknown}")
    return [Skip(*row) for row in rows]


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


CONDITIONS = {
    "no-go": lambda: shutil.which("go") is None,
    "no-prometheus3": lambda: prometheus_3.installed() is None,
    "no-ipv6": lambda: not has_ipv6(),
    "linux-before-6.12": lambda: tuple(map(int, re.findall(r"\d+", platform.release())[:2])) < SLICES_SINCE,
    "no-ordinary-scheduling": lambda: os.sched_getscheduler(0) != os.SCHED_OTHER,
    "no-mounts": lambda: bool(system_faults.missing(mounts=True)),
    "no-call-refusal": lambda: bool(system_faults.missing(call_refusal=True)),
    "no-tracing": lambda: not held_thread.can_hold(),
    "no-systemd-analyze": lambda: shutil.which("systemd-analyze") is None,
    "no-docker-compose": lambda: shutil.which("docker-compose") is None,
    "no-root": lambda: os.geteuid() != 0,
}


def expected_here():
    skips = read_skips(EXPECTED.read_text())
    holding = {when for when in {skip.when for skip in skips} if CONDITIONS[when]()}
    return [skip for skip in skips if skip.when in holding]


def is_failure(case):
    return case.find("failure") is not None or case.find("error") is not None


def is_skipped(case):
    return case.find("skipped") is not None or case.get("status") == "notrun"


def names_of(suite, case):
    """(test, case) as Meson and the test itself call them: `weir.weir:unit / net.Group`, `weir.weir:external / prometheus`, or all in the case."""
    name = re.sub(r"^\d+ - ", "", case.get("name"))
    _, dot, within = suite.get("name").partition(".")
    if not dot:
        test = name.rpartition(" / ")[2]
        return test, test
    test, dot, group = within.rpartition(" / ")[2].partition(".")
    return test, group + dot + name


def cases_of(report):
    """(suite, test, name, element) of each."""
    for suite in xml.etree.ElementTree.parse(report).getroot().iter("testsuite"):
        for case in suite.iter("testcase"):
            yield suite, *names_of(suite, case), case


def unexpected_skips(report, expected):
    return [(test, name) for _, test, name, case in cases_of(report)
            if is_skipped(case) and not is_failure(case) and not any(skip.covers(test, name) for skip in expected)]


def count(report, expected):
    cases = [case for *_, case in cases_of(report)]
    failed = sum(map(is_failure, cases))
    skipped = sum(is_skipped(case) and not is_failure(case) for case in cases)
    unexpected = len(unexpected_skips(report, expected))
    return len(cases) - failed - skipped, failed + unexpected, skipped - unexpected


def print_failures(report, expected):
    for test, name in unexpected_skips(report, expected):
        print(f"SKIPPED, and .ci/expected_skips.txt does not expect it here: {test}: {name}")
    for suite in xml.etree.ElementTree.parse(report).getroot().iter("testsuite"):
        failed = [case for case in suite.iter("testcase") if is_failure(case)]
        for case in failed:
            print(f"FAILED {suite.get('name')}: {case.get('name')}")
            for problem in (*case.findall("failure"), *case.findall("error")):
                print((problem.get("message") or "") + (problem.text or "")[-SAID_MAX:])
        if failed:
            said = (suite.findtext("system-out") or "").splitlines()
            for at, line in enumerate(said):
                if line.startswith("not ok"):
                    print("\n".join(said[at : at + LINES_MAX])[:SAID_MAX])
            print((suite.findtext("system-err") or "")[-SAID_MAX:])


def report_of(build):
    return build / "meson-logs" / "testlog.junit.xml"


def main():
    is_list = sys.argv[1] == "--failures"
    build = pathlib.Path(sys.argv[2 if is_list else 1])
    if is_list:
        if report_of(build).exists():
            print_failures(report_of(build), expected_here())
        return
    passed, failed, skipped = count(report_of(build), expected_here()) if report_of(build).exists() else (0, 0, 0)
    if failed == 0 and (sys.argv[2] != "0" or passed == 0):
        failed = 1
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
