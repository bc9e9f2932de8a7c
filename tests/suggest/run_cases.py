#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks the real program for rules for recorded traffic, and reports in TAP.

    run_cases.py --weir build/src/app/weir [NAME]...
    ... --record     writes what is proposed; read it as a person who has to use it before you keep it

cases/NAME.lines is what is sent, one line each; the captures of Airflow come from tests/captures. cases/NAME.yml is what is proposed for it,
without what fits of the files that are compiled in, which change. Whatever is proposed has no error or warning, and does with the lines
what it says.
"""

import argparse
import ast
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE / "cases"
CAPTURES = {"airflow-plain": "airflow-2.11.0-statsd-plain.tsv", "airflow-influx": "airflow-2.11.0-influx.tsv"}
FAMILIES_MAX = 40
RUN_SECONDS_MAX = 60


def weir_says(weir, *arguments):
    return subprocess.run([weir, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=RUN_SECONDS_MAX, check=False)


def lines_of_capture(path):
    for row in path.read_text(encoding="utf-8").splitlines():
        yield ast.literal_eval(row.split("\t")[2])


def sent_files(folder):
    """Name -> file of lines."""
    files = {file.stem: file for file in CASES.glob("*.lines")}
    for name, capture in CAPTURES.items():
        files[name] = folder / f"{name}.lines"
        files[name].write_bytes(b"\n".join(lines_of_capture(HERE.parent / "captures" / capture)) + b"\n")
    return files


def faults_of_airflow(proposal, use):
    metrics = {rule["name"] for rule in proposal["rules"] if rule["series_after"] > 0}
    if len(metrics) > FAMILIES_MAX:
        yield f"{len(metrics)} metrics"
    if use["unmapped"]:
        yield f"unmapped: {use['unmapped'][:5]}"
    if not proposal["builtin"] or not proposal["builtin"][0]["name"].startswith("airflow"):
        yield f"fits: {proposal['builtin'][:3]}"


def faults_of_use(proposal, use):
    """What the rules do with the lines, against what the proposal says of them."""
    if use["refused"] > 0:
        yield f"{use['refused']} samples refused"
    if len(use["unmapped"]) != proposal["unmapped"]:
        yield f"{len(use['unmapped'])} names unmapped and not {proposal['unmapped']}"
    for rule, done in zip(proposal["rules"], use["rules"], strict=True):
        said = (rule["match"], rule["names"], rule["series_after"])
        if said != (done["match"], done["names"], done["series"]):
            yield f"said {said}, did {done}"


def faults_of_proposal(weir, name, sent, text):
    proposal = json.loads(weir_says(weir, "suggest", "--format=json", str(sent)).stdout)
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        done = weir_says(weir, "lint", "--format=json", f"--against={sent}", file.name)
    found = json.loads(done.stdout)
    if done.returncode != 0:
        yield f"lint finds {found['findings']}"
    yield from faults_of_use(proposal, found["capture"])
    if name in CAPTURES:
        yield from faults_of_airflow(proposal, found["capture"])


def without_fits(text):
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("#   ", "# Mapping files inside weir")))


def faults_of_case(weir, name, sent, is_recording):
    done = weir_says(weir, "suggest", str(sent))
    if done.returncode != 0 or done.stderr:
        yield f"exit code {done.returncode}: {done.stderr}"
        return
    golden = CASES / f"{name}.yml"
    if is_recording:
        golden.write_text(without_fits(done.stdout), encoding="utf-8")
    if not golden.exists() or golden.read_text(encoding="utf-8") != without_fits(done.stdout):
        yield f"proposed\n{done.stdout}"
    yield from faults_of_proposal(weir, name, sent, done.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weir", required=True)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = sent_files(pathlib.Path(folder))
        names = arguments.names or sorted(files)
        print(f"1..{len(names)}")
        has_failed = False
        for number, name in enumerate(names, 1):
            faults = list(faults_of_case(arguments.weir, name, files[name], arguments.record))
            has_failed = has_failed or bool(faults)
            print(f"{'not ok' if faults else 'ok'} {number} - {name}")
            for line in "\n".join(faults).splitlines():
                print(f"# {line}")
    return 1 if has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
