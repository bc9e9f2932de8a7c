# SPDX-License-Identifier: Apache-2.0
"""Reads pages with the parsers of the Python client, in whichever Python has it. Standard input and output are JSON.

In: {"text": {name: page}, "openmetrics": {name: page}}. Out: {"text": {name: what is in it}, ...}; what is in a page is
a list of [family, [sample name, [[label, value]...], value, timestamp]...], or {"error": ...}.
"""

import json
import sys

import prometheus_client.openmetrics.parser
import prometheus_client.parser

PARSERS = {
    "text": prometheus_client.parser.text_string_to_metric_families,
    "openmetrics": prometheus_client.openmetrics.parser.text_string_to_metric_families,
}


def read(parse, page):
    try:
        return [[family.name, *map(sample, family.samples)] for family in parse(page)]
    except Exception as fault:
        return {"error": f"{type(fault).__name__}: {fault}"}


def sample(one):
    return [one.name, sorted(one.labels.items()), float(one.value), None if one.timestamp is None else float(one.timestamp)]


def main():
    pages = json.load(sys.stdin)
    found = {kind: {name: read(PARSERS[kind], page) for name, page in named.items()} for kind, named in pages.items()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
