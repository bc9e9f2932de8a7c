#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The black-box tests trust this parser: what Prometheus would refuse, it has to refuse."""

import unittest

import exposition

GOOD = """# HELP a Some \\\\ help.
# TYPE a counter
a 1
a{x="quo\\"te, \\\\ and \\n",y=""} 2.5e+06
# HELP h Histogram.
# TYPE h histogram
h_bucket{le="+Inf"} 1
h_sum NaN
h_count 1
"""


class Exposition(unittest.TestCase):
    def test_reads_what_is_right(self):
        families = exposition.parse(GOOD)

        self.assertEqual(list(families), ["a", "h"])
        self.assertEqual((families["a"].type, families["a"].help), ("counter", "Some \\\\ help."))
        self.assertEqual(families["a"].samples["a", ()], "1")
        self.assertEqual(families["a"].samples["a", (("x", 'quo"te, \\ and \n'), ("y", ""))], "2.5e+06")
        self.assertEqual(families["h"].samples["h_bucket", (("le", "+Inf"),)], "1")
        self.assertEqual(exposition.user_text(families), GOOD)

    def test_refuses_what_is_wrong(self):
        head = "# HELP a x\n# TYPE a counter\n"
        for text in (
            head + "a 1", "a 1\n", head + "a 1\n" + head, head + "a 1\na 1\n", head + "b 1\n", head + "a one\n", head + "a\n", head + "a 1 2\n",
            head + 'a{x="1",x="2"} 1\n', head + 'a{x="1} 1\n', head + 'a{x="\\t"} 1\n', head + 'a{1x="1"} 1\n', head + 'a{x="1"y="2"} 1\n',
            head + "\n", "# HELP a x\n# TYPE b counter\n",
        ):
            with self.assertRaises((exposition.FormatError, ValueError), msg=text):
                exposition.parse(text)

    def test_reads_names_in_quotes(self):
        text = '# HELP "a.b" Help.\n# TYPE "a.b" counter\n{"a.b"} 1\n{"a.b",x="1","y.z"="2"} 3\n'
        text += '# HELP "q\\"\\\\\\n é" \n# TYPE "q\\"\\\\\\n é" gauge\n{"q\\"\\\\\\n é","=,}"="}"} 2\n'
        families = exposition.parse(text)

        self.assertEqual(list(families), ["a.b", 'q"\\\n é'])
        self.assertEqual(families["a.b"].samples, {("a.b", ()): "1", ("a.b", (("x", "1"), ("y.z", "2"))): "3"})
        self.assertEqual(families['q"\\\n é'].samples, {('q"\\\n é', (("=,}", "}"),)): "2"})
        self.assertEqual(exposition.user_text(families), text)

    def test_refuses_quotes_where_none_are_needed_and_names_that_lack_them(self):
        for text in ('# HELP "a" x\n# TYPE "a" counter\n{"a"} 1\n', "# HELP a.b x\n# TYPE a.b counter\na.b 1\n",
                     '# HELP a x\n# TYPE a counter\na{"b"="1"} 1\n', '# HELP a x\n# TYPE a counter\na{b.c="1"} 1\n',
                     '# HELP "a.b" x\n# TYPE "a.b" counter\n{"a.b",} 1\n', '# HELP "a.b" x\n# TYPE "a.b" counter\n"a.b" 1\n',
                     '# HELP "" x\n# TYPE "" counter\n{""} 1\n', '# HELP a x\n# TYPE a counter\na{""="1"} 1\n'):
            with self.assertRaises(exposition.FormatError, msg=text):
                exposition.parse(text)

    def test_tells_own_families_from_those_of_senders(self):
        text = "".join(f"# HELP {name} x\n# TYPE {name} counter\n{name} 3\n" for name in ("statsd_exporter_lines_total", "statsd_exporter_mine", "weir_series"))
        families = exposition.parse(text)

        self.assertEqual(exposition.self_values(families), {"statsd_exporter_lines_total": 3, "weir_series": 3})
        self.assertIn("statsd_exporter_mine 3\n", exposition.user_text(families))


if __name__ == "__main__":
    unittest.main()
