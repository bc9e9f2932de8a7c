# SPDX-License-Identifier: Apache-2.0
"""Mapping files: what they are refused for, and what comes of lines under the rules of those that load.

`mappings/NAME.yml` with `NAME.statsd`: the lines are sent, the pages compared. Without it, and all of `check-only.txt`: `--check-config`
must end with the same exit code.
"""

import pathlib

import pair

FOLDER = pathlib.Path(__file__).resolve().parent / "mappings"
# The reference may crash when its queue is flushed just as it ends.
CHECK_FLAGS = ("--check-config", "--statsd.event-flush-interval=1h")
CASE_BEGIN = "=== "
RULE = "mappings:\n- match: a.*\n  name: ab\n"
# A field of each type of the file, with a place for the scalar.
FIELDS = {
    "boolean": RULE + "  honor_labels: {}\n",
    "float": RULE + "  scale: {}\n",
    "unsigned": RULE + "  histogram_options:\n    native_histogram_max_buckets: {}\n",
    "duration": RULE + "  ttl: {}\n",
    "text": RULE + "  help: {}\n",
    "list": RULE + "  histogram_options:\n    buckets: [{}]\n",
}
SCALARS = (
    "", "~", "null", "Null", "nil", "[]", "{}", "yes", "Yes", "yEs", "y", "on", "off", "true", "TRUE", "tRue", "'yes'", "'true'", "1", "0",
    "-1", "+1", "1.5", "-0.5", ".5", "5.", "1e3", "1e-3", "1E3", "1e400", "0x1F", "0X1F", "0b11", "0o17", "010", "08", "1_000", "_1",
    "1__0", "4294967295", "4294967296", "18446744073709551616", "9223372036854775808", ".inf", "-.inf", "+.INF", ".nan", ".NaN", "inf",
    "nan", "'1'", "\"1.5\"", "10s", "1h2m3s4ms5us6ns", "1.5h", "-5s", "+5s", "1d", "1w", "5 s", "s", ".s", "1.s", "1µs", "1μs", "'10s'",
    "'10'", "'0'", "10S", "1h30", "99999999h", "12:30", "190:20:30", "2001-01-01", "!!str 5", "!!int 5", "!!int '5'", "!!float 5",
    "!!bool yes", "!own 5", "\"a\\x41\"", "text", "a b", "- a",
)


def check_only_cases():
    """(name, text of the file)"""
    cases = [(path.stem, path.read_bytes()) for path in sorted(FOLDER.glob("*.yml")) if not path.with_suffix(".statsd").exists()]
    _, *blocks = ("\n" + (FOLDER / "check-only.txt").read_text()).split("\n" + CASE_BEGIN)
    for block in blocks:
        name, _, text = block.partition("\n")
        cases.append((name, text + "\n"))
    return cases


def check_codes(binaries, mapping):
    """The exit codes of `--check-config`, (of the reference, of weir)."""
    with pair.Pair(binaries, CHECK_FLAGS, mapping=mapping, listen=False) as both:
        return both.each(pair.Program.exit_code)


def check(context, name, mapping):
    with context.report.case(f"mappings: check {name}") as case:
        case.equal("exit code", *check_codes(context.binaries, mapping))


def check_scalars(context, field):
    with context.report.case(f"mappings: scalars in a field of type {field}") as case:
        for scalar in SCALARS:
            case.equal(scalar, *check_codes(context.binaries, FIELDS[field].replace("{}", scalar)))


def play(context, path):
    mapping = path.with_suffix(".yml").read_bytes()
    with context.report.case(f"mappings: {path.stem}") as case, pair.Pair(context.binaries, mapping=mapping) as both:
        if not both.weir.alive():
            case.fail("weir refuses the file: " + both.weir.log())
            return
        both.send(path.read_bytes())
        case.compare_pair(both)


def run(context):
    context.for_each(lambda item: check(context, *item), check_only_cases())
    context.for_each(lambda field: check_scalars(context, field), FIELDS)
    context.for_each(lambda path: play(context, path), sorted(FOLDER.glob("*.statsd")))
