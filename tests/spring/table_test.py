#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""spring.yml, scdf.yml and scdf-influx.yml are what the table of Micrometer's meters makes, and the table is sound."""

import pathlib
import re
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "mappings"
sys.path.insert(0, str(FOLDER / "spring"))

import generate  # noqa: E402

NAME = re.compile(r"[a-z][A-Za-z0-9]*([.-][A-Za-z0-9]+)*")


class Table(unittest.TestCase):
    maxDiff = None
    table = generate.read()

    def test_makes_the_files(self):
        for file in generate.FILES:
            text = (FOLDER / f"{file}.yml").read_text(encoding="utf-8")
            self.assertEqual(text, generate.generated(self.table, file), f"{file}.yml: run mappings/spring/generate.py")

    def test_has_sorted_names_and_tags(self):
        for group in self.table["group"]:
            for key in ("names", "tags", "required"):
                values = group.get(key, [])
                self.assertEqual(values, sorted(set(values)))
                for value in values:
                    self.assertRegex(value, rf"^{NAME.pattern}$")
            self.assertLessEqual(set(group.get("required", [])), set(group.get("tags", [])))

    def test_has_one_type_and_unit_for_each_meter(self):
        known = {}
        for group in self.table["group"]:
            for name in group["names"]:
                self.assertEqual(known.setdefault(name, (group["type"], group.get("unit"))), (group["type"], group.get("unit")), name)

    def test_renames_tags_that_are_sent(self):
        for key, label in self.table["renames"].items():
            self.assertRegex(key, r"^spring\.(cloud\.task|batch)\.")
            self.assertRegex(label, r"^[a-z_]+$")


if __name__ == "__main__":
    unittest.main()
