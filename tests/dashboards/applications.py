# SPDX-License-Identifier: Apache-2.0
"""What SCDF would run, with the tags that it gives: the stream `ticktock`, `time | filter | log`, its server, a stream of one application of Kafka
Streams, and the tasks task1 and task2.
"""

import contextlib
import functools
import threading

import java_programs
import running_daemon
import task_case
import web_case

STREAM = "ticktock"
KAFKA_STREAM = "wordcount"
SERVER = "spring-cloud-dataflow-server"
# name -> (type, what it takes from, what it sends to)
PARTS = {"time": ("source", None, f"{STREAM}.time"), "filter": ("processor", f"{STREAM}.time", f"{STREAM}.filter"), "log": ("sink", f"{STREAM}.filter", None)}
# What the stream's applications are made of: Spring Boot, and the Spring Cloud that goes with it.
BOOTS = {"3.5": {"boot.version": "3.5.7", "cloud.version": "2025.0.0"}, "4.0": {"boot.version": "4.0.7", "cloud.version": "2025.1.4"}}
POLL_SECONDS = 1
TICK_MILLISECONDS = 200
WORK_SECONDS = 5


class Way:
    """How the applications send: settings of the registry that is used; the other one is off."""

    def __init__(self, statsd_port=None, influx_url=None, influx_database=None):
        self.settings = {"management.statsd.metrics.export.enabled": str(statsd_port is not None).lower(),
                         "management.influx.metrics.export.enabled": str(influx_url is not None).lower()}
        if statsd_port is not None:
            self.settings |= {"management.statsd.metrics.export.port": statsd_port,
                              "management.statsd.metrics.export.polling-frequency": f"{POLL_SECONDS}s"}
        if influx_url is not None:
            self.settings |= {"management.influx.metrics.export.uri": influx_url, "management.influx.metrics.export.db": influx_database,
                              "management.influx.metrics.export.step": "10s"}


def words(settings):
    return [f"--{key}={value}" for key, value in settings.items()]


def tags(**values):
    return {f"management.metrics.tags.{key.replace('_', '.')}": value for key, value in values.items()}


def part_settings(name, port):
    kind, source, target = PARTS[name]
    settings = {
        "server.port": port, "spring.cloud.function.definition": name, "server.tomcat.mbeanregistry.enabled": "true",
        "spring.integration.poller.fixed-delay": f"{TICK_MILLISECONDS}ms",
        **tags(stream_name=STREAM, application_name=name, application_type=kind, application_guid=f"{STREAM}-{name}-0", instance_index=0,
               application=f"{STREAM}-{name}-{kind}"),
    }
    # The channels are called as in SCDF's prebuilt applications.
    if source:
        settings |= {f"spring.cloud.stream.function.bindings.{name}-in-0": "input", "spring.cloud.stream.bindings.input.destination": source,
                     "spring.cloud.stream.bindings.input.group": STREAM, "spring.cloud.stream.bindings.input.consumer.max-attempts": 1}
    if target:
        settings |= {f"spring.cloud.stream.function.bindings.{name}-out-0": "output", "spring.cloud.stream.bindings.output.destination": target}
    return settings


def kafka_settings(port):
    texts = "org.apache.kafka.common.serialization.Serdes$StringSerde"
    return {
        "server.port": port, "spring.kafka.streams.application-id": KAFKA_STREAM, "spring.kafka.streams.properties.commit.interval.ms": 1000,
        "spring.kafka.streams.properties.default.key.serde": texts, "spring.kafka.streams.properties.default.value.serde": texts,
        # Those of each task and node are not measured otherwise.
        "spring.kafka.streams.properties.metrics.recording.level": "DEBUG",
        **tags(stream_name=KAFKA_STREAM, application_name="count", application_type="processor", application_guid=f"{KAFKA_STREAM}-count-0",
               instance_index=0, application=f"{KAFKA_STREAM}-count-processor"),
    }


def server_settings(port):
    return {
        "server.port": port, "server.tomcat.mbeanregistry.enabled": "true", "spring.jpa.properties.hibernate.generate_statistics": "true",
        # Connections are made anew, as they are in a server that runs for long.
        "spring.datasource.hikari.max-lifetime": 30000,
        "management.endpoints.web.exposure.include": "*", "management.metrics.distribution.percentiles-histogram.http.server.requests": "true",
        **tags(application=SERVER, service="scdf-server", application_version="2.11.5"),
    }


@contextlib.contextmanager
def worked(application):
    """Requests come to the server, over and over."""
    done = threading.Event()

    def work():
        while not done.is_set():
            application.work()
            application.get("/nowhere")
            done.wait(WORK_SECONDS)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class Programs:
    """Built before there is no way to Maven Central any more."""

    def __init__(self, cache, boot):
        self.stream = java_programs.Program(cache, "stream", "weir.stream.StreamApp", BOOTS[boot]).build()
        self.server = java_programs.Program(cache, "web", "weir.web.WebApp").build()
        self.kafka = java_programs.Program(cache, "kafka", "weir.kafka.KafkaApp").build()
        self.task = java_programs.Program(cache, "task", "weir.task.TaskApp").build()


@contextlib.contextmanager
def running(programs, way, folder):
    """The streams and the server, from when each answers."""
    with contextlib.ExitStack() as stack:
        def start(program, settings, name):
            port = running_daemon.free_port()
            arguments = words({**settings(port), **way.settings})
            stack.enter_context(program.running(arguments, f"http://127.0.0.1:{port}/actuator/health", folder / f"{name}.log"))
            return port
        for name in PARTS:
            start(programs.stream, functools.partial(part_settings, name), name)
        start(programs.kafka, kafka_settings, "count")
        stack.enter_context(worked(web_case.Application(start(programs.server, server_settings, "server"))))
        yield


def run_tasks(programs, way, count):
    """Each to its end; returns how many ran."""
    executions = [(f"task{1 + number % 2}", 1 + number // 2) for number in range(count)]
    for name, execution in executions:
        settings = dict(word.removeprefix("--").split("=", 1) for word in task_case.arguments("datadog", 0, name, execution))
        settings["management.metrics.tags.application"] = f"{name}-{execution}"
        programs.task.run(words({**settings, **way.settings}))
    return executions
