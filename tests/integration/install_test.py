#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`meson install` brings what README says, and what the unit names is there."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

import mapping_files  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 120


def names(folder, pattern):
    return sorted(path.name for path in (ROOT / folder).glob(pattern))


@unittest.skipIf(shutil.which("meson") is None, "no meson")
class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="weir-install-")
        cls.addClassCleanup(folder.cleanup)
        subprocess.run(["meson", "install", "-C", os.environ["WEIR_BUILD"], "--no-rebuild", "--quiet", "--destdir", folder.name],
                       timeout=RUN_SECONDS_MAX, check=True, capture_output=True)
        cls.root = pathlib.Path(folder.name)
        cls.prefix = pathlib.Path(os.environ["WEIR_PREFIX"])
        cls.unit = next(cls.root.rglob("weir.service"))

    def at(self, path):
        """Where a path of the finished system is now."""
        return self.root / str(path).lstrip("/")

    def installed(self, path):
        return self.at(self.prefix / path)

    def test_brings_a_program_that_runs(self):
        done = subprocess.run([self.installed("bin/weir"), "--version"], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=True)
        self.assertTrue(done.stdout.startswith("weir, version "))

    def test_makes_the_unit_for_its_place(self):
        unit = self.unit.read_text(encoding="utf-8")
        program = re.search(r"^ExecStart=(\S+) ", unit, re.MULTILINE).group(1)
        self.assertEqual(program, str(self.prefix / "bin" / "weir"))
        self.assertTrue(os.access(self.at(program), os.X_OK))
        document = re.search(r"^Documentation=file://(\S+)$", unit, re.MULTILINE).group(1)
        self.assertEqual(self.at(document).read_bytes(), (ROOT / "README.md").read_bytes())

    def test_brings_the_texts_that_the_program_prints(self):
        for path, text in (("share/man/man1/weir.1", "\\-\\-statsd.mapping\\-config"), ("share/bash-completion/completions/weir", "complete -o default"),
                           ("share/zsh/site-functions/_weir", "#compdef weir")):
            self.assertIn(text, self.installed(path).read_text(encoding="utf-8"), path)

    def test_brings_documents_mappings_dashboards_and_rules(self):
        for folder, pattern, place in (("docs", "*.md", "doc/weir/docs"),
                                       ("packaging/grafana", "*.json", "weir/grafana"), ("packaging/prometheus", "*.yml", "weir/prometheus"),
                                       ("packaging/together", "*.*", "weir/together"), ("packaging/together/grafana", "*.yml", "weir/together/grafana"),
                                       ("packaging", "*.yml", "weir")):
            installed = self.installed("share") / place
            self.assertEqual(sorted(path.name for path in installed.iterdir() if path.is_file()), names(folder, pattern), place)
        mappings = {path.stem: path.read_text(encoding="utf-8") for path in self.installed("share/weir/mappings").iterdir()}
        self.assertEqual(mappings, mapping_files.texts())
        for name in ("README.md", "CHANGELOG.md", "ARCHITECTURE.md", "LICENSE", "SECURITY.md"):
            self.assertTrue(self.installed(f"share/doc/weir/{name}").is_file(), name)

    def test_the_unit_reloads_without_a_program_named_kill(self):
        self.assertNotIn("/bin/kill", self.unit.read_text(encoding="utf-8"))


if __name__ == "__main__":
    tap.main()
