# SPDX-License-Identifier: Apache-2.0
"""Other programs that take StatsD lines, where they are installed: the OpenTelemetry Collector, netdata and collectd.

Debian has `netdata-core` and `collectd-core` (with libmicrohttpd12 and libprotobuf-c1); peers/otelcol.yaml tells how the first is
built. Each runs on its defaults but for what does not receive lines. Each shows what it took on a page of its own, for Prometheus.
"""

import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable

import machine
import processes
import running_daemon
import servers
from scraping import scrape

# How often each hands on what it took; a second for those whose default is longer than a run.
FLUSH_SECONDS = 1
START_SECONDS = 30
STOP_SECONDS = 20

OTELCOL = """\
receivers:
  statsd:
    endpoint: 127.0.0.1:{udp}
    aggregation_interval: {flush}s
    is_monotonic_counter: true
    timer_histogram_mapping:
      - {{statsd_type: timer, observer_type: summary, summary: {{percentiles: [50, 90, 99]}}}}
exporters:
  prometheus:
    endpoint: 127.0.0.1:{http}
service:
  telemetry:
    metrics: {{level: none}}
  pipelines:
    metrics: {{receivers: [statsd], exporters: [prometheus]}}
"""

COLLECTD = """\
Hostname "bench"
Interval {flush}
BaseDir "{folder}"
PIDFile "{folder}/pid"
TypesDB "/usr/share/collectd/types.db"
LoadPlugin statsd
LoadPlugin write_prometheus
<Plugin statsd>
  Host "127.0.0.1"
  Port "{udp}"
</Plugin>
<Plugin write_prometheus>
  Host "127.0.0.1"
  Port "{http}"
</Plugin>
"""

NETDATA_UNUSED = ("timex", "idlejitter", "tc", "diskspace", "proc", "cgroups", "enable running new plugins", "slabinfo", "ioping", "python.d",
                  "go.d", "apps", "charts.d", "fping", "node.d", "perf")
NETDATA = """\
[global]
    run as user = root
    process scheduling policy = keep
    hostname = bench
[directories]
""" + "".join(f"    {name} = {{folder}}\n" for name in ("config", "stock config", "log", "cache", "lib", "home", "web", "plugins")) + """\
[db]
    mode = ram
[logs]
    error = none
    access = none
    debug = none
[plugins]
""" + "".join(f"    {name} = no\n" for name in NETDATA_UNUSED) + """\
[health]
    enabled = no
[ml]
    enabled = no
[statsd]
    bind to = udp:127.0.0.1:{udp}
[web]
    bind to = 127.0.0.1:{http}
"""


@dataclasses.dataclass(frozen=True)
class Peer:
    name: str
    program: str
    # With places for the ports and the folder.
    configuration: str
    command: Callable
    page: str
    # What of the page counts lines, or only those of counters.
    counted: re.Pattern
    counts_all: bool
    # What has its version, and where it says so.
    version: Callable


def debian_version(package):
    done = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", package], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else "of unknown version"


PEERS = {peer.name: peer for peer in (
    Peer("otelcol", "otelcol-statsd", OTELCOL, lambda binary, path: [binary, "--config", path], "/metrics",
         re.compile(rb"^shop[^{ ]*_total(?:\{.*\})? (\S+)$", re.MULTILINE), False,
         lambda binary: machine.version(binary).rpartition(" ")[2]),
    Peer("netdata", "netdata", NETDATA, lambda binary, path: [binary, "-D", "-P", f"{path}.pid", "-c", path],
         "/api/v1/allmetrics?format=prometheus&source=as-collected&filter=netdata.statsd_events",
         re.compile(rb"^netdata_netdata_statsd_events_total\{.*\} (\S+) \d+$", re.MULTILINE), True, lambda _: debian_version("netdata-core")),
    Peer("collectd", "collectd", COLLECTD, lambda binary, path: [binary, "-f", "-C", path], "/metrics",
         re.compile(rb"^collectd_statsd_derive_total\{.*\} (\S+) \d+$", re.MULTILINE), False, lambda _: debian_version("collectd-core")),
)}


def find(program):
    """Debian's daemons are not in everybody's path."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", str(pathlib.Path.home() / "go" / "bin")])
    return shutil.which(program, path=path)


def installed():
    return {name: found for name, peer in PEERS.items() if (found := find(peer.program))}


class PeerServer(servers.Server):
    # Lines come in over UDP alone.
    tcp_port = unixgram = None

    def __init__(self, peer, pid, udp_port, http_port):
        super().__init__(peer.name, pid, udp_port)
        self._peer, self._http_port = peer, http_port

    def _shown(self):
        body = scrape(self._http_port, is_kept=True, path=self._peer.page).body
        return sum(float(value) for value in self._peer.counted.findall(body))

    def lines(self):
        """As far as the page counts them, once it does not grow any more."""
        shown = self._shown()
        while True:
            time.sleep(2.5 * FLUSH_SECONDS)
            before, shown = shown, self._shown()
            if shown == before:
                return shown

    def settle(self):
        """These work at times when nothing comes in, so only what waits in the socket tells."""
        running_daemon.wait_until(lambda: processes.udp_sockets({self.udp_port})[0] == 0, 60, f"{self.name} to take what waits")
        time.sleep(FLUSH_SECONDS)

    def lines_of(self, counted, sent):
        return counted if self._peer.counts_all else counted / sent.counters * sent.lines

    def is_serving(self):
        with contextlib.suppress(OSError):
            return self._shown() >= 0
        return False


@contextlib.contextmanager
def peer_server(name, binary, cpus):
    peer = PEERS[name]
    udp_port, http_port = running_daemon.free_port(), running_daemon.free_port()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        path = pathlib.Path(folder, "configuration")
        path.write_text(peer.configuration.format(udp=udp_port, http=http_port, folder=folder, flush=FLUSH_SECONDS), encoding="utf-8")
        with servers.pinned_to(cpus):
            process = subprocess.Popen(peer.command(binary, str(path)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            server = PeerServer(peer, process.pid, udp_port, http_port)
            running_daemon.wait_until(server.is_serving, START_SECONDS, f"{name} to serve")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
