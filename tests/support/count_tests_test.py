#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What CI counts as passed, failed and skipped: a skip that nobody expects is a failure."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / ".ci"))

import count_tests  # noqa: E402

REPORT = """<testsuites>
<testsuite name="weir">
  <testcase name="weir:conformance / conformance_relay"><skipped/></testcase>
  <testcase name="weir:unit / exposition_parser"/>
</testsuite>
<testsuite name="weir.weir:external / prometheus">
  <testcase name="1 - test_scrape"><skipped/></testcase>
  <testcase name="2 - test_other"><failure/></testcase>
</testsuite>
<testsuite name="weir.weir:unit / net.RelayTest">
  <testcase name="ReachesIpv6" status="notrun"/>
  <testcase name="Sends" status="run"/>
</testsuite>
</testsuites>
"""
ALL = "no-go conformance_relay * # why\nno-ipv6 net RelayTest.ReachesIpv6 # why\nno-mounts prometheus test_s* # why\n"


class CountTests(unittest.TestCase):
    def setUp(self):
        self.report = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), "report.xml")
        self.report.write_text(REPORT)

    def count(self, rows):
        return count_tests.count(self.report, count_tests.read_skips(rows))

    def test_expected_skips_are_skipped(self):
        self.assertEqual(self.count(ALL), (2, 1, 3))

    def test_others_fail(self):
        self.assertEqual(self.count(""), (2, 4, 0))
        self.assertEqual(self.count("no-go net RelayTest.Reach # no whole name\n"), (2, 4, 0))
        self.assertEqual(self.count(ALL.replace("conformance_relay", "conformance_lines")), (2, 2, 2))

    def test_others_are_named(self):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            count_tests.print_failures(self.report, count_tests.read_skips(ALL.replace("no-mounts", "#")))
        self.assertIn("SKIPPED, and .ci/expected_skips.txt does not expect it here: prometheus: test_scrape\n", said.getvalue())
        self.assertNotIn("conformance_relay", said.getvalue())

    def test_a_row_has_a_condition_that_is_known(self):
        for row in ("always net * # why", "no-go net", "no-go net a b"):
            with self.assertRaises(SystemExit, msg=row):
                count_tests.read_skips(row)

    def test_the_list_can_be_read(self):
        self.assertTrue(count_tests.read_skips(count_tests.EXPECTED.read_text()))


if __name__ == "__main__":
    unittest.main()
