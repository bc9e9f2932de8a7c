#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fetches Airflow's wheels from PyPI, finds every name of a metric and its tags in their source, and fails while the table has one of them not.

    extract_names.py             the releases of releases.py, and the newest: compares names/ with what it finds
    extract_names.py --write     writes names/
    extract_names.py RELEASE...  only these; `newest` is whatever PyPI has

Nothing of Airflow is installed or run.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import coverage
import releases
import stat_calls

NEWEST = "newest"
HEAD = "# What {packages} send, with which tags. Made by extract_names.py. `*` stands for any text.\n"
# Airflow's own senders, through which every name goes.
SENDERS = ("airflow/stats.py", "airflow/metrics/", "observability/metrics/")


def fetch(packages, folder):
    for package in packages:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check",
                        "--python-version=3.11", f"--dest={folder}", package], check=True)
    for wheel in pathlib.Path(folder).glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(pathlib.Path(folder, "source"))


def is_source(path):
    if path.name == "metrics_template.yaml":
        return True
    return path.suffix == ".py" and not any(sender in path.as_posix() for sender in SENDERS)


def names_in(packages):
    with tempfile.TemporaryDirectory(prefix="weir-airflow-") as folder:
        fetch(packages, folder)
        return stat_calls.names_of_files(sorted(path for path in pathlib.Path(folder, "source").rglob("*") if path.is_file() and is_source(path)))


def text_of(packages, names):
    return HEAD.format(packages=", ".join(packages)) + "".join(" ".join([kind, name, ",".join(sorted(tags))]).strip() + "\n" for kind, name, tags in names)


def check(release, known, is_to_write):
    """The faults of one release."""
    packages = releases.NEWEST if release == NEWEST else releases.RELEASES[release]
    names = names_in(packages)
    print(f"{release}: {len(names)} names", flush=True)
    faults = known.faults(names)
    path = coverage.NAMES / f"{release}.txt"
    if release == NEWEST:
        return faults
    if is_to_write:
        path.write_text(text_of(packages, names), encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text_of(packages, names):
        faults.append(f"{path.name} is not what was found: extract_names.py --write")
    return faults


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("releases", nargs="*", metavar="RELEASE")
    options = parser.parse_args()
    known = coverage.Names(coverage.airflow_table.read())
    chosen = options.releases or [*releases.RELEASES, NEWEST]
    if unknown := [release for release in chosen if release != NEWEST and release not in releases.RELEASES]:
        sys.exit(f"no such release: {unknown[0]}")
    faults = [f"{release}: {fault}" for release in chosen for fault in check(release, known, options.write)]
    sys.exit("\n".join(faults) or 0)


if __name__ == "__main__":
    main()
