# SPDX-License-Identifier: Apache-2.0
"""InfluxDBs of several versions, for weir to write to. Each has its data in a folder, where they stay from one run to the next."""

import base64
import contextlib
import http.client
import json
import pathlib
import signal
import subprocess
import urllib.parse

import running_daemon

SECONDS_MAX = 60
USER, PASSWORD = "weir", "weir-and-influx"
CONFIG = """\
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
  auth-enabled = {has_users}
"""


class Version1:
    """By its own API, to which weir may make its database."""

    has_users = False
    disk_bytes = 24 << 20

    def __init__(self, influxd, folder):
        self._influxd = influxd
        self.folder = pathlib.Path(folder)
        self.port = running_daemon.free_port()
        self._process = None

    def start(self):
        with open(self.folder.parent / "influxd.log", "ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        running_daemon.wait_until(self._answers, SECONDS_MAX, "the InfluxDB")

    def set_up(self):
        """Once, after the first start."""

    def _command(self):
        config = self.folder / "influxdb.conf"
        config.write_text(CONFIG.format(folder=self.folder, port=self.port, has_users=str(self.has_users).lower()))
        return [self._influxd, "run", "-config", str(config)]

    def _answers(self):
        with contextlib.suppress(OSError):
            return self._request("GET", "/ping")[0] == 204
        return False

    def stop(self, number=signal.SIGTERM):
        if self._process:
            self._process.send_signal(number)
            self._process.wait(SECONDS_MAX)
        self._process = None

    def flags(self):
        """Of a weir that writes to it."""
        return [f"--influx.url=http://127.0.0.1:{self.port}/write?db=metrics", "--influx.create-database"]

    def _authorization(self):
        return {}

    def _request(self, method, path, body=None, fields=None):
        """Status and body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_MAX)
        with contextlib.closing(connection):
            connection.request(method, path, body, {**self._authorization(), **(fields or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def ask(self, query, database="metrics"):
        """The series of the answer to one statement."""
        body = urllib.parse.urlencode({"q": query, "db": database, "epoch": "ms"})
        answer = json.loads(self._request("POST", "/query", body, {"Content-Type": "application/x-www-form-urlencoded"})[1])
        if "results" not in answer:
            raise AssertionError(f"{query}: {answer}")
        result = answer["results"][0]
        if "error" in result:
            raise AssertionError(f"{query}: {result['error']}")
        return result.get("series", [])

    def total(self, query):
        """The one number that `query` gives; 0 where nothing is found."""
        series = self.ask(query)
        return series[0]["values"][0][1] if series else 0

    def drop(self):
        self.ask("DROP DATABASE metrics")


class Version1ByTheSecondApi(Version1):
    """With a user, whose name and password are the token. Its database is there before weir."""

    has_users = True

    def __init__(self, influxd, folder):
        super().__init__(influxd, folder)
        self.token = f"{USER}:{PASSWORD}"
        self.token_file = self.folder.parent / "token"
        self.token_file.write_text(self.token)

    def set_up(self):
        self.ask(f"CREATE USER {USER} WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")
        self.make()

    def make(self):
        self.ask("CREATE DATABASE metrics")

    def flags(self):
        return [f"--influx.url=http://127.0.0.1:{self.port}/api/v2/write?org=home&bucket=metrics/autogen", f"--influx.token-file={self.token_file}"]

    def _authorization(self):
        return {"Authorization": "Basic " + base64.b64encode(self.token.encode()).decode()}


class Version2(Version1ByTheSecondApi):
    """It is asked in the language of version 1, too."""

    # It keeps two databases of its own beside the data.
    disk_bytes = 64 << 20

    def __init__(self, influxd, folder):
        super().__init__(influxd, folder)
        self.token = "a-token-of-version-2"
        self.token_file.write_text(self.token)

    def _command(self):
        places = [f"--{name}-path={self.folder / name}" for name in ("bolt", "sqlite", "engine")]
        return [self._influxd, *places, f"--http-bind-address=127.0.0.1:{self.port}", "--reporting-disabled", "--log-level=error"]

    def set_up(self):
        self._post("/api/v2/setup", {"username": USER, "password": PASSWORD, "token": self.token, "org": "home", "bucket": "metrics"})

    def _post(self, path, value):
        status, body = self._request("POST", path, json.dumps(value), {"Content-Type": "application/json"})
        if status != 201:
            raise AssertionError(f"{path}: {status}: {body}")

    def _get(self, path):
        return json.loads(self._request("GET", path)[1])

    def make(self):
        self._post("/api/v2/buckets", {"name": "metrics", "orgID": self._get("/api/v2/orgs?org=home")["orgs"][0]["id"]})

    def drop(self):
        bucket = self._get("/api/v2/buckets?org=home&name=metrics")["buckets"][0]["id"]
        self._request("DELETE", f"/api/v2/buckets/{bucket}")

    def flags(self):
        return [f"--influx.url=http://127.0.0.1:{self.port}/api/v2/write?org=home&bucket=metrics", f"--influx.token-file={self.token_file}"]

    def _authorization(self):
        return {"Authorization": f"Token {self.token}"}


KINDS = {"1": Version1, "1.8": Version1ByTheSecondApi, "2": Version2}


class Kind:
    """How to have one of them, out of a program `influxd`."""

    def __init__(self, name, influxd):
        self._class, self._influxd = KINDS[name], influxd
        self.disk_bytes = self._class.disk_bytes

    @contextlib.contextmanager
    def running(self, folder):
        database = self._class(self._influxd, folder)
        try:
            database.start()
            database.set_up()
            yield database
        finally:
            database.stop(signal.SIGKILL)
