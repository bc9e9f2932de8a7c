#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the log shows of the bytes that strangers send and operators write: all of them, none in disguise."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
# What a reader that decodes UTF-8 puts in the place of other bytes.
REPLACEMENT = "\ufffd"
NASTY = {
    b"bad\xff\xfe:1|c": r"bad\xff\xfe:1|c",
    b"cut\xe6:1|c": r"cut\xe6:1|c",
    b"\x1b[2Jterminal:1|c": r"\x1b[2Jterminal:1|c",
    b"null\x00tab\tbell\x07delete\x7f:1|c": r"null\x00tab\tbell\adelete\x7f:1|c",
    "line\u2028paragraph\u2029:1|c".encode(): r"line\u2028paragraph\u2029:1|c",
    "turned\u202e\u2066\u200f:1|c".encode(): r"turned\u202e\u2066\u200f:1|c",
    "empty\u200b\ufeff:1|c".encode(): r"empty\u200b\ufeff:1|c",
    "space\u00a0\u202f\u2007:1|c".encode(): r"space\u00a0\u202f\u2007:1|c",
    "letter\u00e9\u65e5\U0001f600:1|c".encode(): "letter\u00e9\u65e5\U0001f600:1|c",
    b'quote"back\\slash:1|c': r'quote\"back\\slash:1|c',
}


def run(*flags):
    """The finished process of a daemon that should not get far."""
    return subprocess.run([str(tap.weir()), *flags], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)


class Log(unittest.TestCase):
    def log_of(self, *flags):
        """The lines of a daemon that was sent all of them, at debug level."""
        with running_daemon.RunningDaemon(tap.weir(), ["--log.level=debug", *flags]) as daemon:
            statsd_client.send_udp(daemon.udp_port, NASTY)
            daemon.wait_for_self_value("statsd_exporter_lines_total", len(NASTY))
        self.assertNotIn(REPLACEMENT, daemon.log())
        for line in daemon.log_lines:
            self.assertTrue(line.isprintable(), ascii(line))
        return daemon.log_lines

    def test_is_valid_json_whatever_is_sent(self):
        records = [json.loads(line) for line in self.log_of("--log.format=json")]

        shown = [record["line"] for record in records if record["msg"] == "Incoming line"]
        self.assertEqual(shown, [line.decode(errors="replace") for line in NASTY])

    def test_escapes_in_logfmt_what_cannot_be_seen(self):
        log = self.log_of("--log.format=logfmt")

        for shown in NASTY.values():
            for attribute in (f"line={shown}", f'line="{shown}"'):
                if any(f'msg="Incoming line" proto=udp {attribute}' in line for line in log):
                    break
            else:
                self.fail(f"{shown} is not in the log")

    def test_escapes_what_cannot_be_seen_in_a_mapping_file(self):
        with tempfile.TemporaryDirectory(prefix="weir-log-") as folder:
            path = pathlib.Path(folder, "mapping.yml")
            path.write_text("mappings:\n- match: a\n  name: n\n  help\u00a0: x\n", encoding="utf-8")
            done = run("--check-config", f"--statsd.mapping-config={path}")

        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(f'{path}:4:3: unknown key "help\\u00a0" in ', done.stderr)

    def test_escapes_what_cannot_be_seen_in_a_flag(self):
        done = run("--log.level=deb\u200bug\n")

        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done.stderr)
        self.assertIn(r"deb\u200bug\n", done.stderr)


if __name__ == "__main__":
    tap.main()
