# SPDX-License-Identifier: Apache-2.0
"""Reads metrics.toml, the table of what Airflow sends."""

import dataclasses
import pathlib
import re
import tomllib

TABLE = pathlib.Path(__file__).resolve().parent / "metrics.toml"
PREFIX = "airflow"
VARIABLE = re.compile(r"\{(\*\*)?([a-z_]+)\}")
# Variables that are part of what is sent and of no use as labels: one without bound, and one that goes into the family's name.
NO_LABELS = ("job_id", "key")
KEYS = {
    "family", "type", "sent", "twin", "since", "until", "with", "clock", "buckets", "help", "set", "tags", "rename", "drop", "needs", "only",
    "alone", "by_name", "tagged_alone", "untagged_alone", "ttl", "max_series", "note",
}
TYPES = ("counter", "gauge", "timer", "updown", "drop")


class TableError(Exception):
    pass


@dataclasses.dataclass(frozen=True)
class Name:
    """A name as sent, with variables in braces."""

    text: str

    def variables(self):
        return [match.group(2) for match in VARIABLE.finditer(self.text)]

    def glob(self):
        return PREFIX + "." + VARIABLE.sub(lambda match: match.group(1) or "*", self.text)

    def labels(self):
        """label -> `$N`, in the order of the name."""
        return {name: f"${number}" for number, name in enumerate(self.variables(), 1) if name not in NO_LABELS}


@dataclasses.dataclass(frozen=True)
class File:
    name: str
    about: str
    style: str
    units: str
    names: str = ""
    renamed: str = ""
    drop: list = dataclasses.field(default_factory=list)

    def has(self, metric):
        return not metric.only or self.names in metric.only


@dataclasses.dataclass(frozen=True)
class Metric:
    family: str
    type: str
    sent: list
    twin: Name = None
    since: str = ""
    until: str = ""
    provider: str = ""
    clock: str = ""
    buckets: str = "work"
    help: str = ""
    set: dict = dataclasses.field(default_factory=dict)
    tags: list = dataclasses.field(default_factory=list)
    rename: dict = dataclasses.field(default_factory=dict)
    drop: list = dataclasses.field(default_factory=list)
    needs: str = ""
    only: list = dataclasses.field(default_factory=list)
    alone: list = dataclasses.field(default_factory=list)
    by_name: list = dataclasses.field(default_factory=list)
    tagged_alone: list = dataclasses.field(default_factory=list)
    untagged_alone: list = dataclasses.field(default_factory=list)
    ttl: str = ""
    max_series: int = 0

    def label_names(self):
        """The labels that the metric may have, whichever way it is sent."""
        found = list(self.set)
        for name in self.sent:
            found += name.labels()
        found += [self.rename.get(tag, tag) for tag in self.tags]
        return list(dict.fromkeys(found))


@dataclasses.dataclass(frozen=True)
class Table:
    files: list
    clocks: dict
    buckets: dict
    bounds: dict
    metrics: list
    # What the files with `renamed` call things: families, labels, and families by the name sent.
    renames: dict

    def max_series(self, metric):
        if metric.max_series:
            return metric.max_series
        return next((bound for label, bound in self.bounds.items() if label in metric.label_names()), 0)


def metric_of(row):
    unknown = sorted(row.keys() - KEYS)
    if unknown:
        raise TableError(f"{row.get('family')}: unknown key {unknown[0]}")
    if row["type"] not in TYPES:
        raise TableError(f"{row['family']}: unknown type {row['type']}")
    fields = {key: value for key, value in row.items() if key not in ("with", "note", "sent", "twin")}
    return Metric(sent=[Name(text) for text in row["sent"]], twin=Name(row["twin"]) if "twin" in row else None, provider=row.get("with", ""),
                  **fields)


def read(path=TABLE):
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    files = [File(name=name, **row) for name, row in data["files"].items()]
    return Table(files, data["clocks"], data["buckets"], data["bounds"], [metric_of(row) for row in data["metric"]], {"mixin": data["mixin"]})
