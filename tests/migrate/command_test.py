#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir migrate`: its flags, exit codes, and what it writes where."""

import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

import tap  # noqa: E402

RUN_SECONDS_MAX = 60
OLD = "mappings:\n- match: a\n  name: a\n  timer_type: histogram\n"
NEW = OLD.replace("timer_type", "observer_type")
SAID = "m.yml:4:3: `timer_type` is now `observer_type`\n"


class Migrate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-migrate-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, text, name="m.yml"):
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.folder / name

    def run_migrate(self, *arguments, **keywords):
        """(exit code, standard output, standard error)"""
        done = subprocess.run([tap.weir().resolve(), "migrate", *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False,
                              cwd=self.folder, **keywords)
        return done.returncode, done.stdout, done.stderr

    def test_prints_the_file_and_what_it_changed(self):
        file = self.write(OLD)
        self.assertEqual(self.run_migrate("m.yml"), (0, NEW, SAID))
        self.assertEqual(file.read_text(encoding="utf-8"), OLD)

    def test_prints_what_is_in_order_as_it_is(self):
        self.write(NEW)
        self.assertEqual(self.run_migrate("m.yml"), (0, NEW, ""))
        self.assertEqual(self.run_migrate("--check", "m.yml"), (0, "", ""))

    def test_only_checks(self):
        file = self.write(OLD)
        self.assertEqual(self.run_migrate("--check", "m.yml"), (1, "", SAID))
        self.assertEqual(file.read_text(encoding="utf-8"), OLD)

    def test_writes_the_file_in_its_place(self):
        file = self.write(OLD)
        file.chmod(0o640)
        (self.folder / "link.yml").symlink_to("m.yml")
        before = file.stat()
        self.assertEqual(self.run_migrate("--write", "link.yml"), (0, "", SAID.replace("m.yml", "link.yml")))
        after = file.stat()
        self.assertEqual(file.read_text(encoding="utf-8"), NEW)
        self.assertEqual((stat.S_IMODE(after.st_mode), after.st_uid, after.st_gid), (0o640, before.st_uid, before.st_gid))
        self.assertNotEqual(after.st_ino, before.st_ino)
        self.assertTrue((self.folder / "link.yml").is_symlink())
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["link.yml", "m.yml"])

    def test_leaves_a_file_in_order_alone(self):
        file = self.write(NEW)
        before = file.stat()
        self.assertEqual(self.run_migrate("--write", "m.yml"), (0, "", ""))
        self.assertEqual((file.stat().st_ino, file.stat().st_mtime_ns), (before.st_ino, before.st_mtime_ns))

    def test_takes_what_is_no_file_but_does_not_write_it(self):
        pipe = self.folder / "pipe.yml"
        os.mkfifo(pipe)
        for arguments, code in ((["pipe.yml"], 0), (["--write", "pipe.yml"], 2)):
            with subprocess.Popen(["sh", "-c", f"cat > {pipe}"], stdin=subprocess.PIPE, text=True) as writer:
                writer.stdin.write(OLD)
                writer.stdin.close()
                done, out, error = self.run_migrate(*arguments)
            self.assertEqual((done, out), (code, NEW if code == 0 else ""))
        self.assertIn("pipe.yml: cannot be written: it is no regular file", error)

    def test_writes_nothing_where_no_file_can_be_put_beside(self):
        name = "m" * 246 + ".yml"
        file = self.write(OLD, name)
        code, out, error = self.run_migrate("--write", name)
        self.assertEqual((code, out, file.read_text(encoding="utf-8")), (2, "", OLD))
        self.assertIn(".yml: cannot be written: file name too long", error)

    def test_changes_nothing_when_the_disk_is_full(self):
        file = self.write(OLD)
        limited = ["sh", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$@"', "sh", str(tap.weir().resolve()), "migrate", "--write", "m.yml"]
        done = subprocess.run(limited, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=RUN_SECONDS_MAX, check=False, cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout, file.read_text(encoding="utf-8")), (2, "", OLD))
        self.assertIn("cannot be written", done.stderr)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["m.yml"])

    def test_prints_json(self):
        self.write(OLD + "  timer_typ: 1\n", "bad.yml")
        self.write("mappings:\n- match: a.*\n  name: a\n  timer_type: histogram\n  quantiles: []\n  labels: {x: $1_x}\n")
        code, out, error = self.run_migrate("--format=json", "m.yml")
        told = json.loads(out)
        self.assertEqual((code, error, told["text"]), (0, "", "mappings:\n- match: a.*\n  name: a\n  observer_type: histogram\n  labels: {x: $1_x}\n"))
        self.assertEqual(told["changes"], [{"line": 4, "column": 3, "was": "timer_type", "is": "observer_type", "why": ""},
                                           {"line": 5, "column": 3, "was": "quantiles", "is": None, "why": "as histograms have none"}])
        self.assertEqual(told["left"], [{"line": 6, "column": 15, "message": "`$1_x` is always empty: the glob has 1 capture",
                                         "hint": "write `${1}_x`"}])
        code, out, error = self.run_migrate("--format=json", "--check", "m.yml")
        self.assertEqual((code, "text" in json.loads(out), error), (1, False, ""))
        code, out, error = self.run_migrate("--format=json", "bad.yml")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("bad.yml:5:3: ", error)

    def test_takes_utf8_names_where_the_daemon_does(self):
        self.write(OLD.replace("name: a", "name: a.b"))
        self.assertEqual(self.run_migrate("m.yml")[0], 2)
        self.assertEqual(self.run_migrate("--name-validation=utf8", "m.yml")[0], 0)

    def test_takes_files_that_are_compiled_in(self):
        code, out, error = self.run_migrate("builtin:airflow")
        self.assertEqual((code, out.startswith("#"), error), (0, True, ""))

    def test_has_another_exit_code_for_what_it_cannot_do(self):
        self.write(OLD)
        for arguments, complaint in (([], "expected a mapping file after migrate"), (["m.yml", "n.yml"], "unexpected n.yml"), (["none.yml"], "none.yml: "),
                                     (["--write", "--check", "m.yml"], "exclude each other"), (["--write", "builtin:airflow"], "is compiled in"),
                                     (["--format=xml", "m.yml"], "xml"), (["--wirte", "m.yml"], "--write")):
            code, out, error = self.run_migrate(*arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertIn(complaint, error)

    def test_says_so_when_the_file_cannot_be_printed(self):
        self.write(OLD)
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([tap.weir().resolve(), "migrate", "m.yml"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=RUN_SECONDS_MAX,
                                  check=False, cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot write to standard output", done.stderr)


if __name__ == "__main__":
    tap.main()
