#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs real Airflows that send to a real weir, scraped by a real Prometheus, and compares what that shows with Airflow's own database.

    tests/airflow_real/run.py --weir build/src/app/weir --cache FOLDER [--airflow 2.11.0 --airflow 3.3.2] [--mode influx] [--keep FOLDER]

By hand: some four minutes for each release and mode, and 2 GB of memory. Needs PyPI the first time, prometheus, and the right to make a network
namespace. With --constraints 2.11.0=FILE pip takes the versions that Airflow's makers tested together. Reports in TAP.
"""

import argparse
import contextlib
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ("support", "conformance", "supervisor", "monitoring")]

import airflow_install  # noqa: E402
import airflow_process  # noqa: E402
import checks  # noqa: E402
import exposition  # noqa: E402
import private_network  # noqa: E402
import prometheus_server  # noqa: E402
import queries  # noqa: E402
import report  # noqa: E402
import running_daemon  # noqa: E402
import shipped  # noqa: E402
import strained  # noqa: E402

VERSIONS = ["2.11.0", "3.3.2"]
DOTTED_DAG = "team.billing"
# Legacy names since this have `__` for the dots of their ids.
MANGLED_SINCE = (3, 3)
# Between 3.0 and this no release sends how tasks end.
TASKS_AGAIN_SINCE = (3, 1, 8)
SCRAPES_AFTER = 10
DATAGRAM_BYTES_MAX = 65536
LOSSES = (r"statsd_exporter_(events_(unmapped|error|conflict)|sample_errors|tag_errors)_total"
          r"|weir_(udp_kernel_drops|datagrams_truncated|lines_too_long|events_overflowed|events_refused|relay_packets_dropped|relay_send_errors)_total")


def mapping_of(release, mode):
    """As docs/airflow.md says which."""
    if release[0] == 2:
        name = "airflow"
    elif mode == "plain" and release < MANGLED_SINCE:
        name = "airflow30"
    else:
        name = "airflow3"
    return name + ("" if mode == "plain" else f"-{mode}")


def mapping_flag(weir, release, mode, folder):
    """Names without tags say nothing of where a dotted DAG id ends: then the mapping is one that knows the id."""
    name = mapping_of(release, mode)
    if mode != "plain" or release >= MANGLED_SINCE:
        return f"--statsd.mapping-config=builtin:{name}"
    file = folder / "airflow.yml"
    shown = subprocess.run([weir, "mappings", "show", name, "--dag-id", DOTTED_DAG], capture_output=True, text=True, check=True)
    file.write_text(shown.stdout, encoding="utf-8")
    return f"--statsd.mapping-config={file}"


@contextlib.contextmanager
def recorder(path):
    """Writes what the relay sends to `path`, for whoever has to find out what went wrong. Yields its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, open(path, "wb") as lines:
        udp.bind(("127.0.0.1", 0))

        def write():
            while (datagram := udp.recv(DATAGRAM_BYTES_MAX)) != b"end":
                lines.write(datagram.rstrip(b"\n") + b"\n")

        thread = threading.Thread(target=write)
        thread.start()
        try:
            yield udp.getsockname()[1]
        finally:
            udp.sendto(b"end", udp.getsockname())
            thread.join()


def check_intake(results, title, daemon):
    """Every line came, was read, and had a rule. Returns how many lines."""
    values = exposition.self_values(daemon.scrape())
    with results.case(f"{title}: nothing lost, nothing unmapped") as case:
        lost = {name: value for name, value in values.items() if value and re.match(LOSSES, name)}
        case.expect(not lost, f"{lost}; the lines are in lines.txt, see --keep")
        case.expect("statsd_exporter_events_unmapped_total" in values, "nothing counts unmapped events")
    return values["statsd_exporter_lines_total"]


def run_one(results, weir, environment, version, mode, folder):
    release = tuple(map(int, version.split(".")))
    major, title = release[0], f"Airflow {version}, {mode}"
    tells_of_tasks = major == 2 or release >= TASKS_AGAIN_SINCE
    mangled = mode == "plain" and release >= MANGLED_SINCE
    started = time.time()
    with contextlib.ExitStack() as stack:
        relay_port = stack.enter_context(recorder(folder / "lines.txt"))
        flags = [mapping_flag(weir, release, mode, folder), f"--statsd.relay.address=127.0.0.1:{relay_port}"]
        daemon = stack.enter_context(running_daemon.RunningDaemon(weir, flags))
        other = stack.enter_context(strained.running(weir, folder))
        targets = {("airflow", "weir"): ("127.0.0.1", daemon.http_port), ("statsd", "strained"): ("127.0.0.1", other.http_port)}
        prometheus = stack.enter_context(prometheus_server.Prometheus(folder, targets, shipped.RULES / "*.rules.yml"))
        airflow = stack.enter_context(airflow_process.Airflow(environment, version, mode, folder / "home", daemon.udp_port))
        airflow.wait_for_runs()
        ended = prometheus.wait_for_scrapes(SCRAPES_AFTER)
        (folder / "page.prom").write_text(daemon.scrape_text(), encoding="utf-8")
        lines = check_intake(results, title, daemon)
        checks.Comparison(results, title, checks.Page(daemon.scrape()), airflow.database, ended - started, major, mangled).run_all(tells_of_tasks)
        if tells_of_tasks:
            queries.Queries(results, title, prometheus, major, mode, started, ended).run_all()
        print(f"# {title}: {ended - started:.0f} s, {lines:.0f} lines, {sum(airflow.database.ends().values())} ends of tasks, "
              f"lost by Airflow: {sorted(airflow.database.lost_tasks())}", flush=True)


def pairs(text):
    version, equals, path = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("VERSION=FILE")
    return version, pathlib.Path(path).resolve()


def read_arguments():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="where the installed Airflows stay")
    parser.add_argument("--airflow", action="append", metavar="VERSION", help=f"repeatable; {' and '.join(VERSIONS)} if absent")
    parser.add_argument("--mode", action="append", choices=list(airflow_process.MODES), help="repeatable; all if absent")
    parser.add_argument("--constraints", action="append", type=pairs, default=[], metavar="VERSION=FILE")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for what each run leaves behind: lines, page, logs, database")
    return parser.parse_args()


def main():
    arguments = read_arguments()
    versions = arguments.airflow or VERSIONS
    constraints = dict(arguments.constraints)
    cache = arguments.cache.resolve()
    environments = {version: airflow_install.installed(cache, version, constraints.get(version)) for version in versions}
    if not prometheus_server.is_installed():
        sys.exit("there is no prometheus: apt-get install prometheus")
    private_network.enter()
    results = report.Report([])
    with tempfile.TemporaryDirectory(prefix="weir-airflow-") as scratch:
        base = (arguments.keep or pathlib.Path(scratch)).resolve()
        for version in versions:
            for mode in arguments.mode or airflow_process.MODES:
                folder = base / f"{version}-{mode}"
                folder.mkdir(parents=True)
                # What stops one run stops no other.
                with results.case(f"Airflow {version}, {mode}: runs to its end"):
                    run_one(results, arguments.weir.resolve(), environments[version], version, mode, folder)
    results.finish()
    return 1 if results.has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
