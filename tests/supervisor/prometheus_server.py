# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus that scrapes some services every second."""

import contextlib
import json
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

import running_daemon

PORT = 9090
WAIT_SECONDS_MAX = 120
# Longer than any run, so that it covers all that was scraped.
RANGE = "30m"

CONFIG = """
global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: [%s]
scrape_configs:
"""


def is_installed():
    return shutil.which("prometheus") is not None


class Api:
    """Asks the Prometheus that has the port, whoever started it."""

    def _get(self, path, **parameters):
        url = f"http://127.0.0.1:{PORT}{path}?" + urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(url, timeout=30) as response:
            return json.load(response)["data"]

    def query(self, expression, at):
        """Labels, as a sorted tuple of pairs -> value. Several series that come down to the same labels are an error."""
        data = self._get("/api/v1/query", query=expression, time=at)
        return {tuple(sorted(series["metric"].items())): float(series["value"][1]) for series in data["result"]}

    def query_range(self, expression, start, end, step):
        """A list of values over time for each series that had any."""
        data = self._get("/api/v1/query_range", query=expression, start=start, end=end, step=step)
        return [[float(value) for _, value in series["values"]] for series in data["result"]]

    def alert_rules(self):
        """What Prometheus holds of each: name, query, health, lastError, alerts."""
        return [rule for group in self._get("/api/v1/rules", type="alert")["groups"] for rule in group["rules"]]

    def metadata(self, job, deployment):
        """(metric, type, help) of everything that the target exposes."""
        data = self._get("/api/v1/targets/metadata", match_target=f'{{job="{job}",deployment="{deployment}"}}')
        return {(entry["metric"], entry["type"], entry["help"]) for entry in data}

    def _check_alive(self):
        """Raises once there is nothing to wait for any more."""

    def wait_for(self, condition, what, seconds=WAIT_SECONDS_MAX):
        """Until `condition(now)` is true; returns that time."""
        def holds():
            self._check_alive()
            now = time.time()
            with contextlib.suppress(OSError):
                return condition(now) and now
        return running_daemon.wait_until(holds, seconds, what)


class Prometheus(Api):
    def __init__(self, folder, targets, rules):
        """`targets`: (job, deployment) -> (host, port)"""
        self._folder = folder
        self._targets = targets
        self._rules = rules

    def __enter__(self):
        config = self._folder / "prometheus.yml"
        jobs = {}
        for (job, deployment), (host, port) in self._targets.items():
            jobs.setdefault(job, []).append(f"  - targets: ['{host}:{port}']\n    labels: {{deployment: {deployment}}}\n")
        config.write_text(CONFIG % json.dumps(str(self._rules)) + "".join(
            f"- job_name: {job}\n  static_configs:\n" + "".join(parts) for job, parts in jobs.items()))
        self._log = open(self._folder / "prometheus.log", "w+", encoding="utf-8")
        self._process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self._folder}/data", f"--web.listen-address=127.0.0.1:{PORT}"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT, cwd=self._folder)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def _check_alive(self):
        if self._process.poll() is not None:
            self._log.seek(0)
            raise running_daemon.DaemonError("Prometheus ended\n" + self._log.read())

    def wait_for_scrapes(self, count):
        """Until each target was scraped `count` times more, the last time with success; returns that time."""
        def scrapes(now):
            return self.query(f"count_over_time(up[{RANGE}])", now)
        started = self.wait_for(lambda now: len(scrapes(now)) == len(self._targets), "a first scrape of every target")
        before = scrapes(started)
        return self.wait_for(lambda now: all(value >= before[labels] + count for labels, value in scrapes(now).items()) and
                             set(self.query("up", now).values()) == {1}, f"{count} scrapes")
