# SPDX-License-Identifier: Apache-2.0
"""Compares two parsed pages: families, types, help, labels, values, order, and by how much the daemons' own metrics moved."""

import bisect
import math
import typing

import exposition

IGNORED_PREFIXES = ("go_", "weir_")
# Present in both, but of the process and not of its traffic.
IGNORED_VALUES = (
    "process_", "promhttp_", "statsd_exporter_build_info", "statsd_exporter_event_queue_flushed_total",
    # The reference sets it beside its work, and what was set last need not be what is true.
    "statsd_metric_mapper_cache_length",
)
IGNORED_LABELS = ("statsd_exporter_build_info",)
# Up to here both answer the exact rank (behaviour value.summary-sketch).
EXACT_OBSERVATIONS_MAX = 499
DEFAULT_OBJECTIVES = {0.5: 0.05, 0.9: 0.01, 0.99: 0.001}
# Sums that differ by less were added up in another order or multiplied instead (difference Q38).
ROUNDING = 1e-9
# What a difference may be. Values of these are held to a bound, or to another of the same page, already.
BOUNDED_KINDS = ("rounding", "rank", "names")
KINDS = ("missing", "extra", "type", "help", "value", "order", "crash", "status", *BOUNDED_KINDS)
CACHE_HITS = "statsd_metric_mapper_cache_hits_total"
CACHE_GETS = "statsd_metric_mapper_cache_gets_total"
# Names that weir saw for the first time: they are held or there was no room for them.
NAMES_SEEN = ("weir_bindings", "weir_unbound_samples_total")
SERIES_EXPIRED = "weir_series_expired_total"


class Difference(typing.NamedTuple):
    family: str
    # As written on a page, or empty for what concerns the family.
    series: str
    # missing (in weir), extra (in weir), type, help, value, order, crash, status; alone (see alone.json, and no row lets it pass); rounding (values of a sum that are nearly equal), rank, names (hits of the cache: weir's are its gets less the names seen first)
    what: str
    reference: str
    weir: str

    def __str__(self):
        return f"{self.what}: {self.series or self.family}: reference {self.reference!r}, weir {self.weir!r}"


def number(text):
    return float(text.replace("Inf", "inf"))


def is_compared(name):
    return not name.startswith(IGNORED_PREFIXES)


def only_value(page, name):
    """Of a family with one sample, or 0."""
    return sum(map(number, page[name].samples.values())) if name in page else 0


def hits_are_gets_less_names(page):
    """What weir's cache_hits_total must be (difference Q42), with some room for names that are looked up as new again: each at most once after it had
    no series, or none any more."""
    misses = only_value(page, CACHE_GETS) - only_value(page, CACHE_HITS)
    names = sum(only_value(page, name) for name in NAMES_SEEN)
    return names <= misses <= names + only_value(page, SERIES_EXPIRED) + negative_counters(page)


def negative_counters(page):
    family = page.get("statsd_exporter_events_error_total")
    return sum(number(value) for (_, labels), value in family.samples.items() if ("reason", "illegal_negative_counter") in labels) if family else 0


def series_key(labels):
    """Of a summary's or histogram's sample: the labels of its series."""
    return tuple(label for label in labels if label[0] not in ("le", "quantile"))


class Comparison:
    """Collects the differences; `values` counts the values that were compared."""

    def __init__(self, before=None, observations=None, objectives=None):
        self.differences = []
        self.values = 0
        self._is_hits_of_names = False
        self._before = before or ({}, {})
        # (family, series labels) -> every value observed, for quantiles that are beyond exactness.
        self._observations = observations or {}
        self._objectives = objectives or DEFAULT_OBJECTIVES

    def pages(self, reference, weir):
        self._is_hits_of_names = hits_are_gets_less_names(weir)
        for name in sorted(filter(is_compared, reference.keys() | weir.keys())):
            if name in weir and name in reference:
                self._family(reference[name], weir[name])
            else:
                self._one_sided(reference.get(name), weir.get(name))
        common = [[name for name in page if is_compared(name) and name in other] for page, other in ((reference, weir), (weir, reference))]
        if common[0] != common[1]:
            self._differs("", "", "order", " ".join(common[0]), " ".join(common[1]))
        return self.differences

    def _differs(self, *fields):
        self.differences.append(Difference(*fields))

    def _one_sided(self, reference, weir):
        family = reference or weir
        for key, value in family.samples.items():
            what = ("missing", value, "absent") if reference else ("extra", "absent", value)
            self._differs(family.name, exposition.series_text(*key), *what)

    def _family(self, reference, weir):
        name = reference.name
        if reference.type != weir.type:
            self._differs(name, "", "type", reference.type, weir.type)
        if reference.help != weir.help:
            self._differs(name, "", "help", reference.help, weir.help)
        if name in IGNORED_LABELS:
            return
        for key in sorted(reference.samples.keys() | weir.samples.keys()):
            self._sample(key, reference, weir)
        self._order(reference, weir)

    def _sample(self, key, reference, weir):
        text = exposition.series_text(*key)
        values = reference.samples.get(key), weir.samples.get(key)
        if values[1] is None:
            self._differs(reference.name, text, "missing", values[0], "absent")
        elif values[0] is None:
            self._differs(reference.name, text, "extra", "absent", values[1])
        elif not reference.name.startswith(IGNORED_VALUES):
            self.values += 1
            self._value(key, reference, text, *values)

    def _value(self, key, family, text, reference, weir):
        if family.is_self_metric():
            reference, weir = (f"{number(value) - self._value_before(place, family.name, key):g}" for place, value in enumerate((reference, weir)))
        observed = self._observations.get((family.name, series_key(key[1])), ())
        if "quantile" in dict(key[1]) and len(observed) > EXACT_OBSERVATIONS_MAX:
            self._rank(key, family, text, (reference, weir), sorted(observed))
        elif reference != weir:
            self._differs(family.name, text, self._kind_of_value(key[0], family.name, reference, weir), reference, weir)

    def _kind_of_value(self, sample, family, reference, weir):
        if sample == family + "_sum" and math.isclose(number(reference), number(weir), rel_tol=ROUNDING):
            return "rounding"
        return "names" if sample == CACHE_HITS and self._is_hits_of_names else "value"

    def _value_before(self, place, name, key):
        family = self._before[place].get(name)
        return number(family.samples.get(key, "0")) if family else 0

    def _rank(self, key, family, text, values, observed):
        """Both quantiles must lie within the error that was asked for."""
        quantile = number(dict(key[1])["quantile"])
        slack = self._objectives[quantile] * len(observed) + 1
        low, high = (math.ceil(quantile * len(observed)) + sign * slack for sign in (-1, 1))
        for value in map(number, values):
            if bisect.bisect_right(observed, value) < low or bisect.bisect_left(observed, value) + 1 > high:
                self._differs(family.name, text, "rank", *values)
                return

    def _order(self, reference, weir):
        common = reference.samples.keys() & weir.samples.keys()
        orders = [[order_token(key) for key in family.samples if key in common] for family in (reference, weir)]
        if orders[0] != orders[1]:
            self._differs(reference.name, "", "order", *(" ".join(map(str, order)) for order in orders))


def order_token(key):
    """What decides about a sample's place. Series that are alike in it come in any order in the reference (6.5)."""
    labels = series_key(key[1])
    bound = [value for label, value in key[1] if label in ("le", "quantile")]
    return len(labels), tuple(value for _, value in labels), key[0], *bound


def moved_alone(idle, weir):
    """Series -> value of weir's page, where it says other than a reference to which nothing was sent."""
    return {item.series or item.family + " " + item.what: item.weir for item in Comparison().pages(idle, weir) if item.what != "order"}


def compare_pages(reference, weir, before=None, observations=None, objectives=None):
    """The differences of two pages. Own metrics are compared by what they moved since `before`, a pair of pages.

    `observations`: (family, labels without `quantile`) -> values observed, needed from 500 on. `objectives`: quantile -> rank error.
    """
    return Comparison(before, observations, objectives).pages(reference, weir)
