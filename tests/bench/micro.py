#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a Google Benchmark program on one core and prints each case's time beside that of the first of its group.

    micro.py PROGRAM [ARGUMENTS OF GOOGLE BENCHMARK]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile

REPETITIONS = 3
MIN_SECONDS = 0.2


def run(program, arguments):
    """Every repetition of every case, by the case's name."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        done = subprocess.run([program, f"--benchmark_out={out.name}", "--benchmark_out_format=json", f"--benchmark_repetitions={REPETITIONS}",
                               f"--benchmark_min_time={MIN_SECONDS}", *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{program}: {done.stderr}")
        cases = {}
        for case in json.load(out)["benchmarks"]:
            if case["run_type"] == "iteration":
                cases.setdefault(case["run_name"], []).append(case)
        return cases


def nanoseconds(repetitions):
    """CPU time of one item: of a line, a sample, a value or a series, as the program says in its head."""
    return statistics.median(1e9 / case["items_per_second"] for case in repetitions)


def remark_of(repetitions):
    """Memory, and the longest of the times that are not a mean: of all repetitions."""
    size = repetitions[0].get("bytes_per_series")
    remarks = [f"{size:,.0f} bytes per series"] if size else []
    longest = {key: max(case[key] for case in repetitions) for key in repetitions[0] if key.endswith("_ms")}
    return ", ".join(remarks + [f"{key} {value:.1f}" for key, value in longest.items()])


def rows(cases):
    """(case, ns, ratio to the first of its group, remark) of each case that did not fail."""
    first = {}
    for name, repetitions in cases.items():
        if any(case.get("error_occurred") for case in repetitions):
            continue
        time = nanoseconds(repetitions)
        beside = first.setdefault(name.partition("/")[0], time)
        yield name, time, time / beside, remark_of(repetitions)


def main():
    cases = run(sys.argv[1], sys.argv[2:])
    print(f"{'':44} {'ns':>10} {'ratio':>7}")
    for name, time, ratio, remark in rows(cases):
        print(f"{name:44} {time:10.1f} {ratio:7.2f}  {remark}".rstrip())
    failed = [f"{name}: {case['error_message']}" for name, repetitions in cases.items() for case in repetitions if case.get("error_occurred")]
    sys.exit("\n".join(failed) or None)


if __name__ == "__main__":
    main()
