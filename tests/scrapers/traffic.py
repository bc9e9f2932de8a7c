# SPDX-License-Identifier: Apache-2.0
"""What is sent to weir, and which series every scraper must have of it, computed from what is sent."""

import dataclasses
import itertools
import math
import time

import escaping

# Of native buckets under the usual factor, 1.1: each is 2^(1/8) times as wide as the one below.
BUCKETS_AN_OCTAVE = 8
ZERO_THRESHOLD = 2.0**-128
BOUNDS = (0.125, 1, 4)
# The reference's, of its histograms that name none.
USUAL_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
QUANTILES = (0.5, 0.9, 0.99)
MAPPING = """
mappings:
- match: time.summed
  name: time_summed_seconds
  observer_type: summary
- match: time.classic
  name: time_classic_seconds
  observer_type: histogram
  histogram_options: {buckets: [0.125, 1, 4], native_histogram_bucket_factor: 1}
- match: time.native
  name: time_native_seconds
  observer_type: histogram
- match: time.both
  name: time_both_seconds
  observer_type: histogram
  histogram_options: {buckets: [0.125, 1, 4]}
- match: readers.*
  name: readers
  match_metric_type: set
  set_options: {window: 1h}
  labels: {page: $1}
"""

# (name, tags) -> value. Tags are pairs.
COUNTERS = {
    ("shop.orders_total", (("page.kind", "home"),)): 3,
    ("shop.orders_total", (("page.kind", "cart"),)): 4,
    ("visits", ()): 2.0**53,
    ("größe.total", ()): 1,
}
GAUGES = {
    ("queue.length", ()): 17,
    ("tiny", ()): 1e-9,
    ("unknown", ()): math.nan,
    ("endless", ()): math.inf,
    ("odd", (("value", 'a "quoted" \\ ünï'), ("other", " ="))): 1,
}
# The values of sets, by what they become.
SETS = {
    ("readers", (("page", "home"),)): ("alice", "bob", "alice", "::1"),
    ("readers", (("page", "cart"),)): tuple(f"reader-{number}" for number in range(20)) * 2,
}
# The sums are exact. Half of those that are positive are at most 2, the end of a native bucket.
OBSERVED = (-1.0, 0.0, 0.0625, 0.5, 0.5, 1.5, 2.0, 3.0, 6.0, 12.0)
TENTHS = tuple(number / 8 for number in range(1, 11))


@dataclasses.dataclass
class Native:
    """A native histogram as Prometheus's API gives it: the ends and counts of the buckets that are not empty."""

    count: float
    sum: float
    buckets: list

    def is_like(self, other):
        mine, yours = sorted(self.buckets), sorted(other.buckets)
        return (self.count, self.sum, len(mine)) == (other.count, other.sum, len(yours)) and all(
            near(one, two) for one, two in zip(itertools.chain(*mine), itertools.chain(*yours)))


def near(one, two):
    """The ends of buckets are computed, here and there."""
    return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-300)


def native(observed):
    counts = {}
    for value in observed:
        counts[native_bucket(value)] = counts.get(native_bucket(value), 0) + 1
    return Native(len(observed), sum(observed), [(*ends, count) for ends, count in counts.items()])


def native_bucket(value):
    if abs(value) <= ZERO_THRESHOLD:
        return -ZERO_THRESHOLD, ZERO_THRESHOLD
    index = math.ceil(math.log2(abs(value)) * BUCKETS_AN_OCTAVE)
    low, high = 2 ** ((index - 1) / BUCKETS_AN_OCTAVE), 2 ** (index / BUCKETS_AN_OCTAVE)
    return (low, high) if value > 0 else (-high, -low)


@dataclasses.dataclass(frozen=True)
class Histogram:
    name: str
    bounds: tuple
    has_native: bool

    def classic(self):
        """(sample name, labels) -> value."""
        series = {(self.name + "_bucket", (("le", bound),)): sum(value <= bound for value in OBSERVED) for bound in (*self.bounds, math.inf)}
        return series | {(self.name + "_sum", ()): sum(OBSERVED), (self.name + "_count", ()): len(OBSERVED)}


SUMMARY = "time_summed_seconds"
HISTOGRAMS = (
    Histogram("time_classic_seconds", BOUNDS, False),
    Histogram("time_native_seconds", USUAL_BOUNDS, True),
    Histogram("time_both_seconds", BOUNDS, True),
)


def tagged(name, tags):
    return name, "".join(f"{'|#' if place == 0 else ','}{key}:{value}" for place, (key, value) in enumerate(tags))


def lines():
    """One sample each."""
    sent = []
    for kind, table in (("c", COUNTERS), ("g", GAUGES)):
        for (name, tags), value in table.items():
            name, text = tagged(name, tags)
            sent.append(f"{name}:{value!r}|{kind}{text}".encode())
    sent += [f"{name}.{page}:{value}|s".encode() for (name, ((_, page),)), values in SETS.items() for value in values]
    sent += [b"time.summed:%r|ms" % (value * 1000) for value in TENTHS]
    return sent + [f"time.{kind}:{value!r}|h".encode() for kind in ("classic", "native", "both") for value in OBSERVED]


def summary():
    ranked = sorted(TENTHS)
    series = {(SUMMARY, (("quantile", quantile),)): ranked[math.ceil(quantile * len(ranked)) - 1] for quantile in QUANTILES}
    return series | {(SUMMARY + "_sum", ()): sum(TENTHS), (SUMMARY + "_count", ()): len(TENTHS)}


def series(scheme, wants_native, wants_classic):
    """(name, labels) -> value or Native, as a scraper has them that takes names in this scheme and histograms in these forms."""
    found = {}
    for table in (COUNTERS, GAUGES):
        for (name, tags), value in table.items():
            labels = tuple(sorted((escaping.escaped(key, scheme), text) for key, text in tags))
            found[escaping.escaped(name, scheme), labels] = value
    found |= {key: len(set(values)) for key, values in SETS.items()}
    found |= summary()
    for histogram in HISTOGRAMS:
        is_native = wants_native and histogram.has_native
        found |= {(histogram.name, ()): native(OBSERVED)} if is_native else {}
        found |= histogram.classic() if wants_classic or not is_native else {}
    return found


def has_created(name):
    """True when OpenMetrics has a time of creation of such a family: a counter needs `_total` in its name for it."""
    return name.endswith("_total")


@dataclasses.dataclass
class Sent:
    """When it was, in Unix time."""

    began: float
    ended: float


def send(daemon, send_lines):
    began = time.time()
    send_lines(daemon.udp_port, lines())
    daemon.wait_for_self_value("statsd_exporter_lines_total", len(lines()))
    return Sent(began, time.time())
