# SPDX-License-Identifier: Apache-2.0
"""Which lines both programs must treat alike: those that touch none of the intended differences. Says no too often rather than too seldom."""

import re

# Any factor out of these makes n whole observations in both, or is an error in both.
PLAIN_FACTOR = re.compile(rb"0?\.[1-9]\d?|1(\.0)?|[b-z]+")
OBSERVER_TYPES = (b"ms", b"h", b"d")
SAMPLE_PARTS_MAX = 6
# Where a key may begin in one dialect or another; DogStatsD drops one `#` in front.
KEYS = tuple(re.compile(start + rb"(?=([^,]*))") for start in (rb"(?:[,\[]|\|#)#?", rb"[,\[]", rb"#"))
# What summaries and histograms need, and what may make two leading underscores.
RESERVED_KEY = re.compile(rb"(le|quantile)[=:]|[^A-Za-z0-9:]{2}")
SUFFIXED = re.compile(rb"[^A-Za-z0-9](count|sum|bucket)$")
OWN_PREFIXES = (b"statsd", b"go", b"process", b"promhttp", b"weir")


def samples_of(rest):
    """[value, type, field...] of each sample (behaviour line.several-values), or None for a line that is an error as a whole."""
    parts = rest.split(b"|", 2)
    if len(parts) < 2:
        return None
    if b":" in parts[0]:
        suffix = parts[1:]
        return [b"|".join([value, *suffix]).split(b"|") for value in parts[0].split(b":")]
    return [sample.split(b"|") for sample in ([rest] if b"|#" in rest else rest.split(b":"))]


def is_plain_field(field, type_text, tagged):
    if field[:1] == b"@":
        return type_text not in OBSERVER_TYPES or bool(PLAIN_FACTOR.fullmatch(field[1:]))
    if field[:1] == b"c":
        return tagged and len(field) > 2 and field[:2] == b"c:"
    return field == b"" or field[:1] in (b"#", b"T")


def has_plain_keys(line):
    """Differences Q2, Q3."""
    return not any(RESERVED_KEY.match(key) for pattern in KEYS for key in pattern.findall(line))


def has_plain_name(name):
    closing, opening = name.find(b"]"), name.find(b"[")
    if 0 <= closing < opening:
        return False  # Difference Q1.
    whole = re.sub(rb"\[.*?\]", b"", name, count=1)
    bare = re.split(rb"[#,]", whole)[0]
    if not bare:
        return False  # Difference Q4.
    # Differences Q6, Q25, Q41.
    return not any(SUFFIXED.search(form) for form in (name, whole, bare)) and not name.startswith((*OWN_PREFIXES, b"_"))


def is_alike(line):
    name, colon, rest = line.partition(b":")
    if not colon or not name:
        return not name.startswith(b"_")
    if not has_plain_name(name) or not has_plain_keys(line) or line.endswith(b"\r"):
        return False
    tagged = b"|#" in rest
    if b"|c:" in rest and not tagged or b"|e:" in rest or b"|card:" in rest:
        return False  # Differences Q16, Q32.
    for value, *others in samples_of(rest) or ():
        if len(others) + 1 > SAMPLE_PARTS_MAX or not all(is_plain_field(field, others[0], tagged) for field in others[1:]):
            return False  # Differences Q32, Q8.
        if others[:1] and others[0] in OBSERVER_TYPES and value.lower() == b"nan":
            return False  # NaN has no rank; where it goes is an accident of the reference's sorting
        if re.search(rb"[\d_.]{16}|e\+?\d\d|p\+?\d\d", value, re.IGNORECASE):
            return False  # Difference Q24.
    return True
