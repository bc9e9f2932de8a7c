#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""weir writes to a real InfluxDB: everything arrives, through a restart, a full disk and a dropped database.

    tests/influx_servers/run.py --weir build/src/app/weir [--kind 1|1.8|2] [--influxd PROGRAM] [CASE...]

By hand, in about two minutes; the full disk is a tmpfs, for which it has to be root. Kind 1 is version 1 by its own API, such as Debian's
package influxdb; 1.8 the same by the API of version 2 that it has since then, with a user:

    GOBIN=FOLDER go install github.com/influxdata/influxdb/cmd/influxd@v1.8.10

and 2 is version 2, by its API: build_influxd.py builds one.
"""

import argparse
import collections
import contextlib
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

import running_daemon  # noqa: E402
import servers  # noqa: E402
import statsd_client  # noqa: E402

SECONDS_MAX = 60


def daemon(weir, database, *flags):
    return running_daemon.RunningDaemon(weir, [*database.flags(), "--influx.interval=1s", *flags])


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


def check_arrival(weir, kind, folder):
    hostile = [b"odd:1|c|#path:a b,eq:x=y,quote:\"q\",back:c\\d,uml:\xc3\xa4", b"odd:2|g2|c"]
    with kind.running(folder) as database, daemon(weir, database) as running:
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


def check_micrometer(weir, kind, folder):
    with kind.running(folder) as database:
        with daemon(weir, database, "--influx.layout=micrometer") as running:
            send_counts(running, 30)
            running.wait_for_self_value("statsd_exporter_lines_total", 6000)
        # The stop has sent the rest.
        equal("sum of the steps", database.total('SELECT sum("value") FROM "load" WHERE "metric_type" = \'counter\''), 6000)
        steps = points_of(database)
        at_least("steps", len(steps), 3)
        return f"6000 events in {len(steps)} steps of 200 series"


def check_restart(weir, kind, folder):
    with kind.running(folder) as database:
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


def check_full_disk(weir, kind, folder):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kind.disk_bytes}", "tmpfs", str(folder)], check=True)
    try:
        with kind.running(folder) as database:
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


def check_dropped_database(weir, kind, folder):
    with kind.running(folder) as database, daemon(weir, database) as running:
        send_counts(running, 1)
        running.wait_for_self_value('weir_influx_write_points_total{outcome="written"}', 1)
        made = running.log().count("Made the database at InfluxDB")
        database.drop()
        running_daemon.wait_until(lambda: running.log().count("Made the database at InfluxDB") > made, SECONDS_MAX, "a new database")
        running_daemon.wait_until(lambda: database.ask('SELECT last("value") FROM "load"'), SECONDS_MAX, "points in it")
        found = outcomes(running)
        equal("points that are not written", sum(found.values()) - found["written"], 0)
        return "made again, nothing refused"


def check_dropped_bucket(weir, kind, folder):
    """Of which weir makes no other: what comes meanwhile is refused, and counted."""
    with kind.running(folder) as database, daemon(weir, database) as running:
        send_counts(running, 1)
        running.wait_for_self_value('weir_influx_write_points_total{outcome="written"}', 1)
        database.drop()
        running.wait_for_self_value('weir_influx_write_points_total{outcome="refused"}', 1)
        database.make()
        running_daemon.wait_until(lambda: database.ask('SELECT last("value") FROM "load"'), SECONDS_MAX, "points in it")
        found = outcomes(running)
        equal("points that are neither written nor refused", sum(found.values()) - found["written"] - found["refused"], 0)
        equal("series of each time", set(points_of(database).values()) - {200}, set())
        return f"{found['refused']:.0f} points refused, and written again to the new one"


def check_token(weir, kind, folder):
    with kind.running(folder) as database:
        database.token_file.write_text("not-the-token")
        with daemon(weir, database) as running:
            send_counts(running, 1)
            running.wait_for_self_value('weir_influx_write_points_total{outcome="refused"}', 1)
            equal("points that are written", outcomes(running)["written"], 0)
            database.token_file.write_text(database.token)
            running.wait_for_self_value('weir_influx_write_points_total{outcome="written"}', 200)
            last = database.ask('SELECT last("value") FROM "load" GROUP BY "n"')
            equal("last values", [series["values"][0][1] for series in last], [1] * 200)
            return f"refused with another one, {outcomes(running)['written']:.0f} points written with the right one"


CHECKS = {
    "arrival": check_arrival,
    "micrometer": check_micrometer,
    "restart": check_restart,
    "full_disk": check_full_disk,
}
# Those of weir making its database, and of tokens.
OF_FIRST_API = {"dropped_database": check_dropped_database}
OF_SECOND_API = {"dropped_bucket": check_dropped_bucket, "token": check_token}


def checks_of(kind):
    return {**CHECKS, **(OF_FIRST_API if kind == "1" else OF_SECOND_API)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", type=pathlib.Path, required=True)
    parser.add_argument("--kind", choices=list(servers.KINDS), default="1")
    parser.add_argument("--influxd", default="/usr/bin/influxd")
    parser.add_argument("cases", nargs="*", help=f"some of {', '.join({**CHECKS, **OF_FIRST_API, **OF_SECOND_API})}")
    arguments = parser.parse_args()
    checks = checks_of(arguments.kind)
    for name in arguments.cases or checks:
        with tempfile.TemporaryDirectory() as outside:
            folder = pathlib.Path(outside) / "influxdb"
            folder.mkdir()
            print(f"{name}: {checks[name](arguments.weir.resolve(), servers.Kind(arguments.kind, arguments.influxd), folder)}", flush=True)


if __name__ == "__main__":
    main()
