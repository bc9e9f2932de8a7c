# SPDX-License-Identifier: Apache-2.0
"""Writes the report, and keeps rows between runs, so that one row can be measured anew."""

import dataclasses
import datetime
import json
import pathlib

import machine
from bench import Row

TABLE_HEAD = ("| work | aim | measured | |", "|---|---|---|---|")


def measured_now(bench, rows):
    """Rows with where and when each was measured, ready for JSON."""
    run = f"medians of {bench.rounds} rounds of {bench.seconds:.0f} s, programs taking turns"
    if bench.is_quick:
        run = "quick: shows that the rows work, its figures mean nothing"
    origin = {**machine.describe(bench), "date": datetime.date.today().isoformat(), "run": run}
    return {row.name: {"row": dataclasses.asdict(row), "origin": origin} for row in rows}


def merge(path, new):
    """All rows of the file at `path`, with `new` in place of those measured again; writes them back."""
    path = pathlib.Path(path)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept.update(new)
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    return kept


def table(rows):
    yield from TABLE_HEAD
    for row in rows:
        yield f"| {row.work} | {row.aim} | {row.measured} | {row.verdict} |"


def markdown(entries, order):
    """The whole report. Rows come in `order`, those that it does not name last."""
    names = sorted(entries, key=lambda name: order.index(name) if name in order else len(order))
    rows = [Row(**entries[name]["row"]) for name in names]
    origins = [entries[name]["origin"] for name in names]
    yield from ("# What weir costs", "",
                "Written by `end_to_end.py`, which tells how each row is measured. Ratios hold on other machines, absolute figures do not.", "")
    for key, value in origins[0].items():
        others = sorted({str(origin[key]) for origin in origins[1:]} - {str(value)})
        yield f"- {key}: {value}" + "".join(f"; some rows: {other}" for other in others)
    yield from ("", *table(row for row in rows if row.aim), "")
    for row in rows:
        if row.details or not row.aim:
            yield from (f"## {row.name}: {row.work}", "", f"{row.measured}." if row.measured else "", "", *row.details, "")
