#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where the Prometheus 3 is that the tests take: its version is pinned, and Go builds it. Run as a program it builds it, in minutes."""

import os
import pathlib
import re
import shutil
import subprocess

PINNED = "v0.316.0"
# In a folder of its own, since Go's is often on the PATH, where other tests look for Debian's.
FOLDER = "prometheus-3"
COMMAND = "tests/support/prometheus_3.py"
INSTALL = f'GOBIN="$(go env GOPATH)/{FOLDER}" GOTOOLCHAIN=auto go install -tags remove_all_sd github.com/prometheus/prometheus/cmd/prometheus@{PINNED}'
BUILD_INFO = re.compile(rb"\nmod\tgithub\.com/prometheus/prometheus\t(v[0-9][^\t\n]*)[\t\n]")


def module_version(binary):
    """Of the module that Go built it from, as `go version -m` has it; "" for another kind of build."""
    built = BUILD_INFO.search(pathlib.Path(binary).read_bytes())
    return built[1].decode() if built else ""


def installed():
    """What WEIR_PROMETHEUS3 names, or Go has installed of the pinned version; None where there is neither."""
    if named := os.environ.get("WEIR_PROMETHEUS3"):
        return pathlib.Path(named)
    if not shutil.which("go"):
        return None
    folder = subprocess.run(["go", "env", "GOPATH"], capture_output=True, text=True, check=True).stdout.strip()
    found = pathlib.Path(folder, FOLDER, "prometheus")
    return found if found.exists() and module_version(found) == PINNED else None


if __name__ == "__main__":
    if not installed():
        subprocess.run(INSTALL, shell=True, check=True)
