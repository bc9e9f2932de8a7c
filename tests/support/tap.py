# SPDX-License-Identifier: Apache-2.0
"""Runs the unittest cases of a module and reports in TAP, so that Meson counts each of them.

The daemon to test is the environment's WEIR. Arguments are names, or parts of them: only such cases run.
"""

import os
import pathlib
import sys
import traceback
import unittest


def weir():
    return pathlib.Path(os.environ["WEIR"])


def is_sanitized():
    """True for a build whose memory use says nothing."""
    return os.environ.get("WEIR_SANITIZE", "none") != "none"


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.reported = 0

    def report(self, verdict, test, remark="", details=""):
        self.reported += 1
        print(f"{verdict} {self.reported} - {test.id().rpartition('.')[2]}{remark}")
        for line in details.splitlines():
            print("# " + line)
        sys.stdout.flush()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.report("ok", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.report("ok", test, f" # SKIP {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report("not ok", test, details="".join(traceback.format_exception(*err)))

    def addError(self, test, err):
        super().addError(test, err)
        self.report("not ok", test, details="".join(traceback.format_exception(*err)))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.report("not ok", test, details=f"{subtest}\n" + "".join(traceback.format_exception(*err)))


def main():
    if "WEIR" not in os.environ:
        sys.exit("WEIR names the daemon to test: WEIR=build/src/app/weir " + sys.argv[0])
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{name}*" for name in sys.argv[1:]] or None
    suite = loader.loadTestsFromModule(sys.modules["__main__"])
    result = TapResult()
    suite.run(result)
    print(f"1..{result.reported}")
    sys.exit(0 if result.wasSuccessful() else 1)
