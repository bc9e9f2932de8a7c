# SPDX-License-Identifier: Apache-2.0
"""The row about what Airflow sends: what the mapping made for it costs."""

import contextlib
import pathlib
import subprocess
import tempfile

from bench import Row, Runs, verdict
from rows_new_series import flood

FRAME = {"datagram_bytes": 1432}
TASK = "dag_id:dag_{dag},task_id:group.task_{task}"
# Of each client its mapping, and shapes that a rule of it keeps; timers are those that have the buckets of its defaults, so that
# no rule and a rule make the same of them.
CLIENTS = {
    "plain": ("airflow", (
        "airflow.ti.start.dag_{dag}.group.task_{task}:{value}|c",
        "airflow.ti.finish.dag_{dag}.group.task_{task}.success:{value}|c",
        "airflow.dag.dag_{dag}.group.task_{task}.duration:{value}|ms",
        "airflow.dag.dag_{dag}.group.task_{task}.queued_duration:{value}|ms",
        "airflow.operator_successes_Operator{number}:{value}|c",
        "airflow.task.cpu_usage.dag_{dag}.group.task_{task}:{value}|g",
        "airflow.pool.open_slots.pool_{number}:{value}|g",
        "airflow.dag_processing.last_run.seconds_ago.file_{number}:{value}|g",
    )),
    "DogStatsD": ("airflow-datadog", (
        "airflow.ti.start:{value}|c|#" + TASK,
        "airflow.ti.finish:{value}|c|#" + TASK + ",state:success",
        "airflow.task.duration:{value}|ms|#" + TASK,
        "airflow.task.queued_duration:{value}|ms|#" + TASK,
        "airflow.operator_successes:{value}|c|#" + TASK + ",task_type:BashOperator",
        "airflow.executor.open_slots:{value}|g|#status:open,name:Executor{number}",
        "airflow.pool.open_slots:{value}|g|#pool_name:pool_{number}",
        "airflow.dag_processing.last_run.seconds_ago.file_{number}:{value}|g",
    )),
}
# The first of them, of tasks: their families hold more series than are sent.
SHAPES_OF_TASKS = 4
FIRST_SIGHT_MAX_NS = 2000


@contextlib.contextmanager
def files(bench, mapping, shapes):
    """(a mapping with its defaults and no rules, all shapes, those of tasks)"""
    shown = subprocess.run([str(bench.weir), "mappings", "show", mapping], capture_output=True, text=True, check=True).stdout
    defaults, found, _ = shown.partition("\nmappings:\n")
    if not found:
        raise AssertionError(f"{mapping} has no rules")
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        texts = {"empty.yml": defaults + "\n", "shapes": "\n".join(shapes) + "\n", "tasks": "\n".join(shapes[:SHAPES_OF_TASKS]) + "\n"}
        for name, text in texts.items():
            pathlib.Path(folder, name).write_text(text, encoding="utf-8")
        yield [pathlib.Path(folder, name) for name in texts]


def runner(bench, mapping):
    """Runs weir with a mapping, and fails when it did not map what it should have."""
    @contextlib.contextmanager
    def run():
        with bench.run_weir([f"--statsd.mapping-config={mapping}"]) as server:
            yield server
            check_rules(server, is_mapped=str(mapping).startswith("builtin:"))
    return run


def check_rules(server, is_mapped):
    values = server.values("statsd_exporter_events_unmapped_total", "statsd_exporter_events_actions_total")
    dropped = values.get('statsd_exporter_events_actions_total{action="drop"}', 0)
    if dropped or (values["statsd_exporter_events_unmapped_total"] > 0) == is_mapped:
        raise AssertionError(f"rules took other lines than they should: {values}")


def cost_of(bench, client):
    """(what hot lines cost, what new series cost)"""
    mapping, shapes = CLIENTS[client]
    with files(bench, mapping, shapes) as (empty, all_shapes, task_shapes):
        runners = [(f"{client}, no rules", runner(bench, empty)), (f"{client}, {mapping}", runner(bench, f"builtin:{mapping}"))]
        hot = bench.full_speed(runners, series=8_000, shapes=all_shapes, **FRAME)
        new = flood(bench, runners[1:], bench.scaled(200_000, 20_000), shapes=task_shapes, **FRAME)
    return hot, new


def merged(found):
    """The runs of all clients as one table."""
    runs = Runs()
    for each in found:
        runs.by_program.update(each.by_program)
    return runs


def airflow_cost(bench):
    measured, conditions, found = [], [], {client: cost_of(bench, client) for client in CLIENTS}
    for client, (hot, new) in found.items():
        without_rules, with_rules = hot.by_program
        low, high = hot.spread(without_rules, "user")
        took, floor, first = hot.ns(with_rules, "user"), hot.ns(without_rules, "user"), new.ns(with_rules)
        measured.append(f"{client} {took:.1f} ns user beside {floor:.1f} = {took / floor:.2f} x (without rules alone {low:.1f}-{high:.1f}), "
                        f"new {first / 1000:.2f} us")
        conditions += [took <= max(high, floor * 1.05), first <= FIRST_SIGHT_MAX_NS]
    hot_runs, new_runs = zip(*found.values())
    return Row("airflow-cost", "lines of Airflow with the mapping made for them beside its defaults without a rule",
               "hot lines the same within noise; a new series at most 2 us", "; ".join(measured), verdict(*conditions),
               [*merged(hot_runs).table(), "", "New series of tasks:", "", *merged(new_runs).table(is_udp=False)])


ROWS = {"airflow-cost": airflow_cost}
