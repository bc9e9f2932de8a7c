# SPDX-License-Identifier: Apache-2.0
"""Rows about lines of known series: what receiving and counting them costs."""

import mappings
from bench import MEASURED, Row, mapping_file, measure, verdict

FRAME = {"datagram_bytes": 1432}
PLAIN = {**FRAME, "series": 1000, "families": 1000, "tags": 0}
MIXED = {**FRAME, "series": 4000, "kinds": "c,g,c,ms"}


def one_line(bench):
    runs = bench.full_speed(bench.programs("bare", "weir", "reference"), series=10_000)
    ratio, lost, bare_lost = runs.ratio("weir", "bare"), runs.lost("weir"), runs.lost("bare")
    measured = f"{ratio:.2f} x ({runs.ns('weir'):,.0f} ns, loop {runs.ns('bare'):,.0f}); lost {lost:.2%}, loop {bare_lost:.2%}"
    # A datagram in a hundred thousand may be the sender's last, cut off by its clock.
    return Row("one-line", "one line per datagram, 10 k series", "CPU per datagram at most 1.25 x a loop that discards; nothing lost that the loop keeps",
               measured, verdict(ratio <= 1.25, lost <= bare_lost + 1e-5), list(runs.table()))


def beside_reference(bench, name, work, aim, workload, user_max, total_ratio, user_ratio=None):
    runs = bench.full_speed(bench.programs("bare", "weir", "reference"), **workload)
    user = runs.ns("weir", "user")
    conditions, measured = [user <= user_max], f"{user:.0f} ns user, {runs.ns('weir'):.0f} ns in all"
    if "reference" in runs:
        total = runs.ratio("reference", "weir")
        measured += f"; total 1/{total:.1f} of the reference's {runs.ns('reference'):,.0f}"
        conditions.append(total >= total_ratio)
    if "reference" in runs and user_ratio:
        ratio = runs.ratio("reference", "weir", "user")
        measured += f", user 1/{ratio:.1f} of its {runs.ns('reference', 'user'):,.0f}"
        conditions.append(ratio >= user_ratio)
    return Row(name, work, aim, measured, verdict(*conditions), list(runs.table()))


def mixed(bench):
    return beside_reference(bench, "mixed", "1432-byte datagrams, half counters, quarter gauges, quarter timers (summaries), three tags, 4,000 series",
                            "at most 80 ns of user CPU per line, total at most 1/33 of the reference's, user at most 1/60 of it", MIXED, 80, 33, 60)


def plain(bench):
    return beside_reference(bench, "plain", "1432-byte datagrams, plain counters, 1,000 series",
                            "at most 50 ns of user CPU per line, total at most 1/15 of the reference's", PLAIN, 50, 15)


def million(bench):
    series = bench.scaled(1_000_000, 100_000)
    runs = bench.full_speed(bench.programs("weir"), series=series, **FRAME)
    user = runs.ns("weir", "user")
    return Row("million", f"{series:,} series, standard line, 1432-byte datagrams", "at most 150 ns of user CPU per line",
               f"{user:.0f} ns user, {runs.ns('weir'):.0f} ns in all", verdict(user <= 150), list(runs.table()))


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


ROWS = {"one-line": one_line, "mixed": mixed, "plain": plain, "million": million, "hot-with-rules": hot_beside_rules, "matrix": matrix, "knee": knee}
