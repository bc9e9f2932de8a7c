# SPDX-License-Identifier: Apache-2.0
"""20,000 random lines, whole and broken, in several runs of both programs; and every kind of line at least 20 times, which is checked."""

import collections
import random
import threading

import exposition
import pair
import recorded
import traffic

LINES_PER_CHUNK = 1000
CHUNKS = 20
# As many as show each setting, and are not too long.
RECORDED_CHUNKS = (0, 1, 3, 4, 5, 7)
LEAST = 20
LINES_PER_DATAGRAM = 20
REASON = 'statsd_exporter_sample_errors_total{reason="%s"}'
REASONS = ("malformed_line", "mixed_tagging_styles", "not_enough_parts_after_colon", "invalid_extended_aggregate_type", "malformed_component",
           "malformed_value", "invalid_sample_factor", "malformed_container_id", "illegal_event")
COUNTED = tuple(REASON % reason for reason in REASONS) + (
    'statsd_exporter_events_error_total{reason="illegal_negative_counter"}', "statsd_exporter_tag_errors_total",
    "statsd_exporter_events_conflict_total", *(f'statsd_exporter_events_total{{type="{kind}"}}' for kind in ("counter", "gauge", "observer")))
HELD = traffic.DIALECTS + tuple(kind.decode() for kind in traffic.TYPES) + ("classic", "extended", "sampled", "container", "mutated")
HISTOGRAMS = "defaults:\n  observer_type: histogram\n"
# What each chunk runs with, in turn: (name, flags, mapping, transport).
SETTINGS = (
    ("tcp", [], None, "tcp"),
    ("udp", [], None, "udp"),
    ("histograms", [], HISTOGRAMS, "tcp"),
    ("no dogstatsd", ["--no-statsd.parse-dogstatsd-tags"], None, "udp"),
    ("no influxdb", ["--no-statsd.parse-influxdb-tags"], None, "tcp"),
    ("no librato", ["--no-statsd.parse-librato-tags"], None, "tcp"),
    ("no signalfx", ["--no-statsd.parse-signalfx-tags"], HISTOGRAMS, "udp"),
    ("no cache", ["--statsd.cache-size=0"], None, "tcp"),
)


class Tally:
    """What was sent and what the reference made of it, over all chunks."""

    def __init__(self):
        self.counts = collections.Counter()
        self._lock = threading.Lock()

    def add(self, counts):
        with self._lock:
            self.counts.update(counts)

    def shortfalls(self):
        return [f"{self.counts[kind]:g} times {kind}, not {LEAST}" for kind in (*COUNTED, *HELD) if self.counts[kind] < LEAST]


def send(both, lines, over, chance):
    if over == "tcp":
        both.send(b"".join(line + chance.choice((b"\n", b"\r\n")) for line in lines))
        return
    for first in range(0, len(lines), LINES_PER_DATAGRAM):
        both.send(b"\n".join(lines[first:first + LINES_PER_DATAGRAM]), over="udp")


def counted(page):
    values = collections.Counter(exposition.self_values(page))
    conflicts = sum(value for series, value in values.items() if series.startswith("statsd_exporter_events_conflict_total"))
    return values + collections.Counter({"statsd_exporter_events_conflict_total": conflicts})


def run_chunk(context, tally, number):
    name = SETTINGS[number % len(SETTINGS)][0]
    chance = random.Random(f"{context.seed} lines {number}")
    made = traffic.Traffic(chance)
    lines = made.lines(LINES_PER_CHUNK)
    with context.report.case(f"random_lines: {number} {name}") as case:
        if number not in RECORDED_CHUNKS:
            recorded.CASE.leave_out()
        compare_chunk(context, tally, case, number, made, lines, chance)


def compare_chunk(context, tally, case, number, made, lines, chance):
    _, flags, mapping, over = SETTINGS[number % len(SETTINGS)]
    with pair.Pair(context.binaries, flags, mapping) as both:
        send(both, lines, over, chance)
        case.compare_pair(both)
        tally.add(made.held + counted(both.reference.page()))


def run_container_ids(context, tally):
    """These alone lead to that error, and weir keeps their samples (difference Q32)."""
    fields = (b"c", b"c:", b"cfoo")
    lines = b"".join(b"container:1|c|#t:v|" + fields[number % len(fields)] + b"\n" for number in range(LEAST))
    with context.report.case("random_lines: malformed container ids") as case, pair.Pair(context.binaries) as both:
        both.send(lines)
        case.compare_pair(both)
        tally.add(counted(both.reference.page()))


def run(context):
    tally = Tally()
    run_container_ids(context, tally)
    if not context.binaries.reference:
        context.for_each(lambda number: run_chunk(context, tally, number), RECORDED_CHUNKS)
        return
    context.for_each(lambda number: run_chunk(context, tally, number), range(CHUNKS))
    context.report.check(f"random_lines: every kind of line came {LEAST} times", tally.shortfalls())
