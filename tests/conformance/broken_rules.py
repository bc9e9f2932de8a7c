# SPDX-License-Identifier: Apache-2.0
"""Random mapping files with one fault each, which both programs refuse."""

import rule_sets
import yaml_text
from yaml_text import Raw


def in_rule(key, value):
    return lambda document: document["mappings"][0].__setitem__(key, value)


def in_defaults(key, value):
    return lambda document: document.setdefault("defaults", {}).__setitem__(key, value)


def at_top(key, value):
    return lambda document: document.__setitem__(key, value)


def match(pattern, kind="glob"):
    return lambda document: document["mappings"][0].update(match=pattern, match_type=kind)


def with_options(where, observer_type, options):
    def change(document):
        rule = document["mappings"][0]
        for key in ("summary_options", "histogram_options"):
            rule.pop(key, None)
        rule.update(observer_type=observer_type) if where == "rule" else document.setdefault("defaults", {}).update(observer_type=observer_type)
        if where == "defaults":
            rule.pop("observer_type", None)
        rule[options] = {}

    return change


def without(key):
    return lambda document: document["mappings"][0].pop(key, None)


FAULTS = {
    "unknown key at the top": at_top("mapping", []),
    "unknown key in defaults": in_defaults("timer", 1),
    "unknown key in a rule": in_rule("nam", "x"),
    "unknown key in summary_options": in_defaults("summary_options", {"quantile": 1}),
    "unknown key in histogram_options": in_defaults("histogram_options", {"bucket": [1]}),
    "unknown key in a quantile": in_defaults("summary_options", {"quantiles": [{"quantile": 0.5, "err": 0.1}]}),
    "wrong case": in_rule("Match", "x"),
    "no name": without("name"),
    "empty name": in_rule("name", ""),
    "digit first": in_rule("name", "1x"),
    "dot in a name": in_rule("name", "a.b"),
    "hyphen in a name": in_rule("name", "a-b"),
    "named reference in a name": in_rule("name", "${host}"),
    "part of a segment": match("a**"),
    "star and more": match("*a*.b"),
    "empty segment": match("a..b"),
    "empty glob": match(""),
    "blank in a glob": match("a b"),
    "open group": match("a(", "regex"),
    "look-ahead": match("a(?=x)", "regex"),
    "open class": match("[a", "regex"),
    "nothing to repeat": match("*a", "regex"),
    "backward range": match("[z-a]", "regex"),
    "observer type": in_rule("observer_type", "timer"),
    "observer type of defaults": in_defaults("observer_type", "Histogram"),
    "match type": in_rule("match_type", "Glob"),
    "action": in_rule("action", "keep"),
    "metric type": in_rule("match_metric_type", "histogram"),
    "empty metric type": in_rule("match_metric_type", ""),
    "label name with a digit first": in_rule("labels", {"9x": "y"}),
    "label name with a hyphen": in_rule("labels", {"a-b": "y"}),
    "summary options of a histogram": with_options("rule", "histogram", "summary_options"),
    "histogram options of a summary": with_options("rule", "summary", "histogram_options"),
    "summary options of a histogram by default": with_options("defaults", "histogram", "summary_options"),
    "quoted number for a duration": in_rule("ttl", "10"),
    "duration in days": in_rule("ttl", Raw("1d")),
    "words for a duration": in_rule("ttl", "soon"),
    "quoted boolean": in_rule("honor_labels", "true"),
    "number for a boolean": in_rule("honor_labels", 1),
    "quoted number": in_rule("scale", "1"),
    "list for a number": in_rule("scale", [1]),
    "text for buckets": in_defaults("histogram_options", {"buckets": "1,2"}),
    "words in buckets": in_defaults("histogram_options", {"buckets": [1, "two"]}),
    "negative for unsigned": in_defaults("summary_options", {"age_buckets": -1}),
    "too large for 32 bits": in_defaults("summary_options", {"buf_cap": 4294967296}),
    "map for rules": at_top("mappings", {"match": "a", "name": "b"}),
    "text for a rule": at_top("mappings", ["a"]),
    "null for a rule": at_top("mappings", [None]),
}


def make(random, number):
    """(what is wrong, text). The faults come in turn."""
    name = list(FAULTS)[number % len(FAULTS)]
    document = rule_sets.make(random).document
    FAULTS[name](document)
    return name, yaml_text.Writer(random).document(document)
