#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus scrapes weir, and promtool reads its page."""

import contextlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

QUERY_SECONDS_MAX = 90
# promtool's exit code for a page that it can read but would word otherwise, such as a counter without _total.
LINT_ONLY = 3

LINES = [b"requests:3|c|#page:home", b"requests:4|c|#page:cart", b"queue.length:17|g", b"latency:250|ms", b"latency:750|ms",
         'odd:1|c|#value:"quoted\\" ünï'.encode(), b"tiny:1e-9|g", b"many:nan|g"]

CONFIG = """
global:
  scrape_interval: 1s
scrape_configs:
- job_name: weir
  static_configs:
  - targets: ['127.0.0.1:%d']
"""


def tool(name):
    return shutil.which(name) or (_ for _ in ()).throw(unittest.SkipTest(f"SKIPPED, NOT TESTED: no {name} on the PATH"))


@contextlib.contextmanager
def weir_with_metrics(flags=()):
    with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
        statsd_client.send_udp(daemon.udp_port, LINES)
        daemon.wait_for_self_value("statsd_exporter_lines_total", len(LINES))
        yield daemon


@contextlib.contextmanager
def prometheus(target_port):
    """A Prometheus that scrapes `target_port` every second; yields its own port."""
    with tempfile.TemporaryDirectory(prefix="weir-prometheus-") as folder:
        config = pathlib.Path(folder, "prometheus.yml")
        config.write_text(CONFIG % target_port)
        port = running_daemon.free_port()
        log = pathlib.Path(folder, "log").open("w+", encoding="utf-8")
        command = [tool("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
        try:
            yield port
        finally:
            process.terminate()
            process.wait()
            log.close()


def get(port, path, **parameters):
    url = f"http://127.0.0.1:{port}{path}?" + urllib.parse.urlencode(parameters)
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)["data"]
    return None


def query(port, expression):
    """The values that Prometheus answers once it has any."""
    def result():
        return (get(port, "/api/v1/query", query=expression) or {}).get("result")
    return [float(series["value"][1]) for series in running_daemon.wait_until(result, QUERY_SECONDS_MAX, expression)]


class Promtool(unittest.TestCase):
    def test_reads_the_page(self):
        promtool = tool("promtool")
        for flags in ((), ("--statsd.cache-size=0",)):
            with weir_with_metrics(flags) as daemon:
                page = daemon.scrape_text()
            done = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, text=True, check=False)
            self.assertIn(done.returncode, (0, LINT_ONLY), done.stderr)


class Prometheus(unittest.TestCase):
    def test_scrapes_counters_gauges_and_summaries(self):
        tool("prometheus")
        with weir_with_metrics() as daemon, prometheus(daemon.http_port) as port:
            self.assertEqual(query(port, "sum(requests)"), [7])
            self.assertEqual(query(port, 'requests{page="cart"}'), [4])
            self.assertEqual(query(port, "queue_length"), [17])
            self.assertEqual(query(port, "latency_sum / latency_count"), [0.5])
            self.assertEqual(query(port, 'latency{quantile="0.99"}'), [0.75])
            self.assertEqual(query(port, 'odd{value="\\"quoted\\\\\\" ünï"}'), [1])
            target = get(port, "/api/v1/targets")["activeTargets"][0]
            self.assertEqual((target["health"], target["lastError"]), ("up", ""))


if __name__ == "__main__":
    tap.main()
