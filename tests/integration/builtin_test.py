#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mapping files that are compiled in: `--statsd.mapping-config=builtin:NAME` and `weir mappings`."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import mapping_files  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

TEXTS = mapping_files.texts()
RUN_SECONDS_MAX = 60
SETTLE_SECONDS_MAX = 60
RELOADS = 'statsd_exporter_config_reloads_total{outcome="%s"}'
DAG_LABEL = "dag_id: $"


def run(*arguments):
    return subprocess.run([str(tap.weir()), *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)


def check_config(mapping):
    return run("--check-config", f"--statsd.mapping-config={mapping}")


class Builtin(unittest.TestCase):
    def assert_mapped(self, daemon, line, sample):
        statsd_client.send_tcp(daemon.tcp_port, [line])
        running_daemon.wait_until(lambda: f"\n{sample}\n" in "\n" + daemon.scrape_text(), SETTLE_SECONDS_MAX, sample)

    def assert_fails(self, done, message):
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(message, done.stderr)

    def test_maps_and_reloads_without_a_file(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--statsd.mapping-config=builtin:example", "--statsd.mapping-config-watch=10ms"]) as daemon:
            self.assert_mapped(daemon, b"web.a.requests.200:1|c", 'web_requests_total{page="a",status="200"} 1')
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_self_value(RELOADS % "success", 1)
            self.assert_mapped(daemon, b"web.a.requests.200:1|c", 'web_requests_total{page="a",status="200"} 2')
            self.assertEqual(daemon.self_value(RELOADS % "failure"), 0)
            self.assertEqual(daemon.self_value(RELOADS % "success"), 1, "nothing changed that a watch could see")
            self.assertNotIn("level=ERROR", daemon.log())

    def test_passes_the_check(self):
        for name in TEXTS:
            done = check_config(f"builtin:{name}")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("level=WARN", done.stderr)

    def test_is_refused_under_an_unknown_name(self):
        message = "builtin:nothing: there is no such mapping, use one of: "
        for arguments, before in ((["--check-config"], "\n"), (["--web.listen-address=127.0.0.1:0"], 'msg="error loading config" error="')):
            done = run("--statsd.mapping-config=builtin:nothing", *arguments)
            self.assertEqual(done.returncode, 1)
            self.assertIn(before + message, done.stderr)

    def test_is_a_file_when_the_path_says_so(self):
        with tempfile.TemporaryDirectory(prefix="weir-builtin-") as folder:
            path = pathlib.Path(folder, "builtin:example")
            path.write_text("mappings: 5\n")
            self.assertIn(f"{path}:1:11: ", check_config(path).stderr)

    def test_is_listed_and_shown(self):
        listed = run("mappings", "list")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertEqual([line.split()[0] for line in listed.stdout.splitlines()], list(TEXTS))
        for name, text in TEXTS.items():
            self.assertEqual(run("mappings", "show", name).stdout, text, name)

    def test_tells_what_is_wrong_in_one_line(self):
        self.assert_fails(run("mappings"), "expected list or show")
        self.assert_fails(run("mappings", "show", "nothing"), "builtin:nothing: there is no such mapping")
        self.assert_fails(run("mappings", "show", "example", "--dag-id", "a..b"), "DAG id 'a..b' must be")
        self.assert_fails(run("mappings", "show", "example", "--dag-id", "a.b"), "builtin:example: no rule has a label dag_id")
        self.assertIn("mappings show NAME", run("mappings", "--help").stdout)
        self.assertIn("mappings show NAME", run("--help").stdout)

    def test_ends_quietly_when_nobody_reads(self):
        reader, writer = os.pipe()
        os.close(reader)
        with subprocess.Popen([str(tap.weir()), "mappings", "show", "example"], stdout=writer, stderr=subprocess.PIPE) as shown:
            os.close(writer)
            self.assertEqual(shown.communicate(timeout=RUN_SECONDS_MAX)[1], b"")
        self.assertEqual(shown.returncode, -signal.SIGPIPE)


class DagIds(unittest.TestCase):
    def names(self):
        return [name for name, text in TEXTS.items() if DAG_LABEL in text]

    def test_make_rules_that_load(self):
        for name in self.names():
            shown = run("mappings", "show", name, "--dag-id", "team.reporting", "--dag-id=a-1.b.2")
            self.assertEqual(shown.returncode, 0, shown.stderr)
            with tempfile.TemporaryDirectory(prefix="weir-builtin-") as folder:
                path = pathlib.Path(folder, "mapping.yml")
                path.write_text(shown.stdout)
                done = check_config(path)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_keep_dotted_ids_whole(self):
        if "airflow" not in self.names():
            self.skipTest("SKIPPED, NOT TESTED: no mapping named airflow")
        with tempfile.TemporaryDirectory(prefix="weir-builtin-") as folder:
            path = pathlib.Path(folder, "mapping.yml")
            path.write_text(run("mappings", "show", "airflow", "--dag-id", "team.reporting").stdout)
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}"]) as daemon:
                statsd_client.send_tcp(daemon.tcp_port, [b"airflow.ti.finish.team.reporting.load.success:1|c",
                                                         b"airflow.ti.finish.plain.load.success:2|c"])
                for dag_id, value in (("team.reporting", 1), ("plain", 2)):
                    sample = f'airflow_ti_finish_total{{dag_id="{dag_id}",state="success",task_id="load"}} {value}\n'
                    running_daemon.wait_until(lambda sample=sample: sample in daemon.scrape_text(), SETTLE_SECONDS_MAX, sample)


if __name__ == "__main__":
    tap.main()
