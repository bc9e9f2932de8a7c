#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many cache lines a line of a known series reads and writes, as valgrind's lackey sees each access.

    cache_lines.py BUILD_DIR/tests/bench/cache_lines

Only lines that other series do not touch as well are counted one by one: what all share is in the first cache. Lackey runs no AVX-512,
so weir is on its next level; a table is the same on each, but for how much of the datagram is read at once.
"""

import bisect
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent / "driver")]

import mappings  # noqa: E402

CACHE_LINE = 64
HISTOGRAM = "defaults: {observer_type: histogram, histogram_options: {native_histogram_bucket_factor: %s}}"
KINDS = [("counter", "c", ""), ("gauge", "g", ""), ("timer, a summary", "ms", ""), ("timer, a classic histogram", "ms", HISTOGRAM % 1),
         ("timer, a native histogram", "ms", HISTOGRAM % 1.1), ("counter, a hundred rules", "c", mappings.globs(100))]
SHARED_SHARE = 0.5


def symbols(program):
    """[(address, name)] of the program's functions, in order, and the address of one that it tells of itself."""
    text = subprocess.run(["nm", "--demangle", "--defined-only", program], capture_output=True, text=True, check=True).stdout
    found = sorted((int(fields[0], 16), fields[2]) for line in text.splitlines() if (fields := line.split(" ", 2))[1] in "tTwW")
    return found, next(address for address, name in found if name.startswith("weir::bench::(anonymous namespace)::run(") and "[clone" not in name)


def trace(program, kind, mapping, folder):
    """(what the program says of itself, the path of its trace)"""
    path = pathlib.Path(folder, "trace")
    command = ["valgrind", "--tool=lackey", "--trace-mem=yes", f"--log-file={path}", program, kind, mapping]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return json.loads(done.stdout), path


def sections(path, mark):
    """Of each line that was fed: its accesses, (instruction, address, size, is a write)."""
    accesses, instruction, begins = None, "", (f" S {mark:08x},", f" M {mark:08x},")
    with open(path, encoding="ascii", errors="replace") as file:
        for line in file:
            if line[0] == "I":
                instruction = line
            elif line.startswith(begins):
                if accesses is not None:
                    yield accesses
                accesses = []
            elif accesses is not None and line[1] in "LSM":
                at, _, size = line[3:].partition(",")
                accesses.append((int(instruction[3:].partition(",")[0], 16), int(at, 16), int(size), line[1] != "L"))


class Names:
    """The function of an instruction."""

    def __init__(self, program, code):
        self._symbols, place = symbols(program)
        self._addresses = [address for address, _ in self._symbols]
        self._moved = code - place

    def of(self, instruction):
        at = bisect.bisect_right(self._addresses, instruction - self._moved) - 1
        return self._symbols[at][1] if at >= 0 else ""


class Lines:
    """What each line that was fed touched, and which of it is its own."""

    def __init__(self, program, said, fed):
        self._said, self._names = said, Names(program, said["code"])
        self.fed = [[access for access in accesses if "weir::bench::" not in self._names.of(access[0])] for accesses in fed]
        users = collections.Counter(line for accesses in self.fed for line in {line for access in accesses for line in lines_of(access)})
        self.shared = {line for line, count in users.items() if count > SHARED_SHARE * len(self.fed)}

    def _is_in_datagram(self, line, number):
        begin, size = self._said["lines"][number]
        return begin - CACHE_LINE < line * CACHE_LINE < begin + size

    def _place_of(self, line, number, functions):
        first, size = self._said["series"]
        if self._is_in_datagram(line, number):
            return "datagram"
        if first - CACHE_LINE < line * CACHE_LINE < first + size:
            return "series"
        if not any("look_up_group" in name for name in functions):
            return "rule" if all("Pipeline::flush" in name for name in functions) else "buffer"
        # What an entry leads to is looked at later.
        return "entry" if any("Pipeline::flush" in name for name in functions) else "slots"

    def own(self, number):
        """(place, is it written) of each cache line that is line `number`'s own."""
        functions, written = collections.defaultdict(set), set()
        for access in self.fed[number]:
            for line in set(lines_of(access)) - self.shared:
                functions[line].add(self._names.of(access[0]))
                written |= {line} if access[3] else set()
        return [(self._place_of(line, number, names), line in written) for line, names in functions.items()]


def lines_of(access):
    _, at, size, _ = access
    return range(at // CACHE_LINE, (at + size - 1) // CACHE_LINE + 1)


def count(program, kind, mapping):
    """({place: (cache lines, of these written)} of one line of its own, how many all share)"""
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        said, path = trace(program, kind, mapping, folder)
        lines = Lines(program, said, list(sections(path, said["mark"])))
    sums = collections.defaultdict(lambda: [0, 0])
    for number in range(len(lines.fed)):
        for place, is_written in lines.own(number):
            sums[place][0] += 1
            sums[place][1] += is_written
    return {place: (all_ / len(lines.fed), written / len(lines.fed)) for place, (all_, written) in sums.items()}, len(lines.shared)


def main():
    places = ["datagram", "slots", "entry", "series", "buffer", "rule"]
    print("| line of a | " + " | ".join(places) + " | all | of these written | shared by all lines |")
    print("|---|" + "---|" * (len(places) + 3))
    for name, kind, mapping in KINDS:
        found, shared = count(sys.argv[1], kind, mapping)
        cells = [f"{found[place][0]:.2f}" + (f" ({found[place][1]:.2f})" if found[place][1] else "") if place in found else "" for place in places]
        print(f"| {name} | " + " | ".join(cells) + f" | {sum(all_ for all_, _ in found.values()):.2f} | {sum(w for _, w in found.values()):.2f} | {shared} |")


if __name__ == "__main__":
    main()
