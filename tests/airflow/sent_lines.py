# SPDX-License-Identifier: Apache-2.0
"""Reads lines.txt: what each kind of Airflow sends, and what must come of it."""

import dataclasses
import pathlib
import re

FILE = pathlib.Path(__file__).resolve().parent / "lines.txt"
SERIES = re.compile(r'(\w+) ([a-z0-9_]+)(?:\{(.*)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="([^"]*)"')
CLOCK = re.compile(r"@([a-z]+)")
# What the DogStatsD client adds in a pod, whatever the line: no two lines come from the same.
POD_TAG, POD_FIELD = "dd.internal.entity_id:pod-{}", "c:container-{}"
# One and a half seconds, by what the client takes for a unit.
IN_SECONDS, IN_MILLISECONDS = "1.5", "1500.000000"


@dataclasses.dataclass(frozen=True)
class Sender:
    """One kind of Airflow."""

    words: frozenset
    # The clocks whose timers are sent in seconds.
    clocks_in_seconds: tuple
    is_datadog: bool = False

    def is_meant(self, selector):
        return not self.words.isdisjoint(selector.split(","))

    def line(self, text, number):
        text = CLOCK.sub(lambda match: IN_SECONDS if match.group(1) in self.clocks_in_seconds else IN_MILLISECONDS, text)
        return (datadog_line(text, number) if self.is_datadog else text).encode()


def datadog_line(text, number):
    """InfluxDB tags as DogStatsD's, with those of a pod, and the line ended."""
    name, colon, rest = text.rpartition(":")
    name, *tags = name.split(",")
    tags = [*(tag.replace("=", ":", 1) for tag in tags), POD_TAG.format(number)]
    return f"{name}{colon}{rest}|#{','.join(tags)}|{POD_FIELD.format(number)}\n"


def name_and_tags(text):
    """The name of a line with InfluxDB tags, and the names of its tags."""
    name, *tags = text.partition(":")[0].split(",")
    return name, [tag.partition("=")[0] for tag in tags]


def words(style, version, names=""):
    return frozenset({"all", style, version, style + version} | ({names} if names else set()))


def sender(style, version, clocks_in_seconds=(), is_datadog=False, names=""):
    return Sender(words(style, version, names), clocks_in_seconds, is_datadog)


@dataclasses.dataclass
class Block:
    # (who, line)
    sent: list
    # (who, (type, name, labels), value)
    wanted: list


def wanted_series(text):
    match = SERIES.fullmatch(text)
    if not match:
        raise ValueError(f"no series: {text}")
    kind, name, labels, value = match.groups()
    return (kind, name, tuple(sorted(LABEL.findall(labels or "")))), float(value)


def read(path=FILE):
    blocks, block = [], Block([], [])
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if not line:
            blocks.append(block)
            block = Block([], [])
        elif not line.startswith("#"):
            direction, who, text = line.split(" ", 2)
            if direction == "<":
                block.sent.append((who, text))
            else:
                block.wanted.append((who, *wanted_series(text)))
    return [block for block in blocks if block.sent]


def is_of_mixin(who):
    return who.startswith("mixin")


def lines_of(blocks, who):
    """What `who` sends, in order."""
    meant = [text for block in blocks for selector, text in block.sent if who.is_meant(selector)]
    return [who.line(text, number) for number, text in enumerate(meant)]


def series_of(blocks, who, is_mixin=False):
    """What must come of it: (type, name, labels) -> value."""
    found = {}
    for block in blocks:
        mixin = [entry for entry in block.wanted if is_of_mixin(entry[0])]
        chosen = mixin if mixin and is_mixin else [entry for entry in block.wanted if not is_of_mixin(entry[0])]
        for meant, key, value in chosen:
            if who.is_meant(meant):
                if key in found:
                    raise ValueError(f"two blocks make {key}")
                found[key] = value
    return found
