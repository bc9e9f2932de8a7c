# SPDX-License-Identifier: Apache-2.0
"""Proves that prose.py sees each violation it is there for, and nothing else."""

import unittest

import check_architecture as checker
import prose

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
DOCUMENTS = {
    prose.BEHAVIOUR: "# Behaviour\n\n- `ttl.refresh`: It starts.\n- `ttl.removal`: It ends.\n- `line.bare-value` (`tests/a_test.py`): A number.\n",
    prose.DIFFERENCES: "# Differences\n\n| Q1 | one | other |\n| W12 | one | other |\n",
    "tests/a_test.py": "# SPDX-License-Identifier: Apache-2.0\n",
}


class Prose(unittest.TestCase):
    def violations(self, files):
        return checker.violations({**DOCUMENTS, **files})

    def assert_fault(self, path, text, fault, line):
        found = self.violations({path: text})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{path}:{line}: "), found)
        self.assertIn(fault, found[0])

    def assert_comment_fault(self, comment, fault):
        self.assert_fault("src/base/a.cc", LICENCE + f"// {comment}\nint x;\n", fault, 1)
        self.assert_fault("tests/b.py", f"# SPDX-License-Identifier: Apache-2.0\n# {comment}\n", fault, 2)

    def assert_clean(self, path, text):
        self.assertEqual(self.violations({path: text}), [])

    def test_accepts_citations_that_lead_somewhere(self):
        for comment in ("See behaviour ttl.refresh.", "As it is (behaviour ttl.*, differences Q1 and W12).", "(behaviour ttl.removal and line.bare-value)",
                        "The behaviour of a file.", 'As docs/behaviour.md, "Behaviour", says.', "RFC 9110 12.5.3", "Differences Q1,\n// W12",
                        "(behaviour\n// ttl.refresh)"):
            self.assert_clean("src/base/a.cc", LICENCE + f"\n// {comment}\nint x;\n")
        self.assert_clean("src/base/a.cc", LICENCE + 'const char* k = "// Q99, reference 4.1";\n')
        self.assert_clean("tests/b.py", '# SPDX-License-Identifier: Apache-2.0\n"""What it is (difference Q1)."""\nX = "Q99"\n')

    def test_rejects_rules_that_are_not_there(self):
        for comment in ("behaviour ttl.refreshed", "behaviour tel.*", "behaviour ttl.refresh and ttl.none"):
            self.assert_comment_fault(comment, "has no rule")
        self.assert_fault("src/base/a.cc", LICENCE + "\nint x;  // behaviour\n// x.y\n", "has no rule x.y", 3)

    def test_rejects_differences_that_are_not_there_or_not_named_so(self):
        self.assert_comment_fault("difference Q2", "has no row Q2")
        self.assert_comment_fault("differences Q1 and W13", "has no row W13")
        self.assert_comment_fault("It is so (Q1).", "is cited as `difference Q1`")

    def test_rejects_citations_of_documents_elsewhere(self):
        for comment in ("It is so (reference 4.1).", "It is so (standards b.3).", "As in reference 7."):
            self.assert_comment_fault(comment, "is in no document")
        self.assert_comment_fault('README, "Nothing".', 'README.md has no section "Nothing"')

    def test_rejects_dead_ends_in_documents(self):
        for text, fault in (("See `behaviour ttl.none`.", "has no rule ttl.none"), ("(Q77)", "has no row Q77"), ("[a](nowhere.md)", "there is no nowhere.md"),
                            ("[a](docs/behaviour.md#none)", "has no section #none"), ("[a](#none)", "has no section #none")):
            self.assert_fault("README.md", f"# It\n\n{text}\n", fault, 3)
        self.assert_clean("README.md", "# It: `**`\n\n[a](docs), [b](#it-), [c](docs/behaviour.md#behaviour), [d](https://example.org), `[e](f)`\n\n```\nQ77\n```\n")

    def test_rejects_rules_without_their_test(self):
        found = checker.violations({prose.BEHAVIOUR: DOCUMENTS[prose.BEHAVIOUR]})
        self.assertEqual(found, [f"{prose.BEHAVIOUR}:5: there is no tests/a_test.py"])

    def test_rejects_words_that_say_less(self):
        for word in ("behind", "Whoever", "somebody", "nobody", "so often", "anew", "besides", "stands for", "stand for"):
            self.assert_fault("src/base/a.cc", LICENCE + f"\nint x;  // It {word} it.\n", "say it without", 3)
        self.assert_fault("src/base/a.cc", LICENCE + "\n// It is so\n// often.\n", "say it without `so often`", 3)
        self.assert_fault("docs/a.md", "Everybody.\n", "say it without", 1)
        self.assert_clean("src/base/a.cc", LICENCE + 'const char* k = "nobody";\n')
        self.assert_clean("docs/a.md", "It stands behind `nobody`.\n")

    def test_rejects_long_lines_and_cells(self):
        self.assert_fault("docs/a.md", "x" * 141 + "\n", "141 columns", 1)
        self.assert_fault("docs/a.md", "| a | " + "x" * 260 + " |\n", "is a paragraph", 1)
        self.assert_clean("docs/a.md", "x" * 140 + "\n\n| a | " + "x" * 240 + " | y |\n\n```\n" + "x" * 200 + "\n```\n")


if __name__ == "__main__":
    unittest.main()
