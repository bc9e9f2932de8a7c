# SPDX-License-Identifier: Apache-2.0
"""Airflow releases from PyPI, each in a virtual environment that is kept."""

import pathlib
import subprocess
import sys

# What the client packages need beside Airflow itself.
CLIENTS = ["datadog"]
INSTALL_SECONDS_MAX = 3600


def folder_of(cache, version):
    return pathlib.Path(cache, f"airflow-{version}")


def installed(cache, version, constraints=None):
    """The folder of the environment with Airflow `version`, made when it is not there. `constraints` is a file for pip, or None."""
    folder = folder_of(cache, version)
    done = folder / "complete"
    if done.exists():
        return folder
    print(f"# installing Airflow {version} into {folder}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    command = [folder / "bin/python", "-m", "pip", "install", "--quiet", f"apache-airflow[statsd]=={version}", *CLIENTS]
    if constraints:
        command += ["--constraint", constraints]
    subprocess.run(command, check=True, timeout=INSTALL_SECONDS_MAX)
    done.touch()
    return folder
