#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Migrates every mapping file under cases/ with the real program, and reports in TAP.

    run_cases.py --weir build/src/app/weir [CASE]...
    ... --record     writes what comes of it; look at each line of it before you keep it

cases/CASE/before.yml is a mapping file, after.yml what `weir migrate` makes of it, byte for byte, and said.txt what it says. A case without
after.yml is one that is refused. What has been migrated is migrated again, and nothing may change.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CASES = pathlib.Path(__file__).resolve().parent / "cases"
RUN_SECONDS_MAX = 60
CHANGE = re.compile(r"^\S+:\d+:\d+: `.*` is (now `.*`|gone, .*)$", re.MULTILINE)
COMMENT = re.compile(rb"(?:^|[\s\xbf])(#[^\r\n]*)")


def run(weir, folder, *arguments):
    return subprocess.run([weir, "migrate", *arguments], capture_output=True, timeout=RUN_SECONDS_MAX, check=False, cwd=folder)


def put(path, content, is_recording):
    if is_recording and content is None:
        path.unlink(missing_ok=True)
    elif is_recording:
        path.write_bytes(content)
    return path.read_bytes() if path.exists() else None


def faults_of_answer(case, done, is_recording):
    is_migrated = done.returncode == 0
    if done.returncode not in (0, 2):
        yield f"exit code {done.returncode}"
    if put(case / "after.yml", done.stdout if is_migrated else None, is_recording) != (done.stdout if is_migrated else None):
        yield f"made\n{done.stdout.decode(errors='replace')}"
    if put(case / "said.txt", done.stderr, is_recording) != done.stderr:
        yield f"said\n{done.stderr.decode()}"


def faults_of_flags(weir, case, done):
    """--check, --write and JSON tell of the same changes."""
    before = (case / "before.yml").read_bytes()
    changes = len(CHANGE.findall(done.stderr.decode()))
    if bool(changes) != (before != done.stdout):
        yield f"{changes} changes, and the text is {'another' if before != done.stdout else 'the same'}"
    checked = run(weir, case, "--check", "before.yml")
    if (checked.returncode, checked.stdout, checked.stderr) != (1 if changes else 0, b"", done.stderr):
        yield f"--check: {checked.returncode} {checked.stderr.decode()}"
    told = json.loads(run(weir, case, "--format=json", "before.yml").stdout)
    if len(told["changes"]) != changes or told.get("text") != (done.stdout.decode() if changes else None):
        yield f"JSON: {told}"
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(shutil.copy(case / "before.yml", folder))
        written = run(weir, folder, "--write", "before.yml")
        if (written.returncode, written.stdout, written.stderr, copy.read_bytes()) != (0, b"", done.stderr, done.stdout):
            yield f"--write: {written.returncode} {written.stderr.decode()}"


def faults_of_second_run(weir, made):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "after.yml").write_bytes(made)
        again = run(weir, folder, "after.yml")
    if again.returncode != 0 or again.stdout != made or CHANGE.search(again.stderr.decode()):
        yield f"a second run: {again.returncode} {again.stderr.decode()}"


def faults_of_comments(case, made):
    """None is lost, made, or put elsewhere among the others; a move takes those along that are beside what it moves."""
    before, after = (COMMENT.findall(text) for text in ((case / "before.yml").read_bytes(), made))
    if sorted(before) != sorted(after):
        yield f"comments\n{before}\n{after}"


def faults_of_case(weir, case, is_recording):
    done = run(weir, case, "before.yml")
    yield from faults_of_answer(case, done, is_recording)
    if done.returncode != 0:
        if done.stdout:
            yield "prints a file that it refuses"
        if not re.match(rb"^before\.yml:\d+:\d+: ", done.stderr):
            yield "does not say where"
        return
    yield from faults_of_flags(weir, case, done)
    yield from faults_of_second_run(weir, done.stdout)
    yield from faults_of_comments(case, done.stdout)


def report(number, name, faults):
    for fault in faults:
        print("\n".join(f"# {line}" for line in fault.splitlines()))
    print(f"{'not ok' if faults else 'ok'} {number} - {name}", flush=True)
    return not faults


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    options = parser.parse_args()
    weir = options.weir.resolve()
    chosen = [case for case in sorted(CASES.iterdir()) if not options.cases or case.name in options.cases]
    print(f"1..{len(chosen)}")
    results = [report(number, case.name, list(faults_of_case(weir, case, options.record))) for number, case in enumerate(chosen, 1)]
    sys.exit(0 if all(results) and chosen else 1)


if __name__ == "__main__":
    main()
