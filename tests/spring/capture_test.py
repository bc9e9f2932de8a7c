#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Micrometer and Spring applications really sent (captures/, which tests/spring_real/run.py --record writes) becomes what it should.

    WEIR=build/src/app/weir capture_test.py
"""

import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CAPTURES = HERE / "captures"
sys.path.insert(0, str(HERE.parent / "support"))

import meter_run  # noqa: E402
import micrometer  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

MICROMETERS = ("1.9.17", "1.15.5", "1.17.2")
COMMON = {"stream.name": "s1", "application.name": "time", "application.guid": "g1"}
REFUSED = re.compile(r"statsd_exporter_(events_(error|conflict)|sample_errors)_total|weir_events_refused_total")
UNMAPPED = "statsd_exporter_events_unmapped_total"
WEB_APPLICATIONS = ("datadog", "etsy", "telegraf")
TASKS = ("datadog", "etsy", "telegraf")
# A tag without a value, of which each version sends one in some form.
EMPTY_TAGS = {"datadog": 1, "etsy": 0, "sysdig": 1, "telegraf": 1}


def lines_of(name):
    return (CAPTURES / name).read_bytes().splitlines()


def families_of(mapping, lines):
    with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config=builtin:{mapping}"]) as daemon:
        statsd_client.send_tcp(daemon.tcp_port, lines)
        daemon.wait_for_self_value("statsd_exporter_lines_total", len(lines))
        return daemon.scrape()


class Captures(unittest.TestCase):
    maxDiff = None

    def refused(self, families):
        return {name: value for name, value in running_daemon.exposition.self_values(families).items() if value and REFUSED.match(name)}

    def check_meters(self, version, flavor):
        lines = lines_of(f"micrometer-{version}-{flavor}.txt")
        families = families_of("spring", lines)
        self.assertEqual(list(meter_run.faults(families, flavor)), [])
        self.assertEqual(self.refused(families), {})
        values = running_daemon.exposition.self_values(families)
        self.assertEqual(values["statsd_exporter_tag_errors_total"], EMPTY_TAGS[flavor])
        # The summary of the program's own.
        if flavor != "etsy":
            self.assertEqual(values[UNMAPPED], 1)

    def test_are_written_as_the_other_tests_write_lines(self):
        """The lines of series_test.py are Micrometer's."""
        for flavor in micrometer.FLAVORS:
            for version in MICROMETERS:
                sent = {line.decode() for line in lines_of(f"micrometer-{version}-{flavor}.txt")}
                made = [
                    *micrometer.lines(flavor, "counter", "logback.events", {**COMMON, "level": "warn"}, (2,)),
                    *micrometer.lines(flavor, "gauge", "jvm.memory.max", {**COMMON, "area": "nonheap", "id": "Code Cache"}, (-1,)),
                    *micrometer.lines(flavor, "time", "process.uptime", COMMON, (12000,)),
                    *micrometer.lines(flavor, "timer", "spring.integration.send", {**COMMON, "result": "success"}, (1.234,)),
                    *micrometer.lines(flavor, "histogram", "http.server.requests", {**COMMON, "uri": "/a", "status": "200"}, (30,)),
                    *micrometer.lines(flavor, "summary", "my.size", COMMON, (512,)),
                    *micrometer.lines(flavor, "long_task_timer", "spring.cloud.task.active", {**COMMON, "task.name": "t1"}, (1,)),
                ]
                self.assertEqual(set(made) - sent, set(), f"{version}, {flavor}")

    def check_web(self, flavor):
        """Every family of the application's Prometheus page is there; ETSY has those of the dashboards."""
        families = families_of("scdf", lines_of(f"web-{flavor}.txt"))
        self.assertEqual(self.refused(families), {})
        wanted = {line.decode() for line in lines_of("web-families.txt")}
        if flavor == "etsy":
            asked = {line.split()[0] for line in (HERE / "scdf_series.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
            wanted &= {re.sub(r"(_seconds)_(count|sum|bucket)$", r"\1", name) for name in asked}
            self.assertGreater(len(wanted), 60)
        else:
            self.assertEqual(running_daemon.exposition.self_values(families)[UNMAPPED], 1, "the application's summary")
        self.assertEqual(wanted - set(families), set())

    def check_task(self, flavor):
        families = families_of("scdf", lines_of(f"task-{flavor}.txt"))
        self.assertEqual(self.refused(families), {})
        labels = {"task_name": "task1", "task_execution_id": "1"}
        for name in ("spring_cloud_task_seconds_count", "spring_batch_job_seconds_max", "spring_cloud_task_active_seconds_active_count",
                     "spring_cloud_task_active_seconds_duration_sum", "spring_batch_job_active_seconds_active_count"):
            found = [dict(found) for family in families.values() for (sample, found) in family.samples if sample == name]
            self.assertTrue(found, name)
            for one in found:
                self.assertEqual(one["task_name"], labels["task_name"])
                self.assertEqual("batch" in name, one.get("name") == "nightly")


def add_tests():
    for flavor in micrometer.FLAVORS:
        for version in MICROMETERS:
            setattr(Captures, f"test_micrometer_{version.replace('.', '_')}_{flavor}",
                    lambda self, version=version, flavor=flavor: self.check_meters(version, flavor))
    for flavor in WEB_APPLICATIONS:
        setattr(Captures, f"test_web_application_{flavor}", lambda self, flavor=flavor: self.check_web(flavor))
    for flavor in TASKS:
        setattr(Captures, f"test_task_{flavor}", lambda self, flavor=flavor: self.check_task(flavor))


add_tests()

if __name__ == "__main__":
    tap.main()
