#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds InfluxDB 2 out of Go's proxy and the crate registry of Rust, for run.py --kind 2: FOLDER/influxd, without its web pages.

    tests/influx_servers/build_influxd.py FOLDER

By hand: a quarter of an hour. Needs go, cargo of rustup and clang.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

MODULE = "github.com/influxdata/influxdb/v2@v2.7.12"
# In the place of pkg-config: it has cargo build the library of Flux.
PKG_CONFIG = "github.com/influxdata/pkg-config@v0.2.14"
# What the library forbids itself are warnings, of which a newer compiler has more.
WRAPPER = '#!/bin/sh\nexec "$@" --cap-lints warn\n'


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def build(folder):
    environment = {"RUSTUP_TOOLCHAIN": "stable", **os.environ, "GOBIN": str(folder), "PKG_CONFIG": str(folder / "pkg-config"),
                   "RUSTC_WRAPPER": str(folder / "rustc-wrapper"), "PATH": f"{folder}:{os.environ['PATH']}"}
    wrapper = folder / "rustc-wrapper"
    wrapper.write_text(WRAPPER, encoding="ascii")
    wrapper.chmod(0o755)
    run("go", "install", PKG_CONFIG, env=environment)
    # It replaces modules, which `go install` refuses, so that it is built as the main one.
    source = folder / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(json.loads(run("go", "mod", "download", "-json", MODULE))["Dir"], source)
    run("chmod", "-R", "u+w", source)
    run("go", "build", "-tags", "sqlite_foreign_keys,sqlite_json", "-o", folder / "influxd", "./cmd/influxd", cwd=source, env=environment)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    place = pathlib.Path(sys.argv[1]).resolve()
    place.mkdir(parents=True, exist_ok=True)
    build(place)
