#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The end-to-end benchmark: weir, the reference and other programs where they are installed, and a loop that discards, each as a process.

    end_to_end.py --build BUILD_DIR                     every row: about half an hour on a machine with nothing else to do
    end_to_end.py --build BUILD_DIR --rows one-line,burst
    end_to_end.py --build BUILD_DIR --quick             that the rows work, in a few minutes; its figures mean nothing
    end_to_end.py --build BUILD_DIR --save FILE --report tests/bench/REPORT.md

    meson test -C BUILD_DIR --benchmark                                           the quick run
    meson test -C BUILD_DIR --benchmark --verbose end_to_end --test-args=--full   every row

The server is pinned to one core and the sender to another; programs take turns, round by round, and medians are shown.
BUILD_DIR wants --buildtype=release -Dbenchmarks=enabled. The reference is found by --reference, $STATSD_EXPORTER, in
$PATH or in ~/go/bin; driver/peers.py tells how to install the others. Rows about receiving measure weir on every level of
instructions that the processor offers, or on those of --levels. With --save the rows are kept, and a later run of single rows replaces only these in the report.
"""

import argparse
import os
import pathlib
import shutil
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE / "driver"), str(SOURCE / "tests" / "support")]

import bench as benches  # noqa: E402
import machine  # noqa: E402
import peers  # noqa: E402
import report  # noqa: E402
import rows_airflow  # noqa: E402
import rows_histograms  # noqa: E402
import rows_micro  # noqa: E402
import rows_new_series  # noqa: E402
import rows_operation  # noqa: E402
import rows_receive  # noqa: E402
import rows_scrape  # noqa: E402
import rows_state  # noqa: E402

# In the order of the list of aims; what has no aim comes last.
ORDER = ("one-line", "mixed", "mixed-random", "plain", "million", "summary", "native-histogram", "classic-histogram", "first-sight", "first-sight-10k-globs",
         "first-sight-regexes", "hot-with-rules", "airflow-cost", "memory", "memory-families", "scrape", "first-scrape", "first-scrape-families",
         "scrape-formats", "ingest-during-scrape", "burst", "start", "start-rules", "reload", "two-workers", "state-save", "idle", "drain", "knee", "sizes", "matrix", "micro")
ROWS = {**rows_receive.ROWS, **rows_new_series.ROWS, **rows_histograms.ROWS, **rows_scrape.ROWS, **rows_operation.ROWS, **rows_micro.ROWS,
        **rows_state.ROWS, **rows_airflow.ROWS}
# Long, and without an aim.
NOT_QUICK = {"matrix", "knee", "micro"}


def find_reference(given):
    candidates = [given, os.environ.get("STATSD_EXPORTER"), shutil.which("statsd_exporter"), pathlib.Path.home() / "go" / "bin" / "statsd_exporter"]
    if given == "none":
        return None
    return next((pathlib.Path(path) for path in candidates if path and pathlib.Path(path).exists()), None)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--weir", type=pathlib.Path, help="another daemon than the build folder's")
    parser.add_argument("--reference", help="the statsd_exporter to compare with, or `none`")
    parser.add_argument("--levels", default="", help="the levels of the processor to measure weir on, the best first: " + ", ".join(machine.LEVELS))
    parser.add_argument("--peers", help="which of the other programs to compare with, or `none`: " + ", ".join(peers.PEERS))
    parser.add_argument("--rows", default="", help=", ".join(sorted(ROWS)))
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--quick", dest="is_quick", action="store_true")
    parser.add_argument("--full", dest="is_quick", action="store_false", help="not --quick")
    parser.add_argument("--save", type=pathlib.Path, help="keeps rows as JSON")
    parser.add_argument("--report", type=pathlib.Path, help="writes the report there")
    parser.add_argument("--airflow-mapping", type=pathlib.Path, default=SOURCE / "mappings" / "airflow.yml")
    return parser.parse_args()


def find_peers(given):
    names = peers.PEERS if given is None else given.split(",")
    return {name: path for name, path in peers.installed().items() if name in names}


def make_bench(chosen):
    weir = chosen.weir or chosen.build / "src" / "app" / "weir"
    tools = chosen.build / "tests" / "bench"
    return benches.Bench(
        source=SOURCE, weir=weir, reference=find_reference(chosen.reference),
        load_generator=tools / "load_generator", bare_receiver=tools / "bare_receiver",
        build_type=machine.build_options(chosen.build).get("buildtype", "?"), is_own_build=not chosen.weir, is_quick=chosen.is_quick,
        rounds=chosen.rounds or (1 if chosen.is_quick else 5), airflow_mapping=chosen.airflow_mapping,
        levels=chosen.levels.split(",") if chosen.levels else machine.levels(weir), peers=find_peers(chosen.peers))


def run_row(bench, name):
    """The rows that `name` makes; a failure is one too, and the others go on."""
    started = time.monotonic()
    try:
        made = ROWS[name](bench)
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        made = benches.Row(name, name, "", f"failed: {type(error).__name__}: {error}".partition("\n")[0], "**failed**")
    rows = made if isinstance(made, list) else [made]
    for row in rows:
        print(f"{row.name}: {row.measured} [{row.verdict}] ({time.monotonic() - started:.0f} s)", flush=True)
        print("\n".join("    " + line for line in row.details), flush=True)
    return rows


def main():
    chosen = arguments()
    names = chosen.rows.split(",") if chosen.rows else [name for name in ROWS if not (chosen.is_quick and name in NOT_QUICK)]
    if unknown := set(names) - set(ROWS):
        sys.exit(f"no such rows: {', '.join(sorted(unknown))}")
    bench = make_bench(chosen)
    if bench.build_type != "release":
        print(f"a {bench.build_type} build: figures of a release build are the ones that count", file=sys.stderr)
    rows = [row for name in names for row in run_row(bench, name)]
    entries = report.measured_now(bench, rows)
    if chosen.save:
        entries = report.merge(chosen.save, entries)
    text = "\n".join(report.markdown(entries, ORDER)).rstrip("\n") + "\n"
    if chosen.report:
        chosen.report.write_text(text, encoding="utf-8")
    print("\n" + text)
    sys.exit(any(row.verdict == "**failed**" for row in rows))


if __name__ == "__main__":
    main()
