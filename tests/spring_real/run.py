#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs Micrometer and Spring applications from Maven Central that send to a real weir, and compares what that shows with what they say of themselves.

    tests/spring_real/run.py --weir build/src/app/weir --cache FOLDER [CASE...]
    tests/spring_real/run.py --weir build/src/app/weir --cache FOLDER --record [CASE...]

By hand: a quarter of an hour. Needs Java 17, Maven and, the first time, Maven Central; ends with 77 without. CASE is a part of a name. Reports in
TAP. `--record` writes what the programs send into tests/spring/captures, for the tests that run without Java.
"""

import argparse
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ("support", "spring")]

import java_programs  # noqa: E402
import meter_run  # noqa: E402
import micrometer  # noqa: E402
import page_case  # noqa: E402
import recording  # noqa: E402
import running_daemon  # noqa: E402
import task_case  # noqa: E402
import web_case  # noqa: E402

SKIPPED = 77
# The lines of Spring Boot 2.7, 3.5 and the newest.
MICROMETERS = ("1.9.17", "1.15.5", "1.17.2")
# Unframed lines over TCP run into each other: Micrometer's buffer is what frames them.
TRANSPORTS = (("udp", True), ("udp", False), ("tcp", True), ("uds_datagram", True), ("uds_datagram", False))
LINES_MIN = 50


def micrometers(cache):
    return {version: java_programs.Program(cache, "micrometer", "Meters", {"micrometer.version": version}) for version in MICROMETERS}


def address(daemon, transport, socket):
    if transport == "uds_datagram":
        return [str(socket), "0"]
    return ["127.0.0.1", str(daemon.tcp_port if transport == "tcp" else daemon.udp_port)]


def check_meters(weir, program, flavor, transport, is_buffered):
    """What is wrong, a text each."""
    with tempfile.TemporaryDirectory(prefix="weir-spring-") as folder:
        socket = pathlib.Path(folder, "statsd.sock")
        flags = ["--statsd.mapping-config=builtin:spring", f"--statsd.listen-unixgram={socket}"]
        with running_daemon.RunningDaemon(weir, flags) as daemon:
            program.run([flavor.upper(), transport.upper(), *address(daemon, transport, socket), str(is_buffered).lower()])
            families = daemon.scrape()
    lines = running_daemon.exposition.self_values(families)["statsd_exporter_lines_total"]
    return [*meter_run.faults(families, flavor), *([] if lines >= LINES_MIN else [f"{lines} lines came"])]


def cases(weir, cache):
    """(name, check) of each; a check returns what is wrong."""
    for version, program in micrometers(cache).items():
        for flavor in micrometer.FLAVORS:
            for transport, is_buffered in TRANSPORTS:
                name = f"Micrometer {version}, {flavor}, {transport}, {'buffered' if is_buffered else 'not buffered'}"
                yield name, lambda p=program, f=flavor, t=transport, b=is_buffered: check_meters(weir, p.build(), f, t, b)
    web = java_programs.Program(cache, "web", "weir.web.WebApp")
    task = java_programs.Program(cache, "task", "weir.task.TaskApp")
    for flavor in micrometer.FLAVORS:
        yield f"Spring Boot 3.5 web application, {flavor}", lambda f=flavor: web_case.check(weir, web.build(), f)
    for flavor in micrometer.FLAVORS:
        yield f"Spring Cloud Task with Spring Batch, {flavor}", lambda f=flavor: task_case.check(weir, task.build(), f)
    yield "Spring Cloud Task with Spring Batch, InfluxDB", lambda: task_case.check_influx(weir, task.build())
    newer = java_programs.Program(cache, "task4", "weir.task.TaskApp", others=("task/Measured.java", "task/RSocketConnection.java"))
    for way in page_case.WAYS:
        yield f"Spring Cloud Task with Spring Batch, {way.name}", lambda w=way: page_case.check(weir, task.build(), w)
        yield f"Spring Cloud Task with Spring Batch of Boot 4, {way.name}", lambda w=way: page_case.check(weir, newer.build(), w)


def run(chosen):
    failed = 0
    for number, (name, check) in enumerate(chosen, 1):
        try:
            found = check()
        except AssertionError as fault:
            found = [str(fault)]
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {name}", flush=True)
        for line in "\n".join(found).splitlines():
            print("# " + line)
    print(f"1..{len(chosen)}")
    return failed


def record(chosen):
    for name, action in chosen:
        print(name, flush=True)
        action()
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "weir-spring")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    options = parser.parse_args()
    options.cache = options.cache.resolve()
    options.cache.mkdir(parents=True, exist_ok=True)
    known = recording.recordings(micrometers(options.cache), options.cache) if options.record else cases(options.weir.resolve(), options.cache)
    chosen = [case for case in known if not options.cases or any(part in case[0] for part in options.cases)]
    try:
        failed = record(chosen) if options.record else run(chosen)
    except java_programs.Missing as missing:
        print(f"1..0 # SKIP {missing}")
        sys.exit(SKIPPED)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
