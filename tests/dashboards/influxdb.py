# SPDX-License-Identifier: Apache-2.0
"""An InfluxDB 1 on its usual port, to which weir writes as Micrometer's registry would."""

import contextlib
import pathlib
import shutil
import subprocess
import urllib.parse
import urllib.request

import running_daemon

URL = "http://127.0.0.1:8086"
START_SECONDS_MAX = 120
STOP_SECONDS_MAX = 60
CONFIG = """reporting-disabled = true
bind-address = "127.0.0.1:8088"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[http]
  bind-address = "127.0.0.1:8086"
  log-enabled = false
"""


def is_installed():
    return shutil.which("influxd") is not None


def ask(query):
    data = urllib.parse.urlencode({"q": query}).encode()
    with urllib.request.urlopen(f"{URL}/query", data=data, timeout=30) as answer:
        return answer.read()


def answers():
    with contextlib.suppress(OSError):
        return bool(ask("SHOW DATABASES"))
    return False


def writing_flags(database):
    return [f"--influx.url={URL}/write?db={database}", "--influx.layout=micrometer", "--influx.interval=10s"]


@contextlib.contextmanager
def running(folder, database):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "influxdb.conf"
    config.write_text(CONFIG.format(folder=folder), encoding="ascii")
    with open(folder / "log.txt", "wb") as log:
        process = subprocess.Popen(["influxd", "-config", str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        running_daemon.wait_until(answers, START_SECONDS_MAX, "InfluxDB")
        ask(f'CREATE DATABASE "{database}"')
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS_MAX)
