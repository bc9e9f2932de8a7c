# SPDX-License-Identifier: Apache-2.0
"""One Airflow: its own home and database, a handful of processes, DAGs that run a given number of times and then end."""

import contextlib
import datetime
import os
import pathlib
import shutil
import signal
import subprocess
import time

import airflow_database
import running_daemon

DAGS = pathlib.Path(__file__).resolve().parent / "dags"
# Scheduled once a minute; the first is due when Airflow starts.
RUNS = 3
POOLS = {"warehouse": 2, "night shift": 1}
COMMAND_SECONDS_MAX = 180
START_SECONDS_MAX = 240
RUN_SECONDS_MAX = 1800
STOP_SECONDS_MAX = 90
POLL_SECONDS = 1

MODES = {
    "plain": {},
    "influx": {"METRICS__STATSD_INFLUXDB_ENABLED": True},
    "datadog": {"METRICS__STATSD_DATADOG_ENABLED": True, "METRICS__STATSD_DATADOG_TAGS": "env:test"},
}

SETTINGS = {
    "CORE__LOAD_EXAMPLES": False,
    "CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
    "METRICS__STATSD_ON": True,
    "METRICS__STATSD_HOST": "127.0.0.1",
    "METRICS__STATSD_PREFIX": "airflow",
    "USAGE_DATA_COLLECTION__ENABLED": False,
}
SETTINGS_OF_MAJOR = {
    2: {
        # The local executor refuses SQLite.
        "CORE__EXECUTOR": "SequentialExecutor",
        "SCHEDULER__MIN_FILE_PROCESS_INTERVAL": 5,
        "SCHEDULER__DAG_DIR_LIST_INTERVAL": 10,
        "SCHEDULER__PRINT_STATS_INTERVAL": 10,
    },
    3: {
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": 2,
        "API__HOST": "127.0.0.1",
        "API__WORKERS": 1,
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": True,
        "SCHEDULER__RUNNING_METRICS_INTERVAL": 5,
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 5,
        "DAG_PROCESSOR__REFRESH_INTERVAL": 10,
        "DAG_PROCESSOR__PRINT_STATS_INTERVAL": 10,
    },
}
PROCESSES_OF_MAJOR = {2: [["scheduler", "--skip-serve-logs"], ["triggerer", "--skip-serve-logs"]], 3: [["standalone"]]}


def major_of(version):
    return int(version.split(".")[0])


class Airflow:
    """Use it in a `with`: the processes run inside of it."""

    def __init__(self, environment, version, mode, home, statsd_port):
        self._bin = environment / "bin"
        self._home = pathlib.Path(home).resolve()
        self._major = major_of(version)
        first = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(minutes=1)
        settings = {**SETTINGS, **SETTINGS_OF_MAJOR[self._major], **MODES[mode], "METRICS__STATSD_PORT": statsd_port,
                    "CORE__DAGS_FOLDER": self._home / "dags", "LOGGING__BASE_LOG_FOLDER": self._home / "logs"}
        self._environment = {
            "PATH": f"{self._bin}:{os.environ['PATH']}", "HOME": str(self._home), "AIRFLOW_HOME": str(self._home), "TZ": "UTC",
            "LANG": "C.UTF-8", "NO_PROXY": "*", "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false", "PYTHONUNBUFFERED": "1",
            "WEIR_FIRST_RUN": first.isoformat(), "WEIR_RUNS": str(RUNS), **{f"AIRFLOW__{key}": str(value) for key, value in settings.items()}}
        self._processes = []
        self.database = airflow_database.Database(self._home / "airflow.db", self._major)

    def __enter__(self):
        shutil.copytree(DAGS, self._home / "dags")
        self._run("db", "migrate")
        for name, slots in POOLS.items():
            self._run("pools", "set", name, str(slots), "for a test")
        for arguments in PROCESSES_OF_MAJOR[self._major]:
            self._start(arguments)
        return self

    def __exit__(self, *_):
        for process, _ in self._processes:
            process.terminate()
        for process, log in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS_MAX)
        self._kill_the_rest()
        for process, log in self._processes:
            process.wait()
            log.close()

    def _kill_the_rest(self):
        """Whatever still runs in this home. Some of Airflow's processes leave the group and the parent that they began with."""
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if pathlib.Path(os.readlink(folder / "cwd")).is_relative_to(self._home):
                    os.kill(int(folder.name), signal.SIGKILL)

    def _run(self, *arguments):
        done = subprocess.run([self._bin / "airflow", *arguments], env=self._environment, cwd=self._home, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=COMMAND_SECONDS_MAX, check=False)
        if done.returncode != 0:
            raise running_daemon.DaemonError(f"airflow {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}")

    def _start(self, arguments):
        log = open(self._home / f"{arguments[0]}.log", "w", encoding="utf-8")
        process = subprocess.Popen([self._bin / "airflow", *arguments], env=self._environment, cwd=self._home, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=subprocess.STDOUT)
        self._processes.append((process, log))

    def _check_alive(self):
        for process, log in self._processes:
            if process.poll() is not None:
                raise running_daemon.DaemonError(f"Airflow ended with {process.returncode}; see {log.name}")

    def wait_for_runs(self):
        """Until every DAG run that is due has ended."""
        deadline = time.monotonic() + RUN_SECONDS_MAX
        while True:
            self._check_alive()
            states = self.database.run_states()
            if sum(states.values()) == RUNS * airflow_database.DAGS and set(states) <= {"success", "failed"}:
                return
            if time.monotonic() > deadline:
                raise running_daemon.DaemonError(f"DAG runs after {RUN_SECONDS_MAX} s: {states}")
            time.sleep(POLL_SECONDS)
