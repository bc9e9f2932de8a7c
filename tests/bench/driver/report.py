# SPDX-License-Identifier: Apache-2.0
"""Writes the report, and keeps rows between runs, so that one row can be measured anew."""

import dataclasses
import datetime
import json
import pathlib

import machine
from bench import Row

# What rows do not have in common; each names it.
OF_A_ROW = ("commit", "run")


def measured_now(bench, rows):
    """Rows with where and when each was measured, ready for JSON."""
    run = f"{bench.rounds} rounds of {bench.seconds:.0f} s"
    if bench.is_quick:
        run = "quick: shows that the rows work, its figures mean nothing"
    origin = {**machine.describe(bench), "date": datetime.date.today().isoformat(), "run": run}
    return {row.name: {"row": dataclasses.asdict(row), "origin": {**origin, "run": run if bench.is_quick else row.run or run}} for row in rows}


def merge(path, new):
    """All rows of the file at `path`, with `new` in place of those measured again; writes them back."""
    path = pathlib.Path(path)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept.update(new)
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    return kept


def where_from(entry):
    return ", ".join(entry["origin"][key] for key in OF_A_ROW)


def columns(entries):
    """The levels of processors that anything was measured on, the best first; `?` is that of a report without them."""
    found = {level for entry in entries for level in (entry["origin"].get("level", "?"), *entry["row"].get("on_level", {}))}
    return [level for level in (*machine.LEVELS, "?") if level in found]


def table(entries):
    """A column for each level; what was measured on the best one of its machine alone has one."""
    levels = columns(entries)
    yield "| work | aim |" + "".join(f" {level} |" for level in levels) + " | commit and runs |"
    yield "|---|---|" + "---|" * len(levels) + "---|---|"
    for entry in entries:
        row = Row(**entry["row"])
        measured = {**row.on_level, entry["origin"].get("level", "?"): row.measured}
        yield f"| {row.work} | {row.aim} |" + "".join(f" {measured.get(level, '')} |" for level in levels) + f" {row.verdict} | {where_from(entry)} |"


def markdown(entries, order):
    """The whole report. Rows come in `order`, those that it does not name last."""
    names = sorted(entries, key=lambda name: order.index(name) if name in order else len(order))
    ordered = [entries[name] for name in names]
    origins = [entry["origin"] for entry in ordered]
    yield from ("# What weir costs", "",
                "Written by `end_to_end.py`, which tells how each row is measured. Figures are medians of the rounds that a row names, in which programs",
                "take turns. Ratios are steadier than absolute figures from machine to machine; each row was measured on one. A column of the table is a level",
                "of instructions of the processor (`WEIR_CPU_LEVEL`): a row that has one was measured on the best one alone.", "")
    for key, value in origins[0].items():
        if key in OF_A_ROW:
            continue
        others = sorted({str(origin[key]) for origin in origins[1:]} - {str(value)})
        yield f"- {key}: {value}" + "".join(f"; some rows: {other}" for other in others)
    yield from ("", *table([entry for entry in ordered if entry["row"]["aim"]]), "")
    for entry in ordered:
        row = Row(**entry["row"])
        if row.details or not row.aim:
            measured = f"{row.measured}. " if row.measured else ""
            yield from (f"## {row.name}: {row.work}", "", f"{measured}({where_from(entry)})", "", *row.details, "")
