# SPDX-License-Identifier: Apache-2.0
"""Rows about scrapes: what one costs, and what it does to lines that come in meanwhile."""

import contextlib
import dataclasses
import statistics
import threading

import processes
import scraping
from bench import Row, mapping_file, measure, median, verdict

STANDARD = {"families": 1000, "datagram_bytes": 1432}
SCRAPE_INTERVAL_SECONDS = 15


@dataclasses.dataclass
class TimedScrape:
    seconds: float
    first_byte: float
    ns_per_series: float
    bytes: int


def timed_scrape(server, series, is_gzipped=False):
    meter = server.meter()
    scraped = scraping.scrape(server.http_port, is_gzipped=is_gzipped)
    server.settle()
    return TimedScrape(scraped.seconds, scraped.first_byte_seconds, meter.read().total / series * 1e9, scraped.bytes)


def scrape(bench):
    series = bench.scaled(1_000_000, 100_000)
    plain, gzipped = [], []
    with bench.run_weir() as server:
        bench.fill(server, series=series, **STANDARD)
        timed_scrape(server, series)
        first = series
        for _ in range(bench.rounds):
            for found, is_gzipped in ((plain, False), (gzipped, True)):
                bench.fill(server, series=series // 100, first_series=first, **STANDARD)
                first += series // 100
                found.append(timed_scrape(server, first, is_gzipped))
    text_ns, gzip_ns = median(each.ns_per_series for each in plain), median(each.ns_per_series for each in gzipped)
    first_byte = max(each.first_byte for each in plain + gzipped)
    share = text_ns * 1e-9 * series / SCRAPE_INTERVAL_SECONDS
    measured = f"{text_ns:.0f} ns per series, with gzip {gzip_ns:.0f}; {share:.2%} of a core at one in 15 s; first byte within {first_byte * 1000:.1f} ms"
    conditions = [text_ns <= 60, gzip_ns <= 400, share <= 0.01, first_byte <= 0.020]
    details = ["| page | ns CPU per series | lowest-highest | seconds | MiB | first byte, ms |", "|---|---|---|---|---|---|"]
    for name, found in (("text", plain), ("gzip", gzipped)):
        costs = [each.ns_per_series for each in found]
        details.append(f"| {name} | {median(costs):.0f} | {min(costs):.0f}-{max(costs):.0f} | {median(each.seconds for each in found):.3f} "
                       f"| {found[0].bytes / 2**20:.1f} | {median(each.first_byte for each in found) * 1000:.1f} |")
    if bench.reference:
        ratio = scrape_beside_reference(bench, details)
        measured += f"; 1/{ratio:.0f} of the reference's CPU"
        conditions.append(ratio >= 100)
    return Row("scrape", f"scrape as text, {series:,} counter series, 1 % of them new since the last",
               "at most 60 ns of CPU per series, with gzip at most 400; at most 1/100 of the reference's CPU at 200 k series; at most 1 % of a core at one "
               "scrape in 15 s; first byte within 20 ms",
               measured, verdict(*conditions), details)


def scrape_beside_reference(bench, details):
    series = bench.scaled(200_000, 20_000)
    costs = {}
    for name, run in bench.programs("weir", "reference"):
        with run() as server:
            bench.fill(server, series=series, **STANDARD)
            timed_scrape(server, series)
            costs[name] = median(timed_scrape(server, series).ns_per_series for _ in range(3))
    details += ["", f"At {series:,} series: weir {costs['weir']:.0f} ns per series, the reference {costs['reference']:,.0f}."]
    return costs["reference"] / costs["weir"]


ENABLED = ["--web.enable-openmetrics"]
WITH_CREATED = [*ENABLED, "--web.openmetrics-created-samples"]
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
# Name, flags, Accept, and how many times the user CPU of text a page may take.
FORMATS = [("text", ENABLED, "", 1), ("OpenMetrics", ENABLED, OPENMETRICS, 1.1), ("protobuf", ENABLED, PROTOBUF, 1.0),
           ("OpenMetrics, created samples", WITH_CREATED, OPENMETRICS, None)]
# So that OpenMetrics has counters, which may have created samples, and no families of an unknown type.
AS_TOTALS = "mappings:\n- match: shop.*.requests_by_endpoint.*\n  name: shop_${1}_requests_by_endpoint_${2}_total\n"


@dataclasses.dataclass
class FormatCost:
    """Of one format: CPU of each round, per series."""

    cpus: list = dataclasses.field(default_factory=list)
    bytes_per_series: float = 0

    def add(self, server, series, pages, accept):
        meter = server.meter()
        for _ in range(pages):
            self.bytes_per_series = scraping.scrape(server.http_port, accept=accept).bytes / series
        server.settle()
        cpu = meter.read()
        self.cpus.append((cpu.total / pages / series * 1e9, cpu.user / pages / series * 1e9))

    def total_ns(self):
        """The first quartile of the rounds: what disturbs a round only adds to it."""
        return statistics.quantiles([total for total, _ in self.cpus], n=4)[0]

    def user_ns(self):
        """One round is too short to tell user from kernel time by ticks; all of them are not."""
        return self.total_ns() * sum(user for _, user in self.cpus) / sum(total for total, _ in self.cpus)


def scrape_formats(bench):
    """The formats take turns page by page, and so do the daemons of both sets of flags."""
    series, pages, rounds = bench.scaled(100_000, 10_000), 4, bench.rounds * bench.scaled(12, 2)
    costs = {name: FormatCost() for name, *_ in FORMATS}
    with mapping_file(AS_TOTALS) as path, contextlib.ExitStack() as stack:
        daemons = {}
        for flags in (ENABLED, WITH_CREATED):
            server = daemons[tuple(flags)] = stack.enter_context(bench.run_weir([*flags, f"--statsd.mapping-config={path}"]))
            bench.fill(server, series=series, **STANDARD)
            timed_scrape(server, series)
        for _ in range(rounds):
            for name, flags, accept, _ in FORMATS:
                costs[name].add(daemons[tuple(flags)], series, pages, accept)
    text = costs["text"].user_ns()
    ratios = {name: cost.user_ns() / text for name, cost in costs.items()}
    details = ["| format | ns user CPU per series | ratio to text | user and kernel | bytes per series |", "|---|---|---|---|---|"]
    details += [f"| {name} | {cost.user_ns():.0f} | {ratios[name]:.2f} | {cost.total_ns():.0f} | {cost.bytes_per_series:.0f} |"
                for name, cost in costs.items()]
    measured = f"text {text:.0f} ns; " + ", ".join(f"{name} {ratio:.2f} x" for name, ratio in ratios.items() if name != "text")
    return Row("scrape-formats", f"scrape in each format, {series:,} counter series", "OpenMetrics at most 1.1 x the user CPU of text, protobuf at most 1.0 x",
               measured, verdict(*(ratios[name] <= most for name, _, _, most in FORMATS if most)), details,
               run=f"first quartile of {rounds} rounds of {pages} pages")


@contextlib.contextmanager
def scraping_all_the_time(port):
    """Scrapes one after another, as long as the `with` lasts; yields the list of them."""
    done, scrapes = threading.Event(), []

    def repeat():
        while not done.is_set():
            scrapes.append(scraping.scrape(port))

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield scrapes
    finally:
        done.set()
        thread.join()


def ingestion(bench):
    series, seconds = bench.scaled(1_000_000, 100_000), bench.scaled(10, 2)
    workload = {**STANDARD, "series": series}
    quiet, busy, scrapes_done = [], [], 0
    with bench.run_weir(cpus=bench.all_cpus) as server:
        bench.fill(server, **workload)
        with bench.load(udp=server.udp_port, cpus=bench.all_cpus, **workload) as load:
            capacity = measure(server, lambda: load.send(seconds=2)).lines_per_second
            for _ in range(bench.scaled(3, 1)):
                quiet.append(measure(server, lambda: load.send(seconds=seconds, rate=capacity / 2)))
                with scraping_all_the_time(server.http_port) as scrapes:
                    # Counting the lines is a scrape too: it would wait for the others.
                    drops = server.drops()
                    sent = load.send(seconds=seconds, rate=capacity / 2)
                    busy.append((sent, server.drops() - drops))
                scrapes_done += len(scrapes)
                server.settle()
        server.check_totals()
    rate_quiet = median(taken.lines_per_second for taken in quiet)
    rate_busy = median(sent.lines * (1 - drops / sent.datagrams) / sent.seconds for sent, drops in busy)
    drops = sum(drops for _, drops in busy)
    change = rate_busy / rate_quiet - 1
    details = [f"- takes {capacity:,.0f} lines/s at full sender speed; offered half of it",
               f"- without scrapes {rate_quiet:,.0f} lines/s, {sum(taken.drops for taken in quiet)} datagrams lost",
               f"- during {scrapes_done} scrapes {rate_busy:,.0f} lines/s, {drops} datagrams lost",
               "- sender, scraper and daemon share the cores"]
    return Row("ingest-during-scrape", f"ingestion during a scrape of {series:,} series, weir on two cores, load at half its knee",
               "throughput falls by at most 10 %, nothing lost", f"{change:+.1%}, {drops} datagrams lost", verdict(change >= -0.10, drops == 0), details,
               run=f"{len(quiet)} rounds of {seconds} s")


def burst(bench):
    """Small datagrams at full sender speed into an idle daemon, and into one that is being scraped all the time."""
    lines, series = 10_000, bench.scaled(100_000, 20_000)
    lost = {"idle": [], "scraped": []}
    with bench.run_weir() as server:
        bench.fill(server, series=series, **STANDARD)
        buffer = server.values("weir_udp_receive_buffer_bytes").get("weir_udp_receive_buffer_bytes")
        with bench.load(udp=server.udp_port, series=10_000) as load:
            for _ in range(bench.rounds):
                lost["idle"].append(measure(server, lambda: load.send(lines=lines)).drops)
                drops = server.drops()
                with scraping_all_the_time(server.http_port) as scrapes:
                    while not scrapes:
                        pass
                    load.send(lines=lines)
                server.settle()
                lost["scraped"].append(server.drops() - drops)
        server.check_totals()
        warned = [line for line in server.log().splitlines() if "net.core.rmem_max" in line]
    details = [f"- {case}: lost {drops}" for case, drops in lost.items()]
    details += [f"- receive buffer {buffer:,.0f} bytes" if buffer else "- receive buffer unknown", *(f"- `{line}`" for line in warned)]
    measured = f"{sum(lost['idle'])} lost idle, {sum(lost['scraped'])} during scrapes, of {bench.rounds * lines:,} each"
    if warned:
        measured += "; the log says what to set"
    work = "10,000 small datagrams at full sender speed into an idle daemon on default flags, "
    return Row("burst", work + f"and again while a scrape of {series:,} series runs",
               "none lost, with the receive buffer that root or CAP_NET_ADMIN gets", measured, verdict(not any(map(sum, lost.values()))), details)


FIRST_BYTE_SECONDS_MAX, MORE_MEMORY_MAX = 0.050, 0.05


@dataclasses.dataclass
class FirstScrape:
    """The first page after so many new series; memory is resident, in bytes."""

    first_byte: float
    seconds: float
    cpu: float
    before: int
    highest: int
    after: int

    @property
    def more(self):
        return self.highest / self.before - 1


def scrape_first(bench, series, **workload):
    with bench.run_weir() as server:
        with bench.load(tcp=server.tcp_port, series=series, lines_min=1, **workload) as load:
            load.send_lap()
        # No scrape asks how many lines came: it would be the first.
        server.settle()
        before = server.resident_bytes()
        processes.forget_highest_resident(server.pid)
        meter = server.meter()
        scraped = scraping.scrape(server.http_port)
        server.settle()
        return FirstScrape(scraped.first_byte_seconds, scraped.seconds, meter.read().total, before, processes.highest_resident_bytes(server.pid),
                           server.resident_bytes())


def first_scrape(bench):
    series = bench.scaled(1_000_000, 50_000)
    rounds = min(bench.rounds, 3)
    rows = []
    for name, families, what in (("first-scrape", 1000, "1,000 families"), ("first-scrape-families", series, "each a family of its own")):
        found = [scrape_first(bench, series, families=families, datagram_bytes=1432) for _ in range(rounds)]
        first_byte, more = median(each.first_byte for each in found), median(each.more for each in found)
        details = ["| first byte, ms | whole page, s | CPU, ns/series | memory before, MiB | highest | after |", "|---|---|---|---|---|---|"]
        details += [f"| {each.first_byte * 1000:,.1f} | {each.seconds:.3f} | {each.cpu / series * 1e9:,.0f} | {each.before / 2**20:,.1f} "
                    f"| {each.highest / 2**20:,.1f} | {each.after / 2**20:,.1f} |" for each in found]
        rows.append(Row(name, f"first scrape after {series:,} new counter series, {what}", "first byte within 50 ms, at most 5 % more memory",
                        f"first byte within {first_byte * 1000:.1f} ms, {more:.1%} more memory", verdict(first_byte <= FIRST_BYTE_SECONDS_MAX, more <= MORE_MEMORY_MAX),
                        details, run=f"{rounds} daemons"))
    return rows


ROWS = {"scrape": scrape, "first-scrape": first_scrape, "scrape-formats": scrape_formats, "ingest-during-scrape": ingestion, "burst": burst}
