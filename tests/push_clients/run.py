#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Client libraries push to weir and to Debian's Pushgateway: Python's, Go's and both of Java's. Both pages must be the same.

    tests/push_clients/run.py --weir build/src/app/weir --cache FOLDER

By hand: a minute. Needs prometheus-pushgateway, java, mvn, go and, the first time, Maven Central, PyPI and Go's proxy; FOLDER keeps
what they give. Reports in TAP.
"""

import argparse
import http.client
import os
import pathlib
import shutil
import subprocess
import sys
import textwrap
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import push_answers  # noqa: E402
import running_daemon  # noqa: E402
import tap  # noqa: E402

PACKAGES = ("prometheus_client==0.22.1",)
GO_CLIENT = "github.com/prometheus/client_golang@v1.24.1"
SECONDS_MAX = 600
CACHE = {}
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


def run(*command, **options):
    subprocess.run([str(word) for word in command], check=True, timeout=SECONDS_MAX, stdout=sys.stderr, **options)


def jars():
    folder = CACHE["folder"] / "jars"
    if not folder.exists():
        run("mvn", "-q", "-B", "-f", HERE / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={folder}")
    return f"{folder}/*"


def python():
    folder = CACHE["folder"] / "python"
    if not (folder / "complete").exists():
        run(sys.executable, "-m", "venv", "--clear", folder)
        run(folder / "bin" / "pip", "install", "--quiet", *PACKAGES)
        (folder / "complete").touch()
    return folder / "bin" / "python3"


def go_program():
    folder = CACHE["folder"] / "go"
    if not (folder / "push_client").exists():
        folder.mkdir(exist_ok=True)
        shutil.copy(HERE / "main.go", folder)
        (folder / "go.mod").write_text("module push_client\n\ngo 1.23\n", encoding="utf-8")
        run("go", "get", GO_CLIENT, cwd=folder)
        run("go", "mod", "tidy", cwd=folder)
        run("go", "build", "-o", "push_client", ".", cwd=folder)
    return folder / "push_client"


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
                run(*[str(word).replace("ADDRESS", f"127.0.0.1:{port}") for word in command])
                pages.append([line for line in push_answers.comparable_page(fetched(port, "/metrics")) if "_created" not in line])
            self.assertEqual(*pages)
            self.assertGreater(len(pages[0]), 10)
            groups = [push_answers.comparable_groups(fetched(port, "/api/v1/metrics"))["data"] for port in (daemon.push_port, gateway.port)]
            self.assertEqual(*[[group["labels"] for group in some] for some in groups])

    def test_of_python(self):
        self.assert_same(python(), "-c", textwrap.dedent(PYTHON), "ADDRESS")

    def test_of_go(self):
        self.assert_same(go_program(), "http://ADDRESS")

    def test_of_java(self):
        self.assert_same("java", "-cp", jars(), HERE / "Simple.java", "ADDRESS")

    def test_of_newer_java(self):
        for form in ("PROMETHEUS_TEXT", "PROMETHEUS_PROTOBUF"):
            with self.subTest(form):
                self.assert_same("java", "-cp", jars(), HERE / "Metrics.java", "ADDRESS", form)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    given = parser.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    CACHE["folder"] = given.cache.resolve()
    os.environ["WEIR"] = str(given.weir.resolve())
    sys.argv = sys.argv[:1]
    tap.main()


if __name__ == "__main__":
    main()
