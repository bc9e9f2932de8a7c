# SPDX-License-Identifier: Apache-2.0
"""Random mapping files with traffic for them, of what both programs must treat alike."""

import collections
import typing

import yaml_text
from yaml_text import Raw

WORDS = ("api", "db", "web-1", "queue", "cache_2", "Job")
# What stands where a pattern has `*`.
STAR_WORDS = WORDS + ("", "7", "a b", "ü", "x-y", "count9", "UPPER", "100%", "$1", "under_score")
LITERALS = WORDS + ("x9", "a", "b")
REGEXES = (
    (r"^api\.(\w+)\.(.*)$", ("api.one.two", "api.x.y.z", "api.é.q")),
    (r"(.*)\.(.*)--(.*)\.(.*)", ("foo.bar--baz.q", "a.b.c--d.e")),
    (r"web", ("my.web.name", "web", "cobweb9")),
    (r"(?P<host>[^.]+)\.cpu\.(?P<core>\d+)", ("h1.cpu.0", "h-2.cpu.17.idle")),
    (r"(?i)^QUEUE\.(a|b)+", ("queue.aab", "Queue.b.c")),
    (r"^job\.([a-z]{2,4})([0-9]*)$", ("job.ab", "job.wxyz77", "job.abc1")),
    (r"\.err(or)?s?$", ("a.err", "b.errors", "c.error")),
    (r"^$|never", ("never.ever",)),
    (r"[[:upper:]]{3}\b", ("x.ABC.y", "DEF")),
    (r"(\pL+)\.end$", ("größe.end", "a.b.end")),
)
GLOB_LABELS = ("fixed", "$1", "${1}", "${1}-$2", "pre.$1", "$2", "$5", "$0", "${0}_$1", "100%", "a$-b", "$", "x y", "", "$foo", "\"q\" \\ back")
REGEX_LABELS = ("fixed", "$1", "${1}", "${1}x$2", "$1_x", "$$", "$host", "${core}", "$0", "$01", "a$-b", "%$1", "$9", "")
NAMES_WITH_REFERENCES = ("%s_${1}", "${1}_%s", "%s_$1", "$2_%s", "%s_${1}_${2}", "%s$3")
LABEL_NAMES = ("env", "host", "zone", "L2", "_x", "long_label_name", "role")
DURATIONS = ("30s", "1m30s", "1h", "5m0.5s", "600000ms", "100h")
HELPS = ("Some help.", "With \\ back and \"quotes\".", "two\nlines", "ünïcode", " ")
SCALES = (0.001, 1000, 1e-6, 0, 2.5, -1, Raw("1e3"), Raw(".5"), None)
OBSERVERS = ("ms", "h", "d")
TYPE_OF = {"counter": ("c",), "gauge": ("g",), "observer": OBSERVERS}
VALUES = ("1", "2.5", "10", "0", "300", "0.004", "1e3", "7")
RULES_MAX = 7
LINES_PER_RULE = 6
STRAY_LINES = 8
TAGS = ("env:prod", "host:h1", "zone:z", "role:a b", "other:1")


class RuleSet(typing.NamedTuple):
    text: str
    lines: list
    # The document as a dict, for those who want to break it.
    document: dict
    # Keys that the file holds, those of `defaults` with that prefix.
    keys: collections.Counter


def quantiles(random):
    chosen = random.sample((0.5, 0.75, 0.9, 0.95, 0.99, 0, 1), random.randint(1, 4))
    return [{"quantile": quantile, "error": random.choice((0.05, 0.01, 0.001))} for quantile in chosen]


def maybe(random, chance, options, key, draw):
    if random.random() < chance:
        options[key] = draw()


def summary_options(random):
    options = {}
    maybe(random, 0.7, options, "quantiles", lambda: quantiles(random))
    maybe(random, 0.6, options, "max_age", lambda: Raw(random.choice(DURATIONS)))
    maybe(random, 0.6, options, "age_buckets", lambda: random.choice((1, 2, 5, 10)))
    maybe(random, 0.6, options, "buf_cap", lambda: random.choice((100, 500, 1000)))
    return options


def histogram_options(random):
    options = {}
    bounds = sorted(random.sample((0.001, 0.005, 0.01, 0.1, 0.25, 1, 2.5, 5, 10, 100, 250, 1000, 5000, -1), random.randint(1, 6)))
    maybe(random, 0.8, options, "buckets", lambda: bounds + ([Raw(".inf")] if random.random() < 0.2 else []))
    maybe(random, 0.6, options, "native_histogram_bucket_factor", lambda: random.choice((1.1, 1, 2, 1.5, 0)))
    maybe(random, 0.6, options, "native_histogram_max_buckets", lambda: random.choice((1, 20, 160, 0)))
    return options


def defaults(random):
    made = {}
    maybe(random, 0.5, made, "observer_type", lambda: random.choice(("histogram", "summary", "")))
    maybe(random, 0.3, made, "match_type", lambda: random.choice(("glob", "regex", "")))
    maybe(random, 0.35, made, "glob_disable_ordering", lambda: random.random() < 0.7)
    maybe(random, 0.4, made, "ttl", lambda: Raw(random.choice(DURATIONS)))
    maybe(random, 0.5, made, "summary_options", lambda: summary_options(random))
    maybe(random, 0.5, made, "histogram_options", lambda: histogram_options(random))
    return made


class Globs:
    """Draws patterns that stay clear of the reference's faults."""

    def __init__(self, random, is_unordered):
        self._random = random
        self._is_unordered = is_unordered
        self._drawn = []

    def draw(self, kind):
        """(segments, or None when nothing fits) for a rule of this match_metric_type."""
        for _ in range(20):
            segments = [self._random.choice(LITERALS) if self._random.random() < 0.55 else "*" for _ in range(self._random.randint(1, 4))]
            if all(self._fits(segments, kind, *other) for other in self._drawn):
                self._drawn.append((segments, kind))
                return segments
        return None

    def _fits(self, segments, kind, earlier, earlier_kind):
        if segments == earlier:
            return None not in (kind, earlier_kind) and kind != earlier_kind  # Difference Q11.
        if earlier[:len(segments)] == segments:
            return False  # Difference Q10.
        if not self._is_unordered:
            return True
        if segments[:len(earlier)] == earlier:
            return True
        place = next(index for index, pair in enumerate(zip(segments, earlier)) if pair[0] != pair[1])
        is_last = len(segments) == len(earlier) == place + 1
        return is_last or "*" not in (segments[place], earlier[place])  # Difference Q12.


class Maker:
    def __init__(self, random):
        self._random = random
        self._defaults = defaults(random)
        self._globs = Globs(random, self._defaults.get("glob_disable_ordering", False))
        self._rules = []
        self._lines = []

    def make(self):
        for number in range(self._random.randint(1, RULES_MAX)):
            self._add_rule(number)
        for _ in range(STRAY_LINES):
            self._add_line(".".join(self._random.choices(STAR_WORDS, k=self._random.randint(1, 4))) or "empty", self._random.choice("cg"))
        self._random.shuffle(self._lines)
        document = ({"defaults": self._defaults} if self._defaults else {}) | {"mappings": self._rules}
        text = yaml_text.Writer(self._random).document(document)
        return RuleSet(text, self._lines, document, keys_in(document))

    def _maybe(self, chance, rule, key, draw):
        maybe(self._random, chance, rule, key, draw)

    def _add_rule(self, number):
        random, rule = self._random, {}
        kind = random.choice((None, None, None, "counter", "gauge", "observer"))
        is_regex = self._match_type(rule) == "regex"
        found = self._pattern(is_regex, kind)
        if found is None:
            return
        match, samples, captures = found
        rule["match"] = match
        is_own = self._name(rule, number, is_regex, captures)
        self._labels(rule, is_regex)
        self._maybe(0.25, rule, "action", lambda: random.choice(("map", "map", "drop", "")))
        if kind:
            rule["match_metric_type"] = kind
        self._maybe(0.25, rule, "ttl", lambda: Raw(random.choice(DURATIONS)))
        self._maybe(0.25, rule, "scale", lambda: random.choice(SCALES))
        # Another rule of the same name may have no help or options of its own (difference Q5).
        if is_own:
            self._maybe(0.35, rule, "help", lambda: random.choice(HELPS))
            self._observer(rule)
        self._rules.append(self._shuffled(rule))
        for _ in range(LINES_PER_RULE):
            self._add_line(samples(), random.choice(TYPE_OF[kind] if kind else ("c", "g", *OBSERVERS)))

    def _shuffled(self, rule):
        items = list(rule.items())
        self._random.shuffle(items)
        return dict(items)

    def _match_type(self, rule):
        self._maybe(0.5, rule, "match_type", lambda: self._random.choice(("glob", "regex", "")))
        return rule.get("match_type", self._defaults.get("match_type", "glob"))

    def _pattern(self, is_regex, kind):
        """(match, () -> a name that fits, captures)"""
        random = self._random
        if is_regex:
            pattern, names = random.choice(REGEXES)
            return pattern, lambda: random.choice(names), pattern.count("(")
        segments = self._globs.draw(kind)
        if segments is None:
            return None
        return (".".join(segments), lambda: ".".join(random.choice(STAR_WORDS) if part == "*" else part for part in segments),
                segments.count("*"))

    def _name(self, rule, number, is_regex, captures):
        """Whether no other rule can give the same name."""
        random = self._random
        own = f"r{number}"
        draw = random.random()
        if draw < 0.15:
            rule["name"] = random.choice(("$1", "${1}", "shared", "$1_x", "${0}"))
            return False
        rule["name"] = own if draw < 0.5 or captures == 0 else random.choice(NAMES_WITH_REFERENCES) % own
        # `$1_r0` is a reference of its own that leads nowhere, so the name may be that of no rule in particular.
        return rule["name"].startswith(own) or "}" in rule["name"]

    def _labels(self, rule, is_regex):
        random = self._random
        if random.random() < 0.6:
            templates = REGEX_LABELS if is_regex else GLOB_LABELS
            names = random.sample(LABEL_NAMES, random.randint(1, 3))
            rule["labels"] = {name: random.choice(templates) for name in names}
        self._maybe(0.3, rule, "honor_labels", lambda: random.random() < 0.7)

    def _observer(self, rule):
        random = self._random
        self._maybe(0.5, rule, "observer_type", lambda: random.choice(("histogram", "summary", "")))
        kind = rule.get("observer_type", self._defaults.get("observer_type"))
        if kind == "histogram":
            self._maybe(0.7, rule, "histogram_options", lambda: histogram_options(random))
        elif kind is not None:
            # With none at all its options would not inherit (difference Q17). The empty text means summary.
            self._maybe(0.7, rule, "summary_options", lambda: summary_options(random))

    def _add_line(self, name, kind):
        random = self._random
        count = random.randint(2, 4) if kind in OBSERVERS and random.random() < 0.2 else 1
        line = name + ":" + ":".join(random.choices(VALUES, k=count)) + "|" + kind
        if random.random() < 0.15:
            line += random.choice(("|@0.5", "|@0.1", "|@1"))
        if random.random() < 0.5:
            line += "|#" + ",".join(random.sample(TAGS, random.randint(1, 3)))
        self._lines.append(line.encode())


def keys_in(document):
    """How often each key of the mapping language stands in the file."""
    keys = collections.Counter()
    for key, value in document.get("defaults", {}).items():
        keys.update(["defaults." + key, *(f"defaults.{key}.{inner}" for inner in (value if isinstance(value, dict) else ()))])
    for rule in document["mappings"]:
        for key, value in rule.items():
            options = value if key.endswith("_options") else ()
            keys.update([key, *(f"{key}.{inner}" for inner in options)])
    return keys


def make(random):
    """With a rule at least."""
    while not (made := Maker(random).make()).document["mappings"]:
        pass
    return made
