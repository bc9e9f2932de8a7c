# SPDX-License-Identifier: Apache-2.0
"""Mapping files of any size."""


FAMILIES = 100


def _document(rules):
    return "mappings:\n" + "".join(rules)


def globs(count):
    """One rule for each service of the standard line; as many metric names however many rules there are."""
    return _document(f"- match: shop.service{number:02}.requests_by_endpoint.*\n  name: service{number % FAMILIES}_requests_total\n  labels:\n    item: $1\n"
                     for number in range(count))


# The two shapes that mapping files have: anchored at the front, and open at both ends.
REGEX_SHAPES = {"anchored": r"^a\.svc{}\.(.*)$", "open": r"(.*)\.svc{}\.(.*)"}
# Begins like what both shapes look for, and matches none of fewer rules than `first_service`.
NEAR_MISS = {"prefix": "a.svc", "first_service": 100_000}


def regexes(count, shape):
    pattern = REGEX_SHAPES[shape]
    return _document(f"- match: '{pattern.format(number)}'\n  match_type: regex\n  name: service{number}_total\n  labels:\n    rest: $1\n"
                     for number in range(count))
