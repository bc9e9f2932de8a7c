#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the catalogue in docs/lint.md from what `weir lint --list` says.

    lint_page.py --weir build/src/app/weir            writes docs/lint.md again
    lint_page.py --weir build/src/app/weir --check    only says whether it is as this would write it

The text around the catalogue is written by hand and stays. What is found in each example is what weir finds in it.
"""

import json
import pathlib
import re
import subprocess
import tempfile
import textwrap

import made_page

RUN_SECONDS_MAX = 60
COLUMNS = 140
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


def run(weir, *arguments):
    return subprocess.run([weir, "lint", *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False).stdout


def finding_in(weir, kind, folder):
    """What weir says of the example: the finding that it is there for."""
    file = folder / "mapping.yml"
    file.write_text(kind["example"], encoding="utf-8")
    lines = run(weir, "--min-severity=note", str(file)).splitlines()
    return next(file.name + line.removeprefix(str(file)) for line in lines if line.endswith(f"[{kind['id']}]"))


def shown(text):
    """A control character as the picture that Unicode has of it."""
    return CONTROL.sub(lambda match: chr(0x2400 + ord(match.group())), text)


def wrapped(text):
    return textwrap.fill(text, COLUMNS, break_long_words=False, break_on_hyphens=False) + "\n"


def table(chapters):
    made = "| id | severity | |\n|---|---|---|\n"
    for kinds in chapters.values():
        made += "".join(f"| [`{kind['id']}`](#{kind['id']}) | {kind['severity']} | {kind['title']} |\n" for kind in kinds)
    return made


def entry(weir, kind, folder):
    finding = finding_in(weir, kind, folder)
    return (f"### {kind['id']}\n\n" + wrapped(f"{kind['severity'].capitalize()}. {kind['title']}.") + "\n" + wrapped(kind["why"]) + "\n"
            + wrapped(f"What to do: {kind['what_to_do'][0].lower()}{kind['what_to_do'][1:]}")
            + f"\n```yaml\n{shown(kind['example'])}```\n\n```text\n{finding}\n```\n\nNot found in:\n\n```yaml\n{shown(kind['near_miss'])}```\n")


def catalogue(weir):
    chapters = {}
    for kind in json.loads(run(weir, "--list", "--format=json")):
        chapters.setdefault(kind["chapter"], []).append(kind)
    with tempfile.TemporaryDirectory() as folder:
        parts = [table(chapters)]
        for title, kinds in chapters.items():
            parts.append(f"## {title}\n")
            parts += [entry(weir, kind, pathlib.Path(folder)) for kind in kinds]
    return "\n".join(parts)


if __name__ == "__main__":
    made_page.main("lint_page.py", __doc__, "lint.md", catalogue)
