#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has real Prometheus servers scrape weir in every form that they ask for, and holds what they have of it against what was sent. Reports in TAP.

    run_scrapers.py --weir build/src/app/weir [--prometheus PATH] [--prometheus3 PATH] [--matrix FILE] [--only WORD]...

--prometheus is 2.42, as Debian has it, and --prometheus3 one of 3, by default the one that tests/support/prometheus_3.py installs with Go.
Each cell of the matrix is a test: a server under certain flags, the settings of a job, and weir under certain flags. Real StatsD lines
come over UDP; the answer must come in the format that the server prefers among those that weir has, compressed if asked for; every series
must be there with its value, and no other; and the same queries must give the same values, whatever the format. The matrix is written to
--matrix, or as comments. --only: cells whose names have all of these words.
"""

import argparse
import contextlib
import math
import pathlib
import re
import shutil
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import prometheus  # noqa: E402
import prometheus_3  # noqa: E402
import reporting  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import table  # noqa: E402
import traffic  # noqa: E402
import wire  # noqa: E402

DEBIAN = "/usr/bin/prometheus"
# Of Prometheus itself, of each target.
SCRAPE_SERIES = ("up", "scrape_")
# The daemon's own.
OWN_PREFIXES = ("statsd_", "weir_", "process_", "promhttp_", "go_")
CREATED = "_created"
# To a tenth of a second, and clocks of the test and of the daemon are one.
CREATED_SECONDS = 0.2


class Held:
    """What a server has of a job: (name, labels) -> value. Own series are left out, and times of creation are kept apart."""

    def __init__(self, results):
        self.series, self.created = {}, {}
        for result in results:
            labels = {key: value for key, value in result["metric"].items() if key not in ("job", "instance")}
            name = labels.pop("__name__")
            if name.startswith(OWN_PREFIXES + SCRAPE_SERIES):
                continue
            key = name, tuple(sorted((key, number(key, text)) for key, text in labels.items()))
            target = self.created if name.endswith(CREATED) else self.series
            target[key] = value_of(result)


def number(key, text):
    """Servers of version 2 keep `1` and `1.0` apart."""
    return float(text) if key in ("le", "quantile") else text


def value_of(result):
    if "histogram" not in result:
        return float(result["value"][1])
    histogram = result["histogram"][1]
    buckets = [(float(low), float(high), float(count)) for _, low, high, count in histogram.get("buckets", ())]
    return traffic.Native(float(histogram["count"]), float(histogram["sum"]), buckets)


def is_like(one, two):
    if isinstance(one, traffic.Native) or isinstance(two, traffic.Native):
        return type(one) is type(two) and one.is_like(two)
    return one == two or math.isnan(one) and math.isnan(two)


class Cell:
    """One server's job against one daemon."""

    def __init__(self, server, request, daemon):
        self.server, self.request, self.daemon = server, request, daemon
        self.name = f"{server.name} / {request.name} / {daemon.name}"
        self.format = table.answer_to(request, server, daemon)
        self.wants_native = self.format == table.PROTOBUF and (request.wants_native or server.wants_native)
        self.verdict = "-"

    def faults(self, held_by, line, error, sent):
        """What is wrong, each a text."""
        if error:
            return [f"the scrape failed: {error}"]
        faults = self.negotiation_faults(line)
        scheme = line.answered.get("content-type", "").partition("; escaping=")[2] if self.daemon.has_utf8 else "underscores"
        found = Held(held_by.query('{job="%s"}' % self.name))
        faults += reporting.differences(traffic.series(scheme, self.wants_native, self.request.wants_classic), found.series, is_like)
        faults += self.query_faults(held_by, scheme)
        return faults + self.created_faults(held_by, scheme, found.created, sent)

    def negotiation_faults(self, line):
        kind, _, scheme = line.answered.get("content-type", "").partition("; escaping=")
        faults = [] if kind == table.CONTENT_TYPES[self.format] else [f"answered {kind!r} to {line.asked.get('accept')!r}"]
        wanted = self.request.escaping
        if self.daemon.has_utf8 and wanted and scheme != wanted:
            faults.append(f"answered escaping {scheme!r}, not {wanted!r}")
        encoding = line.answered.get("content-encoding", "identity")
        if encoding != ("gzip" if self.request.is_zipped else "identity"):
            faults.append(f"answered in {encoding!r} to {line.asked.get('accept-encoding')!r}")
        return faults

    def query_faults(self, held_by, scheme):
        faults = []
        for expression, expected in self.queries(scheme):
            results = held_by.query(expression)
            values = [value_of(result) for result in results]
            if len(values) != 1 or not math.isclose(values[0], expected, rel_tol=1e-9):
                faults.append(f"{expression} is {values}, not {expected}")
        return faults

    def queries(self, scheme):
        """(PromQL, value)"""
        def selector(name):
            return '{__name__="%s",job="%s"}' % (name, self.name)
        orders, summed = traffic.escaping.escaped("shop.orders_total", scheme), traffic.SUMMARY
        native = traffic.HISTOGRAMS[1].name
        yield f"sum({selector(orders)})", 7
        yield f"max({selector('readers')})", 20
        yield f"sum({selector(summed + '_sum')}) / sum({selector(summed + '_count')})", sum(traffic.TENTHS) / len(traffic.TENTHS)
        yield f"histogram_quantile(0.7, sum by (le) ({selector(traffic.HISTOGRAMS[0].name + '_bucket')}))", 3
        if self.wants_native:
            yield f"histogram_count({selector(native)})", len(traffic.OBSERVED)
            yield f"histogram_sum({selector(native)})", sum(traffic.OBSERVED)
            yield f"histogram_quantile(0.7, {selector(native)})", 2
            yield f"histogram_fraction(2, +Inf, {selector(native)})", 0.3
        else:
            yield f"histogram_quantile(0.7, sum by (le) ({selector(native + '_bucket')}))", 2.5

    def created_faults(self, held_by, scheme, created, sent):
        """Times of creation are samples in OpenMetrics where weir was asked to write them, and become zeros in a server that takes them as such."""
        is_written = self.daemon.has_created and self.format in (table.OPENMETRICS_1, table.OPENMETRICS_0)
        keeps = is_written and not self.server.injects_zeros
        faults = [] if bool(created) == keeps else [f"{len(created)} times of creation: {list(created)[:reporting.SHOWN_MAX]}"]
        faults += [f"{key} is {value}, not between {sent.began} and {sent.ended}" for key, value in created.items() if not is_between(value, sent)]
        orders = traffic.escaping.escaped("shop.orders_total", scheme)
        first = [result["values"][0] for result in held_by.query('{__name__="%s",job="%s"}[1h]' % (orders, self.name))]
        zeros = [at for at, value in first if float(value) == 0 and is_between(at, sent)]
        injects = self.server.injects_zeros and (is_written or self.format == table.PROTOBUF)
        return faults if len(zeros) == (len(first) if injects else 0) else [*faults, f"the first samples are {first}, sent at {sent}"]


def is_between(at, sent):
    return sent.began - CREATED_SECONDS <= at <= sent.ended + CREATED_SECONDS


def run_server(server, binary, cells, daemons, report):
    """`daemons`: name -> (running daemon, when it was sent its lines)."""
    with wire.Wires() as wires:
        lines = {cell.name: wires.to(daemons[cell.daemon.name][0].http_port) for cell in cells}
        jobs = {cell.name: (lines[cell.name].port, cell.request.settings) for cell in cells}
        with prometheus.Prometheus(binary, server.flags, jobs) as held_by:
            errors = held_by.wait_for_scrapes()
            for cell in cells:
                faults = cell.faults(held_by, lines[cell.name], errors[cell.name], daemons[cell.daemon.name][1])
                cell.verdict = "FAILED" if faults else cell.format
                report.tell(cell.name, faults)


@contextlib.contextmanager
def running(weir, daemons):
    """Name -> (running daemon, when it was sent its lines)."""
    with contextlib.ExitStack() as stack:
        mapping = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="weir-scrapers-")), "mapping.yml")
        mapping.write_text(traffic.MAPPING, encoding="utf-8")
        started = {}
        for daemon in daemons:
            flags = [f"--statsd.mapping-config={mapping}", *daemon.flags]
            process = stack.enter_context(running_daemon.RunningDaemon(weir, flags))
            started[daemon.name] = process, traffic.send(process, statsd_client.send_udp)
        yield started


def cells_of(server, words):
    cells = [Cell(server, request, daemon) for request in table.requests_of(server) for daemon in table.DAEMONS]
    return [cell for cell in cells if all(word in cell.name for word in words)]


def matrix(cells, versions):
    """Scrapers down, weir's flags across; a cell says in which format they agreed."""
    columns = [f"weir {' '.join(daemon.flags) or 'without flags'}" for daemon in table.DAEMONS]
    lines = ["| Prometheus | job | " + " | ".join(columns) + " |", "|" + "---|" * (2 + len(columns))]
    rows = {}
    for cell in cells:
        rows.setdefault((cell.server, cell.request.name), {})[cell.daemon] = cell.verdict
    for (server, request), verdicts in rows.items():
        name = " ".join([versions[server.is_3], *server.flags])
        lines.append(f"| {name} | {request} | " + " | ".join(verdicts.get(daemon, "-") for daemon in table.DAEMONS) + " |")
    return lines


def version_of(binary):
    """As it says it itself. What Go builds from a module of 3.16.0 says nothing, and its module is of v0.316.0."""
    module = re.fullmatch(r"v0\.3(\d\d)\.(\d+)", prometheus_3.module_version(binary))
    return f"3.{int(module[1])}.{module[2]}" if module else prometheus.version_of(binary)


def arguments():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", type=pathlib.Path, required=True)
    parser.add_argument("--prometheus", default=shutil.which(DEBIAN) or shutil.which("prometheus"))
    parser.add_argument("--prometheus3", default=prometheus_3.installed())
    parser.add_argument("--matrix", type=pathlib.Path)
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD")
    return parser.parse_args()


def main():
    options = arguments()
    binaries = {False: options.prometheus, True: options.prometheus3}
    versions = {is_3: version_of(binary) if binary else "" for is_3, binary in binaries.items()}
    report, all_cells = reporting.Report(), []
    with running(options.weir, table.DAEMONS) as daemons:
        for server in table.SERVERS:
            if not (cells := cells_of(server, options.only)):
                continue
            if not binaries[server.is_3]:
                report.tell(f"Prometheus {server.name}", [], f" # SKIP SKIPPED, NOT TESTED: not installed{': ' + prometheus_3.COMMAND if server.is_3 else ''}")
                continue
            all_cells += cells
            try:
                run_server(server, binaries[server.is_3], cells, daemons, report)
            except Exception:
                report.tell(f"{server.name} runs", [traceback.format_exc()])
    if report.count == 0:
        sys.exit(f"no cell has {' and '.join(options.only)} in its name")
    print(f"1..{report.count}")
    lines = matrix(all_cells, versions)
    if options.matrix:
        options.matrix.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        print("\n".join("# " + line for line in lines))
    return 1 if report.has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
