# SPDX-License-Identifier: Apache-2.0
"""Spring Cloud Tasks that run a Spring Batch job: each ends within seconds, and weir still has what it counted."""

import running_daemon

POLL_SECONDS = 1
# What TaskApp.java does: items, and how long each takes at least.
ITEMS, CHUNKS, ITEM_SECONDS = 6, 3, 0.7
EXECUTIONS = (("task1", 1), ("task1", 2), ("task2", 1))


def arguments(flavor, port, name, execution):
    settings = {
        "spring.application.name": name,
        "management.metrics.tags.application": name,
        "management.influx.metrics.export.enabled": "false",
        "management.prometheus.metrics.export.enabled": "false",
        "management.statsd.metrics.export.flavor": flavor,
        "management.statsd.metrics.export.port": port,
        "management.statsd.metrics.export.polling-frequency": f"{POLL_SECONDS}s",
        # As docs/spring.md has it for SCDF's dashboard of tasks: they ask for these labels of the job's meters, too.
        "management.metrics.tags.task.name": name,
        "management.metrics.tags.task.execution.id": execution,
    }
    return [f"--{key}={value}" for key, value in settings.items()]


def series(families, name, labels):
    """Values of the series that have these labels."""
    wanted = labels.items()
    return [float(value) for family in families.values() for (sample, found), value in family.samples.items()
            if sample == name and wanted <= dict(found).items()]


def counts(task, execution):
    """(name, labels, value) of what is counted exactly. The items' own meters are none of SCDF's dashboards."""
    tags = {"task_name": task, "task_execution_id": str(execution)}
    yield "spring_cloud_task_seconds_count", {"task_name": task}, None
    yield "spring_batch_job_seconds_count", {**tags, "name": "nightly", "status": "COMPLETED"}, 1


def tagged_counts(task, execution):
    """The same of meters that have no rule for ETSY."""
    tags = {"task_name": task, "task_execution_id": str(execution)}
    yield "spring_batch_step_seconds_count", {**tags, "name": "load", "job_name": "nightly"}, 1
    yield "spring_batch_item_process_seconds_count", {**tags, "job_name": "nightly", "step_name": "load"}, ITEMS
    yield "spring_batch_item_read_seconds_count", {**tags, "job_name": "nightly"}, ITEMS + 1
    yield "spring_batch_chunk_write_seconds_count", {**tags, "job_name": "nightly"}, CHUNKS


def time_faults(families, task, execution):
    least = ITEMS * ITEM_SECONDS
    tags = {"task_name": task, "task_execution_id": str(execution)}
    for name in ("spring_batch_job_seconds_sum", "spring_batch_job_seconds_max"):
        found = series(families, name, {**tags, "name": "nightly"})
        if len(found) != 1 or not least <= found[0] <= 3 * least:
            yield f"{name}{tags}: {found}, not about {least}"
    for name in ("spring_cloud_task_active_seconds_active_count", "spring_cloud_task_active_seconds_duration_sum"):
        if not series(families, name, {"task_name": task}):
            yield f"{name}{tags}: none"


def faults(families, flavor):
    for task, execution in EXECUTIONS:
        wanted = [*counts(task, execution), *([] if flavor == "etsy" else tagged_counts(task, execution))]
        for name, labels, value in wanted:
            found = series(families, name, labels)
            if value is None:
                value = sum(1 for other, _ in EXECUTIONS if other == task)
                found = [sum(found)]
            if found != [value]:
                yield f"{name}{labels}: {found}, not {value}"
        yield from time_faults(families, task, execution)


def check_influx(weir, program):
    """What is wrong when they write as to an InfluxDB, a text each."""
    port = running_daemon.free_port()
    with running_daemon.RunningDaemon(weir, ["--statsd.mapping-config=builtin:scdf-influx", f"--influx.listen-http=127.0.0.1:{port}"]) as daemon:
        for task, execution in EXECUTIONS:
            settings = {"management.influx.metrics.export.enabled": "true", "management.influx.metrics.export.uri": f"http://127.0.0.1:{port}",
                        "management.statsd.metrics.export.enabled": "false"}
            given = [word for word in arguments("datadog", 0, task, execution) if word.partition("=")[0].removeprefix("--") not in settings]
            program.run([*given, *[f"--{key}={value}" for key, value in settings.items()]])
        return list(faults(daemon.scrape(), "influx"))


def check(weir, program, flavor):
    """What is wrong, a text each."""
    with running_daemon.RunningDaemon(weir, ["--statsd.mapping-config=builtin:scdf"]) as daemon:
        for task, execution in EXECUTIONS:
            program.run(arguments(flavor, daemon.udp_port, task, execution))
        return list(faults(daemon.scrape(), flavor))
