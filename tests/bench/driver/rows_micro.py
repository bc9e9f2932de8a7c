# SPDX-License-Identifier: Apache-2.0
"""The micro benchmarks, for the report; Meson runs each by itself."""

import os

import micro
from bench import MEASURED, Row

SUBJECTS = ("split", "parse", "bind", "first_sight", "apply", "pipeline", "scrape")


def all_subjects(bench):
    details = ["| subject | case | ns | ratio to the first of its kind | |", "|---|---|---|---|---|"]
    allowed = os.sched_getaffinity(0)
    for subject in SUBJECTS:
        cases = micro.run(bench.load_generator.with_name(f"{subject}_bench"), [])
        details += [f"| {subject} | {name} | {time:,.1f} | {ratio:.2f} | {remark} |" for name, time, ratio, remark in micro.rows(cases)]
    os.sched_setaffinity(0, allowed)
    return Row("micro", "one step alone, without sockets", "", "see below; what a case's unit is, the head of its program tells", MEASURED, details,
               run="as often as Google Benchmark repeats a case")


ROWS = {"micro": all_subjects}
