# SPDX-License-Identifier: Apache-2.0
"""Lines after which the reference is dead or its page gone: weir takes the lines around them as if nothing had been."""

import collections
import typing

import exposition
import pair

BEFORE = b"before:1|c\n"
AFTER = b"after:2|g\n"
HELP_PAIR = """mappings:
- {match: one.*, name: shared, help: "of one", labels: {first: "$1"}}
- {match: two.*, name: shared, help: "of two", labels: {second: "$1"}}
"""
RULE = "mappings:\n- {match: x.*, name: x, %s}\n"


class Fatal(typing.NamedTuple):
    name: str
    lines: bytes
    # Series of weir's errors, with how many they must be.
    counted: dict
    mapping: str | None = None


def errors(reason, count=1):
    return {f'statsd_exporter_events_error_total{{reason="{reason}"}}': count}


def conflicts(name, kind):
    return {f'statsd_exporter_events_conflict_total{{metric_name="{name}",type="{kind}"}}': 1}


TAG_ERROR = {"statsd_exporter_tag_errors_total": 1}
HISTOGRAMS = "defaults:\n  observer_type: histogram\n"
CASES = (
    Fatal("bracket", b"a]b[c:1|c", TAG_ERROR),
    Fatal("quantile tag", b"a:1|ms|#quantile:1", errors("reserved_label")),
    Fatal("quantile tag in a name", b"a[quantile=0.5]:1|d", errors("reserved_label")),
    Fatal("le tag", b"a,le=1:1|h", errors("reserved_label"), HISTOGRAMS),
    Fatal("two underscores", b"a:1|g|#__x:1", errors("reserved_label")),
    Fatal("two underscores by escaping", b"a#..x=1:1|c", errors("reserved_label")),
    Fatal("two underscores with le", b"a:1|h|#le:1,__x:1", errors("reserved_label")),
    Fatal("no name", b"#a=b:1|c", errors("empty_metric_name")),
    Fatal("own name", b"statsd_exporter_lines_total:1|c", conflicts("statsd_exporter_lines_total", "counter")),
    Fatal("own name, labelled", b"statsd_exporter_events_total:1|ms|#a:b", conflicts("statsd_exporter_events_total", "observer")),
    Fatal("summary and count", b"a:1|ms\na_count:1|ms", conflicts("a_count", "observer")),
    Fatal("sum and summary", b"a_sum:1|ms\na:1|ms", conflicts("a", "observer")),
    Fatal("histogram and bucket", b"a:1|h\na_bucket:1|h", conflicts("a_bucket", "observer"), HISTOGRAMS),
    Fatal("quantile label of any sample", b"x.a:1|ms", errors("reserved_label"), RULE % "labels: {quantile: y}"),
    Fatal("two helps", b"one.a:1|c\ntwo.b:1|c", {}, HELP_PAIR),
)
# Files that the reference loads and dies of. weir refuses them and goes on with what it had.
BAD_MAPPINGS = {
    "decreasing buckets": "observer_type: histogram, histogram_options: {buckets: [2, 1]}",
    "negative age": "observer_type: summary, summary_options: {max_age: -1s}",
    "le label": "observer_type: histogram, labels: {le: y}",
    "quantile label": "observer_type: summary, labels: {quantile: y}",
}


def expect_intact(case, page, counted):
    values = exposition.self_values(page)
    for series, count in counted.items():
        case.expect(values.get(series, 0) == count, f"weir: {series} is {values.get(series, 0):g}, not {count}")
    case.expect("before" in page and page["before"].samples["before", ()] == "1", "weir lost the line before")
    case.expect("after" in page and page["after"].samples["after", ()] == "2", "weir lost the line after")


def run_fatal(context, fatal):
    with context.report.case(f"fatal_lines: {fatal.name}") as case, pair.Pair(context.binaries, mapping=fatal.mapping) as both:
        for payload in (BEFORE, fatal.lines + b"\n", AFTER):
            both.send(payload)
            both.settle()
        case.compare_pair(both)
        expect_intact(case, both.weir.page(), fatal.counted)


def run_bad_mapping(context, name):
    with context.report.case(f"fatal_lines: {name}") as case, \
            pair.Pair(context.binaries, ["--web.enable-lifecycle"], RULE % "help: good") as both:
        both.write_mapping(RULE % BAD_MAPPINGS[name])
        for method in both.each(lambda program: program.request):
            method("POST", "/-/reload")
        outcome = ["failure" if "failure" in str(exposition.self_values(program.page())) else "success" for program in both.programs]
        case.equal("reload", *outcome)
        for payload in (BEFORE, b"x.y:1|ms\n", AFTER):
            both.send(payload)
            both.settle()
        case.compare_pair(both)
        expect_intact(case, both.weir.page(), {})
        case.equal("the rule's help", "good", both.weir.page()["x"].help)


def run(context):
    names = collections.Counter(fatal.name for fatal in CASES)
    assert max(names.values()) == 1
    context.for_each(lambda fatal: run_fatal(context, fatal), CASES)
    context.for_each(lambda name: run_bad_mapping(context, name), BAD_MAPPINGS)
