#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lint.py BUILD_DIR: runs clang-tidy over every source of src/, with the commands that BUILD_DIR compiles them by.

Most of its time goes into what sources include, so sources of one folder are read together, a few at a time. Two that each have a
name of their own in common do not compile together, and are read apart.
"""

import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOGETHER = 8
# Fewer are there only if the pattern that finds them is wrong, and it would find nothing wrong with them.
SOURCES_MIN = 50
TIDY = ["clang-tidy", "-quiet", r"-header-filter=(^|/)(src|include/weir|tests)/.*\.(h|cc)$"]
# A group includes sources, which is what this check is against.
TIDY_GROUP = [*TIDY, "-checks=-bugprone-suspicious-include"]


def sources():
    listed = subprocess.run(["git", "ls-files", "src/*.cc"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split()]


def flags_by_source(build):
    """What each source is compiled with, but for its own name and that of its object."""
    commands = json.loads((build / "compile_commands.json").read_text())
    flags = {}
    for command in commands:
        words = shlex.split(command["command"])
        compiler = next(i for i, word in enumerate(words) if "clang++" in word)
        source = (pathlib.Path(command["directory"]) / command["file"]).resolve()
        flags[source] = [word for word in words[compiler + 1 :] if word.startswith(("-I", "-isystem", "-D", "-std", "-W", "-m", "-p"))]
    return flags


def groups(found, flags):
    alike = sorted(found, key=lambda source: (source.parent, flags[source]))
    for _, members in itertools.groupby(alike, key=lambda source: (source.parent, flags[source])):
        members = list(members)
        for first in range(0, len(members), TOGETHER):
            yield members[first : first + TOGETHER]


def run(command, build):
    done = subprocess.run(command, cwd=build, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def write_together(group, build):
    together = build / "lint" / f"{group[0].parent.name}_{group[0].stem}.cc"
    together.write_text("".join(f'#include "{source}"\n' for source in group))
    return together


def clashing(group, flags, build):
    """Those whose names are in the group already, so that they do not compile in it."""
    command = ["clang++", "-fsyntax-only", "-ferror-limit=0", "-w", *flags[group[0]], str(write_together(group, build))]
    code, said = run(command, build)
    at_fault = {pathlib.Path(place).resolve() for place in re.findall(r"^(\S+\.cc):\d+:\d+: error:", said, re.MULTILINE)}
    # Where no place in them is at fault, no two of them are tried together again.
    return [source for source in group[1:] if not at_fault or source in at_fault] if code else []


def compiling(group, flags, build):
    """The group in parts that compile."""
    apart = []
    while bad := clashing(group, flags, build):
        apart += bad
        group = [source for source in group if source not in bad]
    yield group
    if apart:
        yield from compiling(apart, flags, build)


def lint_part(group, flags, build):
    if len(group) == 1:
        return run([*TIDY, "-p", str(build), str(group[0])], build)
    return run([*TIDY_GROUP, str(write_together(group, build)), "--", *flags[group[0]]], build)


def lint(group, flags, build):
    return [lint_part(part, flags, build) for part in compiling(group, flags, build)]


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    found = sources()
    if len(found) < SOURCES_MIN:
        sys.exit(f"only {len(found)} sources are there to lint")
    flags = flags_by_source(build)
    (build / "lint").mkdir(exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(itertools.chain(*pool.map(lambda group: lint(group, flags, build), groups(found, flags))))
    bad = [said for code, said in results if code]
    print("".join(bad))
    print(f"{len(found)} sources linted in {len(results)} parts, {len(bad)} of them with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
