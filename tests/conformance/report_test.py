#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conformance run is only worth what its comparison sees: every kind of difference, and every row that nothing needs."""

import io
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import compare  # noqa: E402
import exposition  # noqa: E402
import report  # noqa: E402

COUNTER = "# HELP a x\n# TYPE a counter\n"
SUMMARY = "# HELP s x\n# TYPE s summary\n"
OWN = "# HELP statsd_exporter_lines_total x\n# TYPE statsd_exporter_lines_total counter\nstatsd_exporter_lines_total "


def differences(reference, weir, **options):
    return compare.compare_pages(exposition.parse(reference), exposition.parse(weir), **options)


def kinds(reference, weir, **options):
    return [difference.what for difference in differences(reference, weir, **options)]


def rows(*lines):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "differences.txt")
        path.write_text("# A comment.\n\n" + "".join(line + "\n" for line in lines))
        return report.read_rows(path)


def difference(series="a", what="value", reference="1", weir="2"):
    return compare.Difference("a", series, what, reference, weir)


class Compare(unittest.TestCase):
    def test_finds_nothing_in_equal_pages(self):
        page = COUNTER + 'a 1\na{l="x"} NaN\n' + SUMMARY + 's{quantile="0.5"} 1\ns_sum 1\ns_count 1\n'
        self.assertEqual(kinds(page, page), [])

    def test_tells_values_labels_and_families(self):
        self.assertEqual(kinds(COUNTER + "a 1\n", COUNTER + "a 2\n"), ["value"])
        self.assertEqual(kinds(COUNTER + "a 1\n", COUNTER + "a 1.0\n"), ["value"])
        self.assertEqual(kinds(COUNTER + 'a{l="x"} 1\n', COUNTER + 'a{m="x"} 1\n'), ["missing", "extra"])
        self.assertEqual(kinds(COUNTER + 'a{l=""} 1\n', COUNTER + "a 1\n"), ["extra", "missing"])
        self.assertEqual(kinds(COUNTER + "a 1\n", ""), ["missing"])
        self.assertEqual(kinds("", COUNTER + "a 1\n"), ["extra"])

    def test_tells_types_and_help(self):
        self.assertEqual(kinds(COUNTER + "a 1\n", COUNTER.replace("counter", "gauge") + "a 1\n"), ["type"])
        self.assertEqual(kinds(COUNTER + "a 1\n", COUNTER.replace(" x", " y") + "a 1\n"), ["help"])

    def test_tells_the_order_of_families_and_series(self):
        other = COUNTER.replace(" a", " b") + "b 1\n"
        self.assertEqual(kinds(COUNTER + "a 1\n" + other, other + COUNTER + "a 1\n"), ["order"])
        self.assertEqual(kinds(COUNTER + 'a{l="x"} 1\na{l="y"} 1\n', COUNTER + 'a{l="y"} 1\na{l="x"} 1\n'), ["order"])

    def test_allows_any_order_where_the_reference_has_none(self):
        self.assertEqual(kinds(COUNTER + 'a{k="1"} 1\na{l="1"} 1\n', COUNTER + 'a{l="1"} 1\na{k="1"} 1\n'), [])

    def test_tells_rounding_of_sums_from_other_values(self):
        self.assertEqual(kinds(SUMMARY + "s_sum 0.9999999999999999\n", SUMMARY + "s_sum 1\n"), ["rounding"])
        self.assertEqual(kinds(SUMMARY + "s_sum 0.9999\n", SUMMARY + "s_sum 1\n"), ["value"])
        self.assertEqual(kinds(COUNTER + "a 0.9999999999999999\n", COUNTER + "a 1\n"), ["value"])

    def test_compares_own_metrics_by_what_they_moved(self):
        before = exposition.parse(OWN + "5\n"), exposition.parse(OWN + "7\n")
        self.assertEqual(kinds(OWN + "6\n", OWN + "8\n", before=before), [])
        self.assertEqual(kinds(OWN + "6\n", OWN + "9\n", before=before), ["value"])

    def test_judges_quantiles_of_many_observations_by_rank(self):
        observed = {("s", ()): [float(number) for number in range(1000)]}
        pages = [SUMMARY + f's{{quantile="0.9"}} {value}\n' for value in (899, 905, 915)]
        self.assertEqual(kinds(pages[0], pages[1]), ["value"])
        self.assertEqual(kinds(pages[0], pages[1], observations=observed), [])
        self.assertEqual(kinds(pages[0], pages[2], observations=observed), ["rank"])
        few = {("s", ()): observed["s", ()][:499]}
        self.assertEqual(kinds(pages[0], pages[1], observations=few), ["value"])


class Rows(unittest.TestCase):
    def test_excuse_what_they_name_and_nothing_else(self):
        row, = rows('Q1 "s: case [1]*" a{l="*"} value 1  # why')
        self.assertTrue(row.matches("s: case [1] and more", difference('a{l=x}')))
        for case, other in (
            ("s: case 1", difference("a{l=x}")),
            ("s: case [1]", difference("b")),
            ("s: case [1]", difference("a{l=x}", what="missing")),
            ("s: case [1]", difference("a{l=x}", reference="2")),
        ):
            self.assertFalse(row.matches(case, other))

    def test_need_a_number_a_section_and_a_reason(self):
        for line in ("s: a value  # why", "Q1 case a value  # why", "Q1 *: a value  # why", "Q1 s: a value", "Q1 s: a  # why"):
            with self.assertRaises(report.RowError, msg=line):
                rows(line)


class Reports(unittest.TestCase):
    def setUp(self):
        self.stream = io.StringIO()
        self.report = report.Report(rows('Q1 s:* a value 1 2  # why', 'Q2 s:* b value  # why'), self.stream)

    def find(self, *found, case="s: case"):
        with self.report.case(case) as running:
            running.differences(found, 3)

    def test_pass_intended_differences(self):
        self.find(difference())
        self.assertFalse(self.report.has_failed)

    def test_fail_all_others(self):
        self.find(difference(), difference(weir="3"))
        self.assertTrue(self.report.has_failed)
        self.assertIn("not ok 1 - s: case\n# value: a: reference '1', weir '3'\n", self.stream.getvalue())

    def test_fail_a_case_that_raises(self):
        with self.report.case("s: case"):
            raise RuntimeError("what went wrong")
        self.assertTrue(self.report.has_failed)
        self.assertIn("what went wrong", self.stream.getvalue())

    def test_fail_rows_without_use(self):
        self.find(difference())
        self.report.check_rows(["t"])
        self.assertFalse(self.report.has_failed)
        self.report.check_rows(["s"])
        self.assertTrue(self.report.has_failed)
        self.assertIn("no case needs it: Q2", self.stream.getvalue())
        self.assertNotIn("no case needs it: Q1", self.stream.getvalue())

    def test_pass_rows_in_use(self):
        self.find(difference(), difference("b"))
        self.report.check_rows(["s"])
        self.assertFalse(self.report.has_failed)

    def test_end_with_a_summary(self):
        self.find(difference())
        self.find()
        self.report.finish()
        self.assertTrue(self.stream.getvalue().endswith("1..2\n# 2 cases, 6 values compared, 1 intended differences\n"))


if __name__ == "__main__":
    unittest.main()
