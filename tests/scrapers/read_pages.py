#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has programs of others read every page of the scenarios, in every format, and holds what they find against what the scenario expects. In TAP.

    read_pages.py --weir build/src/app/weir [--keep FOLDER] [SCENARIO | TOPIC]...

The readers: both parsers of the Python client (from PyPI in the virtual environment that WEIR_SCRAPER_CLIENT names, else Debian's), promtool,
and protoc with metric_family.proto. Beside the scenarios come pages of random names, labels and values, drawn with a fixed seed. --keep
writes each page to a file. Of promtool only errors of syntax count: its opinions are about names, which are those of StatsD's senders.
"""

import argparse
import concurrent.futures
import dataclasses
import math
import pathlib
import random
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "scenarios")]

import exposition  # noqa: E402
import page_readers  # noqa: E402
import reporting  # noqa: E402
import running_daemon  # noqa: E402
import scenario  # noqa: E402
import statsd_client  # noqa: E402
import text_archive  # noqa: E402

SCENARIOS = HERE.parent / "scenarios"
AT_ONCE = 4
SEED = 20261129
RANDOM_PAGES = 6
RANDOM_LINES = 60
RANDOM_BYTES_MAX = 12
MAPPINGS = ("", "defaults:\n  observer_type: histogram\n")
TOTAL = "_total"
CREATED = "_created"


@dataclasses.dataclass(frozen=True)
class Format:
    name: str
    accept: str
    content_type: str


FORMATS = (
    Format("text", "text/plain;version=0.0.4", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"),
    Format("text 1.0.0", "text/plain;version=1.0.0;escaping=underscores", "text/plain; version=1.0.0; charset=utf-8; escaping=underscores"),
    Format("openmetrics", "application/openmetrics-text;version=1.0.0;escaping=underscores",
           "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"),
    Format("protobuf", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
           "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores"),
)
# What makes weir write all of them; the text of a scenario stays what it is.
OPENMETRICS = "--web.enable-openmetrics"
FLAGS = (OPENMETRICS, "--web.openmetrics-created-samples")


@dataclasses.dataclass(frozen=True)
class Reader:
    name: str
    format: str
    read: object
    # Of a counter, what becomes of its sample in the reader's hands.
    counter_sample: object = str
    # (family, sample name, labels) -> whether the format has no such sample.
    is_left_out: object = staticmethod(lambda *_: False)
    # The Python client refuses a page with a label that begins with `__`, as one of two characters beyond ASCII does where it is escaped by
    # underscores; Prometheus takes it.
    takes_reserved_labels: bool = True


def as_total(name):
    return name if name.endswith(TOTAL) else name + TOTAL


def python_text(pages):
    return page_readers.python_client("text", pages)


def is_left_out_of_openmetrics(family, name, labels):
    """behaviour page.openmetrics-left-out"""
    if family.type == "gauge":
        return False
    value = float(family.samples[name, labels])
    if family.type == "counter":
        return name.endswith(TOTAL) and math.isnan(value)
    if family.type == "summary":
        return name.endswith("_sum") and not value >= 0 or not name.endswith(("_sum", "_count")) and value < 0
    if family.type == "histogram" and name.endswith(("_sum", "_count")):
        bounds = [float(dict(others)["le"]) for sample, others in family.samples if sample.endswith("_bucket")]
        return min(bounds) < 0 or not float(family.samples[family.name + "_sum", labels]) >= 0
    return False


READERS = (
    # This parser makes OpenMetrics' names of all counters.
    Reader("the Python client's text parser", "text", python_text, as_total, takes_reserved_labels=False),
    Reader("the Python client's text parser, 1.0.0", "text 1.0.0", python_text, as_total, takes_reserved_labels=False),
    Reader("the Python client's OpenMetrics parser", "openmetrics", lambda pages: page_readers.python_client("openmetrics", pages),
           is_left_out=is_left_out_of_openmetrics, takes_reserved_labels=False),
    Reader("promtool", "text", page_readers.promtool),
    Reader("protoc", "protobuf", page_readers.protoc),
)


@dataclasses.dataclass
class Page:
    name: str
    # Family -> exposition.Family, what must be in it.
    expected: dict
    # Format name -> bytes.
    bodies: dict


class Pages:
    """Those that were taken. Scenarios are played by several threads."""

    def __init__(self):
        self.taken = []
        self._lock = threading.Lock()

    def take(self, name, daemon):
        """In every format, as it is while the text stays the same."""
        text = user_text(daemon)
        while True:
            bodies = {each.name: body_of(daemon, each) for each in FORMATS}
            if (after := user_text(daemon)) == text:
                break
            text = after
        with self._lock:
            number = sum(page.name.startswith(name + " ") for page in self.taken) + 1
            self.taken.append(Page(f"{name} {number}", exposition.parse(text), bodies))


def user_text(daemon):
    return exposition.user_text(daemon.scrape())


def body_of(daemon, asked):
    status, headers, body = daemon.exchange("GET", "/metrics", {"Accept": asked.accept})
    if status != 200 or headers.get("content-type") != asked.content_type:
        raise running_daemon.DaemonError(f"answered {status} {headers.get('content-type')!r} to {asked.accept!r}")
    return body


def play(item, weir, pages):
    """None, or what went wrong."""
    try:
        # Another page than text has its times of creation only if it says so.
        flags = (OPENMETRICS,) if item.headers else FLAGS
        item.play(weir, "udp", flags=flags, on_page=lambda daemon: pages.take(item.name, daemon))
    except Exception as fault:  # The others are to be read too.
        return f"{type(fault).__name__}: {fault}"
    return None


def random_text(chance):
    """Without what ends a tag, a name or a line."""
    characters = [chr(chance.choice((chance.randrange(32, 127), chance.randrange(1, 0x300), chance.randrange(0x20AC, 0xD7FF), 0x1F600)))
                  for _ in range(chance.randrange(1, RANDOM_BYTES_MAX))]
    return "".join(character for character in characters if character not in "|,:#\n") or "x"


def random_value(chance):
    return chance.choice((0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 2.0**53 + 2, 1e21, 999999.0, 1e6, 1e-5, chance.uniform(-1, 1),
                          chance.uniform(-1e9, 1e9)))


def random_line(chance, number):
    kind = chance.choice("gch")
    value = random_value(chance) if kind != "c" else abs(chance.choice((0.5, 3.0, 2.0**60, 1e300)))
    # A sign would make a gauge move.
    value = math.copysign(value, 1) if kind == "g" else value
    return f"random.{kind}{number % 7}:{value!r}|{kind}|#value:{random_text(chance)},number:{number}".encode()


def take_random(weir, pages, folder):
    chance = random.Random(SEED)
    mapping = pathlib.Path(folder, "mapping.yml")
    for number in range(RANDOM_PAGES):
        mapping.write_text(MAPPINGS[number % len(MAPPINGS)], encoding="utf-8")
        with running_daemon.RunningDaemon(weir, [*FLAGS, f"--statsd.mapping-config={mapping}"]) as daemon:
            lines = [random_line(chance, place) for place in range(RANDOM_LINES)]
            statsd_client.send_udp(daemon.udp_port, lines)
            daemon.wait_for_self_value("statsd_exporter_samples_total", len(lines))
            pages.take("random", daemon)


def is_own(name):
    return exposition.is_self_name(name) or exposition.is_self_name(name + TOTAL)


def expected_samples(page, reader):
    found = {}
    for family in page.expected.values():
        for (name, labels), value in family.samples.items():
            if reader.is_left_out(family, name, labels):
                continue
            name = reader.counter_sample(name) if family.type == "counter" else name
            value, _, time = value.partition(" ")
            found[name, page_readers.numbers(labels)] = float(value), int(time) if time else None
    return found


def is_like(one, two):
    """Values with their times."""
    return one[1] == two[1] and (one[0] == two[0] or math.isnan(one[0]) and math.isnan(two[0]))


def faults_of(page, reader, found):
    """What is wrong with a page in the eyes of a reader. It found families, or a fault as text, or can only say that there is none."""
    if found is None or isinstance(found, str):
        return [found] if found else []
    expected = expected_samples(page, reader)
    # Times of creation are in no text that a scenario expects.
    samples = {key: value for name, samples in found if not is_own(name) for key, value in samples.items()
               if not key[0].endswith(CREATED) or key in expected}
    return reporting.differences(expected, samples, is_like)


def has_reserved_label(page):
    return any(label.startswith("__") for family in page.expected.values() for _, labels in family.samples for label, _ in labels)


def read_all(reader, pages, report):
    pages = [page for page in pages if reader.takes_reserved_labels or not has_reserved_label(page)]
    bodies = {page.name: page.bodies[reader.format] for page in pages}
    try:
        found = reader.read(bodies)
    except page_readers.Missing as what:
        report.tell(reader.name, [], f" # SKIP SKIPPED, NOT TESTED: {what}")
        return
    for page in pages:
        report.tell(f"{reader.name}: {page.name}", faults_of(page, reader, found[page.name]))


def keep(folder, pages):
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages:
        for name, body in page.bodies.items():
            (folder / f"{page.name}.{name}").write_bytes(body)


def arguments():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--weir", type=pathlib.Path, required=True)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO | TOPIC")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        items = [item for item in scenario.all_below(SCENARIOS) if not item.is_load_error]
    except (text_archive.ArchiveError, scenario.ScenarioError) as fault:
        sys.exit(str(fault))
    if unknown := set(options.scenarios) - {name for item in items for name in (item.name, *item.topics)}:
        sys.exit(f"no such scenario: {', '.join(sorted(unknown))}")
    items = [item for item in items if not options.scenarios or {item.name, *item.topics} & set(options.scenarios)]
    pages, report = Pages(), reporting.Report()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for item, fault in zip(items, pool.map(lambda item: play(item, options.weir, pages), items)):
            if fault:
                report.tell(f"{item.name} plays", [fault])
    with tempfile.TemporaryDirectory(prefix="weir-pages-") as folder:
        take_random(options.weir, pages, folder)
    taken = sorted(pages.taken, key=lambda page: page.name)
    if options.keep:
        keep(options.keep, taken)
    for reader in READERS:
        read_all(reader, taken, report)
    print(f"1..{report.count}")
    return 1 if report.has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
