#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends all that Airflow sends, the way each version and client does, and checks the series that the mappings that are compiled in make of it.

    WEIR=build/src/app/weir mappings_test.py
"""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import running_daemon  # noqa: E402
import sent_lines  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

# A default receive buffer holds 256 small datagrams.
DATAGRAMS_AT_ONCE = 100
LOSSES = ("statsd_exporter_sample_errors_total", "statsd_exporter_tag_errors_total", "statsd_exporter_events_error_total",
          "statsd_exporter_events_conflict_total", "statsd_exporter_events_unmapped_total")
ALL_CLOCKS = ("block", "delta", "wait", "parse", "run")

# Which clocks send seconds: see airflow/metrics.toml for why.
PLAIN2 = sent_lines.sender("plain", "2", ("wait",), names="plain2")
PLAIN30 = sent_lines.sender("plain", "3", ("parse",), names="plain30")
PLAIN33 = sent_lines.sender("plain", "3", ("parse",), names="plain33")
INFLUX2 = sent_lines.sender("tagged", "2", ("wait",))
INFLUX3 = sent_lines.sender("tagged", "3", ("parse",))
SENDERS = {
    "airflow": PLAIN2,
    "airflow23": sent_lines.sender("plain", "2", ("wait", "parse"), names="plain2"),
    "airflow-influx": INFLUX2,
    "airflow-datadog": sent_lines.sender("tagged", "2", ALL_CLOCKS, is_datadog=True),
    "airflow-datadog-untagged": sent_lines.sender("plain", "2", ALL_CLOCKS, is_datadog=True, names="plain2"),
    "airflow-consistent": sent_lines.sender("plain", "2", (), names="plain2"),
    "airflow-consistent-influx": sent_lines.sender("tagged", "2", ()),
    "airflow-consistent-datadog": sent_lines.sender("tagged", "2", ("block", "run"), is_datadog=True),
    "airflow-consistent-datadog-untagged": sent_lines.sender("plain", "2", ("block", "run"), is_datadog=True, names="plain2"),
    "airflow3": PLAIN33,
    "airflow30": PLAIN30,
    "airflow3-influx": INFLUX3,
    "airflow3-datadog": sent_lines.sender("tagged", "3", ("block", "parse"), is_datadog=True),
    "airflow30-datadog-untagged": sent_lines.sender("plain", "3", ("block", "parse"), is_datadog=True, names="plain30"),
    "airflow3-datadog-untagged": sent_lines.sender("plain", "3", ("block", "parse"), is_datadog=True, names="plain33"),
    "airflow-mixin": sent_lines.Sender(PLAIN2.words | {"mixin", "mixin2"}, ("wait",)),
    "airflow30-mixin": sent_lines.Sender(PLAIN30.words | {"mixin", "mixin30"}, ("parse",)),
    "airflow3-mixin": sent_lines.Sender(PLAIN33.words | {"mixin", "mixin33"}, ("parse",)),
}
# What some releases send otherwise, by the mapping that is for them.
OLDER_SENDERS = {
    "airflow": sent_lines.Sender(frozenset({"tagged26"}), ("wait",)),
    "airflow-datadog-untagged": sent_lines.Sender(frozenset({"tagged26"}), ALL_CLOCKS, is_datadog=True),
    "airflow-influx": sent_lines.Sender(frozenset({"tagged27"}), ("wait",)),
    "airflow-datadog": sent_lines.Sender(frozenset({"tagged27"}), ALL_CLOCKS, is_datadog=True),
}
# What the dashboard and the alerts of the Grafana Labs mixin ask for: family -> the labels that they choose or name series by. Of its timers they
# take `_sum` and `_count`.
MIXIN = {
    **{("histogram", f"airflow_dagrun_{name}"): {"dag_id"} for name in ("duration_success", "duration_failed", "schedule_delay")},
    ("histogram", "airflow_dag_task_duration"): {"dag_id", "task_id"},
    ("counter", "airflow_task_start_total"): {"dag_id", "task_id"},
    ("counter", "airflow_task_finish_total"): {"dag_id", "task_id", "state"},
    # Without tags nobody knows whose they were.
    **{("counter", f"airflow_{name}"): set() for name in ("ti_failures", "sla_missed")},
    **{("gauge", f"airflow_pool_{name}"): {"pool_name"} for name in ("running_slots", "queued_slots", "open_slots", "starving_tasks")},
    **{("gauge", f"airflow_{name}"): set() for name in (
        "dag_processing_import_errors", "scheduler_tasks_executable", "scheduler_tasks_starving", "executor_running_tasks",
        "executor_queued_tasks", "executor_open_slots")},
}
# Airflow 3.3 itself sends this twice by one name, when nothing is a tag.
SENT_TWICE = {"airflow_dagrun_first_task_scheduling_delay_seconds"}


def send(daemon, lines):
    for first in range(0, len(lines), DATAGRAMS_AT_ONCE):
        statsd_client.send_udp(daemon.udp_port, lines[first:first + DATAGRAMS_AT_ONCE])
        daemon.wait_for_self_value("statsd_exporter_lines_total", min(first + DATAGRAMS_AT_ONCE, len(lines)))


def series(families):
    """(type, name, labels) -> value; of a timer the sum. And how many samples each timer has."""
    found, counts = {}, {}
    for family in families.values():
        if family.is_self_metric():
            continue
        for (name, labels), value in family.samples.items():
            if family.type in ("counter", "gauge"):
                found[family.type, name, labels] = float(value)
            elif name == family.name + "_sum":
                found[family.type, family.name, labels] = float(value)
            elif name == family.name + "_count":
                counts[family.type, family.name, labels] = float(value)
    return found, counts


def totals(found, counts):
    """What may not be doubled: counters and numbers of samples, by family."""
    sums = {}
    for (kind, name, labels), value in [*((key, value) for key, value in found.items() if key[0] == "counter"), *counts.items()]:
        sums[name] = sums.get(name, 0) + value
    return sums


class Mappings(unittest.TestCase):
    blocks = sent_lines.read()

    def answer(self, mapping, who):
        lines = sent_lines.lines_of(self.blocks, who)
        with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config=builtin:{mapping}"]) as daemon:
            send(daemon, lines)
            families = daemon.scrape()
        lost = {name: value for name, value in running_daemon.exposition.self_values(families).items() if name.startswith(LOSSES) and value}
        self.assertEqual(lost, {}, "lost or not mapped")
        return series(families)

    def check(self, mapping, who):
        wanted = sent_lines.series_of(self.blocks, who, mapping.endswith("mixin"))
        found, counts = self.answer(mapping, who)
        self.assertEqual(sorted(wanted.keys() - found.keys()), [], "missing")
        self.assertEqual(sorted(found.keys() - wanted.keys()), [], "too much")
        self.assertEqual({key: value for key, value in found.items() if abs(value - wanted[key]) > 1e-9}, {}, "wrong values")
        self.assertEqual({key: value for key, value in counts.items() if value != 1 and key[1] not in SENT_TWICE}, {}, "doubled")

    def test_the_mixin_finds_what_it_asks_for(self):
        for mapping in ("airflow-mixin", "airflow30-mixin", "airflow3-mixin"):
            found = {}
            for kind, name, labels in sent_lines.series_of(self.blocks, SENDERS[mapping], is_mixin=True):
                found.setdefault((kind, name), []).append({label for label, _ in labels})
            for family, labels in MIXIN.items():
                self.assertTrue(found.get(family), f"{mapping} has no {family}")
                self.assertTrue(all(labels <= each for each in found[family]), f"{mapping}: {family} has not always {labels}")

    def check_any_sender(self, mapping):
        """Whoever sends: nothing is left unmapped, and nothing counts twice."""
        for name, who in {"plain2": PLAIN2, "plain30": PLAIN30, "plain33": PLAIN33, "influx2": INFLUX2, "influx3": INFLUX3}.items():
            wanted = sent_lines.series_of(self.blocks, who)
            most = totals(wanted, {key: 1 for key in wanted if key[0] == "histogram"})
            found = totals(*self.answer(mapping, who))
            self.assertEqual({family: value for family, value in found.items() if value > most.get(family, 0) and family not in SENT_TWICE}, {},
                             f"{mapping} counts more than {name} sends")


def add_tests():
    for suffix, senders in {"": SENDERS, "_of_older_releases": OLDER_SENDERS}.items():
        for mapping, who in senders.items():
            setattr(Mappings, f"test_{mapping.replace('-', '_')}{suffix}", lambda self, mapping=mapping, who=who: self.check(mapping, who))
    for mapping in ("airflow", "airflow-influx", "airflow3", "airflow30", "airflow3-influx"):
        setattr(Mappings, f"test_{mapping.replace('-', '_')}_whoever_sends", lambda self, mapping=mapping: self.check_any_sender(mapping))


add_tests()

if __name__ == "__main__":
    tap.main()
