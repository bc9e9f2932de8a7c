# SPDX-License-Identifier: Apache-2.0
"""What Airflow wrote down about its work: the tables behind its own pages, and the audit log of what became of each task."""

import collections
import contextlib
import sqlite3

DAGS = 2
# The scheduler marks them done without running them.
NEVER_RUN = "EmptyOperator"
# In the audit log: Airflow lost track of a task and gave it up. It tells its metrics nothing certain about those.
LOST = "state mismatch"
SECONDS = "(julianday({}) - julianday({})) * 86400"


class Database:
    """The SQLite file of an Airflow that runs."""

    def __init__(self, path, major):
        self._path = path
        self._major = major

    def _rows(self, query):
        if not self._path.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query).fetchall()

    def run_states(self):
        """state -> DAG runs"""
        with contextlib.suppress(sqlite3.OperationalError):
            return dict(self._rows("SELECT state, count(*) FROM dag_run GROUP BY state"))
        return {}

    def runs(self):
        """(dag, state) -> (how many, seconds from start to end)"""
        query = f"SELECT dag_id, state, count(*), sum({SECONDS.format('end_date', 'start_date')}) FROM dag_run GROUP BY 1, 2"
        return {(dag, state): (count, seconds) for dag, state, count, seconds in self._rows(query)}

    def delays(self):
        """dag -> (how many, seconds from the moment that a run was due to its start)"""
        due = "data_interval_end" if self._major == 2 else "run_after"
        query = f"SELECT dag_id, count(*), sum({SECONDS.format('start_date', due)}) FROM dag_run GROUP BY 1"
        return {dag: (count, seconds) for dag, count, seconds in self._rows(query)}

    def tasks(self):
        """(dag, task) -> (instances, seconds that the last try of each took), of those that ran."""
        query = f"""SELECT dag_id, task_id, count(*), sum(duration) FROM task_instance
                    WHERE state IN ('success', 'failed') AND operator != '{NEVER_RUN}' GROUP BY 1, 2"""
        return {(dag, task): (count, seconds) for dag, task, count, seconds in self._rows(query)}

    def waits(self):
        """(dag, task) -> (instances, seconds between two states): queued to running in Airflow 2, scheduled to queued in 3."""
        span = ("start_date", "queued_dttm") if self._major == 2 else ("queued_dttm", "scheduled_dttm")
        query = f"""SELECT dag_id, task_id, count(*), sum({SECONDS.format(*span)}) FROM task_instance
                    WHERE state IN ('success', 'failed') AND operator != '{NEVER_RUN}' GROUP BY 1, 2"""
        return {(dag, task): (count, seconds) for dag, task, count, seconds in self._rows(query)}

    def operators(self):
        """operator -> instances that succeeded"""
        query = f"SELECT operator, count(*) FROM task_instance WHERE state = 'success' AND operator != '{NEVER_RUN}' GROUP BY 1"
        return dict(self._rows(query))

    def import_errors(self):
        return self._rows("SELECT count(*) FROM import_error")[0][0]

    def pools(self):
        """name -> slots"""
        return dict(self._rows("SELECT pool, slots FROM slot_pool"))

    def _log(self):
        """(dag, task) -> {event: times}"""
        events = collections.defaultdict(collections.Counter)
        for dag, task, event, count in self._rows("SELECT dag_id, task_id, event, count(*) FROM log WHERE task_id IS NOT NULL GROUP BY 1, 2, 3"):
            events[dag, task][event] += count
        return events

    def lost_tasks(self):
        """The (dag, task) of which Airflow lost an instance on the way."""
        return {task for task, events in self._log().items() if events[LOST]}

    def starts(self):
        """(dag, task) -> times that it began, or came back"""
        return {task: events["running"] for task, events in self._log().items() if events["running"]}

    def ends(self):
        """(dag, task, state) -> times that a task's process ended in this state"""
        ends = {}
        for (dag, task), events in self._log().items():
            states = self._ends_of_2(dag, task, events) if self._major == 2 else events
            for state in ("success", "failed", "skipped", "up_for_retry", "up_for_reschedule", "deferred"):
                if states[state]:
                    ends[dag, task, state] = states[state]
        return ends

    def _ends_of_2(self, dag, task, events):
        """Airflow 2 logs each failed try as failed, and nothing of pauses; other tables have the tries and what was rescheduled."""
        where = f"WHERE dag_id = '{dag}' AND task_id = '{task}'"
        retries = self._rows(f"SELECT count(*) FROM task_instance_history {where}")[0][0]
        rescheduled = self._rows(f"SELECT count(*) FROM task_reschedule {where}")[0][0]
        states = collections.Counter(success=events["success"], skipped=events["skipped"], failed=events["failed"] - retries,
                                     up_for_retry=retries, up_for_reschedule=rescheduled)
        states["deferred"] = events["running"] - sum(states.values())
        return states
