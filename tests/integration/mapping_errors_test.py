#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wrong mapping files: what a start, a reload and `--check-config` say about them, and where."""

import contextlib
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
RELOAD_SECONDS_MAX = 60
RELOADS = 'statsd_exporter_config_reloads_total{outcome="%s"}'
GOOD = "mappings:\n- match: a.*\n  name: ab\n"
# Two mistakes, the second of which is found first.
WRONG = "mappings:\n- match: a..b\n  name: ab\n- match: b\n  nmae: c\n"
WRONG_PLACES = [":2:10: invalid match: a..b, ", ":5:3: unknown key \"nmae\" in a mapping, did you mean \"name\"?"]
DOUBTFUL = "mappings:\n- match: a.*\n  name: a_$2\n- match: b\n  name: b\n  timer_type: summary\n- match: c\n  name: c\n  timer_type: summary\n"
DOUBTFUL_PLACES = [":3:9: `$2` is always empty", ":6:3: key \"timer_type\" is from older releases"]
LISTEN = [f"--{flag}=127.0.0.1:0" for flag in ("web.listen-address", "statsd.listen-udp", "statsd.listen-tcp")]


@contextlib.contextmanager
def mapping_file(text):
    with tempfile.TemporaryDirectory(prefix="weir-mapping-") as folder:
        path = pathlib.Path(folder, "mapping.yml")
        path.write_text(text)
        yield path


def run(path, *flags):
    """A run that ends by itself: (exit code, lines of stderr)."""
    command = [str(tap.weir()), f"--statsd.mapping-config={path}", *LISTEN, *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
    return done.returncode, done.stderr.splitlines()


def logged(lines, level, message=None):
    """What log lines of this level hold: their attributes."""
    found = [running_daemon.attributes(line) for line in lines]
    return [attributes for attributes in found if attributes.get("level") == level and message in (None, attributes.get("msg"))]


class MappingErrors(unittest.TestCase):
    def assert_places(self, path, texts, places):
        self.assertEqual(len(texts), len(places), texts)
        for text, place in zip(texts, places):
            self.assertTrue(text.startswith(f"{path}{place}"), text)

    def test_a_start_logs_every_mistake_in_the_chosen_format(self):
        for log_format in ("logfmt", "json"):
            with mapping_file(WRONG) as path:
                code, lines = run(path, f"--log.format={log_format}")
                self.assertEqual(code, 1)
                # Every line is a log line.
                self.assertEqual(len(lines), 5, lines)
                self.assertTrue(all("level" in running_daemon.attributes(line) for line in lines), lines)
                errors = logged(lines, "ERROR", "error loading config")
                self.assert_places(path, [error["error"] for error in errors], WRONG_PLACES)

    def test_a_start_logs_that_there_is_no_file(self):
        code, lines = run("/nonexistent/mapping.yml")
        errors = logged(lines, "ERROR", "error loading config")
        self.assertEqual((code, len(errors)), (1, 1), lines)
        self.assertIn("/nonexistent/mapping.yml: cannot be read", errors[0]["error"])

    def test_a_check_prints_every_mistake_as_a_bare_line(self):
        with mapping_file(WRONG) as path:
            code, lines = run(path, "--check-config", "--log.format=json")
            self.assertEqual(code, 1)
            self.assert_places(path, [line for line in lines if not line.startswith("{")], WRONG_PLACES)
            self.assertEqual(logged(lines, "ERROR"), [])

    def test_many_mistakes_are_told_up_to_a_bound(self):
        with mapping_file("mappings:\n" + "- match: a..b\n  name: ab\n" * 1000) as path:
            code, lines = run(path, "--check-config")
            errors = [line for line in lines if line.startswith(str(path))]
            self.assertEqual((code, len(errors)), (1, 51))
            self.assertEqual(errors[-1], f"{path}: 950 more errors are not shown, fix these first")

    def test_a_failed_reload_logs_every_mistake_and_counts_once(self):
        with mapping_file(GOOD) as path, running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}"]) as daemon:
            path.write_text(WRONG)
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_self_value(RELOADS % "failure", 1)
            errors = logged(daemon.log_lines, "ERROR", "Error reloading config")
            self.assert_places(path, [error["error"] for error in errors], WRONG_PLACES)

    def test_doubts_are_logged_once_for_each_load(self):
        with mapping_file(DOUBTFUL) as path:
            code, lines = run(path, "--check-config")
            self.assertEqual(code, 0)
            self.assert_places(path, [warning["msg"] for warning in logged(lines, "WARN")], DOUBTFUL_PLACES)
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}"]) as daemon:
                def warnings():
                    found = [warning["msg"] for warning in logged(list(daemon.log_lines), "WARN")]
                    return [message for message in found if message.startswith(str(path))]
                self.assert_places(path, warnings(), DOUBTFUL_PLACES)
                daemon.signal(signal.SIGHUP)
                daemon.wait_for_self_value(RELOADS % "success", 1)
                running_daemon.wait_until(lambda: len(warnings()) >= 4, RELOAD_SECONDS_MAX, "the warnings of the reload")
                self.assert_places(path, warnings(), DOUBTFUL_PLACES * 2)


if __name__ == "__main__":
    tap.main()
