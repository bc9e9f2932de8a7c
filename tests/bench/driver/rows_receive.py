# SPDX-License-Identifier: Apache-2.0
"""Rows about lines of known series: what receiving and counting them costs."""

import dataclasses

import mappings
from bench import MEASURED, Row, Runs, mapping_file, measure, verdict

FRAME = {"datagram_bytes": 1432}
PLAIN = {**FRAME, "series": 1000, "families": 1000, "tags": 0}
MIXED = {**FRAME, "series": 4000, "kinds": "c,g,c,ms"}
# How much more a line may cost when no two of a sender's repetitions have the same order.
RANDOM_RATIO_MAX = 1.3
# So many that no two in a row follow each other twice, as far as a processor's predictors can tell.
LAP_LINES = 400_000


def on_levels(bench, runs, text):
    """What `text(name)` says of weir on each level but the best."""
    return {level: text(name) for level, name, _ in bench.weirs() if level != bench.levels[0]}


def one_line(bench):
    runs = bench.full_speed(bench.programs("bare", "weirs", "reference"), series=10_000)
    ratio, lost, bare_lost = runs.ratio("weir", "bare"), runs.lost("weir"), runs.lost("bare")

    def text(name):
        return f"{runs.ratio(name, 'bare'):.2f} x ({runs.ns(name):,.0f} ns, loop {runs.ns('bare'):,.0f}); lost {runs.lost(name):.2%}, loop {bare_lost:.2%}"
    # A datagram in a hundred thousand may be the sender's last, cut off by its clock.
    return Row("one-line", "one line per datagram, 10 k series", "CPU per datagram at most 1.25 x a loop that discards; nothing lost that the loop keeps",
               text("weir"), verdict(ratio <= 1.25, lost <= bare_lost + 1e-5), list(runs.table()), on_level=on_levels(bench, runs, text))


@dataclasses.dataclass
class Aims:
    """What a line may cost: user CPU by level, in all as so many times the loop that discards, and as which part of the reference's."""

    user: dict
    loop_ratio: float = 0
    total_part: float = 0
    user_part: float = 0

    def __str__(self):
        words = [", ".join(f"{most} ns of user CPU per line" + (f" on {level}" if len(self.user) > 1 else "") for level, most in self.user.items())]
        words += [f"{self.loop_ratio} x a loop that discards"] if self.loop_ratio else []
        words += [f"1/{self.total_part} of the reference's CPU"] if self.total_part else []
        words += [f"1/{self.user_part} of the reference's user CPU"] if self.user_part else []
        return "at most " + ", ".join(words)

    def are_reached(self, bench, runs):
        on_level = all(runs.ns(name, "user") <= self.user.get(level, runs.ns(name, "user")) for level, name, _ in bench.weirs())
        is_near_loop = not self.loop_ratio or runs.ratio("weir", "bare") <= self.loop_ratio
        parts = [("total", self.total_part), ("user", self.user_part)] if "reference" in runs else []
        return on_level and is_near_loop and all(runs.ratio("reference", "weir", share) >= part for share, part in parts)


def beside_others(bench, name, work, aims, workload, others):
    runs = bench.full_speed(bench.programs("bare", "weirs", "reference", *others), **workload)

    def text(weir):
        said = f"{runs.ns(weir, 'user'):.0f} ns user, {runs.ns(weir):.0f} in all, {runs.ratio(weir, 'bare'):.2f} x the loop"
        if "reference" in runs:
            said += f"; total 1/{runs.ratio('reference', weir):.1f}, user 1/{runs.ratio('reference', weir, 'user'):.1f} of the reference's"
        return said
    return Row(name, work, str(aims), text("weir"), verdict(aims.are_reached(bench, runs)), list(runs.table()), on_level=on_levels(bench, runs, text))


MIXED_WORK = "1432-byte datagrams, half counters, quarter gauges, quarter timers (summaries), three tags, 4,000 series"


def mixed(bench):
    """As a client sends them that goes through all that it has again and again."""
    return beside_others(bench, "mixed", MIXED_WORK + ", always in the same order",
                         Aims({"avx512": 45, "avx2": 70}, loop_ratio=1.8, total_part=33, user_part=60), {**MIXED, "order": "repeated"}, ("otelcol", "netdata"))


def mixed_random(bench):
    """Every repetition in another order, beside the same in one order."""
    random, repeated = Runs(), Runs()
    for _ in range(bench.rounds):
        for runs, order in ((random, "random"), (repeated, "repeated")):
            runs.extend(bench.full_speed(bench.programs("weirs"), rounds=1, **MIXED, order=order, lines_min=LAP_LINES))

    def ratio(name):
        return random.ns(name, "user") / repeated.ns(name, "user")

    def text(name):
        return f"{random.ns(name, 'user'):.0f} ns user = {ratio(name):.2f} x {repeated.ns(name, 'user'):.0f}, {random.ns(name):.0f} in all"
    details = ["Random:", "", *random.table(), "", "Always the same:", "", *repeated.table()]
    return Row("mixed-random", "the same lines in random order, each time another", f"at most {RANDOM_RATIO_MAX} x the user CPU of the same order", text("weir"),
               verdict(*(ratio(name) <= RANDOM_RATIO_MAX for _, name, _ in bench.weirs())), details, on_level=on_levels(bench, random, text))


def plain(bench):
    return beside_others(bench, "plain", "1432-byte datagrams, plain counters, 1,000 series", Aims({"avx512": 50, "avx2": 50}, total_part=15), PLAIN,
                         ("otelcol", "netdata", "collectd"))


def million(bench):
    """Several laps in different orders, so that what followed a line last time says nothing."""
    series, most = bench.scaled(1_000_000, 100_000), {"avx512": 60, "avx2": 90}
    runs = bench.full_speed(bench.programs("weirs"), series=series, lines_min=3 * series, **FRAME)

    def text(name):
        return f"{runs.ns(name, 'user'):.0f} ns user, {runs.ns(name):.0f} in all"
    conditions = [runs.ns(name, "user") <= most[level] for level, name, _ in bench.weirs() if level in most]
    return Row("million", f"{series:,} series, standard line, 1432-byte datagrams, in random order, each time another",
               "at most " + ", ".join(f"{ns} ns of user CPU per line on {level}" for level, ns in most.items()), text("weir"), verdict(*conditions),
               list(runs.table()), on_level=on_levels(bench, runs, text))


def hot_beside_rules(bench):
    """The same lines with rules that map each of them, and without rules."""
    rules = 10_000
    with mapping_file(mappings.globs(rules)) as path:
        runners = [("no rules", bench.run_weir), (f"{rules:,} rules", lambda: bench.run_weir([f"--statsd.mapping-config={path}"]))]
        runs = bench.full_speed(runners, series=10_000, services=rules, families=rules, **FRAME)
    with_rules, without = runs.ns(f"{rules:,} rules", "user"), runs.ns("no rules", "user")
    low, high = runs.spread("no rules", "user")
    return Row("hot-with-rules", "a hot line with 10,000 rules beside one with none", "the same within noise",
               f"{with_rules:.1f} ns user beside {without:.1f} = {with_rules / without:.2f} x (without rules alone {low:.1f}-{high:.1f})",
               verdict(with_rules <= max(high, without * 1.05)), list(runs.table()))


# Everything else as in the middle one of each list.
MATRIX = {
    "transport": [("UDP", {}), ("Unix datagram", {"transport": "unixgram"}), ("TCP", {"transport": "tcp"})],
    "datagram": [("one line each", {"datagram_bytes": 0}), ("1432 bytes", {}), ("8 KiB", {"datagram_bytes": 8192})],
    "series": [("1 k", {}), ("100 k", {"series": 100_000}), ("1 M", {"series": 1_000_000})],
    "tags": [("0", {"tags": 0}), ("3", {}), ("10", {"tags": 10})],
    "type": [(kind, {"kinds": kind}) for kind in ("c", "g", "ms", "h", "d")] + [("half c, quarter g, quarter ms", {"kinds": "c,g,c,ms"})],
}


def matrix(bench):
    details = ["| what differs | | program | CPU ns/line | user | kernel | lines/s kept | lost |", "|---|---|---|---|---|---|---|---|"]
    for what, cells in MATRIX.items():
        for cell, change in cells:
            workload = {**FRAME, "series": 1000, "families": 1000, **change}
            if bench.is_quick:
                workload["series"] = min(workload["series"], 10_000)
            transport = workload.pop("transport", "udp")
            programs = bench.programs("weir", "reference") if transport != "udp" else bench.programs("bare", "weir", "reference")
            for name, taken in matrix_cell(bench, transport, programs, workload):
                details.append(f"| {what} | {cell} | {name} | {taken.ns():,.0f} | {taken.ns('user'):,.0f} | {taken.ns('kernel'):,.0f} "
                               f"| {taken.lines_per_second:,.0f} | {taken.lost:.2%} |")
    return Row("matrix", "transport, datagram size, series, tags, type: one differs from UDP, 1432 bytes, 1 k series, 3 tags, counters", "",
               "see below", MEASURED, details, run=f"once, {bench.seconds / 2:.0f} s each")


def matrix_cell(bench, transport, programs, workload):
    for name, run in programs:
        # A million series cost the reference half a minute and gigabytes; other rows show that.
        if name == "reference" and workload["series"] > 100_000:
            continue
        options = {"has_unixgram": True} if transport == "unixgram" else {}
        with run(**options) as server:
            if name != "bare":
                bench.fill(server, **workload)
            place = {"udp": server.udp_port, "tcp": getattr(server, "tcp_port", None), "unixgram": server.unixgram}[transport]
            with bench.load(**{transport: place}, **workload) as load:
                taken = measure(server, lambda: load.send(seconds=bench.seconds / 2))
            if name != "bare":
                server.check_totals(taken=taken)
            yield name, taken


RATES = (25_000, 50_000, 100_000, 150_000, 200_000, 250_000, 300_000, 350_000, 0)


def knee(bench):
    """What is lost at which offered rate, one line per datagram; 0 is the sender's full speed."""
    details = ["| program | offered lines/s | sent lines/s | lost | CPU ns/line |", "|---|---|---|---|---|"]
    found = {}
    for name, run in bench.programs("bare", "weir", "reference"):
        for rate in RATES[::4] if bench.is_quick else RATES:
            with run() as server:
                if name != "bare":
                    bench.fill(server, series=10_000)
                with bench.load(udp=server.udp_port, series=10_000) as load:
                    taken = measure(server, lambda: load.send(seconds=bench.seconds, rate=rate))
            offered = taken.sent.lines / taken.sent.seconds
            details.append(f"| {name} | {f'{rate:,}' if rate else 'full speed'} | {offered:,.0f} | {taken.lost:.3%} | {taken.ns():,.0f} |")
            if taken.lost < 1e-4:
                found[name] = max(found.get(name, 0), offered)
    measured = ", ".join(f"{name} {rate / 1000:,.0f} k/s" for name, rate in found.items())
    return Row("knee", "loss against offered rate, one line per datagram, 10 k series", "", f"highest rate without loss: {measured or 'none'}", MEASURED, details,
               run=f"once, {bench.seconds:.0f} s each")


ROWS = {"one-line": one_line, "mixed": mixed, "mixed-random": mixed_random, "plain": plain, "million": million, "hot-with-rules": hot_beside_rules, "matrix": matrix, "knee": knee}
