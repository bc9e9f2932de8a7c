#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of docs/flags.md from what `weir --help` says.

    flags_page.py --weir build/src/app/weir            writes docs/flags.md again
    flags_page.py --weir build/src/app/weir --check    only says whether it is as this would write it

The text around the tables is written by hand and stays.
"""

import os
import re
import subprocess

import made_page

RUN_SECONDS_MAX = 60

# The heading of each table, and the flags that it has. The first that fits takes a flag.
GROUPS = (
    ("Scraping", r"web\."),
    ("Receiving", r"statsd\.(listen-|unix|allow-|read-buffer|workers)"),
    ("Clients of InfluxDB", r"influx\.listen-"),
    ("Writing to an InfluxDB", r"influx\."),
    ("Wavefront", r"wavefront\."),
    ("Clients of Pushgateway", r"push\."),
    ("RSocket", r"rsocket\."),
    ("Reading lines", r"statsd\.(parse-|trim-|refuse-|honor-|set)|metrics\."),
    ("Mapping", r"statsd\.mapping-|check-config|debug\."),
    ("Relay", r"statsd\.relay\."),
    ("State over restarts", r"state\."),
    ("Logging", r"log\."),
    ("Limits", r"limits\."),
    ("Accepted, with nothing to size", r"statsd\."),
    ("Help", r""),
)
# `--help` does not show the default of a boolean.
ON = re.compile(r"statsd\.parse-(dogstatsd|influxdb|librato|signalfx)-tags|rsocket\.merge")
ENTRY = re.compile(r"^ {2}(?:-\w,|   ) --(?P<boolean>\[no-\])?(?P<name>[a-z0-9.-]+)(?:=(?P<default>\S+))?(?P<several> \.\.\.)?\s+(?P<text>\S.*)$", re.MULTILINE)


def help_text(weir):
    # So wide that no text is broken into lines.
    environment = {**os.environ, "COLUMNS": "4000"}
    return subprocess.run([weir, "--help"], env=environment, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=True).stdout


def shown_default(entry):
    if entry["boolean"]:
        return "on" if ON.fullmatch(entry["name"]) else "off"
    default = (entry["default"] or "").strip('"')
    return "" if default in ("", entry["name"].upper()) else f"`{default}`"


def row(entry):
    cells = (f"`--{entry['name']}`", shown_default(entry), entry["text"].replace("|", r"\|"))
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells) + "\n"


def tables(text):
    entries = [match.groupdict() for match in ENTRY.finditer(text.partition("\nCommands:\n")[0])]
    parts = []
    for title, pattern in GROUPS:
        taken = [entry for entry in entries if re.match(pattern, entry["name"])]
        entries = [entry for entry in entries if entry not in taken]
        parts.append(f"### {title}\n\n| flag | default | |\n|---|---|---|\n" + "".join(map(row, taken)))
    return "\n".join(parts)


if __name__ == "__main__":
    made_page.main("flags_page.py", __doc__, "flags.md", lambda weir: tables(help_text(weir)))
