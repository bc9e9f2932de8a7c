#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the reference and weir side by side on the same traffic and configuration, and reports in TAP where they differ.

    run_conformance.py --weir build/src/app/weir [--only SECTION ...] [--seed N] [--jobs N]
    run_conformance.py --list      names the sections

The reference is `statsd_exporter`, from the PATH or from Go's binaries. Without one all is skipped; but where `go` is, it must be there.
Differences that differences.txt names are intended; each of its rows must be needed by the sections that run. Another seed than the
usual draws other traffic, so then rows may be idle.
"""

import argparse
import concurrent.futures
import dataclasses
import importlib
import pathlib
import shutil
import subprocess
import sys
import traceback
import typing

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import pair  # noqa: E402
import report  # noqa: E402

# Modules with a `run(context)`. Their cases are named `section: ...`, and so are their rows in differences.txt.
SECTIONS = (
    "lines",
    "random_lines",
    "fatal_lines",
    "observations",
    "random_rules",
    "page_bytes",
    "mappings",
    "conflicts",
    "ttl",
    "reload",
    "relay",
    "unixgram",
    "http_answers",
    "lifecycle",
    "command_line",
)
SEED = 20260902
JOBS = 2


@dataclasses.dataclass
class Context:
    report: report.Report
    binaries: pair.Binaries
    seed: int
    jobs: int

    def for_each(self, function: typing.Callable, items: typing.Iterable):
        """`function(item)` for each, some at a time."""
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for _ in pool.map(function, items):
                pass


def find_reference():
    """Its path, or None."""
    if found := shutil.which("statsd_exporter"):
        return pathlib.Path(found)
    if not shutil.which("go"):
        return None
    folder = subprocess.run(["go", "env", "GOPATH"], capture_output=True, text=True, check=True).stdout.strip()
    found = pathlib.Path(folder, "bin", "statsd_exporter")
    return found if found.exists() else None


def arguments():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", type=pathlib.Path)
    parser.add_argument("--reference", type=pathlib.Path)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="SECTION")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--differences", type=pathlib.Path, default=report.DIFFERENCES, help="another file in the place of differences.txt")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if not options.weir and not options.list:
        parser.error("which weir?")
    return options


def report_absence():
    """Where Go is, the reference can be had, and a run without it proves nothing."""
    if shutil.which("go"):
        print("1..1\nnot ok 1 - the reference is installed\n# go install github.com/prometheus/statsd_exporter@v0.31.0")
        return 1
    print("1..0 # SKIP there is no statsd_exporter to compare with, and no go to build it")
    return 0


def run_section(section, context):
    """A section that fails as a whole must not hide the others."""
    try:
        importlib.import_module(section).run(context)
    except Exception:
        context.report.check(f"{section}: runs", traceback.format_exc().splitlines())


def main():
    options = arguments()
    if options.list:
        print("\n".join(SECTIONS))
        return 0
    reference = options.reference or find_reference()
    if reference is None:
        return report_absence()
    outcome = report.Report(report.read_rows(options.differences))
    context = Context(outcome, pair.Binaries(reference, options.weir.resolve()), options.seed, options.jobs)
    for section in options.only:
        run_section(section, context)
    if options.seed == SEED:
        outcome.check_rows(options.only)
    outcome.finish()
    return 1 if outcome.has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
