#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Brings packaging/together/compose.yml up under podman: every target of its Prometheus is up, and StatsD lines that come to 8125 are queried there.

    tests/together/compose.py --weir build/src/app/weir

By hand: two minutes, as root, in a network of its own, with images that images.py makes of what is installed:

    apt-get install podman runc netavark aardvark-dns docker-compose prometheus prometheus-node-exporter prometheus-blackbox-exporter
    apt-get install prometheus-mysqld-exporter prometheus-pushgateway
    go install github.com/prometheus/statsd_exporter@v0.31.0
    cadvisor: `go build` in a copy of its repository

What Go has built by the name of its repository comes before Debian's, so that the versions of the file can be tried:

    go install github.com/prometheus/node_exporter@v1.9.1
    `go mod download` and `go build` in a copy: pushgateway, blackbox_exporter

A service whose program is not there is named and left out, and so is Grafana. Reports in TAP.
"""

import argparse
import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ("support", "conformance", "supervisor")]

import images  # noqa: E402
import private_network  # noqa: E402
import prometheus_server  # noqa: E402
import report  # noqa: E402
import services  # noqa: E402

PROJECT = "weir-together"
# Where podman puts its first bridge: HOST_ADDRESS of the Compose file, in whose place podman 4.3 has no host-gateway.
BRIDGE = "10.89.0.1"
UP_SECONDS_MAX = 300
LINES = 7
# The services that other jobs ask.
JOBS = {"statsd_exporter": "statsd-exporter", "node": "node-exporter", "mysqld": "mysqld-exporter", "blackbox": "blackbox-exporter",
        "weir-http": "blackbox-exporter", "weir-tcp": "blackbox-exporter"}


def made_images(weir):
    """The services whose images are there now."""
    made = []
    for service, name in images.names().items():
        image = images.IMAGES.get(service)
        program = weir if service == "weir" else image and image.found()
        if not program:
            print(f"# left out: {service}", flush=True)
            continue
        print(f"# {name}: {program}", flush=True)
        images.make(name, image, program)
        made.append(service)
    return made


def compose(*arguments):
    done = subprocess.run(["docker-compose", "--project-name", PROJECT, "--file", str(images.COMPOSE), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"docker-compose {arguments[0]}: {done.stderr[-2000:]}"


@contextlib.contextmanager
def running(chosen, folder):
    """The services, for as long as this is not left."""
    path = folder / "podman.sock"
    os.environ.update(DOCKER_HOST=f"unix://{path}", HOST_ADDRESS=BRIDGE, CADVISOR_IMAGE=f"localhost/{images.names()['cadvisor']}")
    with services.Service(["podman", "system", "service", "--time=0", f"unix://{path}"], folder / "podman.log", is_ready=path.exists):
        try:
            compose("up", "--detach", "--no-build", *chosen)
            yield
        finally:
            compose("down", "--volumes")


def send(prometheus):
    """Lines of an application, to the port of the host by UDP and TCP; until they are what Prometheus knows."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as sender:
            sender.connect(("127.0.0.1", 8125))
            sender.sendall(b"shop.orders:1|c|#shop:north\n" * LINES)
    wanted = {"weir": 2 * LINES, "statsd_exporter": 2 * LINES}

    def is_there(now):
        return {dict(labels)["job"]: value for labels, value in prometheus.query('shop_orders{shop="north"}', now).items()} == wanted
    prometheus.wait_for(is_there, f"shop_orders to be {wanted}", UP_SECONDS_MAX)


def is_up(prometheus, chosen, now):
    ups = {(dict(labels)["job"], dict(labels)["instance"]): value for labels, value in prometheus.query("up", now).items()}
    wanted = [value for (job, _), value in ups.items() if JOBS.get(job, job) in chosen]
    return len(ups) == services.target_count() and set(wanted) == {1}


def check(results, chosen):
    prometheus = prometheus_server.Api()
    with results.case("every target of the Compose file is up"):
        now = prometheus.wait_for(lambda now: is_up(prometheus, chosen, now), "all targets to be up", UP_SECONDS_MAX)
        for labels, value in sorted(prometheus.query("up", now).items()):
            print(f"# {'up' if value else 'not there'}: {dict(labels)['job']} {dict(labels)['instance']}", flush=True)
    with results.case("lines to the port of the host are queried, of weir and of what it relays to"):
        send(prometheus)
    with results.case("weir's probes succeed") as case:
        found = prometheus.query("probe_success", time.time())
        case.expect(len(found) == 3 and set(found.values()) == {1}, found)
    with results.case("the rules are evaluated") as case:
        rules = prometheus.alert_rules()
        case.expect(len(rules) > 10 and {rule["health"] for rule in rules} == {"ok"}, [(rule["name"], rule["health"]) for rule in rules])
        print(f"# {len(rules)} alerts", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    private_network.enter()
    results = report.Report([])
    with tempfile.TemporaryDirectory(prefix="weir-compose-") as scratch, results.case("comes up and goes down"):
        folder = pathlib.Path(scratch)
        images.use(folder)
        chosen = made_images(arguments.weir.resolve())
        with running(chosen, folder):
            check(results, chosen)
    results.finish()
    return 1 if results.has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
