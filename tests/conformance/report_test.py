#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conformance run is only worth what its comparison sees: every kind of difference, and every row that nothing needs."""

import io
import pathlib
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "support"))

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

    def test_holds_cache_hits_to_gets_less_names(self):
        def page(**values):
            return "".join(f"# HELP {name} x\n# TYPE {name} counter\n{name} {value}\n" for name, value in values.items())
        hits, gets = compare.CACHE_HITS, compare.CACHE_GETS
        reference = page(**{gets: 10, hits: 9})
        for weir, kind in (
            ({gets: 10, hits: 7, "weir_bindings": 2, "weir_unbound_samples_total": 1}, "names"),
            ({gets: 10, hits: 7, "weir_bindings": 2}, "value"), ({gets: 10, hits: 7, "weir_bindings": 4}, "value"),
            ({gets: 10, hits: 7, "weir_bindings": 2, "weir_series_expired_total": 1}, "names"),
        ):
            self.assertEqual(kinds(reference, page(**weir)), [kind], weir)

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
        for line in ("s: a value  # why", "Q1 case a value  # why", "Q1 *: a value  # why", "Q1 s: a value 1", "Q1 s: a  # why"):
            with self.assertRaises(report.RowError, msg=line):
                rows(line)

    def test_leave_no_value_open(self):
        for values in ("value", "value *", "value * *", "value '*' '**'", "value \"['*']\" *", "type", "help *", "* 1 2", "alone 1 2", "order", "crash"):
            with self.assertRaises(report.RowError, msg=values):
                rows(f"Q1 s: a {values}  # why")

    def test_need_one_value_or_a_kind_with_a_bound(self):
        for values in ("value 1", "value * 2", "value INFO* *", "value [] *", "missing", "extra", "extra absent 1", "rounding", "names", "rank"):
            self.assertEqual(len(rows(f"Q1 s: a {values}  # why")), 1)
        row, = rows("Q1 s: a missing  # why")
        self.assertFalse(row.matches("s:", difference(what="missing", weir="2")))


class Differences(unittest.TestCase):
    """Each row of docs/differences.md is compared, or says in not_compared.txt why not."""

    def numbers(self, path, pattern):
        return {number for numbers in re.findall(pattern, path.read_text(), re.MULTILINE) for number in numbers.split(",")}

    def test_rows_are_compared_or_say_why_not(self):
        written = self.numbers(ROOT / "docs" / "differences.md", r"^\| ([QW]\d+) \|")
        compared = self.numbers(report.DIFFERENCES, r"^([QW][\dQW,]*) ")
        left = self.numbers(HERE / "not_compared.txt", r"^([QW]\d+) ")
        self.assertTrue(written)
        self.assertEqual(written - compared - left, set(), "neither a row of differences.txt nor one of not_compared.txt")
        self.assertEqual((compared | left) - written, set(), "no row of docs/differences.md")
        self.assertEqual(compared & left, set(), "compared after all")

    def test_reasons_name_a_test(self):
        for line in (HERE / "not_compared.txt").read_text().splitlines():
            if line and not line.startswith("#"):
                row = re.fullmatch(r"[QW]\d+ +(\S+) +# \S.*", line)
                self.assertTrue(row and (ROOT / row[1]).exists(), line)


class Reports(unittest.TestCase):
    def setUp(self):
        self.stream = io.StringIO()
        self.path = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), "alone.json")
        self.report = report.Report(rows('Q1 s:* a value 1 2  # why', 'Q2 s:* b value * 2  # why'), self.stream, self.alone())

    def alone(self, **options):
        return report.Alone(self.path, **options)

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
        self.assertIn("1..2\n# 2 cases, 6 values compared, 1 intended differences\n# nothing was tried again\n", self.stream.getvalue())

    def test_tell_what_each_row_excused_and_what_was_tried_again(self):
        self.find(difference(), difference(), difference("b"))
        for _ in range(3):
            self.report.retried("looks")
        self.report.finish()
        self.assertIn("\n# tried again: 3 times, looks\n", self.stream.getvalue())
        self.assertIn(" excused 2: Q1 s:* a value 1 2", self.stream.getvalue())
        self.assertIn(" excused 1: Q2 s:* b value * 2", self.stream.getvalue())

    def test_know_what_weir_says_alone(self):
        recorder = self.alone(is_written=True)
        self.assertEqual(recorder.differences("s: dead", {"a": "1"}), [])
        recorder.write(["s"])
        alone = self.alone()
        self.assertEqual(alone.idle(["s"]), ["s: dead"])
        self.assertEqual(alone.differences("s: dead", {"a": "1"}), [])
        self.assertEqual(alone.idle(["s"]), [])
        self.assertEqual([found[1:] for found in alone.differences("s: dead", {"a": "2"})], [("a", "alone", "1", "2")])
        self.assertEqual([found[1:] for found in alone.differences("s: dead", {})], [("a", "alone", "1", "absent")])
        self.assertEqual([found[1:] for found in alone.differences("s: new", {"b": "1"})], [("b", "alone", "absent", "1")])


if __name__ == "__main__":
    unittest.main()
