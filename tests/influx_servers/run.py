#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""weir writes to a real InfluxDB 1 (Debian's package influxdb): everything arrives, through a restart, a full disk and a dropped database.

By hand, in about two minutes: `tests/influx_servers/run.py --weir build/src/app/weir --influxd /usr/bin/influxd [CASE...]`. The full disk
is a tmpfs, for which it has to be root.
"""

import argparse
import collections
import contextlib
import http.client
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402

SECONDS_MAX = 60
DISK_BYTES = 24 << 20
CONFIG = """\
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
"""


class InfluxDB:
    """A server with its data in `folder`, which stay there from one run to the next."""

    def __init__(self, influxd, folder):
        self._influxd = influxd
        self.folder = pathlib.Path(folder)
        self.port = running_daemon.free_port()
        self._process = None

    def start(self):
        config = self.folder / "influxdb.conf"
        config.write_text(CONFIG.format(folder=self.folder, port=self.port))
        with open(self.folder.parent / "influxd.log", "ab") as log:
            self._process = subprocess.Popen([self._influxd, "run", "-config", str(config)], stdout=log, stderr=log)
        running_daemon.wait_until(self._answers, SECONDS_MAX, "the InfluxDB")

    def _answers(self):
        with contextlib.suppress(OSError):
            return self.ask("SHOW DATABASES") is not None
        return False

    def stop(self, number=signal.SIGTERM):
        if self._process:
            self._process.send_signal(number)
            self._process.wait(SECONDS_MAX)
        self._process = None

    def ask(self, query, database="metrics"):
        """The series of the answer to one statement."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_MAX)
        with contextlib.closing(connection):
            body = urllib.parse.urlencode({"q": query, "db": database, "epoch": "ms"})
            connection.request("POST", "/query", body, {"Content-Type": "application/x-www-form-urlencoded"})
            result = json.loads(connection.getresponse().read())["results"][0]
        if "error" in result:
            raise AssertionError(f"{query}: {result['error']}")
        return result.get("series", [])

    def total(self, query):
        """The one number that `query` gives; 0 where nothing is found."""
        series = self.ask(query)
        return series[0]["values"][0][1] if series else 0


@contextlib.contextmanager
def server(influxd, folder):
    database = InfluxDB(influxd, folder)
    database.start()
    try:
        yield database
    finally:
        database.stop(signal.SIGKILL)


def daemon(weir, database, *flags):
    return running_daemon.RunningDaemon(weir, [f"--influx.url=http://127.0.0.1:{database.port}/write?db=metrics", "--influx.create-database",
                                               "--influx.interval=1s", *flags])


def outcomes(running, what="points"):
    found = {}
    for outcome in ("given_up", "queue_age", "queue_full", "refused", "written"):
        found[outcome] = running.self_value(f'weir_influx_write_{what}_total{{outcome="{outcome}"}}')
    return found


def equal(what, found, expected):
    if found != expected:
        raise AssertionError(f"{what}: {found}, not {expected}")


def at_least(what, found, least):
    if found < least:
        raise AssertionError(f"{what}: {found}, less than {least}")


def send_counts(running, rounds, pause=0.1):
    """200 counters, of which each gets `rounds`."""
    for _ in range(rounds):
        statsd_client.send_tcp(running.tcp_port, [b"load:1|c|#n:%d" % n for n in range(200)])
        time.sleep(pause)


def points_of(database):
    """How many points of each time there are, own metrics aside."""
    series = database.ask('SELECT "value", "n" FROM "load"')
    return collections.Counter(time for time, *_ in series[0]["values"]) if series else {}


def check_arrival(weir, influxd, folder):
    hostile = [b"odd:1|c|#path:a b,eq:x=y,quote:\"q\",back:c\\d,uml:\xc3\xa4", b"odd:2|g2|c"]
    with server(influxd, folder) as database, daemon(weir, database) as running:
        statsd_client.send_udp(running.udp_port, hostile)
        send_counts(running, 20)
        running.wait_for_self_value("statsd_exporter_lines_total", 4001)
        passes = running.self_value("weir_influx_write_passes_total")
        running.wait_for_self_value("weir_influx_write_passes_total", passes + 2)
        running.wait_for_self_value('weir_influx_write_points_total{outcome="written"}', 1)
        last = database.ask('SELECT last("value") FROM "load" GROUP BY "n"')
        equal("last values", [series["values"][0][1] for series in last], [20] * 200)
        times = points_of(database)
        equal("series of each time", set(times.values()) - {200}, set())
        equal("tags", database.ask('SHOW TAG VALUES FROM "odd" WITH KEY IN ("path", "eq", "quote", "back", "uml")')[0]["values"],
              [["back", "c\\d"], ["eq", "x=y"], ["path", "a b"], ["quote", '"q"'], ["uml", "ä"]])
        found = outcomes(running)
        equal("points that are not written", sum(found.values()) - found["written"], 0)
        return f"{len(last)} series, {len(times)} passes, {found['written']:.0f} points"


def check_micrometer(weir, influxd, folder):
    with server(influxd, folder) as database:
        with daemon(weir, database, "--influx.layout=micrometer") as running:
            send_counts(running, 30)
            running.wait_for_self_value("statsd_exporter_lines_total", 6000)
        # The stop has sent the rest.
        equal("sum of the steps", database.total('SELECT sum("value") FROM "load" WHERE "metric_type" = \'counter\''), 6000)
        steps = points_of(database)
        at_least("steps", len(steps), 3)
        return f"6000 events in {len(steps)} steps of 200 series"


def check_restart(weir, influxd, folder):
    with server(influxd, folder) as database:
        with daemon(weir, database, "--influx.layout=micrometer", "--limits.stop-timeout=30s") as running:
            send_counts(running, 20)
            running.wait_for_self_value('weir_influx_write_points_total{outcome="written"}', 1)
            database.stop(signal.SIGKILL)
            send_counts(running, 30)
            running.wait_for_self_value('weir_influx_write_answers_total{answer="none"}', 1)
            database.start()
            send_counts(running, 20)
            running.wait_for_self_value("statsd_exporter_lines_total", 14_000)
            attempts = running.self_value('weir_influx_write_answers_total{answer="none"}')
        equal("sum of the steps", database.total('SELECT sum("value") FROM "load"'), 14_000)
        equal("series of each time", set(points_of(database).values()) - {200}, set())
        return f"14000 events, {attempts:.0f} attempts without an answer, none lost and none twice"


def check_full_disk(weir, influxd, folder):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)], check=True)
    try:
        with server(influxd, folder) as database:
            with daemon(weir, database, "--influx.layout=micrometer", "--limits.stop-timeout=60s") as running:
                send_counts(running, 10)
                running.wait_for_self_value('weir_influx_write_points_total{outcome="written"}', 1)
                filler = pathlib.Path(folder) / "filler"
                with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                    while file.write(b"x" * 4096):
                        pass
                send_counts(running, 30)
                running.wait_for_self_value('weir_influx_write_answers_total{answer="not_now"}', 1)
                not_now = running.self_value('weir_influx_write_answers_total{answer="not_now"}')
                filler.unlink()
                # InfluxDB 1.6 fails every write until it is started again, however much room there is.
                database.stop(signal.SIGKILL)
                database.start()
                send_counts(running, 10)
                running.wait_for_self_value("statsd_exporter_lines_total", 10_000)
                running.wait_for_log("Writing to InfluxDB again")
            equal("sum of the steps", database.total('SELECT sum("value") FROM "load"'), 10_000)
            return f"10000 events, {not_now:.0f} answers of a full disk, none lost and none twice"
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def check_dropped_database(weir, influxd, folder):
    with server(influxd, folder) as database, daemon(weir, database) as running:
        send_counts(running, 1)
        running.wait_for_self_value('weir_influx_write_points_total{outcome="written"}', 1)
        made = running.log().count("Made the database at InfluxDB")
        database.ask("DROP DATABASE metrics")
        running_daemon.wait_until(lambda: running.log().count("Made the database at InfluxDB") > made, SECONDS_MAX, "a new database")
        running_daemon.wait_until(lambda: database.ask('SELECT last("value") FROM "load"'), SECONDS_MAX, "points in it")
        found = outcomes(running)
        equal("points that are not written", sum(found.values()) - found["written"], 0)
        return "made again, nothing refused"


CHECKS = {
    "arrival": check_arrival,
    "micrometer": check_micrometer,
    "restart": check_restart,
    "full_disk": check_full_disk,
    "dropped_database": check_dropped_database,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weir", type=pathlib.Path, required=True)
    parser.add_argument("--influxd", default="/usr/bin/influxd")
    parser.add_argument("cases", nargs="*", help=f"some of {', '.join(CHECKS)}")
    arguments = parser.parse_args()
    for name in arguments.cases or CHECKS:
        with tempfile.TemporaryDirectory() as outside:
            folder = pathlib.Path(outside) / "influxdb"
            folder.mkdir()
            print(f"{name}: {CHECKS[name](arguments.weir.resolve(), arguments.influxd, folder)}", flush=True)


if __name__ == "__main__":
    main()
