#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the reference and weir side by side on the same traffic and configuration, and reports in TAP where they differ.

    run_conformance.py --weir build/src/app/weir [--only SECTION ...] [--seed N] [--jobs N]
    run_conformance.py --weir build/src/app/weir --record [--only SECTION ...]
    run_conformance.py --weir build/src/app/weir --replay [--only SECTION ...]
    run_conformance.py --list      names the sections

The reference is `statsd_exporter` of the version below, from the PATH or from Go's binaries. Where `go` is, it must be there. Elsewhere its
recorded answers stand for it, as they do with --replay, but for the sections that need the program itself: those are skipped. A run with
the reference compares its answers with the recorded ones, so that these stay what it says; --record writes them.
Differences that differences.txt names are intended; each of its rows must be needed by the sections that run. Another seed than the
usual draws other traffic, so then rows may be idle.
"""

import argparse
import concurrent.futures
import dataclasses
import importlib
import pathlib
import re
import shutil
import subprocess
import sys
import traceback
import typing

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import pair  # noqa: E402
import recorded  # noqa: E402
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
    "self_metrics",
    "reload",
    "relay",
    "unixgram",
    "http_answers",
    "lifecycle",
    "command_line",
)
# These need the program itself.
NOT_RECORDED = {
    "relay": "its packets and their times",
    "unixgram": "the files it makes",
    "lifecycle": "its end by signals",
    "self_metrics": "the ends of its series, and a restart",
}
VERSION = "v0.31.0"
INSTALL = f"go install github.com/prometheus/statsd_exporter@{VERSION}"
BUILD_INFO = re.compile(rb"\nmod\tgithub\.com/prometheus/statsd_exporter\t(v[0-9][^\t\n]*)[\t\n]")
RELEASE = re.compile(r"statsd_exporter, version (\d\S*) ")
SEED = 20260902
JOBS = 2
VERSION_SECONDS_MAX = 30


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


def version_of(reference):
    """What `go version -m` says of a binary that Go installed (read from the same place, so that no Go is needed), else what it says itself."""
    if built := BUILD_INFO.search(reference.read_bytes()):
        return built[1].decode()
    said = subprocess.run([reference, "--version"], capture_output=True, text=True, check=False, timeout=VERSION_SECONDS_MAX)
    found = RELEASE.search(said.stdout + said.stderr)
    return "v" + found[1] if found else "none"


def pinned_reference(asked_for=None):
    """Its path; None where it is not and cannot be had. Tells in TAP and ends the run where it could be, or is another version."""
    reference = asked_for or find_reference()
    if reference is None:
        if shutil.which("go"):
            stop("the reference is installed", INSTALL)
    elif (version := version_of(reference)) != VERSION:
        stop("the reference is the one that was read", f"{reference} is version {version}, not {VERSION}: {INSTALL}")
    return reference


def stop(check, why):
    print(f"1..1\nnot ok 1 - {check}\n# {why}")
    sys.exit(1)


def arguments():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", type=pathlib.Path)
    parser.add_argument("--reference", type=pathlib.Path)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="SECTION")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--differences", type=pathlib.Path, default=report.DIFFERENCES, help="another file in the place of differences.txt")
    parser.add_argument("--record", action="store_true", help="write what the reference says to recorded/")
    parser.add_argument("--replay", action="store_true", help="take what the reference says from recorded/, even where it is")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if not options.weir and not options.list:
        parser.error("which weir?")
    if options.record and (options.replay or options.seed != SEED):
        parser.error("what is recorded is the usual traffic, with the reference")
    return options


def run_section(section, context):
    """A section that fails as a whole must not hide the others."""
    try:
        importlib.import_module(section).run(context)
    except Exception:
        context.report.check(f"{section}: runs", traceback.format_exc().splitlines())


def run_all(options, reference):
    """Whether all is well."""
    kept = [section for section in options.only if section not in NOT_RECORDED]
    sections = options.only if reference else kept
    recording = recorded.Recording(kept if options.seed == SEED else (), replays=reference is None)
    outcome = report.Report(report.read_rows(options.differences), alone=report.Alone(is_written=options.record))
    context = Context(outcome, pair.Binaries(reference, options.weir.resolve(), recording), options.seed, options.jobs)
    for section in sections:
        run_section(section, context)
        if options.record and section in kept:
            recording.write(section)
        elif reference and options.seed == SEED and section in kept:
            outcome.check(f"{section}: the reference says what is recorded of it", recording.changes(section))
    if options.record:
        outcome.alone.write(sections)
    if options.seed == SEED:
        outcome.check_rows(sections)
    outcome.finish()
    return not outcome.has_failed


def main():
    options = arguments()
    if options.list:
        print("\n".join(SECTIONS))
        return 0
    reference = None if options.replay else pinned_reference(options.reference)
    if reference is None and options.record:
        stop("there is a reference to record", INSTALL)
    if reference is None and options.seed != SEED:
        stop("another seed than the recorded one has a reference", INSTALL)
    left = [section for section in options.only if section in NOT_RECORDED]
    if reference is None and left == options.only:
        print("1..0 # SKIP NOT COMPARED: no statsd_exporter, and no recording holds " + ", ".join(NOT_RECORDED[section] for section in left))
        return 0
    return 0 if run_all(options, reference) else 1


if __name__ == "__main__":
    sys.exit(main())
