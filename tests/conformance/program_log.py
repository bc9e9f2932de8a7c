# SPDX-License-Identifier: Apache-2.0
"""Reads what the programs log, in both forms: level, message and attributes. Time and source are checked for their form and left out."""

import itertools
import json
import re
import typing

PAIR = re.compile(r'([^\s="]+)=("(?:[^"\\]|\\.)*"|\S*)(?: |$)')
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
SOURCE = re.compile(r"[\w./-]+:\d+")
LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")
COMMON_KEYS = ["time", "level", "source", "msg"]
# Attributes that say what the program is, not what it does.
IDENTITY = ("Starting StatsD -> Prometheus Exporter", "Build context")


class LogError(ValueError):
    pass


class Record(typing.NamedTuple):
    level: str
    message: str
    # Text -> text, in the order written.
    attributes: dict

    def __str__(self):
        return " ".join([self.level, repr(self.message), *(f"{key}={value!r}" for key, value in self.attributes.items())])


def logfmt_pairs(line):
    pairs, position = [], 0
    while position < len(line):
        match = PAIR.match(line, position)
        if not match:
            raise LogError(f"no logfmt: {line}")
        value = match.group(2)
        pairs.append((match.group(1), json.loads(value) if value.startswith('"') and "\\x" not in value else value))
        position = match.end()
    return pairs


def json_pairs(line):
    pairs = json.loads(line, object_pairs_hook=lambda items: items)
    return [(key, value if isinstance(value, str) else json.dumps(value)) for key, value in pairs]


def read_record(line):
    """Refuses a line whose time, level, source or message is missing, out of order or out of form."""
    pairs = json_pairs(line) if line.startswith("{") else logfmt_pairs(line)
    if [key for key, _ in pairs[:len(COMMON_KEYS)]] != COMMON_KEYS:
        raise LogError(f"does not begin with {COMMON_KEYS}: {line}")
    (_, time), (_, level), (_, source), (_, message), *rest = pairs
    if not TIME.fullmatch(time) or level not in LEVELS or not SOURCE.fullmatch(source):
        raise LogError(f"time, level or source: {line}")
    attributes = dict.fromkeys(dict(rest), "*") if message in IDENTITY else dict(rest)
    return Record(level, message, attributes)


def read_records(text):
    """Every line must be a record."""
    return [read_record(line) for line in text.splitlines()]


def compare(case, reference, weir):
    """Two lists of records, one by one."""
    for place, records in enumerate(itertools.zip_longest(reference, weir), 1):
        case.equal(f"log line {place}", *(str(record or "nothing") for record in records))
