#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""count_tests.py BUILD_DIR EXIT_CODE: prints `PASSED FAILED SKIPPED` of the last `meson test` in BUILD_DIR.

A run that left no report, or failed without a failed test in it, counts as one failure.
"""

import pathlib
import sys
import xml.etree.ElementTree


def count(report):
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is None and case.get("status") != "notrun":
            passed += 1
        else:
            skipped += 1
    return passed, failed, skipped


def main():
    report = pathlib.Path(sys.argv[1], "meson-logs", "testlog.junit.xml")
    passed, failed, skipped = count(report) if report.exists() else (0, 0, 0)
    if failed == 0 and (sys.argv[2] != "0" or passed == 0):
        failed = 1
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
