# SPDX-License-Identifier: Apache-2.0
"""Rows about first sight: what a series costs when it is new, in time and in memory."""

import mappings
from bench import MEASURED, Row, Runs, mapping_file, median, verdict

STANDARD = {"families": 1000, "datagram_bytes": 1432}


def flood(bench, runners, series, rounds=None, **workload):
    """Every line a new series, through TCP, so that each arrives; servers start empty. Page faults count."""
    runs = Runs()
    for _ in range(rounds or bench.rounds):
        for name, run in runners:
            with run() as server:
                runs.add(name, bench.fill(server, series=series, **workload))
    return runs


def with_mapping(bench, path):
    flags = [f"--statsd.mapping-config={path}"]
    return [(name, lambda run=run: run(flags)) for name, run in bench.programs("weir", "reference")]


def first_sight_globs(bench):
    series = bench.scaled(200_000, 20_000)
    runs = {}
    for rules in (100, 10_000):
        with mapping_file(mappings.globs(rules)) as path:
            # The reference works for minutes before it serves 10,000 globs.
            runners = with_mapping(bench, path)[:None if rules == 100 else 1]
            rounds = None if bench.is_quick else 3
            runs[rules] = flood(bench, runners, series, rounds, **{**STANDARD, "families": 10_000}, services=rules)
    few, many = runs[100].ns("weir"), runs[10_000].ns("weir")
    rows = []
    for name, work, aim, measured, is_reached, rules in (
        ("first-sight", "first sight: a new series, three tags, 100 globs", "at most 2 us", f"{few / 1000:.2f} us", few <= 2000, 100),
        ("first-sight-10k-globs", "the same with 10,000 globs", "at most 1 us more", f"{many / 1000:.2f} us, {(many - few) / 1000:+.2f} us",
         many - few <= 1000, 10_000),
    ):
        if "reference" in runs[rules]:
            reference = runs[rules].ns("reference")
            measured += f"; 1/{reference / runs[rules].ns('weir'):.0f} of the reference's {reference / 1000:.1f} us"
        rows.append(Row(name, work, aim, measured, verdict(is_reached), list(runs[rules].table(is_udp=False)), run="3 rounds, each once through all series"))
    return rows


def first_sight_regexes(bench):
    series, rules = bench.scaled(100_000, 5_000), 1_000
    measured, details, reached = [], [], True
    for shape in mappings.REGEX_SHAPES:
        with mapping_file(mappings.regexes(rules, shape)) as path:
            runs = flood(bench, with_mapping(bench, path)[:1], series, **STANDARD, **mappings.NEAR_MISS)
            if bench.reference:
                few = flood(bench, with_mapping(bench, path)[1:], series // 10, rounds=1, **STANDARD, **mappings.NEAR_MISS)
                runs.by_program.update(few.by_program)
        took = runs.ns("weir")
        reached = reached and took <= 20_000
        measured.append(f"{shape} {took / 1000:.2f} us" + (f" = 1/{runs.ratio('reference', 'weir'):.0f} of the reference's" if "reference" in runs else ""))
        details += [f"`{mappings.REGEX_SHAPES[shape]}`", "", *runs.table(is_udp=False), ""]
    return Row("first-sight-regexes", "first sight with 1,000 regexes of two shapes, on a name that matches none",
               "at most 20 us", "; ".join(measured), verdict(reached), details,
               run=f"{bench.rounds} rounds over {series:,} series; the reference one over {series // 10:,}")


def memory_of(bench, run, series, **workload):
    """(resident bytes over series, resident bytes of the empty server)"""
    with run() as server:
        empty = server.resident_bytes()
        bench.fill(server, series=series, **workload)
        return server.resident_bytes() / series, empty


def memory(bench):
    series = bench.scaled(1_000_000, 50_000)
    rows = []
    for name, work, limit, workload in (
        ("memory", f"memory, {series:,} counter series, standard line, 1,000 families", 200, STANDARD),
        ("memory-families", f"memory, {series:,} counter series, each a family of its own", 450, {**STANDARD, "families": series}),
    ):
        found = {program: memory_of(bench, run, series, **workload) for program, run in bench.programs("weir", "reference")}
        per_series = found["weir"][0]
        measured = f"{per_series:.0f} bytes"
        if "reference" in found:
            measured += f"; 1/{found['reference'][0] / per_series:.1f} of the reference's {found['reference'][0]:,.0f}"
        details = [f"- {program}: {per:,.0f} bytes per series; {empty / 2**20:.1f} MiB of the process were there before the first"
                   for program, (per, empty) in found.items()]
        rows.append(Row(name, work, f"resident size over series at most {limit} bytes", measured, verdict(per_series <= limit), details, run="once"))
    return rows


def summary(bench):
    """Time: what a timer's line costs more than the same line as a counter, which only adds. Memory: what a busy series
    adds to the process."""
    busy = {"series": 1000, "families": 1000, "tags": 0, "datagram_bytes": 1432}
    timers = bench.full_speed(bench.programs("weir", "reference"), **busy, kinds="ms", lines_min=600_000)
    counters = bench.full_speed(bench.programs("weir"), **busy, kinds="c", lines_min=600_000)
    line, extra = timers.ns("weir", "user"), timers.ns("weir", "user") - counters.ns("weir", "user")
    size = {"series": bench.scaled(4000, 500), "rounds": bench.scaled(2000, 600)}
    bytes_per_series = {name: busy_bytes(bench, run, **size) for name, run in bench.programs("weir", "reference")}
    measured = f"{extra:.0f} ns user ({line:.0f} for the whole line); {bytes_per_series['weir']:,.0f} bytes per busy series"
    conditions = [extra <= 130]
    if "reference" in bytes_per_series:
        share = bytes_per_series["weir"] / bytes_per_series["reference"]
        measured += f" = {share:.2f} x the reference's {bytes_per_series['reference']:,.0f}"
        conditions.append(share <= 0.25)
    return Row("summary", "a summary observation, amortised over 1,000 busy series, 5 age buckets",
               "at most 130 ns of user CPU; a busy series at most a quarter of the reference's memory", measured, verdict(*conditions),
               [*timers.table(), "", "The same lines as counters:", "", *counters.table()])


def busy_bytes(bench, run, series, rounds, rate=0):
    """What each of `series` timers adds to the process once it has had `rounds` values."""
    with run() as server:
        empty = server.resident_bytes()
        with bench.load(tcp=server.tcp_port, series=series, families=series, tags=0, kinds="ms", lines_min=series * 50) as load:
            load.send(lines=series * rounds, rate=rate)
            server.settle()
        return (server.resident_bytes() - empty) / series


def sizes(bench):
    """Memory, and how long a scrape takes."""
    from rows_scrape import timed_scrape
    details = ["| series | program | bytes per series | scrape, ms | first byte, ms | scrape CPU, ns/series | page, MiB |", "|---|---|---|---|---|---|---|"]
    for series in (10_000,) if bench.is_quick else (10_000, 100_000, 1_000_000):
        for name, run in bench.programs("weir", "reference"):
            with run() as server:
                bench.fill(server, series=series, **STANDARD)
                per_series = server.resident_bytes() / series
                timed = [timed_scrape(server, series) for _ in range(3)]
                details.append(
                    f"| {series:,} | {name} | {per_series:,.0f} | {median(each.seconds for each in timed) * 1000:,.1f} "
                    f"| {median(each.first_byte for each in timed) * 1000:,.2f} | {median(each.ns_per_series for each in timed):,.0f} "
                    f"| {timed[0].bytes / 2**20:,.1f} |")
    return Row("sizes", "memory and scrape at 10 k, 100 k and 1 M counter series, standard line", "", "see below", MEASURED, details,
               run="once; scrapes the median of 3")


ROWS = {"first-sight": first_sight_globs, "first-sight-regexes": first_sight_regexes, "memory": memory, "summary": summary, "sizes": sizes}
