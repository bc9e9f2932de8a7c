#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Client libraries push to weir and to Debian's Pushgateway: Python's, Go's and both of Java's. Both pages must be the same.

    tests/push_clients/run.py --weir build/src/app/weir --cache FOLDER [NAME...]

By hand: a minute. Needs prometheus-pushgateway, java, mvn, go and, the first time, Maven Central, PyPI and Go's proxy; FOLDER keeps
what they give. Reports in TAP.
"""

import http.client
import pathlib
import subprocess
import sys
import textwrap
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import client_programs  # noqa: E402
import push_answers  # noqa: E402
import running_daemon  # noqa: E402
import tap  # noqa: E402

PACKAGES = ("prometheus_client==0.22.1",)
GO_CLIENT = "github.com/prometheus/client_golang@v1.24.1"
PYTHON = """
    import sys
    from prometheus_client import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info, Summary, push_to_gateway, pushadd_to_gateway, delete_from_gateway
    registry = CollectorRegistry()
    Counter("py_jobs", "Jobs.", ["kind"], registry=registry).labels("a").inc(3)
    Gauge("py_heat", "Heat \\\\ of\\nit.", registry=registry).set(-1.5)
    Histogram("py_time", "Time.", buckets=(0.5, 1), registry=registry).observe(0.7)
    Summary("py_size", "Size.", registry=registry).observe(7)
    Info("py_build", "Build.", registry=registry).info({"version": "1"})
    Enum("py_state", "State.", states=["on", "off"], registry=registry).state("off")
    push_to_gateway(sys.argv[1], "python", registry, grouping_key={"instance": "i", "path": "/a/b", "empty": ""})
    pushadd_to_gateway(sys.argv[1], "py/thon", registry)
    push_to_gateway(sys.argv[1], "python_gone", registry)
    delete_from_gateway(sys.argv[1], "python_gone")
    """


class Daemon(running_daemon.RunningDaemon):
    def __init__(self):
        super().__init__(tap.weir(), ["--push.enable", "--push.listen-address=127.0.0.1:0"])

    def _learn_ports(self):
        super()._learn_ports()
        self.push_port = self._port(self._logged("Accepting pushed metrics")["addr"])


class Pushgateway:
    def __enter__(self):
        self.port = running_daemon.free_port()
        flags = [f"--web.listen-address=127.0.0.1:{self.port}", "--persistence.file=", "--log.level=error"]
        self._process = subprocess.Popen(["prometheus-pushgateway", *flags])
        running_daemon.wait_until(self._is_up, 30, "the Pushgateway")
        return self

    def _is_up(self):
        try:
            return fetched(self.port, "/-/ready") == "OK"
        except OSError:
            return False

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(30)


def fetched(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


class Clients(unittest.TestCase):
    def assert_same(self, *command):
        """After each gateway was pushed to by `command`, with its address at the end."""
        with Daemon() as daemon, Pushgateway() as gateway:
            pages = []
            for port in (daemon.push_port, gateway.port):
                client_programs.run(*[str(word).replace("ADDRESS", f"127.0.0.1:{port}") for word in command])
                pages.append([line for line in push_answers.comparable_page(fetched(port, "/metrics")) if "_created" not in line])
            self.assertEqual(*pages)
            self.assertGreater(len(pages[0]), 10)
            groups = [push_answers.comparable_groups(fetched(port, "/api/v1/metrics"))["data"] for port in (daemon.push_port, gateway.port)]
            self.assertEqual(*[[group["labels"] for group in some] for some in groups])

    def test_of_python(self):
        self.assert_same(client_programs.python(*PACKAGES), "-c", textwrap.dedent(PYTHON), "ADDRESS")

    def test_of_go(self):
        self.assert_same(client_programs.go_program(HERE / "main.go", GO_CLIENT), "http://ADDRESS")

    def test_of_java(self):
        self.assert_same("java", "-cp", client_programs.jars(HERE / "pom.xml"), HERE / "Simple.java", "ADDRESS")

    def test_of_newer_java(self):
        for form in ("PROMETHEUS_TEXT", "PROMETHEUS_PROTOBUF"):
            with self.subTest(form):
                self.assert_same("java", "-cp", client_programs.jars(HERE / "pom.xml"), HERE / "Metrics.java", "ADDRESS", form)


def main():
    client_programs.main(client_programs.parser(__doc__).parse_args())


if __name__ == "__main__":
    main()
