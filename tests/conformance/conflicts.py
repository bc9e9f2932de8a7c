# SPDX-License-Identifier: Apache-2.0
"""Names that get in each other's way (behaviour type.*): every pair of kinds, in every order, with every suffix, and names of the daemon's own."""

import itertools

import exposition
import pair

TYPES = {"counter": "c", "gauge": "g", "summary": "ms", "histogram": "ms"}
OBSERVERS = ("summary", "histogram")
SUFFIXES = ("bucket", "count", "sum")
# What is sent as `x.NAME` and `h.NAME` is called NAME; observers of the latter are histograms.
MAPPING = """
mappings:
- match: h.*
  match_metric_type: observer
  name: $1
  observer_type: histogram
- match: "*.*"
  name: $2
"""
TWO_HELPS = """
mappings:
- match: a.*
  name: shared
  help: One text.
- match: b.*
  name: shared
  help: Another text.
  labels: {other: $1}
"""
OWN_NAMES = (*sorted(exposition.SELF_NAMES), "process_open_fds", "process_cpu_seconds_total", "promhttp_metric_handler_requests_total")
FREE_NAMES = (
    "go_goroutines", "go_info", "statsd_exporter_foo", "go_foo", "process_foo", "promhttp_foo", "statsd_metric_mapper_foo",
    "statsd_exporter_lines",
)


def line(kind, name):
    return f"{'h' if kind == 'histogram' else 'x'}.{name}:1|{TYPES[kind]}\n".encode()


def breaks_reference(first, second, suffix, is_suffix_first):
    """It lets both in, and then every scrape fails (difference Q6)."""
    if first not in OBSERVERS or second not in OBSERVERS or not suffix:
        return False
    if is_suffix_first:
        return first == second and (second == "histogram" or suffix != "bucket")
    return first == "histogram" or suffix != "bucket"


def combinations():
    """(name, first kind, second kind, suffix, whether the first has it)"""
    for first, second, suffix, is_suffix_first in itertools.product(TYPES, TYPES, ("", *SUFFIXES), (False, True)):
        if suffix or not is_suffix_first:
            ends = ("_" + suffix if suffix else "", "")
            before, after = ends if is_suffix_first else reversed(ends)
            yield f"{first}{before}_then_{second}{after}", first, second, suffix, is_suffix_first


def two_lines(name, first, second, suffix, is_suffix_first):
    names = f"of_{name}_x", f"of_{name}_x" + ("_" + suffix if suffix else "")
    return [line(kind, called) for kind, called in zip((first, second), reversed(names) if is_suffix_first else names)]


def harmless_pairs(context):
    """All that leave the reference a page, each under a name of its own, in one life of the programs."""
    pairs = [two_lines(*item) for item in combinations() if not breaks_reference(*item[1:])]
    with context.report.case("conflicts: pairs of kinds") as case, pair.Pair(context.binaries, mapping=MAPPING) as both:
        for place in (0, 1, 1, 0):
            both.send(b"".join(lines[place] for lines in pairs))
            both.settle()
        case.compare_pair(both)


def send_apart(both, payloads):
    """Connections may overtake each other."""
    for payload in payloads:
        both.send(payload)
        both.settle()


def breaking_pair(context, item):
    with context.report.case(f"conflicts: {item[0]}") as case, pair.Pair(context.binaries, mapping=MAPPING) as both:
        send_apart(both, two_lines(*item))
        case.compare_pair(both)
        refused = both.weir.page().get("statsd_exporter_events_conflict_total")
        case.expect(refused and len(refused.samples) == 1, "weir does not count one conflict")


def two_helps(context, order):
    with context.report.case(f"conflicts: helps of {' then '.join(order)}") as case, pair.Pair(context.binaries, mapping=TWO_HELPS) as both:
        send_apart(both, [f"{name}:1|c\n".encode() for name in order])
        case.compare_pair(both)


def own_name(context, name):
    with context.report.case(f"conflicts: {name}") as case, pair.Pair(context.binaries) as both:
        send_apart(both, [f"{name}:1|c\nother:1|c\n".encode()])
        case.compare_pair(both)
        conflicts = both.weir.page().get("statsd_exporter_events_conflict_total")
        is_refused = conflicts is not None and (conflicts.name, (("metric_name", name), ("type", "counter"))) in conflicts.samples
        case.expect(is_refused == (name in OWN_NAMES), "weir reserves it" if is_refused else "weir does not reserve it")


def run(context):
    harmless_pairs(context)
    context.for_each(lambda item: breaking_pair(context, item), [item for item in combinations() if breaks_reference(*item[1:])])
    orders = (("a.x", "b.x"), ("b.x", "a.x"), ("shared,tag=x", "b.x"), ("a.x", "shared,tag=x"), ("shared", "a.x"), ("a.x", "shared"))
    context.for_each(lambda order: two_helps(context, order), orders)
    context.for_each(lambda name: own_name(context, name), (*OWN_NAMES, *FREE_NAMES))
