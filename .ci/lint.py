#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lint.py BUILD_DIR: runs clang-tidy over every source of src/, with the commands that BUILD_DIR compiles them by.

Most of its time goes into what sources include, so sources of a layer are read together, many at a time. Two that each have a name of
their own in common do not compile together, and are read apart.
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
TOGETHER_MAX = 24
# Fewer are there only if the pattern that finds them is wrong, and it would find nothing wrong with them.
SOURCES_MIN = 50
TIDY = ["clang-tidy", "-quiet", r"-header-filter=(^|/)(src|include/weir|tests)/.*\.(h|cc)$"]
# A group includes sources, which is what this check is against.
TIDY_GROUP = [*TIDY, "-checks=-bugprone-suspicious-include"]


def sources():
    listed = subprocess.run(["git", "ls-files", "src/*.cc"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split()]


def is_of_language(word):
    """Whether it says how a source is read. The folder of a library's own objects has nothing to include."""
    return word.startswith(("-I", "-isystem", "-D", "-std", "-W", "-m", "-p")) and not word.endswith(".a.p")


def flags_by_source(build):
    """What each source is compiled with, but for its own name and that of its object."""
    commands = json.loads((build / "compile_commands.json").read_text())
    flags = {}
    for command in commands:
        words = shlex.split(command["command"])
        compiler = next(i for i, word in enumerate(words) if "clang++" in word)
        source = (pathlib.Path(command["directory"]) / command["file"]).resolve()
        flags[source] = [word for word in words[compiler + 1 :] if is_of_language(word)]
    return flags


def groups(found, flags):
    """Sources of a layer with the same flags, in parts of about the same size."""

    def kind(source):
        return source.relative_to(ROOT).parts[1], flags[source]

    for _, alike in itertools.groupby(sorted(found, key=lambda source: (kind(source), source)), key=kind):
        alike = list(alike)
        parts = -(-len(alike) // TOGETHER_MAX)
        for part in range(parts):
            yield alike[part * len(alike) // parts : (part + 1) * len(alike) // parts]


def run(command, build):
    done = subprocess.run(command, cwd=build, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def write_together(group, build):
    together = build / "lint" / ("_".join(group[0].relative_to(ROOT).with_suffix("").parts[1:]) + ".cc")
    together.write_text("".join(f'#include "{source}"\n' for source in group))
    return together


def clashing(group, said):
    """Those whose names are in the group already, so that they do not compile in it."""
    if "[clang-diagnostic-error]" not in said:
        return []
    errors = re.findall(r"^(\S+\.cc):\d+:\d+: error: .*\[clang-diagnostic-error\]$", said, re.MULTILINE)
    at_fault = {pathlib.Path(place).resolve() for place in errors}
    # Where no place in them is at fault, no two of them are tried together again.
    return [source for source in group[1:] if source in at_fault] or group[1:]


def lint(group, flags, build):
    """What clang-tidy ends with and says of the group, part by part."""
    if len(group) == 1:
        return [run([*TIDY, "-p", str(build), str(group[0])], build)]
    code, said = run([*TIDY_GROUP, str(write_together(group, build)), "--", "-ferror-limit=0", *flags[group[0]]], build)
    if apart := clashing(group, said):
        return lint([source for source in group if source not in apart], flags, build) + lint(apart, flags, build)
    return [(code, said)]


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
