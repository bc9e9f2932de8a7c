#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts weir where a supervisor and Prometheus had the reference, and reports in TAP what they see otherwise.

    supervisor_test.py --weir build/src/app/weir [--reference statsd_exporter]

Needs statsd_exporter and prometheus. Without them all is skipped; but where `go` is, they must be there. Runs in a network of its own.
"""

import argparse
import math
import pathlib
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "conformance")]

import compare  # noqa: E402
import exposition  # noqa: E402
import private_network  # noqa: E402
import prometheus_server  # noqa: E402
import report  # noqa: E402
import run_conformance  # noqa: E402
import running_daemon  # noqa: E402
import senders  # noqa: E402
import slow_log  # noqa: E402
import supervised  # noqa: E402
import unit_file  # noqa: E402

NAMES = ("reference", "weir")
HOSTS = ("127.0.0.2", "127.0.0.3")
SHOP_HOSTS = ("127.0.0.4", "127.0.0.5")
ANYWHERE = "127.0.0.1"
RUN_SECONDS_MAX = 60
PROBED = ("/metrics", "/-/healthy", "/-/ready")
UNITS = {"debian": "/metrics", "one-flag-a-line": "/statsd/metrics", "variables": "/metrics", "arguments-file": "/metrics"}
# Where the units expect their mapping file.
MAPPING_PLACES = ("etc/statsd-mapping.yml", "etc/statsd exporter/mapping.yml")
SESSION = [("udp", b"shop.session.7:12|g")]
SCRAPES_BEFORE = 3
SCRAPES_AFTER = 12

# Command lines that must not start. A supervisor keeps the exit code, and shows the operator what was written.
MISTAKES = {
    "a flag misspelt": ["--statsd.listen-upd=:9125"],
    "one dash, as in old unit files": ["-statsd.mapping-config=/etc/statsd-mapping.yml"],
    "a flag that a chart once added": ["--ttl=10m"],
    "a flag given twice": ["--log.level=info", "--log.level=warn"],
}


class World:
    """The programs under their installed names, in a root folder for each, as their packages or images have them."""

    def __init__(self, folder, binaries):
        self.folder = pathlib.Path(folder)
        self.roots = []
        for name, binary in zip(NAMES, binaries):
            root = self.folder / name
            for path in ("bin/statsd_exporter", "usr/bin/statsd_exporter", "usr/bin/prometheus-statsd-exporter",
                         "usr/local/bin/statsd_exporter", "opt/statsd_exporter/bin/exporter"):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).symlink_to(pathlib.Path(binary).resolve())
            self.roots.append(root)

    def write(self, path, text):
        """In both roots; in the text @root@ and @host@ become those of the daemon."""
        for root, host in zip(self.roots, HOSTS):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text.replace("@root@", str(root)).replace("@host@", host))

    def services(self, path, arguments, hosts, tag):
        """One service of each, executed as `path` with `arguments(root, host)`."""
        return supervised.Pair(*(
            supervised.Service(name, root / path, [root / path, *arguments(root, host)], host, self.folder / f"{name}-{tag}.log")
            for name, root, host in zip(NAMES, self.roots, hosts)))

    def unit_services(self, unit, telemetry_path):
        """One service of each, as systemd would start it from the unit file."""
        self.install_unit(unit)
        services = []
        for name, root, host in zip(NAMES, self.roots, HOSTS):
            text = (root / "unit.service").read_text()
            settings = unit_file.read_unit(text)
            file = settings.get(("Service", "EnvironmentFile"))
            environment = unit_file.read_environment(pathlib.Path(file).read_text()) if file else {}
            path, argv = unit_file.command_line(settings["Service", "ExecStart"], environment)
            services.append(supervised.Service(name, path, argv, host, self.folder / f"{name}-unit.log", telemetry_path))
        return supervised.Pair(*services)

    def install_unit(self, unit):
        places = {".service": "unit.service", ".args": "etc/statsd_exporter.args"}
        places[".env"] = "etc/default/" + ("prometheus-statsd-exporter" if unit == "debian" else "statsd_exporter")
        for suffix, place in places.items():
            source = HERE / "units" / (unit + suffix)
            if source.exists():
                self.write(place, source.read_text())
        for place in MAPPING_PLACES:
            self.write(place, (HERE / "shop.yml").read_text())


def expect_clean_stop(case, pair):
    codes = pair.each(supervised.Service.stop)
    case.expect(codes == (0, 0), f"exit codes after SIGTERM: reference {codes[0]}, weir {codes[1]}\n{pair.weir.log()}")


def log_messages(service):
    return [running_daemon.attributes(line).get("msg") for line in service.log().splitlines() if "level=INFO" in line]


def run_helm_start(results, world):
    """The chart's one argument, and with it the default ports, on all addresses. One after the other."""
    world.write("etc/statsd-exporter/mappings.yml", (HERE / "airflow.yml").read_text())
    pair = world.services("bin/statsd_exporter", lambda root, _: [f"--statsd.mapping-config={root}/etc/statsd-exporter/mappings.yml"],
                          (ANYWHERE, ANYWHERE), "helm")
    sent = senders.airflow()
    probes, pages, logs, codes = [], [], [], []
    for service in pair.services:
        try:
            service.start()
            service.wait_ready()
            probes.append([service.get(path)[:2] for path in PROBED])
            service.send(sent)
            service.settle()
            pages.append(service.page())
            logs.append(log_messages(service))
            codes.append(service.stop())
        finally:
            service.kill()
    with results.case("helm: probes") as case:
        case.equal("status and content type", *probes)
    with results.case("helm: page") as case:
        case.compare(*pages)
    with results.case("helm: log") as case:
        missing = [message for message in logs[0] if message not in logs[1]]
        case.expect(logs[0] and not missing, f"weir does not log {missing}")
    with results.case("helm: stop") as case:
        case.expect(codes == [0, 0], f"exit codes after SIGTERM: {codes}")


def reload_as_systemd(pair):
    """ExecReload=/bin/kill -HUP $MAINPID"""
    for service in pair.services:
        subprocess.run(["kill", "-HUP", str(service.process.pid)], check=True)
    for service in pair.services:
        running_daemon.wait_until(lambda: service.value('statsd_exporter_config_reloads_total{outcome="success"}') == 1, RUN_SECONDS_MAX, "reload")


def run_unit_starts(results, world):
    for unit, telemetry_path in UNITS.items():
        with results.case(f"unit: {unit}") as case, world.unit_services(unit, telemetry_path) as pair:
            compare_after(case, pair, senders.shop())
            for place in MAPPING_PLACES:
                world.write(place, (HERE / "shop.yml").read_text().replace("shop_tagged_total", "shop_renamed_total"))
            reload_as_systemd(pair)
            compare_after(case, pair, senders.shop())
            case.expect("shop_renamed_total" in pair.weir.page(), "the new rules are not used")
            before = pair.pages()
            with results.case(f"newer: {unit}") as newer:
                compare_after(newer, pair, senders.NEWER, before)
            expect_clean_stop(case, pair)


def compare_after(case, pair, sent, before=None):
    pair.send(sent)
    pair.settle()
    comparison = compare.Comparison(before)
    found = comparison.pages(*pair.pages())
    # How the reference rounds a histogram's sum depends on the scrapes before.
    case.differences([difference for difference in found if difference.what != "rounding"], comparison.values)


def run_mistakes(results, world):
    for name, arguments in MISTAKES.items():
        with results.case(f"mistake: {name}") as case:
            ends = [end_of(root / "usr/bin/statsd_exporter", arguments) for root in world.roots]
            case.equal("exit code", ends[0].returncode, ends[1].returncode)
            case.equal("stderr", ends[0].stderr, ends[1].stderr)


def run_slow_log(results, world):
    with results.case("stop: with nobody reading the log") as case:
        codes = [slow_log.exit_code([str(root / "bin/statsd_exporter")]) for root in world.roots]
        case.expect(codes == [0, 0], f"exit codes after SIGTERM: reference {codes[0]}, weir {codes[1]}")


def end_of(path, arguments):
    return subprocess.run([str(path), *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False, cwd="/", env={},
                          stdin=subprocess.DEVNULL)


def read_queries(file):
    """(name, relative tolerance, PromQL)"""
    for line in (HERE / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, tolerance, expression = line.split(None, 2)
            yield name, 0.0 if tolerance == "=" else float(tolerance), expression


def without_target(answer):
    """Without the labels that tell the daemons apart."""
    kept = {tuple(label for label in labels if label[0] not in ("job", "instance")): value for labels, value in answer.items()}
    assert len(kept) == len(answer), "two series differ in their job alone"
    return kept


def is_alike(reference, weir, tolerance):
    return reference == weir or math.isclose(reference, weir, rel_tol=tolerance) or (math.isnan(reference) and math.isnan(weir))


def answer_differences(name, reference, weir, tolerance):
    for labels in sorted(reference.keys() | weir.keys()):
        text = exposition.series_text("", labels) or "{}"
        if labels not in weir:
            yield compare.Difference(name, text, "missing", f"{reference[labels]:.17g}", "absent")
        elif labels not in reference:
            yield compare.Difference(name, text, "extra", "absent", f"{weir[labels]:.17g}")
        elif not is_alike(reference[labels], weir[labels], tolerance):
            yield compare.Difference(name, text, "value", f"{reference[labels]:.17g}", f"{weir[labels]:.17g}")


def ask(results, section, server, file, now):
    for name, tolerance, expression in read_queries(file):
        with results.case(f"{section}: {name}") as case:
            answers = [without_target(server.query(expression.replace("JOB", f'job="{job}"'), now)) for job in NAMES]
            case.expect(answers[0] or expression.startswith("absent("), "the query has no answer, and so compares nothing")
            case.differences(list(answer_differences(name, *answers, tolerance)), len(answers[0]))


def ask_metadata(results, server):
    with results.case("dashboard: metadata") as case:
        for deployment in ("airflow", "shop"):
            reference, weir = ({entry for entry in server.metadata(job, deployment) if compare.is_compared(entry[0])} for job in NAMES)
            found = [compare.Difference(entry[0], entry[0], "missing", *map(str, (entry[1:], "absent"))) for entry in sorted(reference - weir)]
            found += [compare.Difference(entry[0], entry[0], "extra", *map(str, ("absent", entry[1:]))) for entry in sorted(weir - reference)]
            case.differences(found, len(reference))


def listen_arguments(root, host, mapping):
    """The chart's `statsd.args`, with addresses, so that all may have its ports."""
    return [f"--statsd.mapping-config={root}/etc/{mapping}.yml", f"--web.listen-address={host}:{supervised.WEB_PORT}",
            f"--statsd.listen-udp={host}:{supervised.STATSD_PORT}", f"--statsd.listen-tcp={host}:{supervised.STATSD_PORT}"]


def run_dashboards(results, world):
    for mapping in ("airflow", "shop"):
        world.write(f"etc/{mapping}.yml", (HERE / f"{mapping}.yml").read_text())
    airflow = world.services("bin/statsd_exporter", lambda root, host: listen_arguments(root, host, "airflow"), HOSTS, "airflow")
    shop = world.services("usr/bin/prometheus-statsd-exporter", lambda root, host: listen_arguments(root, host, "shop"), SHOP_HOSTS, "shop")
    targets = {(service.name, deployment): (service.host, supervised.WEB_PORT)
               for deployment, pair in (("airflow", airflow), ("shop", shop)) for service in pair.services}
    with results.case("dashboard: run") as case, airflow, shop:
        send_all(airflow, shop)
        with prometheus_server.Prometheus(world.folder, targets, HERE / "alerts.yml") as server:
            watch(results, server, airflow, shop)
        expect_clean_stop(case, airflow)
        expect_clean_stop(case, shop)


def send_all(airflow, shop):
    airflow.send(senders.airflow())
    shop.send(senders.shop())
    airflow.settle()
    shop.settle()


def watch(results, server, airflow, shop):
    """The traffic of before the first scrape makes every series; that of after it is what rates are made of."""
    server.wait_for_scrapes(SCRAPES_BEFORE)
    see_session(server, shop)
    send_all(airflow, shop)
    running_daemon.wait_until(lambda: not any("shop_session_users" in page for page in shop.pages()), RUN_SECONDS_MAX, "the end of the session")
    now = server.wait_for_scrapes(SCRAPES_AFTER)
    ask(results, "dashboard", server, "queries.txt", now)
    ask_metadata(results, server)

    with results.case("restart: on failure") as case:
        for service in (*airflow.services, *shop.services):
            # Connections that outlive the process must not keep its successor from its ports.
            with service.connect(supervised.STATSD_PORT), service.connect(supervised.WEB_PORT):
                service.signal(signal.SIGKILL)
                case.expect(service.restart_on_failure(), f"{service.name} was not restarted")
    send_all(airflow, shop)
    ask(results, "restart", server, "restart_queries.txt", server.wait_for_scrapes(SCRAPES_AFTER))


def see_session(server, shop):
    """A series that will expire, sent until Prometheus has it of both."""
    def is_seen(now):
        shop.send(SESSION)
        return len(server.query("shop_session_users", now)) == len(NAMES)
    server.wait_for(is_seen, "a series with a TTL")


def run_all(results, binaries):
    with tempfile.TemporaryDirectory(prefix="weir-supervisor-") as folder:
        world = World(folder, binaries)
        run_helm_start(results, world)
        run_unit_starts(results, world)
        run_mistakes(results, world)
        run_slow_log(results, world)
        run_dashboards(results, world)
    results.check_rows({"helm", "unit", "newer", "mistake", "dashboard", "restart"})


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", type=pathlib.Path, required=True)
    parser.add_argument("--reference", type=pathlib.Path)
    arguments = parser.parse_args()
    reference = run_conformance.pinned_reference(arguments.reference)
    if reference is None:
        print("1..0 # SKIP NOT COMPARED: no statsd_exporter, and no recording holds its life under a supervisor")
        return 0
    if not prometheus_server.is_installed():
        run_conformance.stop("prometheus is installed", "apt-get install prometheus")
    private_network.enter()
    results = report.Report(report.read_rows(HERE / "differences.txt"))
    run_all(results, (reference, arguments.weir))
    results.finish()
    return 1 if results.has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
