# SPDX-License-Identifier: Apache-2.0
"""Random mapping files: sound ones with traffic for them, in which every key comes at least 20 times, and broken ones."""

import collections
import random
import threading

import broken_rules
import exposition
import pair
import rule_sets

SOUND = 150
BROKEN = 50
LEAST = 20
SUMMARY_KEYS = tuple("summary_options." + key for key in ("quantiles", "max_age", "age_buckets", "buf_cap"))
HISTOGRAM_KEYS = tuple("histogram_options." + key for key in ("buckets", "native_histogram_bucket_factor", "native_histogram_max_buckets"))
OPTION_KEYS = ("observer_type", "match_type", "ttl", "summary_options", "histogram_options", *SUMMARY_KEYS, *HISTOGRAM_KEYS)
RULE_KEYS = ("match", "name", "labels", "honor_labels", "help", "action", "match_metric_type", "scale", *OPTION_KEYS)
KEYS = (*RULE_KEYS, "defaults.glob_disable_ordering", *("defaults." + key for key in OPTION_KEYS))
HITS = (*(f'statsd_exporter_events_actions_total{{action="{action}"}}' for action in ("map", "drop")),
        'statsd_exporter_events_error_total{reason="empty_metric_name"}')
OUTCOMES = (*HITS, "statsd_exporter_events_unmapped_total")


class Tally:
    def __init__(self):
        self.counts = collections.Counter()
        self._lock = threading.Lock()

    def add(self, counts):
        with self._lock:
            self.counts.update(counts)

    def shortfalls(self):
        return [f"{self.counts[key]:g} times {key}, not {LEAST}" for key in (*KEYS, *OUTCOMES) if self.counts[key] < LEAST]


def run_sound(context, tally, number):
    made = rule_sets.make(random.Random(f"{context.seed} rules {number}"))
    with context.report.case(f"random_rules: {number}") as case:
        with pair.Pair(context.binaries, mapping=made.text) as both:
            both.send(b"".join(line + b"\n" for line in made.lines))
            case.compare_pair(both)
            values = collections.Counter(exposition.self_values(both.reference.page()))
            case.expect(any(values[series] for series in HITS), "no line hit a rule")
            tally.add(made.keys + values)
        if case.faults:
            case.fail(made.text)
            case.fail(b"\n".join(made.lines).decode())


def run_broken(context, number):
    name, text = broken_rules.make(random.Random(f"{context.seed} broken rules {number}"), number)
    with context.report.case(f"random_rules: broken {number}: {name}") as case:
        with pair.Pair(context.binaries, ["--check-config"], text, listen=False) as both:
            codes = both.each(pair.Program.exit_code)
            case.equal("exit code", *codes)
            case.expect(codes[1] == 1, f"weir ended with {codes[1]}")
        if case.faults:
            case.fail(text)


def run(context):
    tally = Tally()
    context.for_each(lambda number: run_sound(context, tally, number), range(SOUND))
    context.for_each(lambda number: run_broken(context, number), range(BROKEN))
    context.report.check(f"random_rules: every key came {LEAST} times", tally.shortfalls())
