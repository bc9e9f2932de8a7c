# SPDX-License-Identifier: Apache-2.0
"""The same tasks push their Prometheus page when they end, over RSocket or as to a Pushgateway: weir then shows what each one measured."""

import re
import urllib.request

import exposition
import running_daemon
import task_case

HTTP_SECONDS_MAX = 30
# What goes on while the page is pushed, and after it: the virtual machine, the log, and the connection of the client itself.
GOES_ON = re.compile(r"(jvm|process|system|logback|prometheus_connection)_.*")
COUNTS = {"spring_cloud_task_seconds_count": 1, "spring_batch_job_seconds_count": 1, "spring_batch_step_seconds_count": 1,
          "spring_batch_item_read_seconds_count": task_case.ITEMS + 1, "spring_batch_item_process_seconds_count": task_case.ITEMS,
          "spring_batch_chunk_write_seconds_count": task_case.CHUNKS}
MEASURED_MIN = 15


class Way:
    """How pages come to weir: its flags, what a task is told, and where its page is."""

    def __init__(self):
        self.port = running_daemon.free_port()


class RSocket(Way):
    name = "RSocket"
    path = "/metrics/connected"
    added = ()

    def flags(self):
        return [f"--rsocket.listen-tcp=127.0.0.1:{self.port}", "--rsocket.push-scrapes=0", "--rsocket.push-time=1h"]

    def settings(self, *_):
        return {"weir.rsocket.port": self.port}


class Pushgateway(Way):
    name = "Pushgateway"
    path = "/metrics"
    added = ("job", "instance")

    def flags(self):
        return ["--push.enable", f"--push.listen-address=127.0.0.1:{self.port}"]

    def settings(self, task, execution):
        prefix = "management.prometheus.metrics.export.pushgateway"
        return {f"{prefix}.enabled": "true", f"{prefix}.address": f"127.0.0.1:{self.port}", f"{prefix}.job": task,
                f"{prefix}.grouping-key.instance": execution, f"{prefix}.shutdown-operation": "put"}


WAYS = (RSocket, Pushgateway)


def arguments(way, task, execution):
    settings = {"management.statsd.metrics.export.enabled": "false", "management.prometheus.metrics.export.enabled": "true", **way.settings(task, execution)}
    given = {word.partition("=")[0]: word for word in task_case.arguments("datadog", 0, task, execution)}
    return list({**given, **{f"--{key}": f"--{key}={value}" for key, value in settings.items()}}.values())


def measured(output):
    """(name, labels) -> value, as the task has told of its work."""
    found = {}
    for line in output.splitlines():
        if line.startswith("measured\t"):
            _, name, *labels, value = line.split("\t")
            found[name, tuple(sorted(labels))] = float(value)
    return {series: told for series, told in found.items() if not GOES_ON.fullmatch(series[0])}


def shown(page, added):
    """The same, of a page; labels that its way has added are left out."""
    samples = (exposition.parse_sample(line) for line in page.splitlines() if not line.startswith("#"))
    return {(name, tuple(sorted(f"{key}={value}" for key, value in labels if key not in added))): float(value) for (name, labels), value in samples}


def count_faults(page, task, execution):
    for name, count in COUNTS.items():
        found = sum(value for (sample, labels), value in page.items()
                    if sample == name and {f"task_name={task}", f"task_execution_id={execution}"} <= set(labels))
        if found != count:
            yield f"{task} {execution}: {name} is {found}, not {count}"


def faults(page, runs):
    for (task, execution), told in runs.items():
        if len(told) < MEASURED_MIN:
            yield f"{task} {execution}: told only of {sorted(told)}"
        for series, value in told.items():
            if page.get(series) != value:
                yield f"{task} {execution}: {series} is {page.get(series)}, not {value}"
        yield from count_faults(page, task, execution)


def check(weir, program, kind):
    """What is wrong, a text each."""
    way = kind()
    with running_daemon.RunningDaemon(weir, way.flags()) as daemon:
        runs = {(task, execution): measured(program.run(arguments(way, task, execution))) for task, execution in task_case.EXECUTIONS}
        with urllib.request.urlopen(f"http://127.0.0.1:{daemon.http_port}{way.path}", timeout=HTTP_SECONDS_MAX) as answer:
            page = shown(answer.read().decode(), way.added)
    print(f"# {sum(map(len, runs.values()))} series of {len(runs)} tasks compared, of {len(page)} that are shown", flush=True)
    return list(faults(page, runs))
