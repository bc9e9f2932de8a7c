#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command lines that the supervisor test starts are only as right as this reader."""

import unittest

import unit_file

ENVIRONMENT = {"ARGS": "--a=1 --b '2 3' \"--c=4 5\"", "WORD": "6 7", "EMPTY": ""}


class UnitFile(unittest.TestCase):
    def arguments(self, exec_start):
        return unit_file.command_line(exec_start, ENVIRONMENT)[1][1:]

    def test_splits_a_variable_that_is_a_word(self):
        self.assertEqual(self.arguments("/bin/x $ARGS"), ["--a=1", "--b", "2 3", "--c=4 5"])
        self.assertEqual(self.arguments("/bin/x $EMPTY $UNSET --d"), ["--d"])

    def test_keeps_a_variable_in_braces_one_word(self):
        self.assertEqual(self.arguments("/bin/x ${WORD} --d=${WORD} ${EMPTY} 100$$"), ["6 7", "--d=6 7", "", "100$"])

    def test_takes_quotes_off(self):
        self.assertEqual(self.arguments("/bin/x '--a=1 2' \"--b\" --c='3 4' ''"), ["--a=1 2", "--b", "--c=3 4", ""])

    def test_gives_the_program_another_name(self):
        self.assertEqual(unit_file.command_line("@/usr/bin/weir statsd_exporter --a", {}), ("/usr/bin/weir", ["statsd_exporter", "--a"]))
        self.assertEqual(unit_file.command_line("-/usr/bin/weir --a", {}), ("/usr/bin/weir", ["/usr/bin/weir", "--a"]))

    def test_joins_lines_and_skips_comments(self):
        unit = unit_file.read_unit("# x\n[Service]\nExecStart=/bin/x \\\n  # between\n  --a \\\n  --b\n; y\nRestart = no\n[Install]\nRestart=z\n")

        self.assertEqual(unit["Service", "ExecStart"].split(), ["/bin/x", "--a", "--b"])
        self.assertEqual((unit["Service", "Restart"], unit["Install", "Restart"]), ("no", "z"))

    def test_reads_an_environment_file(self):
        text = "# of a package\n\nA=\"--x 'y z'\"\nB=--one \\\n  --two\nC='q'\nD=\n"

        environment = unit_file.read_environment(text)

        self.assertEqual(environment["A"], "--x 'y z'")
        self.assertEqual(environment["B"].split(), ["--one", "--two"])
        self.assertEqual((environment["C"], environment["D"]), ("q", ""))


if __name__ == "__main__":
    unittest.main()
