#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No flag and no metric without a test, and no default in README or docs/flags.md that is not the one of `--help`."""

import ast
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "tests" / "scenarios")]

import scenario  # noqa: E402
import self_metric_names  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
# They print something and end; lifecycle_test.py runs them.
PRINTING = {"--help", "--version"}
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
METRIC_IN_TEST = re.compile(r"[a-z_]+")
WATCHING = "import self_page"


def output(*arguments):
    done = subprocess.run([str(tap.weir()), *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=True)
    return done.stdout


def all_flags():
    """As a shell is offered them."""
    return set(output("--completion-bash", "--").split()) - PRINTING


def help_defaults():
    """Flag -> the default that `--help` shows: of a boolean one None, and its own name where there is none to show."""
    found = {}
    for boolean, name, shown in re.findall(r"^ {6}--(\[no-\])?([a-z0-9.-]+)(?:=(\S+))?", output("--help"), re.MULTILINE):
        found["--" + name] = None if boolean else shown.strip('"')
    return found


def integration_tests():
    return [path for path in sorted((ROOT / "tests" / "integration").glob("*_test.py")) if path.name != pathlib.Path(__file__).name]


def texts_of(path):
    """Every text of a script, its comments aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def started_flags():
    """The flags that some test or scenario gives to a daemon."""
    texts = [text for path in integration_tests() for text in texts_of(path)]
    texts += [flag for item in scenario.all_below(ROOT / "tests" / "scenarios") for flag in item.flags]
    given = {text.split("=")[0] for text in texts if text.startswith("--")}
    return given | {flag.replace("--no-", "--", 1) for flag in given}


def watched_metrics():
    """The daemon's own metrics that stand in a test which says how far each moves and that no other does."""
    watching = [path for path in integration_tests() if WATCHING in path.read_text(encoding="utf-8")]
    texts = [text for path in (*watching, ROOT / "tests" / "support" / "self_page.py") for text in texts_of(path)]
    return {name for text in texts for name in METRIC_IN_TEST.findall(text)}


def section(document, heading):
    return (ROOT / document).read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(text):
    """(flags, defaults) of each row of the tables of flags in `text`."""
    for row in re.findall(r"^\| (`--.*)", text, re.MULTILINE):
        flags, defaults = (cell.strip() for cell in row.split("|")[:2])
        yield re.findall(r"`([^`]+)`", flags), [default.strip("` ") for default in defaults.split(", ") if default.strip("` ")]


def flags_in(text):
    return {flag for flags, _ in rows(text) for flag in flags}


def plain(text):
    """A default in README's words as `--help` writes it."""
    text = text.replace(",", "")
    size = re.sub(r"(\d+) ?([KMG]iB)", lambda found: str(int(found[1]) * UNITS[found[2]]), text)
    if size != text:
        return str(sum(int(number) for number in size.split(" + ")))
    return re.sub(r"^(\d+) (s|ms|min|h)$", r"\1\2", text)


class Flags(unittest.TestCase):
    def test_are_all_given_to_a_daemon_by_some_test(self):
        self.assertEqual(sorted(all_flags() - started_flags()), [])

    def test_are_all_in_the_document(self):
        self.assertEqual(sorted(all_flags() - flags_in(section("docs/flags.md", "All of them"))), [])
        done = subprocess.run([sys.executable, str(ROOT / "packaging" / "flags_page.py"), "--weir", str(tap.weir()), "--check"],
                              capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
        self.assertEqual((done.stderr, done.returncode), ("", 0))

    def test_say_what_happens_at_each_limit(self):
        limits = {flag for flag in all_flags() if flag.startswith("--limits.")}
        self.assertEqual(limits ^ flags_in(section("docs/flags.md", "What happens at a limit")), set())

    def test_are_there_when_a_document_names_them(self):
        for document in ("README.md", "docs/flags.md"):
            named = flags_in((ROOT / document).read_text(encoding="utf-8"))
            self.assertEqual(sorted(named - all_flags() - PRINTING), [], document)

    def test_have_the_defaults_that_documents_give(self):
        shown = help_defaults()
        texts = [section("README.md", "Flags"), section("docs/flags.md", "All of them")]
        compared = 0
        for flags, defaults in (row for text in texts for row in rows(text)):
            if not defaults or set(flags) & PRINTING:
                continue
            if len(defaults) == 1:
                defaults = defaults * len(flags)
            self.assertEqual(len(flags), len(defaults), flags)
            for flag, default in zip(flags, defaults):
                self.assert_default(flag, default, shown[flag])
                compared += 1
        self.assertGreater(compared, 55)

    def assert_default(self, flag, written, shown):
        if shown is None:
            self.assertIn(written, ("on", "off"), flag)
        elif written == "none":
            self.assertIn(shown, ("", flag[2:].upper()), flag)
        else:
            self.assertEqual(plain(written), plain(shown), flag)


class SelfMetrics(unittest.TestCase):
    def test_are_all_moved_by_some_test(self):
        self.assertEqual([name for name in self_metric_names.declared() if name not in watched_metrics()], [])


if __name__ == "__main__":
    tap.main()
