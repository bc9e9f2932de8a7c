# SPDX-License-Identifier: Apache-2.0
"""The mapping files that must be compiled in: those of the tree, and all that the table of Airflow's metrics says."""

import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "mappings"
sys.path.insert(0, str(FOLDER / "airflow"))

import generate  # noqa: E402
import table as airflow_table  # noqa: E402


def texts():
    """name -> text, sorted by name."""
    written = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yml")}
    table = airflow_table.read()
    return dict(sorted({**written, **{file.name: generate.generated(table, file) for file in table.files}}.items()))
