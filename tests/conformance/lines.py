# SPDX-License-Identifier: Apache-2.0
"""Every line of golden/line-cases.txt, alone in fresh processes, with each dialect off and on."""

import pathlib
import re

import pair

CASES = pathlib.Path(__file__).resolve().parent.parent / "golden" / "line-cases.txt"
OFF = {name: f"--no-statsd.parse-{name}-tags" for name in ("dogstatsd", "influxdb", "librato", "signalfx")}
FLAG_SETS = {"all": [], "none": list(OFF.values())} | {"no-" + name: [flag] for name, flag in OFF.items()}
ESCAPE = re.compile(rb"\\(x[0-9a-f]{2}|.)")
ESCAPED = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b'"': b'"', b"\\": b"\\"}


def unquoted(text):
    """The bytes of a line as written in line-cases.txt."""
    return ESCAPE.sub(lambda match: bytes.fromhex(match[1][1:].decode()) if match[1][:1] == b"x" else ESCAPED[match[1]], text.encode())


def quoted_lines():
    """As written, without the quotes."""
    return [re.match(r'"((?:[^"\\]|\\.)*)" => ', row)[1] for row in CASES.read_text().splitlines()]


def run(context):
    def compare(item):
        flag_set, quoted = item
        with context.report.case(f"lines: {flag_set}: {quoted}") as case, pair.Pair(context.binaries, FLAG_SETS[flag_set]) as both:
            # A datagram is the line as it stands, with the end of line that it may lack.
            both.send(unquoted(quoted), over="udp")
            case.compare_pair(both)

    context.for_each(compare, [(flag_set, quoted) for flag_set in FLAG_SETS for quoted in quoted_lines()])
