# SPDX-License-Identifier: Apache-2.0
"""Asks a data source for all that a dashboard shows."""

import dataclasses
import itertools

# Of a variable that has one value at a time, so many are tried.
TRIED_MAX = 8


@dataclasses.dataclass
class Answer:
    query: object
    text: str
    points: int
    error: str = ""


def choices(source, variables, chosen=()):
    """Each way to choose the variables' values: all of those that may have several, one of the others."""
    if not variables:
        yield dict(chosen)
        return
    first, *others = variables
    chosen = dict(chosen)
    found = source.values(first.query, chosen)
    if not found:
        yield from choices(source, others, chosen)
    elif first.is_multi:
        yield from choices(source, others, {**chosen, first.name: source.written(found)})
    else:
        for value in found[:TRIED_MAX]:
            yield from choices(source, others, {**chosen, first.name: source.written([value])})


def answer(source, query, chosen):
    try:
        return Answer(query, source.text(query.target, chosen), source.points(query.target, chosen))
    except ValueError as error:
        return Answer(query, source.text(query.target, chosen), 0, str(error))


def ask(source, dashboard):
    """(what was chosen, the answers): of the choices the one that shows most."""
    queries = dashboard.queries()
    tried = ((chosen, [answer(source, query, chosen) for query in queries])
             for chosen in itertools.islice(choices(source, list(dashboard.variables())), TRIED_MAX * 2))
    return max(tried, key=lambda one: sum(each.points > 0 for each in one[1]))
