# SPDX-License-Identifier: Apache-2.0
"""Airflow, by the families of weir's own mappings for it (`builtin:airflow` and its variants)."""

from panels import dashboard, graph, query_variable, stat, table

RATE = "[$__rate_interval]"
SHOWN = "[$__range]"
DAG = '@, dag_id=~"$dag_id"'
TASK = '@, dag_id=~"$dag_id", task_id=~"$task_id"'
POOL = '@, pool=~"$pool"'
FAILED = '@, state="failed"'
WORKED = '@, state="success"'

JOB = query_variable("job", "Airflow", "label_values(airflow_scheduler_heartbeat_total, job)", "The scrape job of the weir that an Airflow sends to.")
DAG_ID = query_variable("dag_id", "DAG", 'label_values(airflow_dagrun_dependency_check_seconds_count{job=~"$job"}, dag_id)')
TASK_ID = query_variable("task_id", "Task", 'label_values(airflow_ti_start_total{job=~"$job", dag_id=~"$dag_id"}, task_id)')
POOL_NAME = query_variable("pool", "Pool", 'label_values(airflow_pool_open_slots{job=~"$job"}, pool)')
SELECTOR = 'job=~"$job"'


def summed(function, family, selector, by, over):
    return f"sum {'by (' + by + ') ' if by else ''}({function}({family}{{{selector}}}{over}))"


def rate(family, selector="@", by="", over=RATE):
    """Events in a second. `by` is a list of labels, empty for the sum of all."""
    return summed("rate", family, selector, by, over)


def in_range(family, selector="@", by=""):
    """Events in what the dashboard shows."""
    return summed("increase", family, selector, by, SHOWN)


def rare(family):
    """Events that most installations never see: 0 while there are none."""
    return f"{rate(family)} or vector(0)"


def mean(family, selector="@", by="", over=RATE):
    return f"{rate(family + '_sum', selector, by, over)} / {rate(family + '_count', selector, by, over)}"


def quantile(q, family, selector="@", by="", over=RATE):
    return f"histogram_quantile({q}, {rate(family + '_bucket', selector, 'le' + (', ' + by if by else ''), over)})"


def top(expression):
    return f"topk(20, {expression})"


def spread(title, family, selector="@", width=8, description=""):
    """How long something took, over all of its labels."""
    return graph(title, "s", (quantile(0.5, family, selector), "half"), (quantile(0.95, family, selector), "95 %"),
                 (mean(family, selector), "mean"), width=width, description=description)


OVERVIEW = [
    ("At a glance", [
        stat("Scheduler heartbeats", "cpm", "60 * " + rate("airflow_scheduler_heartbeat_total"), bad=1, low_is_bad=True,
             description="In a minute, of all schedulers together. One beats every 5 s."),
        stat("Tasks running", "short", "sum(airflow_executor_running_tasks{@})"),
        stat("Tasks queued", "short", "sum(airflow_executor_queued_tasks{@})"),
        stat("Executor slots open", "short", "sum(airflow_executor_open_slots{@})", bad=1, low_is_bad=True),
        stat("DAGs", "short", "max(airflow_dagbag_size{@})"),
        stat("Import errors", "short", "max(airflow_dag_processing_import_errors{@})", bad=1),
        stat("Runs that worked", "short", in_range("airflow_dagrun_duration_seconds_count", WORKED)),
        stat("Runs that failed", "short", in_range("airflow_dagrun_duration_seconds_count", FAILED), bad=1),
        stat("Tasks that worked", "short", in_range("airflow_ti_finish_total", WORKED)),
        stat("Tasks that failed", "short", in_range("airflow_ti_finish_total", FAILED), bad=1),
        stat("Tasks to try again", "short", in_range("airflow_ti_finish_total", '@, state="up_for_retry"'), warn=1),
        stat("Tasks starving", "short", "max(airflow_scheduler_tasks_starving{@})", warn=1, description="They want a slot of a full pool."),
    ]),
    ("Runs", [
        graph("Runs ended", "cps", (rate("airflow_dagrun_duration_seconds_count", by="state"), "{{state}}"), stack=True),
        spread("Duration of a run", "airflow_dagrun_duration_seconds"),
        spread("Delay of a run's start", "airflow_dagrun_schedule_delay_seconds", description="From the moment that it was due. Scheduled runs only."),
    ]),
    ("Tasks", [
        graph("Tasks ended, by state", "cps", (rate("airflow_ti_finish_total", by="state"), "{{state}}"), stack=True,
              description="up_for_retry, up_for_reschedule and deferred are pauses: the task comes back."),
        graph("Tasks started", "cps", (rate("airflow_ti_start_total", by="dag_id"), "{{dag_id}}"), stack=True),
        spread("Duration of a task", "airflow_dag_task_duration_seconds"),
        graph("Executor", "short", ("sum(airflow_executor_running_tasks{@})", "running"), ("sum(airflow_executor_queued_tasks{@})", "queued"),
              ("sum(airflow_executor_open_slots{@})", "open slots")),
        graph("Successes by operator", "cps", (rate("airflow_operator_successes_total", by="operator"), "{{operator}}"), stack=True),
        graph("Failures by operator", "cps", (rate("airflow_operator_failures_total", by="operator"), "{{operator}}"), stack=True),
        table("Most failures", "short", (top(in_range("airflow_ti_finish_total", FAILED, "dag_id, task_id") + " > 0"), "Failures")),
        table("Longest runs", "s", (top(mean("airflow_dagrun_duration_seconds", by="dag_id", over=SHOWN)), "Mean duration")),
    ]),
]

DAGS = [
    ("Runs", [
        graph("Runs ended, by state", "cps", (rate("airflow_dagrun_duration_seconds_count", DAG, "dag_id, state"), "{{dag_id}} {{state}}"), stack=True),
        graph("Mean duration of a run", "s", (mean("airflow_dagrun_duration_seconds", DAG, "dag_id, state"), "{{dag_id}} {{state}}")),
        graph("95 % of runs end within", "s", (quantile(0.95, "airflow_dagrun_duration_seconds", DAG, "dag_id"), "{{dag_id}}")),
        graph("Delay of the start", "s", (mean("airflow_dagrun_schedule_delay_seconds", DAG, "dag_id"), "{{dag_id}}"),
              description="From the moment that a run was due to its start."),
        graph("Delay of the first task", "s", (mean("airflow_dagrun_first_task_scheduling_delay_seconds", DAG, "dag_id"), "{{dag_id}}"),
              description="From the moment that a run was due to the start of its first task."),
        graph("Dependency check", "s", (mean("airflow_dagrun_dependency_check_seconds", DAG, "dag_id"), "{{dag_id}}"),
              description="What the scheduler takes to find the next tasks, each time that it looks."),
    ]),
    ("Tasks", [
        graph("Tasks ended, by state", "cps", (rate("airflow_ti_finish_total", TASK, "state"), "{{state}}"), stack=True),
        graph("Mean duration of a task", "s", (mean("airflow_dag_task_duration_seconds", TASK, "dag_id, task_id"), "{{dag_id}} {{task_id}}")),
        graph("95 % of tasks end within", "s", (quantile(0.95, "airflow_dag_task_duration_seconds", TASK, "dag_id, task_id"), "{{dag_id}} {{task_id}}")),
        graph("Wait in the queue", "s", (mean("airflow_dag_task_queued_duration_seconds", TASK, "dag_id, task_id"), "{{dag_id}} {{task_id}}")),
        graph("Wait for the queue", "s", (mean("airflow_dag_task_scheduled_duration_seconds", TASK, "dag_id, task_id"), "{{dag_id}} {{task_id}}"),
              description="Scheduled, but not queued yet. Airflow 2 tells it only of tasks that come back."),
        graph("Failures and tries to come", "cps",
              (rate("airflow_ti_finish_total", TASK + ', state=~"failed|up_for_retry"', "dag_id, task_id, state"), "{{dag_id}} {{task_id}} {{state}}")),
        table("Tasks", "short", (in_range("airflow_ti_start_total", TASK, "dag_id, task_id"), "Started"),
              (in_range("airflow_ti_finish_total", TASK + ', state="success"', "dag_id, task_id"), "Worked"),
              (in_range("airflow_ti_finish_total", TASK + ', state="failed"', "dag_id, task_id"), "Failed"),
              (in_range("airflow_ti_finish_total", TASK + ', state="up_for_retry"', "dag_id, task_id"), "To try again")),
        table("Slowest tasks", "s", (top(mean("airflow_dag_task_duration_seconds", TASK, "dag_id, task_id", SHOWN)), "Mean duration")),
    ]),
]

SCHEDULER = [
    ("Heartbeats", [
        graph("Heartbeats in a minute", "cpm", ("60 * " + rate("airflow_scheduler_heartbeat_total"), "scheduler"),
              ("60 * " + rate("airflow_triggerer_heartbeat_total"), "triggerer"),
              (f"60 * ({rate('airflow_dag_processor_heartbeat_total')} or vector(0))", "DAG processor (Airflow 3)")),
        graph("Jobs", "cps", (rate("airflow_job_start_total", by="job_type"), "{{job_type}} started"),
              (rare("airflow_job_end_total"), "ended"),
              (rare("airflow_job_heartbeat_failure_total"), "heartbeats that failed")),
        graph("Tasks lost and found", "cps", (rate("airflow_scheduler_orphaned_tasks_cleared_total"), "orphans cleared"),
              (rate("airflow_scheduler_orphaned_tasks_adopted_total"), "orphans adopted"),
              (rare("airflow_scheduler_tasks_killed_externally_total"), "killed from outside"),
              (rare("airflow_zombies_killed_total"), "zombies killed"),
              (rare("airflow_task_instances_without_heartbeats_killed_total"), "without heartbeats killed")),
    ]),
    ("The loop", [
        spread("Duration of a loop", "airflow_scheduler_scheduler_loop_duration_seconds"),
        spread("Critical section", "airflow_scheduler_critical_section_duration_seconds", description="In which tasks become queued; one scheduler at a time."),
        spread("Its query", "airflow_scheduler_critical_section_query_duration_seconds"),
        graph("Tasks", "short", ("max(airflow_scheduler_tasks_executable{@})", "executable"), ("max(airflow_scheduler_tasks_starving{@})", "starving")),
        graph("Executor", "short", ("sum(airflow_executor_running_tasks{@})", "running"), ("sum(airflow_executor_queued_tasks{@})", "queued"),
              ("sum(airflow_executor_open_slots{@})", "open slots")),
        graph("Critical section busy", "cps", (rare("airflow_scheduler_critical_section_busy_total"), "turned away"),
              description="Another scheduler was in it."),
    ]),
    ("DAG files", [
        graph("Time to parse all", "s", ("max(airflow_dag_processing_total_parse_time_seconds{@})", "all files")),
        graph("Mean time to parse", "s", (mean("airflow_dag_processing_last_duration_seconds", by="dag_file"), "{{dag_file}}")),
        graph("Since the last parse", "s", ("max by (dag_file) (airflow_dag_processing_last_run_seconds_ago{@})", "{{dag_file}}")),
        graph("Errors and queue", "short", ("max(airflow_dag_processing_import_errors{@})", "import errors"),
              ("max(airflow_dag_processing_file_path_queue_size{@})", "files that wait"), ("max(airflow_dagbag_size{@})", "DAGs")),
        graph("Timeouts", "cps", (rare("airflow_dag_processing_processor_timeouts_total"), "processes stopped")),
        table("Slowest files", "s", (top(mean("airflow_dag_processing_last_duration_seconds", by="dag_file", over=SHOWN)), "Mean time to parse"), width=8),
    ]),
    ("Triggerer", [
        graph("Triggers running", "short", ("sum by (hostname) (airflow_triggers_running{@})", "{{hostname}}"), width=12),
        graph("Triggers ended", "cps", (rate("airflow_triggers_succeeded_total"), "worked"), (rare("airflow_triggers_failed_total"), "failed"),
              (rare("airflow_triggers_blocked_main_thread_total"), "main thread blocked"), width=12),
    ]),
]

SLOTS = ("running", "queued", "deferred", "scheduled")
POOLS = [
    ("All pools", [
        graph("Open slots", "short", (f"max by (pool) (airflow_pool_open_slots{{{POOL}}})", "{{pool}}"), width=12, low=None,
              description="Below 0 when a pool was made smaller than what runs in it."),
        graph("Tasks starving", "short", (f"max by (pool) (airflow_pool_starving_tasks{{{POOL}}})", "{{pool}}"), width=12,
              description="They could run, if their pool had a slot."),
        *(graph(f"Slots {kind}", "short", (f"max by (pool) (airflow_pool_{kind}_slots{{{POOL}}})", "{{pool}}"), width=12, stack=True) for kind in SLOTS),
        graph("Share in use", "percentunit",
              (f"max by (pool) (airflow_pool_running_slots{{{POOL}}}) / clamp_min(max by (pool) (airflow_pool_running_slots{{{POOL}}}) "
               f"+ max by (pool) (airflow_pool_open_slots{{{POOL}}}), 1)", "{{pool}}"), width=12),
        table("Now", "short", (f"max by (pool) (airflow_pool_open_slots{{{POOL}}})", "Open"),
              *((f"max by (pool) (airflow_pool_{kind}_slots{{{POOL}}})", kind.capitalize()) for kind in SLOTS)),
    ]),
]

DASHBOARDS = {
    "airflow-overview": dashboard("weir-airflow-overview", "Airflow: overview", "Does work get done, in time?", SELECTOR, [JOB], OVERVIEW),
    "airflow-dags": dashboard("weir-airflow-dags", "Airflow: DAGs and tasks", "How long runs and tasks take and wait, and which fail.",
                              SELECTOR, [JOB, DAG_ID, TASK_ID], DAGS),
    "airflow-scheduler": dashboard("weir-airflow-scheduler", "Airflow: scheduler", "Scheduler, DAG processor and triggerer.", SELECTOR, [JOB], SCHEDULER),
    "airflow-pools": dashboard("weir-airflow-pools", "Airflow: pools", "Who waits for a slot?", SELECTOR, [JOB, POOL_NAME], POOLS),
}
