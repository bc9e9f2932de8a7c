#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of docs/flags.md from what `weir --help` says.

    flags_page.py --weir build/src/app/weir            writes docs/flags.md again
    flags_page.py --weir build/src/app/weir --check    only says whether it is as this would write it

The text around the tables is written by hand and stays.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "flags.md"
BEGIN, END = "<!-- Begin of what packaging/flags_page.py writes -->\n", "<!-- End of what packaging/flags_page.py writes -->\n"
RUN_SECONDS_MAX = 60

# The heading of each table, and the flags that it has. The first that fits takes a flag.
GROUPS = (
    ("Scraping", r"web\."),
    ("Receiving", r"statsd\.(listen-|unix|allow-|read-buffer|workers)"),
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
ON = re.compile(r"statsd\.parse-(dogstatsd|influxdb|librato|signalfx)-tags")
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
    made = BEGIN
    for title, pattern in GROUPS:
        taken = [entry for entry in entries if re.match(pattern, entry["name"])]
        entries = [entry for entry in entries if entry not in taken]
        made += f"\n### {title}\n\n| flag | default | |\n|---|---|---|\n" + "".join(map(row, taken))
    return made + "\n" + END


def page(old, text):
    head, begin, rest = old.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{PAGE} lacks the lines {BEGIN.strip()} and {END.strip()}")
    return head + tables(text) + tail


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", required=True)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    old = PAGE.read_text(encoding="utf-8")
    new = page(old, help_text(options.weir))
    if options.check and new != old:
        sys.exit(f"docs/flags.md is not what --help says; write it again: packaging/flags_page.py --weir {options.weir}")
    if not options.check:
        PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
