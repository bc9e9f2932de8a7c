# SPDX-License-Identifier: Apache-2.0
"""Says in TAP which cases agree. Differences that differences.txt names are intended, all others fail, and so do its rows without use.

What was let pass is told at the end: how many values each row excused, and how often something was tried again.
"""

import collections
import dataclasses
import json
import pathlib
import re
import shlex
import sys
import threading
import time
import traceback

import compare
import recorded

DIFFERENCES = pathlib.Path(__file__).resolve().parent / "differences.txt"
ALONE = recorded.FOLDER / "alone.json"
# Unexpected differences must last to count: a busy machine may show half of what is on its way.
RETRY_SECONDS = 0.25
RETRIES_MAX = 8
SHOWN_MAX = 20
HTTP_OK = 200
# What a row leaves out, where its kind says it already.
ANY = "*"
IMPLIED = {"missing": (ANY, "absent"), "extra": ("absent", ANY)}
LOOKS = "looks at a page"


class RowError(ValueError):
    pass


def wildcard(pattern):
    """Only `*` is special: cases and series are full of brackets."""
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


@dataclasses.dataclass
class Row:
    """One intended difference."""

    line: int
    text: str
    section: str
    patterns: list
    # How many values it let pass.
    excused: int = 0

    def matches(self, case, difference):
        what = (case, difference.series or difference.family, difference.what, difference.reference, difference.weir)
        return all(pattern.fullmatch(text) for pattern, text in zip(self.patterns, what))


def read_row(line, text):
    def refuse(why):
        raise RowError(f"differences.txt:{line}: {why}: {text}")
    fields = shlex.split(text, comments=True)
    if not 4 <= len(fields) <= 6 or not re.fullmatch(r"[QW]\d+(,[QW]\d+)*", fields[0]) or " # " not in text:
        refuse("not `Qn[,Qn] section:case series what [reference [weir]] # why`")
    section, colon, _ = fields[1].partition(":")
    if not colon or ANY in section:
        refuse("the case begins with the section's name and a colon")
    what, values = fields[3], fields[4:]
    if what not in compare.KINDS:
        refuse(f"the kind is one of {', '.join(compare.KINDS)}")
    values += IMPLIED.get(what, (ANY, ANY))[len(values):]
    if what not in compare.BOUNDED_KINDS and all(is_open(value) for value in values):
        refuse("it leaves both values open")
    return Row(line, text, section, [wildcard(field) for field in (*fields[1:4], *values)])


def is_open(value):
    """Whether it says nothing of a value."""
    return ANY in value and not value.strip(ANY + "'\"[]{} ")


def read_rows(path):
    lines = enumerate(path.read_text().splitlines(), 1)
    return [read_row(line, text) for line, text in lines if text.strip() and not text.startswith("#")]


class Case:
    """What one case finds. From `with report.case(name) as case`."""

    def __init__(self, report, name):
        self.name = name
        self.faults = []
        self._report = report

    def fail(self, fault):
        self.faults.append(str(fault))

    def expect(self, condition, fault):
        if not condition:
            self.fail(fault)

    def differences(self, found, values=0):
        """Those of `found` that no row names make the case fail. `values`: how many values were compared to find them."""
        self.faults += map(str, self._report.unintended(self.name, found, mark=True))
        self._report.count(values)

    def compare(self, reference, weir, before=None, observations=None, objectives=None):
        """Two parsed pages; see compare.compare_pages()."""
        comparison = compare.Comparison(before, observations, objectives)
        self.differences(comparison.pages(reference, weir), comparison.values)

    def equal(self, what, reference, weir):
        """One value that is no sample: a status, a header, an exit code. In differences.txt `what` stands for the series, and is `value`."""
        self.differences([compare.Difference("", what, "value", str(reference), str(weir))] if reference != weir else [], 1)

    def retried(self, what):
        """It was tried again, which is told at the end."""
        self._report.retried(what)

    def compare_pair(self, pair, before=None, observations=None, objectives=None):
        """Settles the pair and compares its pages; unexpected differences have to last."""
        seen = None
        pair.reference.next_moment()
        for _ in range(RETRIES_MAX):
            pair.settle()
            found, values = look(self.name, pair, compare.Comparison(before, observations, objectives), self._report.alone)
            if not (unintended := self._report.unintended(self.name, found)) or unintended == seen:
                break
            seen = unintended
            self.retried(LOOKS)
            pair.reference.forget_moment()
            time.sleep(RETRY_SECONDS)
        pair.reference.next_moment()
        self.differences(found, values)


def look(case, pair, comparison, alone):
    """(differences of the pages, how many values were compared)"""
    fault = reference_fault(pair)
    if not fault:
        return comparison.pages(*pair.pages()), comparison.values
    if fault.weir not in ("alive", str(HTTP_OK)):
        return [fault], 1
    # What weir took in is seen beside what the reference had before it failed.
    found = compare.moved_alone(pair.idle_page(), pair.weir.page())
    return [fault, *alone.differences(case, found)], len(found) + 1


class Alone:
    """What weir's page says where the reference crashed or has none, case by case, as alone.json has it."""

    def __init__(self, path=ALONE, is_written=False):
        self._path = path
        self._is_written = is_written
        self._expected = json.loads(path.read_text()) if path.exists() else {}
        self._found = {}

    def differences(self, case, found):
        self._found[case] = found
        expected = found if self._is_written else self._expected.get(case, {})
        changed = [series for series in sorted(expected.keys() | found.keys()) if expected.get(series) != found.get(series)]
        return [compare.Difference("", series, "alone", expected.get(series, "absent"), found.get(series, "absent")) for series in changed]

    def idle(self, sections):
        return sorted(case for case in self._expected.keys() - self._found.keys() if case.partition(":")[0] in sections)

    def write(self, sections):
        kept = {case: said for case, said in self._expected.items() if case.partition(":")[0] not in sections} | self._found
        lines = (f"{json.dumps(case)}: {json.dumps(kept[case], sort_keys=True)}" for case in sorted(kept))
        self._path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def reference_fault(pair):
    """The difference that a reference is which crashed or has no page, while weir has one. None where it is well."""
    if not pair.reference.alive():
        weir = "alive" if pair.weir.alive() else "dead"
        return compare.Difference("", "", "crash", f"exit {pair.reference.exit_code()}", weir)
    status = pair.reference.status()
    return compare.Difference("", "", "status", str(status), str(pair.weir.status())) if status != HTTP_OK else None


class CaseContext:
    def __init__(self, report, name):
        self._report = report
        self._case = Case(report, name)

    def __enter__(self):
        recorded.CASE.enter(self._case.name)
        return self._case

    def __exit__(self, kind, value, trace):
        recorded.CASE.leave()
        if kind is not None:
            if not issubclass(kind, Exception):
                return False
            self._case.faults += "".join(traceback.format_exception(kind, value, trace)).splitlines()
        self._report.finish_case(self._case)
        return True


class Report:
    """Cases may run in several threads."""

    def __init__(self, rows, stream=sys.stdout, alone=None):
        self._rows = rows
        self._stream = stream
        self._lock = threading.Lock()
        self._tests = 0
        self._cases = self._values = self._intended = 0
        self._retries = collections.Counter()
        self.alone = alone or Alone()
        self.has_failed = False

    def case(self, name):
        """Its name begins with `section: `. Whatever is raised inside fails the case."""
        return CaseContext(self, name)

    def unintended(self, case, found, mark=False):
        """Those of `found` that no row names. The first row that fits is the one used."""
        left = []
        for difference in found:
            row = next((row for row in self._rows if row.matches(case, difference)), None)
            if row is None:
                left.append(difference)
            elif mark:
                with self._lock:
                    row.excused += 1
                    self._intended += 1
        return left

    def count(self, values):
        with self._lock:
            self._values += values

    def retried(self, what):
        with self._lock:
            self._retries[what] += 1

    def finish_case(self, case):
        with self._lock:
            self._cases += 1
            self._tell(case.name, case.faults)

    def check(self, name, faults):
        """A check of the run itself, which is no case."""
        with self._lock:
            self._tell(name, faults)

    def _tell(self, name, faults):
        self._tests += 1
        self.has_failed = self.has_failed or bool(faults)
        # `#` begins a directive in TAP.
        lines = [f"{'not ok' if faults else 'ok'} {self._tests} - {printable(name)}"]
        lines += ["# " + printable(line) for fault in faults[:SHOWN_MAX] for line in str(fault).splitlines()]
        if len(faults) > SHOWN_MAX:
            lines.append(f"# and {len(faults) - SHOWN_MAX} more")
        self._stream.write("\n".join(lines) + "\n")
        self._stream.flush()

    def check_rows(self, sections):
        """Every row of these sections, each run in full, must have been needed."""
        idle = [f"differences.txt:{row.line}: no case needs it: {row.text}" for row in self._rows if row.section in sections and not row.excused]
        idle += [f"alone.json: no case needs it: {case}" for case in self.alone.idle(sections)]
        self.check("every intended difference was met", idle)

    def finish(self):
        lines = [f"1..{self._tests}", f"# {self._cases} cases, {self._values} values compared, {self._intended} intended differences"]
        lines += [f"# tried again: {times} times, {what}" for what, times in sorted(self._retries.items())] or ["# nothing was tried again"]
        lines += [f"# differences.txt:{row.line} excused {row.excused}: {printable(row.text)}" for row in self._rows if row.excused]
        self._stream.write("\n".join(lines) + "\n")
        self._stream.flush()


def printable(text):
    return text.encode("unicode_escape").decode().replace("#", "\\#") if "#" in text or not text.isprintable() else text
