#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts faults into weir, one at a time, and sees whether the tests notice.

    run_mutants.py [--layer LAYER]... [--only ID,...] [--jobs N] [--report FILE]
    run_mutants.py --check      only says which mutants of the list apply to the tree as it is; seconds

Each job works on a copy of the tree in a scratch folder; the checkout stays as it is. First all suites that the list names
must pass on the unchanged copy. Then each mutant is built and its suites run until one fails: it is killed. mutant_list.py
says what the list holds.

Ends with 1 when a mutant survives that the list does not explain, when fewer than 95 % die, or when a mutant cannot be
applied or built.
"""

import argparse
import dataclasses
import os
import pathlib
import queue
import shutil
import sys
import tempfile
import threading
import time

import job_tree
import mutant_list

ROOT = pathlib.Path(__file__).resolve().parents[2]
KILLED_PERCENT_MIN = 95
# For a first guess: what building one mutant takes.
BUILD_SECONDS = 10
KILLED, SURVIVED, EXPLAINED, ERROR = "killed", "survived", "explained", "error"


@dataclasses.dataclass
class Result:
    mutant: mutant_list.Mutant
    verdict: str
    remark: str
    seconds: float = 0

    def line(self):
        return f"{self.mutant.id:<4} {self.verdict:<9} {self.mutant.what}  [{self.remark}, {self.seconds:.0f} s]"


class Run:
    """The mutants that are left, and what came of the others."""

    def __init__(self, mutants, trees):
        self.waiting = queue.SimpleQueue()
        for mutant in mutants:
            self.waiting.put(mutant)
        self.trees = trees
        self.results = []
        self.count = len(mutants)
        self.suites = list(dict.fromkeys(suite for mutant in mutants for suite in mutant.suites))
        self.seconds = {}

    def check_unchanged(self):
        """Builds every copy, and runs every suite on one."""
        for tree in self.trees:
            say(f"building {tree.root}")
            tree.build(self.suites)
        suites = queue.SimpleQueue()
        for suite in self.suites:
            suites.put(suite)
        faults = []
        self.at_once(lambda tree: self.try_unchanged(tree, suites, faults))
        if faults:
            sys.exit("not without mutants either:\n" + "\n".join(sorted(faults)))

    def try_unchanged(self, tree, suites, faults):
        while (suite := taken(suites)) is not None:
            why, self.seconds[suite] = tree.run(suite)
            if why is not None:
                say(f"{suite}: {why}, once more")
                why, self.seconds[suite] = tree.run(suite)
            if why is not None:
                faults.append(f"{suite}: {why}")

    def foretell(self, mutants):
        work = sum(BUILD_SECONDS + self.seconds[mutant.suites[0]] for mutant in mutants)
        say(f"{self.count} mutants, about {work / len(self.trees) / 60:.0f} minutes")

    def go(self):
        self.begin = time.monotonic()
        self.at_once(self.work)

    def at_once(self, work):
        threads = [threading.Thread(target=work, args=(tree,), daemon=True) for tree in self.trees]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def work(self, tree):
        while (mutant := taken(self.waiting)) is not None:
            begin = time.monotonic()
            verdict, remark = self.outcome(tree, mutant)
            self.results.append(Result(mutant, verdict, remark, time.monotonic() - begin))
            self.print_progress()

    def outcome(self, tree, mutant):
        try:
            path, text = mutant.apply(tree.root)
        except mutant_list.ListError as fault:
            return ERROR, str(fault)
        try:
            for suite in mutant.suites:
                tree.build([suite])
                # Other suites, or a busy machine, are no reason to call it dead.
                why, _ = tree.run(suite, 30 + 5 * self.seconds[suite])
                if why is not None:
                    return KILLED, suite if why == "by failure" else f"{suite}, {why}"
        except job_tree.BuildError as fault:
            return ERROR, f"does not build: {fault}"
        finally:
            path.write_text(text)
        return (EXPLAINED, mutant.survives) if mutant.survives else (SURVIVED, ", ".join(mutant.suites))

    def print_progress(self):
        done = len(self.results)
        left = (time.monotonic() - self.begin) / done * (self.count - done) / 60
        say(f"{done}/{self.count}, {left:.0f} min left: {self.results[-1].line()}")


def taken(waiting):
    try:
        return waiting.get_nowait()
    except queue.Empty:
        return None


def say(text):
    print(text, flush=True)


def table(results):
    lines = ["| layer | mutants | killed | survived | explained | errors |", "|---|---|---|---|---|---|"]
    for layer in (*mutant_list.LAYERS, "all"):
        verdicts = [result.verdict for result in results if layer in (result.mutant.layer, "all")]
        if verdicts:
            counts = [verdicts.count(verdict) for verdict in (KILLED, SURVIVED, EXPLAINED, ERROR)]
            lines.append(f"| {layer} | {len(verdicts)} | " + " | ".join(map(str, counts)) + " |")
    return lines


def conclude(results, report):
    """Prints what came out, and returns the exit code."""
    order = {layer: place for place, layer in enumerate(mutant_list.LAYERS)}
    results = sorted(results, key=lambda result: order[result.mutant.layer])
    lines = table(results) + [""] + [result.line() for result in results if result.verdict != KILLED]
    lines += [f"{result.mutant.id}: explained as a survivor, but killed: take the explanation out"
              for result in results if result.verdict == KILLED and result.mutant.survives]
    percent = 100 * sum(result.verdict == KILLED for result in results) / max(len(results), 1)
    lines.append(f"{percent:.1f} % killed")
    say("\n".join(lines))
    if report:
        report.write_text("\n".join(lines + [""] + [result.line() for result in results]) + "\n")
    has_failed = percent < KILLED_PERCENT_MIN or any(result.verdict in (SURVIVED, ERROR) for result in results)
    return 1 if has_failed else 0


def check(mutants):
    faults = []
    for mutant in mutants:
        try:
            mutant.place(ROOT)
        except mutant_list.ListError as fault:
            faults.append(str(fault))
    say("\n".join([*faults, f"{len(mutants) - len(faults)} of {len(mutants)} mutants apply"]))
    return 1 if faults else 0


def run(mutants, options, scratch):
    commit = job_tree.snapshot(ROOT)
    cores = len(os.sched_getaffinity(0))
    trees = [job_tree.JobTree(ROOT, commit, scratch / str(job), max(1, cores // options.jobs)) for job in range(options.jobs)]
    going = Run(mutants, trees)
    going.check_unchanged()
    going.foretell(mutants)
    going.go()
    return conclude(going.results, options.report)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layer", action="append", choices=mutant_list.LAYERS)
    parser.add_argument("--only", metavar="ID,...")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--report", type=pathlib.Path, help="where what came out is written, with a line for each mutant")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    ids = options.only.split(",") if options.only else None
    try:
        mutants = [mutant for mutant in mutant_list.load()
                   if (not ids or mutant.id in ids) and (not options.layer or mutant.layer in options.layer)]
    except mutant_list.ListError as fault:
        sys.exit(str(fault))
    if not mutants:
        sys.exit("no such mutant")
    if options.check:
        sys.exit(check(mutants))
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="weir-mutants-"))
    try:
        sys.exit(run(mutants, options, scratch))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
