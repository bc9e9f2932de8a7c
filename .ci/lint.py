#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lint.py BUILD_DIR: runs clang-tidy over every source of src/, with the commands that BUILD_DIR compiles them by.

Most of its time goes into what sources include, so sources of one folder are read together, a few at a time. Where they do not compile
together, since two of them have a name in common that is each one's own, each is read alone.
"""

import concurrent.futures
import itertools
import json
import os
import pathlib
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


def lint_alone(source, build):
    return run([*TIDY, "-p", str(build), str(source)], build)


def lint(number, group, flags, build):
    together = build / "lint" / f"group_{number}.cc"
    together.write_text("".join(f'#include "{source}"\n' for source in group))
    code, said = run([*TIDY_GROUP, str(together), "--", *flags[group[0]]], build)
    if code == 0 or "clang-diagnostic-error" not in said:
        return code, said, False
    alone = [lint_alone(source, build) for source in group]
    return max(code for code, _ in alone), "".join(said for code, said in alone if code), True


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    found = sources()
    if len(found) < SOURCES_MIN:
        sys.exit(f"only {len(found)} sources are there to lint")
    flags = flags_by_source(build)
    (build / "lint").mkdir(exist_ok=True)
    work = list(groups(found, flags))
    bad = apart = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for group, (code, said, alone) in zip(work, pool.map(lambda item: lint(item[0], item[1], flags, build), enumerate(work))):
            apart += len(group) if alone else 0
            if code:
                bad += 1
                print(said)
    print(f"{len(found)} sources linted in {len(work)} groups, {apart} of them alone; {bad} groups have findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
