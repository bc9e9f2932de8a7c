#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""count_tests.py BUILD_DIR EXIT_CODE: prints `PASSED FAILED SKIPPED` of the last `meson test` in BUILD_DIR.
count_tests.py --failures BUILD_DIR: prints the tests that failed in it, with what each said.

A run that left no report, or failed without a failed test in it, counts as one failure.
"""

import pathlib
import sys
import xml.etree.ElementTree


# What is shown of each failure.
SAID_MAX = 4000
LINES_MAX = 40


def is_failure(case):
    return case.find("failure") is not None or case.find("error") is not None


def count(report):
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        if is_failure(case):
            failed += 1
        elif case.find("skipped") is None and case.get("status") != "notrun":
            passed += 1
        else:
            skipped += 1
    return passed, failed, skipped


def print_failures(report):
    for suite in xml.etree.ElementTree.parse(report).getroot().iter("testsuite"):
        failed = [case for case in suite.iter("testcase") if is_failure(case)]
        for case in failed:
            print(f"FAILED {suite.get('name')}: {case.get('name')}")
            for told in (*case.findall("failure"), *case.findall("error")):
                print((told.get("message") or "") + (told.text or "")[-SAID_MAX:])
        if failed:
            said = (suite.findtext("system-out") or "").splitlines()
            for at, line in enumerate(said):
                if line.startswith("not ok"):
                    print("\n".join(said[at : at + LINES_MAX])[:SAID_MAX])
            print((suite.findtext("system-err") or "")[-SAID_MAX:])


def main():
    if sys.argv[1] == "--failures":
        path = pathlib.Path(sys.argv[2], "meson-logs", "testlog.junit.xml")
        if path.exists():
            print_failures(path)
        return
    report = pathlib.Path(sys.argv[1], "meson-logs", "testlog.junit.xml")
    passed, failed, skipped = count(report) if report.exists() else (0, 0, 0)
    if failed == 0 and (sys.argv[2] != "0" or passed == 0):
        failed = 1
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
