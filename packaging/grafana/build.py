#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the dashboards that Grafana imports, one JSON file each, beside this file.

    packaging/grafana/build.py [FOLDER]
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import airflow  # noqa: E402
import spring  # noqa: E402
import weir_health  # noqa: E402


def files():
    """name of a file -> its text"""
    return {f"{name}.json": json.dumps(made, indent=2) + "\n"
            for name, made in {**weir_health.DASHBOARDS, **airflow.DASHBOARDS, **spring.DASHBOARDS}.items()}


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")
