#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the expressions of dashboards, one by one, against what weir makes of real Spring applications, and says which return data.

    tests/dashboards/run.py --weir build/src/app/weir --cache FOLDER [--way statsd] [--seconds 120] DASHBOARDS...

DASHBOARDS are folders of Grafana's JSON files, of other projects too: those of Spring Cloud Data Flow are in its repository, under
src/grafana/prometheus/docker/grafana/dashboards. Dashboards that ask an InfluxDB are asked of one that weir writes to.

The applications are the stream `time | filter | log` of Spring Cloud Stream over RabbitMQ, a web application in the place of SCDF's server, an
application of Kafka Streams with a broker, and tasks of Spring Cloud Task and Spring Batch, launched several times, with the tags that SCDF sets.
They send StatsD lines, or with `--way influx` what Micrometer's InfluxDB registry writes.

By hand, as root, five minutes. Needs Java 17, Maven and, the first time, Maven Central; prometheus, rabbitmq-server and, for dashboards that ask
an InfluxDB, influxdb. Reports in TAP: a case for each expression. One may be without data where a file, --why FILE, has a line `PLACE # why`.
"""

import argparse
import contextlib
import fnmatch
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ("support", "supervisor", "spring", "spring_real")]

import applications  # noqa: E402
import asking  # noqa: E402
import dashboards  # noqa: E402
import influx_source  # noqa: E402
import influxdb  # noqa: E402
import java_programs  # noqa: E402
import kafka_broker  # noqa: E402
import private_network  # noqa: E402
import prometheus_server  # noqa: E402
import prometheus_source  # noqa: E402
import rabbitmq  # noqa: E402
import running_daemon  # noqa: E402

SKIPPED = 77
WAYS = {"statsd": "builtin:scdf", "influx": "builtin:scdf-influx"}
INFLUX_IN = "127.0.0.1:8096"
DATABASE = "myinfluxdb"
TASKS = 3


def asks_influx(dashboard):
    return any("expr" not in query.target for query in dashboard.queries())


def daemon_flags(way, writes_influx):
    flags = [f"--statsd.mapping-config={WAYS[way]}"]
    if way == "influx":
        flags.append(f"--influx.listen-http={INFLUX_IN}")
    return flags + (influxdb.writing_flags(DATABASE) if writes_influx else [])


def way_of(way, daemon):
    if way == "influx":
        return applications.Way(influx_url=f"http://{INFLUX_IN}", influx_database=DATABASE)
    return applications.Way(statsd_port=daemon.udp_port)


class Results:
    def __init__(self, reasons):
        self._reasons, self._count, self.failed = reasons, 0, 0

    def why(self, place):
        return next((why for pattern, why in self._reasons if fnmatch.fnmatchcase(place, pattern)), None)

    def tell(self, answer):
        self._count += 1
        why = self.why(answer.query.place)
        is_good = answer.points > 0 or (why and not answer.error)
        self.failed += not is_good
        remark = f"{answer.points} values" if answer.points else f"no data: {why or answer.error or 'nobody knows why'}"
        print(f"{'ok' if is_good else 'not ok'} {self._count} - {answer.query.place}: {remark}", flush=True)
        if not answer.points:
            print(f"#   {answer.text}")

    def finish(self):
        print(f"1..{self._count}")


def read_reasons(paths):
    rows = [row for path in paths for row in path.read_text(encoding="utf-8").splitlines()]
    return [tuple(part.strip() for part in row.split(" # ", 1)) for row in rows if row and not row.startswith("#")]


def report(results, dashboard, source):
    chosen, answers = asking.ask(source, dashboard)
    print(f"# {dashboard.name}: {chosen}")
    for each in answers:
        results.tell(each)
    print(f"# {dashboard.name}: {sum(each.points > 0 for each in answers)} of {len(answers)} expressions have data", flush=True)


def run(arguments, programs, found, folder, results):
    writes_influx = any(map(asks_influx, found))
    with contextlib.ExitStack() as stack:
        stack.enter_context(rabbitmq.running(folder / "rabbitmq"))
        stack.enter_context(kafka_broker.running(programs.kafka, folder / "kafka"))
        if writes_influx:
            stack.enter_context(influxdb.running(folder / "influxdb", DATABASE))
        daemon = stack.enter_context(running_daemon.RunningDaemon(arguments.weir.resolve(), daemon_flags(arguments.way, writes_influx)))
        targets = {("scdf", "weir"): ("127.0.0.1", daemon.http_port)}
        prometheus = stack.enter_context(prometheus_server.Prometheus(folder, targets, folder / "none"))
        prometheus.wait_for_scrapes(1)
        began, way = time.time(), way_of(arguments.way, daemon)
        stack.enter_context(applications.running(programs, way, folder))
        print(f"# the applications run after {time.time() - began:.0f} s", flush=True)
        worked = time.time()
        executions = applications.run_tasks(programs, way, TASKS)
        print(f"# tasks: {executions}", flush=True)
        time.sleep(max(0, arguments.seconds - (time.time() - worked)))
        prometheus.wait_for_scrapes(2)
        (folder / "page.prom").write_text(daemon.scrape_text(), encoding="utf-8")
        ended = time.time()
        for dashboard in found:
            source = influx_source.Source(influxdb.URL, DATABASE, began, ended) if asks_influx(dashboard) else \
                prometheus_source.Source(f"http://127.0.0.1:{prometheus_server.PORT}", began, ended)
            report(results, dashboard, source)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--cache", required=True, type=pathlib.Path, help="where the Java programs stay")
    parser.add_argument("--way", choices=list(WAYS), default="statsd")
    parser.add_argument("--seconds", type=int, default=120, help="how long the applications run at least")
    parser.add_argument("--boot", choices=list(applications.BOOTS), default="3.5", help="the Spring Boot of the stream's applications")
    parser.add_argument("--why", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for logs and weir's page")
    parser.add_argument("dashboards", nargs="+", type=pathlib.Path)
    return parser.parse_args()


def main():
    arguments = read_arguments()
    found = [dashboard for folder in arguments.dashboards for dashboard in dashboards.read_folder(folder)]
    if not found:
        sys.exit("there are no dashboards")
    if not (rabbitmq.is_installed() and prometheus_server.is_installed()):
        print("1..0 # SKIP no prometheus or no rabbitmq-server")
        return SKIPPED
    try:
        programs = applications.Programs(arguments.cache.resolve(), arguments.boot)
    except java_programs.Missing as missing:
        print(f"1..0 # SKIP {missing}")
        return SKIPPED
    private_network.enter()
    results = Results(read_reasons(arguments.why))
    with tempfile.TemporaryDirectory(prefix="weir-dashboards-") as scratch:
        folder = (arguments.keep or pathlib.Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        run(arguments, programs, found, folder, results)
    results.finish()
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
