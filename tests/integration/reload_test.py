#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reloads that need no signal: a watched mapping file, however it is changed, and the HTTP API."""

import concurrent.futures
import contextlib
import os
import pathlib
import signal
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RULE = "mappings:\n- match: a.*\n  name: %s\n"
RELOADS = "statsd_exporter_config_reloads_total"
MISSING = "weir_config_file_missing"
EMPTIED = "mapping.yml:1:1: the file has become empty and the mapping in use stays, write `mappings: []` to have no rules"
RELOAD_SECONDS_MAX = 60


def reloads(daemon, outcome):
    family = daemon.scrape().get(RELOADS)
    return float(family.samples.get((RELOADS, (("outcome", outcome),)), 0)) if family else 0


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="weir-reload-") as name:
        yield pathlib.Path(name)


def config_map(base, version, text):
    """The way Kubernetes mounts a ConfigMap: a file that leads through a symlink which is swapped."""
    (base / version).mkdir()
    (base / version / "mapping.yml").write_text(text)
    (base / "..data_new").symlink_to(version)
    os.rename(base / "..data_new", base / "..data")


class Reload(unittest.TestCase):
    def watched(self, path):
        return running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}", "--statsd.mapping-config-watch=20ms"])

    def assert_named(self, daemon, name):
        statsd_client.send_tcp(daemon.tcp_port, [b"a.x:1|c"])
        running_daemon.wait_until(lambda: f"\n{name} " in daemon.scrape_text(), RELOAD_SECONDS_MAX, name)

    def wait_for(self, daemon, outcome, count):
        running_daemon.wait_until(lambda: reloads(daemon, outcome) >= count, RELOAD_SECONDS_MAX, f"{count} reloads: {outcome}")

    def test_loads_a_file_written_in_place(self):
        with folder() as base:
            path = base / "mapping.yml"
            path.write_text(RULE % "before")
            with self.watched(path) as daemon:
                self.assert_named(daemon, "before")
                path.write_text(RULE % "behind")
                self.wait_for(daemon, "success", 1)
                self.assert_named(daemon, "behind")

    def test_loads_a_config_map_that_is_swapped(self):
        with folder() as base:
            config_map(base, "..2026_1", RULE % "before")
            (base / "mapping.yml").symlink_to("..data/mapping.yml")
            with self.watched(base / "mapping.yml") as daemon:
                self.assert_named(daemon, "before")
                config_map(base, "..2026_2", RULE % "behind")
                self.wait_for(daemon, "success", 1)
                self.assert_named(daemon, "behind")

    def test_keeps_the_rules_when_the_file_is_bad_or_gone(self):
        with folder() as base:
            path = base / "mapping.yml"
            path.write_text(RULE % "before")
            with self.watched(path) as daemon:
                path.write_text("mappings: 5\n")
                self.wait_for(daemon, "failure", 1)
                self.assert_named(daemon, "before")
                daemon.wait_for_log("mapping.yml:1:")
                path.unlink()
                path.write_text(RULE % "behind")
                self.wait_for(daemon, "success", 1)
                self.assertEqual(reloads(daemon, "failure"), 1)

    def test_keeps_the_rules_while_a_watched_file_is_empty(self):
        with folder() as base:
            path = base / "mapping.yml"
            path.write_text(RULE % "before")
            with self.watched(path) as daemon:
                with open(path, "w", encoding="ascii") as writer:
                    self.wait_for(daemon, "failure", 1)
                    self.assert_named(daemon, "before")
                    daemon.wait_for_log(EMPTIED)
                    self.assertEqual(reloads(daemon, "success"), 0)
                    writer.write(RULE % "behind")
                self.wait_for(daemon, "success", 1)
                self.assert_named(daemon, "behind")
                self.assertEqual(reloads(daemon, "failure"), 1)
                self.assertEqual(daemon.log().count("has become empty"), 1)

    def test_refuses_an_emptied_file_whoever_asks(self):
        with folder() as base:
            path = base / "mapping.yml"
            path.write_text(RULE % "before")
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}", "--web.enable-lifecycle"]) as daemon:
                path.write_text("\n")
                daemon.signal(signal.SIGHUP)
                self.wait_for(daemon, "failure", 1)
                daemon.request("POST", "/-/reload")
                self.wait_for(daemon, "failure", 2)
                self.assert_named(daemon, "before")
                running_daemon.wait_until(lambda: daemon.log().count(EMPTIED) == 2, RELOAD_SECONDS_MAX, "a line for each")
                path.write_text("mappings: []\n")
                daemon.request("POST", "/-/reload")
                self.wait_for(daemon, "success", 1)
                self.assert_named(daemon, "a_x")

    def test_starts_with_an_empty_file(self):
        with folder() as base:
            path = base / "mapping.yml"
            path.write_text("")
            with self.watched(path) as daemon:
                self.assert_named(daemon, "a_x")
                path.write_text(RULE % "behind")
                self.wait_for(daemon, "success", 1)
                self.assert_named(daemon, "behind")

    def test_tells_once_that_the_file_is_missing(self):
        with folder() as base:
            path = base / "mapping.yml"
            path.write_text(RULE % "before")
            with self.watched(path) as daemon:
                self.assertIn(f"\n{MISSING} 0\n", daemon.scrape_text())
                for times in (1, 2):
                    os.rename(path, base / "away")
                    running_daemon.wait_until(lambda: daemon.self_value(MISSING) == 1, RELOAD_SECONDS_MAX, "the file to be missed")
                    self.assert_named(daemon, "before")
                    os.rename(base / "away", path)
                    running_daemon.wait_until(lambda: daemon.self_value(MISSING) == 0, RELOAD_SECONDS_MAX, "the file to be seen")
                    running_daemon.wait_until(lambda: daemon.log().count("is there again") == times, RELOAD_SECONDS_MAX, "the log to say so")
                    # Its return is a change to load; taken away meanwhile it could not be read.
                    self.wait_for(daemon, "success", times)
                    lines = [line for line in daemon.log_lines if "Mapping file is" in line]
                    self.assertEqual(["level=WARN" in line for line in lines], [True, False] * times)
                    self.assertIn(f"file={path}", lines[0])
                self.assertEqual(reloads(daemon, "failure"), 0)

    def test_has_no_metric_of_a_file_that_is_not_watched(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            self.assertNotIn(MISSING, daemon.scrape_text())

    def test_answers_scrapes_while_the_api_reloads(self):
        rules = "mappings:\n" + "".join(f"- match: 'm{i}\\.(.*)x(.*)'\n  match_type: regex\n  name: m{i}\n" for i in range(5000))
        with folder() as base:
            path = base / "mapping.yml"
            path.write_text(rules)
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}", "--web.enable-lifecycle"]) as daemon:
                answers = []
                reloading = threading.Thread(target=lambda: answers.append(daemon.request("POST", "/-/reload")))
                reloading.start()
                during = 0
                while reloading.is_alive():
                    daemon.scrape_text()
                    during += not answers
                reloading.join()
                self.assertEqual(answers, [(200, b"Requesting reload")])
                # Loading takes far longer than a scrape; held up by it, at most one gets through.
                self.assertGreater(during, 1)
                self.assertEqual(reloads(daemon, "success"), 1)

    def test_answers_all_who_ask_while_one_is_under_way(self):
        rules = "mappings:\n" + "".join(f"- match: 'm{i}\\.(.*)x(.*)'\n  match_type: regex\n  name: m{i}\n" for i in range(2000))
        with folder() as base:
            path = base / "mapping.yml"
            path.write_text(rules)
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={path}", "--web.enable-lifecycle"]) as daemon:
                with concurrent.futures.ThreadPoolExecutor(4) as senders:
                    asked = [senders.submit(daemon.request, "POST", "/-/reload") for _ in range(4)]
                self.assertEqual([one.result() for one in asked], [(200, b"Requesting reload")] * 4)


if __name__ == "__main__":
    tap.main()
