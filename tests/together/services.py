# SPDX-License-Identifier: Apache-2.0
"""What stands on a monitoring host beside weir, each at its own loopback address on the ports that it has by default.

The names are those of packaging/together, so that its files are used as they are.
"""

import contextlib
import dataclasses
import http.client
import pathlib
import re
import shutil
import signal
import subprocess
import urllib.request

import running_daemon

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOGETHER = ROOT / "packaging" / "together"
START_SECONDS_MAX = 120
STOP_SECONDS_MAX = 30
HTTP_SECONDS_MAX = 30
NAMES = ("weir", "statsd-exporter", "node-exporter", "cadvisor", "kube-state-metrics", "mysqld-exporter", "pushgateway", "blackbox-exporter", "mariadb")
# What Go writes into a program that it installs by its version.
MODULE = re.compile(rb"\nmod\t\S+\t(v[0-9][^\t\n]*)\t")
ADDRESSES = {name: f"127.0.1.{number}" for number, name in enumerate(NAMES, 1)}


def hosts():
    return "127.0.0.1 localhost\n" + "".join(f"{address} {name}\n" for name, address in ADDRESSES.items())


def scrape_file():
    return (TOGETHER / "prometheus.yml").read_text(encoding="utf-8")


def target_count():
    return sum(len(re.findall(r"'[^']+'", targets)) for targets in re.findall(r"^  - targets: \[(.*)\]$", scrape_file(), re.MULTILINE))


@dataclasses.dataclass(frozen=True)
class Exporter:
    name: str
    program: str
    port: int
    # Of the command; the program itself is not among them.
    arguments: tuple
    # What asks for its version.
    version: tuple = ("--version",)

    @property
    def url(self):
        return f"http://{ADDRESSES[self.name]}:{self.port}/metrics"

    def is_installed(self):
        return shutil.which(self.program) is not None


def listen(name, port):
    return f"--web.listen-address={ADDRESSES[name]}:{port}"


def exporters(kubernetes, podman):
    """All but weir. `kubernetes` is the URL of an API server, `podman` the path of its socket."""
    at = ADDRESSES
    return [
        Exporter("statsd-exporter", "statsd_exporter", 9102, (listen("statsd-exporter", 9102), f"--statsd.listen-udp={at['statsd-exporter']}:9125",
                                                             f"--statsd.listen-tcp={at['statsd-exporter']}:9125")),
        Exporter("node-exporter", "prometheus-node-exporter", 9100, (listen("node-exporter", 9100),)),
        Exporter("cadvisor", "cadvisor", 8080, (f"--listen_ip={at['cadvisor']}", f"--podman=unix://{podman}", "--housekeeping_interval=2s")),
        Exporter("kube-state-metrics", "kube-state-metrics", 8080, (
            f"--host={at['kube-state-metrics']}", f"--telemetry-host={at['kube-state-metrics']}", f"--apiserver={kubernetes}",
            "--resources=pods,nodes,deployments,replicasets,namespaces,services"), ("version",)),
        Exporter("mysqld-exporter", "prometheus-mysqld-exporter", 9104, (listen("mysqld-exporter", 9104), f"--config.my-cnf={TOGETHER / 'mysqld.cnf'}")),
        Exporter("pushgateway", "prometheus-pushgateway", 9091, (listen("pushgateway", 9091), "--persistence.file=")),
        Exporter("blackbox-exporter", "prometheus-blackbox-exporter", 9115, (listen("blackbox-exporter", 9115),
                                                                             f"--config.file={TOGETHER / 'blackbox.yml'}")),
    ]


class Service:
    """A process from when it answers until it is left. What it wrote is in `log`."""

    def __init__(self, command, log, url=None, is_ready=None):
        self._command, self.log_path, self._url, self._is_ready = command, log, url, is_ready

    def __enter__(self):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([str(word) for word in self._command], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            running_daemon.wait_until(self._answers, START_SECONDS_MAX, f"{self._command[0]} at {self._url}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def log(self):
        return pathlib.Path(self.log_path).read_text(encoding="utf-8", errors="replace")

    def _answers(self):
        if self.process.poll() is not None:
            raise running_daemon.DaemonError(f"{self._command[0]} ended with {self.process.returncode}\n{self.log()[-3000:]}")
        if self._is_ready:
            return self._is_ready()
        with contextlib.suppress(OSError, http.client.HTTPException):
            get(self._url)
            return True
        return False


def get(url):
    with urllib.request.urlopen(url, timeout=HTTP_SECONDS_MAX) as answer:
        return answer.read().decode()


def version_of(exporter):
    """That of its module, for what Go has installed by a version, or what it says itself."""
    built = MODULE.search(pathlib.Path(shutil.which(exporter.program)).read_bytes())
    if built:
        return built[1].decode()
    done = subprocess.run([exporter.program, *exporter.version], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return re.sub(r"^\S+,? version |[( ]+\)?$", "", " ".join(done.stdout.split("\n", maxsplit=1)[0].split()))
