# SPDX-License-Identifier: Apache-2.0
"""Summaries: the exact rank up to 499 observations, a rank within the error asked for beyond; and weights of sampled ones."""

import math
import random
import typing

import pair

OBJECTIVES = {0.25: 0.02, 0.5: 0.05, 0.9: 0.01, 0.99: 0.001, 1: 0.01}
MAPPING = "defaults:\n  summary_options:\n    quantiles:\n" + "".join(
    f"    - {{quantile: {quantile}, error: {error}}}\n" for quantile, error in OBJECTIVES.items())


class Stream(typing.NamedTuple):
    name: str
    # random.Random -> a value
    draw: typing.Callable
    count: int
    # Each line counts as so many.
    weight: int = 1


STREAMS = (
    Stream("few", lambda chance: chance.uniform(0, 10), 499),
    Stream("uniform", lambda chance: chance.uniform(0, 10), 4000),
    Stream("long_tail", lambda chance: math.exp(chance.gauss(0, 2)), 4000),
    Stream("coarse", lambda chance: float(chance.randrange(5)), 3000),
    Stream("negative", lambda chance: chance.uniform(-5, 5), 2000),
    Stream("few_weighted", lambda chance: chance.uniform(0, 10), 40, 10),
    Stream("weighted", lambda chance: chance.uniform(0, 10), 500, 4),
)


def run_streams(context, name, mapping, objectives):
    chance = random.Random(f"{context.seed} observations {name}")
    lines, observations = [], {}
    for stream in STREAMS:
        values = [float(f"{stream.draw(chance):.6g}") for _ in range(stream.count)]
        observations[stream.name, ()] = [value for value in values for _ in range(stream.weight)]
        factor = f"|@{1 / stream.weight}" if stream.weight > 1 else ""
        lines += [f"{stream.name}:{value!r}|h{factor}\n".encode() for value in values]
    chance.shuffle(lines)
    with context.report.case(f"observations: {name}") as case, pair.Pair(context.binaries, mapping=mapping) as both:
        both.send(b"".join(lines))
        case.compare_pair(both, observations=observations, objectives=objectives)


def run(context):
    run_streams(context, "default quantiles", None, None)
    run_streams(context, "other quantiles", MAPPING, OBJECTIVES)
