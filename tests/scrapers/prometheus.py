# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus of any version: started with jobs, asked over its API."""

import contextlib
import json
import re
import subprocess
import tempfile
import urllib.parse
import urllib.request

import running_daemon

SCRAPE_SECONDS = 1
SCRAPED_SECONDS_MAX = 120
API_SECONDS_MAX = 20
VERSION = re.compile(r"prometheus, version (\d+\.\d+\.\d+)")
HOST = "127.0.0.1"


def version_of(binary):
    """As it says it itself, such as `2.42.0`."""
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    found = VERSION.search(said.stdout + said.stderr)
    return found[1] if found else "of no release"


class Prometheus:
    """`jobs`: name -> (port, settings of the job as in a scrape_config). Use it in a `with`."""

    def __init__(self, binary, flags, jobs):
        self._binary = binary
        self._flags = flags
        self._jobs = jobs

    def __enter__(self):
        self._files = contextlib.ExitStack()
        folder = self._files.enter_context(tempfile.TemporaryDirectory(prefix="weir-scraper-"))
        self._log = self._files.enter_context(open(f"{folder}/log", "w+", encoding="utf-8", errors="replace"))
        # JSON is YAML too.
        with open(f"{folder}/prometheus.yml", "w", encoding="utf-8") as config:
            json.dump(self._config(), config)
        self._port = running_daemon.free_port()
        command = [self._binary, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                   f"--web.listen-address={HOST}:{self._port}", *self._flags]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT, cwd=folder)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._files.close()

    def _config(self):
        jobs = [{"job_name": name, "static_configs": [{"targets": [f"{HOST}:{port}"]}], **settings}
                for name, (port, settings) in self._jobs.items()]
        return {"global": {"scrape_interval": f"{SCRAPE_SECONDS}s", "scrape_timeout": f"{SCRAPE_SECONDS}s"}, "scrape_configs": jobs}

    def log(self):
        self._log.seek(0)
        return self._log.read()

    def get(self, path, **parameters):
        """The data of an answer, or None while there is none."""
        if self._process.poll() is not None:
            raise running_daemon.DaemonError("Prometheus ended\n" + self.log())
        url = f"http://{HOST}:{self._port}{path}?" + urllib.parse.urlencode(parameters)
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=API_SECONDS_MAX) as response:
            return json.load(response)["data"]
        return None

    def wait_for_scrapes(self):
        """Until each job was scraped, with success or without; returns job -> the error of its last scrape, "" for none."""
        def errors():
            targets = (self.get("/api/v1/targets", state="active") or {}).get("activeTargets", [])
            scraped = [target for target in targets if target["health"] != "unknown"]
            return len(scraped) == len(self._jobs) and {target["labels"]["job"]: target["lastError"] for target in scraped}
        found = running_daemon.wait_until(errors, SCRAPED_SECONDS_MAX, "a first scrape of every job")
        # Some of them twice.
        running_daemon.wait_until(lambda: self._oldest_count() >= 2, SCRAPED_SECONDS_MAX, "a second scrape of every job")
        return found

    def _oldest_count(self):
        data = self.get("/api/v1/query", query="min(count_over_time(up[1h]))")
        return float(data["result"][0]["value"][1]) if data and data["result"] else 0

    def query(self, expression):
        """The series of an instant query, as the API gives them."""
        return running_daemon.wait_until(lambda: self.get("/api/v1/query", query=expression), API_SECONDS_MAX, expression)["result"]
