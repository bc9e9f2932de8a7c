#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs weir and the exporters of docs/together.md together, all scraped by one Prometheus with packaging/together/prometheus.yml.

    tests/together/run.py --weir build/src/app/weir [--record] [--keep FOLDER]

By hand: two minutes, as root, in a network of its own. Takes what is installed of

    apt-get install prometheus prometheus-node-exporter prometheus-blackbox-exporter prometheus-mysqld-exporter prometheus-pushgateway
    apt-get install mariadb-server podman runc busybox-static python3-yaml
    go install github.com/prometheus/statsd_exporter@v0.31.0
    cadvisor, kube-state-metrics: `go build` in a copy of their repositories

and names what is not there. kube-state-metrics asks a stand-in of an API server. Reports in TAP; --record writes families.txt.
"""

import argparse
import contextlib
import ctypes
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ("support", "conformance", "supervisor")]

import container  # noqa: E402
import database  # noqa: E402
import exposition  # noqa: E402
import families  # noqa: E402
import kubernetes_api  # noqa: E402
import private_network  # noqa: E402
import prometheus_server  # noqa: E402
import report  # noqa: E402
import running_daemon  # noqa: E402
import services  # noqa: E402
import system_faults  # noqa: E402

SCRAPE_SECONDS = 2
SCRAPES_BEFORE_QUERIES = 10
# As packaging/together/compose.yml starts it, but at its address, and without the mapping that another test holds.
WEIR = services.ADDRESSES["weir"]
WEIR_FLAGS = [f"--web.listen-address={WEIR}:9102", f"--statsd.listen-udp={WEIR}:8125", f"--statsd.listen-tcp={WEIR}:8125",
              "--statsd.mapping-config=builtin:spring", "--statsd.relay.address=statsd-exporter:9125"]
PAGE = services.ROOT / "docs" / "together.md"
QUERY = re.compile(r"^```promql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Where a job's name is not that of the exporter.
JOBS = {"statsd_exporter": "statsd-exporter", "node": "node-exporter", "mysqld": "mysqld-exporter", "blackbox": "blackbox-exporter",
        "weir-http": "blackbox-exporter", "weir-tcp": "blackbox-exporter"}
# What a query of the page needs, by a word in it.
NEEDS = {"container_": "cadvisor", "kube_": "kube-state-metrics", "mysql_": "mysqld-exporter", "node_": "node-exporter", "probe_": "blackbox-exporter",
         "push_": "pushgateway", "statsd_exporter\"": "statsd-exporter"}
SEND_SECONDS = 0.2
# What this program sends and pushes, which is on the pages of those that pass it on.
SENT = ("shop_", "parcels_", "hikaricp_", "backup_")
TROUBLE = re.compile(r"\blevel=(WARN|ERROR)\b", re.IGNORECASE)


def name_hosts(folder):
    """The names of packaging/together, for this process and those that it starts."""
    file = pathlib.Path(folder, "hosts")
    file.write_text(services.hosts(), encoding="utf-8")
    private_network.unshare(system_faults.CLONE_NEWNS)
    libc = ctypes.CDLL(None, use_errno=True)
    for source, target, flags in ((None, b"/", system_faults.MS_REC | system_faults.MS_PRIVATE),
                                  (str(file).encode(), b"/etc/hosts", system_faults.MS_BIND)):
        if libc.mount(source, target, None, flags, None) != 0:
            raise OSError(ctypes.get_errno(), f"mount {target}")


def write_config(folder):
    """The scrape file as it is shipped, but faster, and with the rules where they are."""
    text = services.scrape_file().replace("interval: 15s", f"interval: {SCRAPE_SECONDS}s").replace("/etc/prometheus/rules", str(services.ROOT / "packaging/prometheus"))
    file = folder / "prometheus.yml"
    file.write_text(text, encoding="utf-8")
    return file


class Server(prometheus_server.Prometheus):
    """A Prometheus on a given configuration."""

    def __init__(self, folder):
        super().__init__(folder, {}, "")

    def __enter__(self):
        self._log = open(self._folder / "prometheus.log", "w+", encoding="utf-8")
        self._process = subprocess.Popen(
            ["prometheus", f"--config.file={write_config(self._folder)}", f"--storage.tsdb.path={self._folder}/data",
             f"--web.listen-address=127.0.0.1:{prometheus_server.PORT}"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT, cwd=self._folder)
        return self

    def up(self, now):
        """(job, instance) -> 0 or 1"""
        return {(dict(labels)["job"], dict(labels)["instance"]): value for labels, value in self.query("up", now).items()}


class Senders:
    """Lines of applications: pods, and what a Spring application says of its database. A container of its own sends beside them."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(self):
        lines = [f"shop.orders:1|c|#statistic:count,namespace:{kubernetes_api.NAMESPACE},pod:{pod}" for pod in kubernetes_api.SENDING]
        lines.append("hikaricp.connections.active:3|g|#statistic:value,application:shop,pool:HikariPool-1")
        self._socket.sendto("\n".join(lines).encode(), (WEIR, 8125))

    def close(self):
        self._socket.close()


def push(exporter):
    body = b"backup_last_success_timestamp_seconds 1700000000\n"
    request = urllib.request.Request(f"http://{services.ADDRESSES[exporter.name]}:{exporter.port}/metrics/job/backup/instance/db1", data=body, method="PUT")
    urllib.request.urlopen(request, timeout=services.HTTP_SECONDS_MAX).close()


def running_exporters(stack, folder):
    """name -> the exporter, for those that are installed and whose neighbours are."""
    podman = folder / "podman.sock"
    kubernetes = stack.enter_context(kubernetes_api.running())
    started = {}
    if container.is_installed():
        stack.enter_context(container.api(podman, folder))
    if database.is_installed():
        stack.enter_context(database.running(services.ADDRESSES["mariadb"], folder))
    for exporter in services.exporters(kubernetes, podman):
        is_able = exporter.is_installed() and (exporter.name != "mysqld-exporter" or database.is_installed())
        if not is_able:
            print(f"# not there, and left out: {exporter.name}", flush=True)
            continue
        stack.enter_context(services.Service([exporter.program, *exporter.arguments], folder / f"{exporter.name}.log", exporter.url))
        started[exporter.name] = exporter
    return started


def needs(query):
    return {exporter for word, exporter in NEEDS.items() if word in query}


def check_targets(results, prometheus, started):
    """Every target of the file whose exporter runs is up."""
    def is_up(now):
        ups = prometheus.up(now)
        wanted = {key: value for key, value in ups.items() if JOBS.get(key[0], key[0]) in {*started, "weir", "prometheus"}}
        return len(ups) == targets and set(wanted.values()) == {1}
    targets = services.target_count()
    with results.case("Prometheus: every target is up"):
        now = prometheus.wait_for(is_up, "all targets to be up")
        for (job, instance), value in sorted(prometheus.up(now).items()):
            print(f"# {'up' if value else 'not there'}: {job} {instance}", flush=True)


def check_families(results, weir_page, pages):
    ours = families.of_page(weir_page)
    for name, theirs in pages.items():
        with results.case(f"{name}: no family of weir's has another type there") as case:
            case.expect(len(theirs) > 10, f"{len(theirs)} families")
            case.expect(not families.clashes(ours, theirs), families.clashes(ours, theirs))
            case.expect(not [family for family in theirs if family.startswith("weir_")], "it has names of weir's")


def check_probes(results, prometheus, weir_log):
    with results.case("blackbox-exporter: weir's probe targets") as case:
        found = prometheus.query("probe_success", time.time())
        case.expect(len(found) == 3 and set(found.values()) == {1}, found)
        for line in weir_log.splitlines():
            case.expect(not TROUBLE.search(line), line)


def check_queries(results, prometheus, started):
    queries = QUERY.findall(PAGE.read_text(encoding="utf-8"))
    with results.case("docs/together.md: has queries") as case:
        case.expect(len(queries) > 5, len(queries))
    for query in queries:
        missing = needs(query) - set(started)
        if missing:
            print(f"# not asked, as {missing} is not there: {query}", flush=True)
            continue
        title = " ".join(line for line in query.splitlines() if not line.startswith("#"))
        with results.case(f"docs/together.md: {title[:100]}") as case:
            found = prometheus.query(query, time.time())
            case.expect(found, "no data")
            for labels, value in list(found.items())[:3]:
                print(f"# {dict(labels)} {value:g}", flush=True)


def run(results, weir, folder, is_recording):
    with contextlib.ExitStack() as stack:
        name_hosts(folder)
        started = running_exporters(stack, folder)
        own = stack.enter_context(services.Service([weir, *WEIR_FLAGS], folder / "weir.log", f"http://{WEIR}:9102/-/ready"))
        prometheus = stack.enter_context(Server(folder))
        if container.is_installed():
            stack.enter_context(container.sending(WEIR, 8125, folder))
        if "pushgateway" in started:
            push(started["pushgateway"])
        senders = stack.enter_context(contextlib.closing(Senders()))
        check_targets(results, prometheus, started)
        deadline = time.monotonic() + SCRAPES_BEFORE_QUERIES * SCRAPE_SECONDS
        while time.monotonic() < deadline:
            senders.send()
            time.sleep(SEND_SECONDS)
        pages = {name: families.of_page(services.get(exporter.url)) for name, exporter in started.items()}
        page = services.get(f"http://{WEIR}:9102/metrics")
        exposition.parse(page)
        check_families(results, page, pages)
        if "blackbox-exporter" in started:
            check_probes(results, prometheus, own.log())
        check_queries(results, prometheus, started)
        versions = {name: services.version_of(exporter) for name, exporter in started.items()}
        for name, version in versions.items():
            print(f"# {name}: {version}, {len(pages[name])} families", flush=True)
        if is_recording:
            families.write(versions, {name: {family: kind for family, kind in page.items() if not family.startswith(SENT)} for name, page in pages.items()})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for logs")
    arguments = parser.parse_args()
    if not shutil.which("prometheus"):
        sys.exit("there is no prometheus: apt-get install prometheus")
    private_network.enter()
    results = report.Report([])
    with tempfile.TemporaryDirectory(prefix="weir-together-") as scratch:
        folder = (arguments.keep or pathlib.Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        with results.case("runs to its end"):
            run(results, arguments.weir.resolve(), folder, arguments.record)
    results.finish()
    return 1 if results.has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
