# SPDX-License-Identifier: Apache-2.0
"""Compares what weir exposes with what Airflow wrote down."""

import math

# Between two clocks' readings of one moment, for each event.
TOLERANCE_SECONDS = 0.05
TOLERANCE_RATIO = 0.01
# Airflow reads the clock for a wait after it wrote the start down, on a busy machine long after.
WAIT_TOLERANCE_RATIO = 0.05
# Tasks left out of the comparison because Airflow gave one of their instances up.
LOST_MAX = 2
# What the tasks of the DAGs sleep, in each instance: (dag, task) -> seconds.
SLEEPS = {("team.billing", "invoice"): 0.5, ("warehouse_load", "stage.clean"): 1, ("warehouse_load", "publish.all"): 0.5}
# Tasks that run once in each run: no retries, no pauses, all of their time in one try.
STRAIGHT = (("team.billing", "invoice"), ("warehouse_load", "stage.clean"), ("warehouse_load", "publish.all"), ("warehouse_load", "check-totals"))
# Timers that the database knows nothing about, and the least that one event takes, in seconds. All together they cannot take longer than the
# run, but for files, which are parsed side by side.
FILES = "airflow_dag_processing_last_duration_seconds"
LEAST = {
    FILES: 0.02,
    "airflow_scheduler_scheduler_loop_duration_seconds": 0.002,
    "airflow_scheduler_critical_section_duration_seconds": 0.0005,
    "airflow_dagrun_dependency_check_seconds": 0.0005,
}
PARSERS_MAX = 4


def close(a, b, count, ratio):
    return abs(a - b) <= ratio * abs(b) + TOLERANCE_SECONDS * count


class Page:
    """weir's page: series by name and the labels asked for."""

    def __init__(self, families):
        self._samples = [(name, dict(labels), float(value)) for family in families.values() for (name, labels), value in family.samples.items()]
        self.names = set(families)

    def sums(self, name, *labels):
        """(values of `labels`...) -> sum of the series' values"""
        found = {}
        for sample, has, value in self._samples:
            if sample == name:
                key = tuple(has.get(label, "") for label in labels)
                found[key] = found.get(key, 0) + value
        return found

    def total(self, name):
        return math.fsum(self.sums(name).values())


class Comparison:
    """`seconds`: how long the run took. `mangled`: Airflow writes the dots of ids as `__` in names (3.3 on, without tags)."""

    def __init__(self, report, title, page, database, seconds, major, mangled):
        self._report = report
        self._title = title
        self._page = page
        self._database = database
        self._seconds = seconds
        self._major = major
        self._mangled = mangled

    def _case(self, name):
        return self._report.case(f"{self._title}: {name}")

    def _id(self, text):
        return text.replace(".", "__") if self._mangled else text

    def _ids(self, keys):
        """Database keys with their ids as metrics have them. A state has no dot."""
        return {tuple(map(self._id, key if isinstance(key, tuple) else (key,))): value for key, value in keys.items()}

    def run_all(self, tells_of_tasks):
        """`tells_of_tasks`: this release sends what becomes of tasks, and how long it takes to parse files."""
        with self._case("Airflow keeps track of its tasks") as case:
            lost = self._database.lost_tasks()
            case.expect(len(lost) <= LOST_MAX, f"not of {sorted(lost)}: is the machine too slow for it?")
        self.durations_of_runs()
        self.delays_of_runs()
        self.state_of_the_scheduler()
        self.units(LEAST if tells_of_tasks else set(LEAST) - {FILES})
        if tells_of_tasks:
            self.of_tasks()

    def of_tasks(self):
        self.ends_of_tasks()
        self.totals()
        self.starts_of_tasks()
        self.durations_of_tasks()
        self.waits_of_tasks()
        self.labels()

    def _without_lost(self, counts):
        lost = {tuple(map(self._id, task)) for task in self._database.lost_tasks()}
        return {key: value for key, value in counts.items() if key[:2] not in lost}

    def _straight(self):
        return sorted(set(STRAIGHT) - self._database.lost_tasks())

    def ends_of_tasks(self):
        with self._case("ti_finish by DAG, task and state") as case:
            expected = self._without_lost(self._ids(self._database.ends()))
            found = self._without_lost({key: value for key, value in self._page.sums("airflow_ti_finish_total", "dag_id", "task_id", "state").items() if value})
            case.expect(len(expected) >= 5, f"only {expected}")
            case.expect(found == expected, f"weir {found}\ndatabase {expected}")

    def totals(self):
        with self._case("successes and failures") as case:
            ends = self._database.ends()
            lost = len(self._database.lost_tasks())
            for name, states in (("airflow_ti_successes_total", ("success",)), ("airflow_ti_failures_total", ("failed", "up_for_retry"))):
                expected = sum(count for (_, _, state), count in ends.items() if state in states)
                found = self._page.total(name)
                case.expect(found == expected or (lost and abs(found - expected) <= 2 * lost), f"{name} {found}, database {expected}")
            found = self._page.sums("airflow_operator_successes_total", "operator")
            expected = {(operator,): count for operator, count in self._database.operators().items()}
            case.expect(found == expected or lost, f"operators {found}, database {expected}")

    def starts_of_tasks(self):
        with self._case("ti_start by DAG and task") as case:
            expected = self._without_lost(self._ids(self._database.starts()))
            found = self._without_lost(self._page.sums("airflow_ti_start_total", "dag_id", "task_id"))
            case.expect(found == expected, f"weir {found}\ndatabase {expected}")

    def _expect_durations(self, case, family, labels, expected, ratio=TOLERANCE_RATIO):
        counts, sums = self._page.sums(family + "_count", *labels), self._page.sums(family + "_sum", *labels)
        case.expect(expected, "nothing to compare")
        for key, (count, seconds) in expected.items():
            case.expect(counts.get(key) == count, f"{key}: weir {counts.get(key)} times, database {count}")
            case.expect(close(sums.get(key, math.nan), seconds, count, ratio), f"{key}: weir {sums.get(key)} s, database {seconds} s")

    def durations_of_runs(self):
        with self._case("durations of runs") as case:
            self._expect_durations(case, "airflow_dagrun_duration_seconds", ("dag_id", "state"), self._ids(self._database.runs()))

    def delays_of_runs(self):
        with self._case("delays of runs") as case:
            self._expect_durations(case, "airflow_dagrun_schedule_delay_seconds", ("dag_id",), self._ids(self._database.delays()))

    def durations_of_tasks(self):
        """Airflow's timer spans less than its database: not the start of the task's process. Both span the task's sleep."""
        with self._case("durations of tasks") as case:
            counts = self._page.sums("airflow_dag_task_duration_seconds_count", "dag_id", "task_id")
            sums = self._page.sums("airflow_dag_task_duration_seconds_sum", "dag_id", "task_id")
            expected = self._database.tasks()
            for task in self._straight():
                key, (count, seconds) = tuple(map(self._id, task)), expected[task]
                least, most = SLEEPS.get(task, 0) * count, seconds * (1 + TOLERANCE_RATIO) + TOLERANCE_SECONDS * count
                case.expect(counts.get(key) == count, f"{key}: weir {counts.get(key)} times, database {count}")
                case.expect(least <= sums.get(key, math.nan) <= most, f"{key}: weir {sums.get(key)} s, slept {least} s, database {seconds} s")

    def waits_of_tasks(self):
        family = "airflow_dag_task_queued_duration_seconds" if self._major == 2 else "airflow_dag_task_scheduled_duration_seconds"
        with self._case("waits of tasks") as case:
            waits = self._database.waits()
            self._expect_durations(case, family, ("dag_id", "task_id"), self._ids({task: waits[task] for task in self._straight()}),
                                   WAIT_TOLERANCE_RATIO)

    def state_of_the_scheduler(self):
        with self._case("scheduler, files and pools") as case:
            case.expect(self._page.total("airflow_scheduler_heartbeat_total") > 5, "too few heartbeats")
            errors = self._page.total("airflow_dag_processing_import_errors")
            case.expect(errors == self._database.import_errors() == 1, f"import errors {errors}, database {self._database.import_errors()}")
            slots = self._page.sums("airflow_pool_open_slots", "pool")
            for pool, size in self._database.pools().items():
                if " " not in pool:
                    case.expect(slots.get((pool,)) == size, f"pool {pool}: weir {slots.get((pool,))} slots open, database {size}")
            files = {labels[0] for labels in self._page.sums("airflow_dag_processing_last_run_seconds_ago", "dag_file")}
            expected = {self._id(name) for name in ("broken", "team.billing", "warehouse")}
            case.expect(files == expected, f"files {files}, not {expected}")

    def units(self, families):
        """Wrong by 1,000, a sum is longer than the run, or its events are shorter than any can be."""
        with self._case("plausible durations") as case:
            for family in families:
                least = LEAST[family]
                count, seconds = self._page.total(family + "_count"), self._page.total(family + "_sum")
                most = self._seconds * (PARSERS_MAX if family == FILES else 1)
                case.expect(0 < least * count <= seconds <= most, f"{family}: {seconds} s for {count} in {self._seconds} s")

    def labels(self):
        """No total of all beside its parts."""
        with self._case("no blended series") as case:
            for name, label in (("airflow_ti_finish_total", "dag_id"), ("airflow_ti_start_total", "task_id"), ("airflow_pool_open_slots", "pool"),
                                ("airflow_dag_task_duration_seconds_count", "dag_id"), ("airflow_dagrun_duration_seconds_count", "dag_id"),
                                ("airflow_dag_processing_last_duration_seconds_count", "dag_file"), ("airflow_operator_successes_total", "operator")):
                found = {labels[0] for labels in self._page.sums(name, label)}
                case.expect(found and "" not in found, f"{name} by {label}: {found}")
