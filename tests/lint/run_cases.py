#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lints every mapping file under cases/ with the real program, and reports in TAP.

    run_cases.py --weir build/src/app/weir [ID]...
    ... --record     writes what is found; look at each line of it before you keep it

cases/ID/NAME.yml is a mapping file, and cases/ID/NAME.txt all that weir finds in it, as it prints it. ID/has.yml is the example of the
catalogue, which has the finding ID; ID/near.yml nearly has it, and so has every other file whose name begins with `near`.
"""

import argparse
import json
import pathlib
import subprocess
import sys

CASES = pathlib.Path(__file__).resolve().parent / "cases"
RUN_SECONDS_MAX = 60


def lint(weir, *arguments):
    return subprocess.run([weir, "lint", *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False, cwd=CASES)


def catalogue(weir):
    return {kind["id"]: kind for kind in json.loads(lint(weir, "--list", "--format=json").stdout)}


def record_examples(kinds):
    for kind in kinds:
        folder = CASES / kind["id"]
        folder.mkdir(exist_ok=True)
        (folder / "has.yml").write_text(kind["example"], encoding="utf-8")
        (folder / "near.yml").write_text(kind["near_miss"], encoding="utf-8")


def faults_of_examples(kind):
    for name, text in (("has", kind["example"]), ("near", kind["near_miss"])):
        file = CASES / kind["id"] / f"{name}.yml"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            yield f"{file} is not what the catalogue shows; --record writes it"


def expected_code(findings):
    return 1 if any(finding["severity"] != "note" for finding in findings) else 0


def faults_of_file(weir, kind, file, is_recording):
    path = str(file.relative_to(CASES))
    done = lint(weir, "--min-severity=note", path)
    answer = file.with_suffix(".txt")
    if is_recording:
        answer.write_text(done.stdout, encoding="utf-8")
    if not answer.exists() or answer.read_text(encoding="utf-8") != done.stdout:
        yield f"{path}: found\n{done.stdout}"
    findings = json.loads(lint(weir, "--min-severity=note", "--format=json", path).stdout)
    if done.returncode != expected_code(findings):
        yield f"{path}: exit code {done.returncode}"
    if len(findings) != len(done.stdout.splitlines()):
        yield f"{path}: {len(findings)} findings in JSON"
    found = [finding["severity"] for finding in findings if finding["id"] == kind["id"]]
    if file.stem.startswith("near") == bool(found):
        yield f"{path}: {'has' if found else 'lacks'} {kind['id']}"
    if any(severity != kind["severity"] for severity in found):
        yield f"{path}: {kind['id']} is not {kind['severity']}"


def faults_of_kind(weir, kind, is_recording):
    yield from faults_of_examples(kind)
    for file in sorted((CASES / kind["id"]).glob("*.yml")):
        yield from faults_of_file(weir, kind, file, is_recording)


def report(number, name, faults):
    for fault in faults:
        print("\n".join(f"# {line}" for line in fault.splitlines()))
    print(f"{'not ok' if faults else 'ok'} {number} - {name}", flush=True)
    return not faults


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("ids", nargs="*", metavar="ID")
    options = parser.parse_args()
    weir = options.weir.resolve()
    kinds = catalogue(weir)
    strangers = {folder.name for folder in CASES.iterdir()} - kinds.keys()
    chosen = [kind for kind in kinds.values() if not options.ids or kind["id"] in options.ids]
    if options.record:
        record_examples(chosen)
    print(f"1..{len(chosen) + 1}")
    results = [report(1, "every case is of the catalogue", [f"cases/{name} is of no kind" for name in sorted(strangers)])]
    results += [report(number, kind["id"], list(faults_of_kind(weir, kind, options.record))) for number, kind in enumerate(chosen, 2)]
    sys.exit(0 if all(results) and chosen else 1)


if __name__ == "__main__":
    main()
