#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends what Airflow's plain client sends to the rules of the official Helm chart and to airflow-helm, and compares the pages.

    WEIR=build/src/app/weir helm_test.py
"""

import pathlib
import tempfile
import unittest

import mappings_test
import sent_lines
import tap
from mappings_test import running_daemon

# What the chart's file maps, in its order: (match, metric, labels). Those in brackets are regexes, and found anywhere in a name.
TASK = {"queue": "$1", "dag_id": "$2", "task_id": "$3"}
CHART = (
    ("airflow.dagrun.dependency-check.*.*", "dagrun_dependency_check", {"dag_id": "$1"}),
    ("airflow.operator_successes_(.*)", "operator_successes", {"operator": "$1"}),
    ("airflow.operator_failures_(.*)", "operator_failures", {"operator": "$1"}),
    ("(airflow.scheduler_heartbeat)", "scheduler_heartbeat", {"type": "counter"}),
    ("(airflow.dag_processor_heartbeat)", "dag_processor_heartbeat", {"type": "counter"}),
    ("airflow.dag.*.*.duration", "task_duration", {"dag_id": "$1", "task_id": "$2"}),
    ("airflow.dagrun.duration.success.*", "dagrun_duration", {"dag_id": "$1"}),
    ("airflow.dagrun.duration.failed.*", "dagrun_failed", {"dag_id": "$1"}),
    ("airflow.dagrun.schedule_delay.*", "dagrun_schedule_delay", {"dag_id": "$1"}),
    ("airflow.dag_processing.last_runtime.*", "dag_processing_last_runtime", {"dag_file": "$1"}),
    ("airflow.dag_processing.last_run.seconds_ago.*", "dag_processing_last_run_seconds_ago", {"dag_file": "$1"}),
    *((f"airflow.pool.{what}.*", f"pool_{what}", {"pool": "$1"}) for what in ("open_slots", "used_slots", "starving_tasks")),
    *((f"airflow.executor.{what}.*", f"executor_{what}", {"executor": "$1"}) for what in ("open_slots", "queued_tasks", "running_tasks")),
    *((f"airflow.ti.{what}.*.*.*", f"ti_{what}", TASK) for what in ("running", "queued", "scheduled", "deferred")),
)
# Where the chart's rules bite and no other test sends a name.
MORE = [b"airflow.dagrun.dependency-check.team.reporting:1.5|ms", b"airflow.dagrun.dependency-check.etl:1.5|ms", b"airflow.dag.etl.load.duration:1.5|ms",
        b"airflow.dagrun.duration.success.etl:1.5|ms", b"airflow.dagrun.duration.failed.etl:1.5|ms", b"airflow.dagrun.schedule_delay.etl:1.5|ms",
        b"airflow.dag_processing.last_runtime.etl:1.5|g", b"airflow.dag_processing.last_run.seconds_ago.etl:1.5|g", b"airflow.pool.used_slots.etl:1|g",
        *(f"airflow.ti.{what}.default.etl.load:1|g".encode() for what in ("running", "queued", "scheduled", "deferred"))]
# Names without end that airflow-helm drops, and what comes of no Airflow.
DROPPED = ("airflow_local_task_job_task_exit_", "datadog_dogstatsd_client_")
# One executor has no label, of several each has.
MIXED = {"airflow_executor_open_slots", "airflow_executor_queued_tasks", "airflow_executor_running_tasks"}
SENDERS = {"2": mappings_test.PLAIN2, "30": mappings_test.PLAIN30, "33": mappings_test.PLAIN33}


def chart_text():
    text = "mappings:\n"
    for match, name, labels in CHART:
        text += f"- match: '{match}'\n" + ("  match_type: regex\n" if "(" in match else "")
        text += f"  name: airflow_{name}\n  labels: {{{', '.join(f'{label}: {value}' for label, value in labels.items())}}}\n"
    return text


def page(mapping, lines):
    """(family, name, labels) -> (type, help, value)"""
    with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={mapping}"]) as daemon:
        mappings_test.send(daemon, lines)
        families = daemon.scrape()
    return {(family.name, name, labels): (family.type, family.help, value)
            for family in families.values() if not family.is_self_metric() for (name, labels), value in family.samples.items()}


def with_labels(found):
    """The families that have a series with a label, other than those of all timers."""
    return {family for family, _, labels in found if any(label != "quantile" for label, _ in labels)}


def without_labels(found):
    return {family for family, _, labels in found if all(label == "quantile" for label, _ in labels)}


class Helm(unittest.TestCase):
    blocks = sent_lines.read()

    def check(self, who):
        lines = sent_lines.lines_of(self.blocks, who) + MORE
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            file.write(chart_text())
            file.flush()
            chart = page(file.name, lines)
        ours = page("builtin:airflow-helm", lines)
        self.assertEqual({f"airflow_{name}" for _, name, _ in CHART} - with_labels(ours), set(), "not sent")
        self.assertEqual({key: value for key, value in ours.items() if chart.get(key) != value}, {}, "other than the chart's")
        self.assertEqual(with_labels(ours) & without_labels(ours) - MIXED, set(), "counts what has labels again")
        twins = with_labels(chart) & without_labels(chart) - MIXED
        missing = {key[0] for key in chart.keys() - ours.keys()}
        self.assertEqual({name for name in missing if not name.startswith(DROPPED)}, twins, "dropped")


def add_tests():
    for name, who in SENDERS.items():
        setattr(Helm, f"test_airflow_{name}", lambda self, who=who: self.check(who))


add_tests()

if __name__ == "__main__":
    tap.main()
