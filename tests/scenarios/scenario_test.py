#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A scenario whose file is wrong is refused: no section that is not read, none that cannot fail."""

import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import scenario  # noqa: E402

HEAD = "# Shows one thing.\n-- rules --\na\n"


class Scenario(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)

    def read(self, text, name="some-case.txtar"):
        path = self.root / "topic" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return scenario.Scenario(self.root, path)

    def assert_refused(self, text, message):
        with self.assertRaisesRegex(scenario.ScenarioError, message):
            self.read(text)

    def test_reads_its_sections_in_order(self):
        found = self.read(HEAD + "# why\n-- flags --\n--x\n-- mapping.yml --\n-- send --\na:1|c\n-- expire 1.5 s --\n-- send --\nb:1|c\n"
                          "-- expect --\n-- self --\nx 1\n-- warnings --\n")
        self.assertEqual((found.name, found.rules, found.flags, found.words("self")), ("topic-some-case", ["a"], ["--x"], ["x 1"]))
        self.assertEqual([step.name for step in found.steps], ["send", "expire 1.5 s", "send", "expect"])
        self.assertFalse(found.is_load_error)
        self.assertTrue(self.read(HEAD + "-- mapping.yml --\nx\n-- error --\nwhy\n").is_load_error)

    def test_refuses_a_section_that_nothing_reads(self):
        self.assert_refused(HEAD + "-- sends --\na:1|c\n-- expect --\n", r"some-case\.txtar:4: `sends`: unknown section")
        self.assert_refused(HEAD + "-- send twice --\na:1|c\n-- expect --\n", "other names are one word")
        self.assert_refused(HEAD + "-- expire 2 --\n", "write `expire SECONDS s`")
        self.assert_refused(HEAD + "-- sleep 1 s --\ntext\n-- expect --\n", "has a text")
        self.assert_refused(HEAD + "-- send --\n-- expect --\n", "is empty")

    def test_refuses_sections_out_of_order(self):
        self.assert_refused(HEAD + "-- expect --\n-- flags --\n--x\n", "cannot come after `expect`")
        self.assert_refused(HEAD + "-- expect --\n-- warnings --\n-- self --\n", "cannot come after `warnings`")
        self.assert_refused(HEAD + "-- rules --\na\n-- expect --\n", "cannot come after `rules`")

    def test_refuses_another_outcome_beside_an_error(self):
        for sections in ("-- error --\nx\n-- expect --\n", "-- send --\na:1|c\n-- error --\nx\n", "-- error --\nx\n-- self --\n"):
            self.assert_refused(HEAD + sections, "no other outcome")

    def test_refuses_a_file_of_another_kind(self):
        with self.assertRaisesRegex(scenario.ScenarioError, r"ends in \.txtar"):
            self.read(HEAD + "-- expect --\n", "mapping.yml")

    def test_is_named_and_chosen_by_its_topics(self):
        found = self.read(HEAD + "-- expect --\n", "part/some-case.txtar")
        self.assertEqual((found.name, found.topics), ("topic-part-some-case", {"topic", "topic-part"}))
        self.assertEqual([item.name for item in scenario.all_below(self.root)], ["topic-part-some-case"])

    def test_refuses_a_name_that_another_has(self):
        self.read(HEAD + "-- expect --\n", "part/case.txtar")
        self.read(HEAD + "-- expect --\n", "part-case.txtar")
        with self.assertRaisesRegex(scenario.ScenarioError, "has the same name, topic-part-case"):
            scenario.all_below(self.root)

    def test_refuses_what_expects_nothing(self):
        self.assert_refused(HEAD + "-- send --\na:1|c\n", "expects nothing")


if __name__ == "__main__":
    unittest.main()
