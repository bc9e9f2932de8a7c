# SPDX-License-Identifier: Apache-2.0
"""/metrics byte for byte, without the daemons' own metrics: each type, label sets, escapes, numbers, filters, gzip."""

import gzip
import random
import typing
import urllib.parse

import compare
import exposition
import pair

MAPPING = """mappings:
- {match: help.plain, name: help_plain, help: "Plain help."}
- {match: help.escapes, name: help_escapes, help: "back \\\\ slash, \\"quotes\\", \\nlines and\\ttabs"}
- {match: help.unicode, name: help_unicode, help: "größer als 日本"}
- {match: help.empty, name: help_empty, help: ""}
- {match: help.blank, name: help_blank, help: "  blanks  "}
- match: labelled.*.*
  name: labelled
  labels: {zone: $1, empty: "", back: "a\\\\b", quote: "\\"q\\"", lines: "one\\ntwo", part: $2}
- match: shaped.*
  name: shaped_$1
  observer_type: histogram
  histogram_options: {buckets: [0.00001, 0.0001, 0.001, 0.5, 1, 2.5, 1000, 100000, 1000000, 1e+21]}
- {match: standard.*, name: standard_$1, observer_type: histogram}
- match: ranked.*
  name: ranked_$1
  summary_options: {quantiles: [{quantile: 0, error: 0}, {quantile: 0.001, error: 0.0001}, {quantile: 0.5, error: 0.05}, {quantile: 1, error: 0}]}
"""
NUMBERS = (
    "0", "-0", "1", "-1", "0.1", "0.3", "0.30000000000000004", "1.5", "100000", "999999", "999999.5", "1000000", "1234567", "12345678.9",
    "123456789012345678", "0.0001", "0.00012345", "0.00001", "1e-7", "1e20", "1e21", "1e22", "1e100", "1.7976931348623157e308",
    "2.2250738585072014e-308", "5e-324", "4.35", "2.5e-5", "9007199254740993", "0x1p-3", "inf", "-inf", "nan", "1_000", ".5", "5.",
)
LABEL_VALUES = ("plain", "a b", "quo\"te", "back\\slash", "\\n", "größe", "日本", "😀", "{}", "x=y", "'", "\t", "\x7f", "#", "tail\\")
# Families whose series have different label names, of each type.
MIXED_FAMILIES = (("mixed.counter", "c"), ("mixed.gauge", "g"), ("standard.mixed", "h"), ("ranked.mixed", "ms"), ("shaped.mixed", "d"))
MIXED_KEYS = ("a", "b", "c", "aa", "Z", "_", "z9", "le2")
MIXED_VALUES = ("0", "1", "10", "2", "a", "B", "=\"", "\\", "\\\\", "\"", "\"\"", "!", "~", "é", "日", "a b", "a=\"b", "9e9", "-1")
MIXED = 60
# As many as the reference sorts without mixing those that are alike.
TIED_KEYS = ("h", "b", "e", "a", "g", "c", "f", "d")
TIE_SCRAPES_MAX = 50
OBSERVED = (0, 0.00001, 0.25, 0.5, 1, 1.5, 2.5, 3, 999.75, 123456.789, 1000000, 5e21)
MANY = 1500
DATAGRAM_BYTES_MAX = 1400


def mixed_labels():
    """Label sets of which no two have the same values: those come in no certain order in the reference."""
    draw, seen = random.Random(21), set()
    while len(seen) < MIXED:
        keys = sorted(draw.sample(MIXED_KEYS, draw.randrange(4)))
        values = tuple(draw.choice(MIXED_VALUES) for _ in keys)
        if values not in seen:
            seen.add(values)
            yield list(zip(keys, values))


def tagged(name, number, kind, labels):
    return f"{name}:{number}|{kind}" + ("|#" + ",".join(f"{key}:{value}" for key, value in labels) if labels else "")


def lines():
    """Everything the format can show. Whatever value comes first in a series stays, so that order does not matter over UDP."""
    made = [f"help.{kind}:1|c" for kind in ("plain", "escapes", "unicode", "empty", "blank")]
    for place, number in enumerate(NUMBERS):
        # A sign would make it relative, which comes to the same for a new gauge.
        made += [f"gauge.n{place}:{number}|g"] + ([] if number.startswith("-") else [f"counter.n{place}:{number}|c"])
        if number != "nan":
            made += [f"summary.n{place}:{number}|h", f"standard.n{place}:{number}|d"]
    made += [f"values:1|c|#v:{value}" for value in LABEL_VALUES]
    made += [f"labelled.{zone}.{part}:{number}|{kind}" for number, (zone, part, kind) in enumerate(
        (("b", "2", "c"), ("a", "10", "c"), ("a", "9", "c"), ("", "", "c"), ("B", "x", "c"), ("a-b", "x", "c")))]
    made += ["sets:1|g", "sets:2|g|#a:1", "sets:3|g|#b:2", "sets:4|g|#a:1,b:1", "sets:5|g|#z:0,y:0,x:9", "sets:6|g|#a:0,b:1", "sets:7|g|#b:10"]
    made += [tagged(name, number, kind, labels) for number, labels in enumerate(mixed_labels()) for name, kind in MIXED_FAMILIES]
    made += [f"{family}.set:{value}|h|#k:{key}" for family in ("shaped", "standard", "ranked", "plain") for key in "ab" for value in OBSERVED]
    made += [f"{family}.alone:{value}|ms" for family in ("shaped", "ranked", "plain") for value in OBSERVED]
    made += [f"many:{number}|g|#id:{number * 7919 % MANY},shard:{number % 7}" for number in range(MANY)]
    return [line.encode() for line in made]


def datagrams(all_lines):
    packed = [b""]
    for line in all_lines:
        if len(packed[-1]) + len(line) + 1 > DATAGRAM_BYTES_MAX:
            packed.append(b"")
        packed[-1] += line + b"\n"
    return packed


class Request(typing.NamedTuple):
    name: str
    # Family names, as in the query, or the query itself.
    query: str = ""
    headers: dict = {}


def named(*names):
    return "?" + "&".join("name%5B%5D=" + urllib.parse.quote(name) for name in names)


def tie_lines():
    """Equal values under different names."""
    made = [tagged(name, 1, kind, [(key, "1")]) for key in TIED_KEYS for name, kind in MIXED_FAMILIES]
    made += [tagged(name, 2, kind, [("k", "1"), (key, "0")]) for key in ("z", "l", "y") for name, kind in MIXED_FAMILIES]
    return [line.encode() for line in made]


FAMILIES = ("many", "help_escapes", "shaped_set", "ranked_alone", "labelled")
GZIP = {"Accept-Encoding": "gzip"}
REQUESTS = (
    Request("all"),
    Request("all in gzip", headers=GZIP),
    Request("gzip among others", headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8, *;q=0.1"}),
    Request("gzip refused", headers={"Accept-Encoding": "gzip;q=0"}),
    Request("one family", named("help_escapes")),
    Request("one family in gzip", named("help_escapes"), GZIP),
    Request("several families", named(*FAMILIES)),
    Request("several families in gzip", named(*FAMILIES), GZIP),
    Request("brackets as they are", "?name[]=values&name[]=sets"),
    Request("twice the same", named("sets", "sets")),
    Request("a sample, no family", named("shaped_set_count")),
    Request("no such family", named("nothing")),
    Request("empty name", "?name[]="),
    Request("other keys", "?names[]=sets&collect[]=sets"),
    Request("other case", named("Sets")),
    Request("text asked for", named("sets"), {"Accept": "text/plain;version=0.0.4"}),
    Request("OpenMetrics asked for", named("sets"), {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"}),
)
HEADERS = ("Content-Type", "Content-Encoding", "Transfer-Encoding")


def answer(program, request):
    """(status, headers that matter, what senders caused on the page)"""
    status, headers, body = program.request("GET", "/metrics" + request.query, request.headers)
    kept = {name: headers.get(name) for name in HEADERS}
    # A page of weir's own metrics may be a little longer or shorter than the reference's, and so chunked or not.
    kept["Content-Length"] = "right" if headers.get("Content-Length", str(len(body))) == str(len(body)) else "wrong"
    text = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body
    return status, kept, exposition.user_text(exposition.parse(text.decode()))


def first_difference(texts):
    """The first line in which they differ, of each."""
    pairs = list(zip(*(text.split("\n") for text in texts)))
    return next((pair for pair in pairs if pair[0] != pair[1]), (f"{len(texts[0])} bytes", f"{len(texts[1])} bytes"))


def run_over(context, over):
    with pair.Pair(context.binaries, mapping=MAPPING) as both:
        all_lines = lines()
        for payload in datagrams(all_lines) if over == "udp" else [b"\n".join(all_lines)]:
            both.send(payload, over)
        with context.report.case(f"page_bytes: {over}: values") as case:
            case.compare_pair(both)
            case.expect(len(both.weir.page()["many"].samples) == MANY, "not all series are there")
        for request in REQUESTS:
            with context.report.case(f"page_bytes: {over}: {request.name}") as case:
                statuses, headers, texts = zip(*both.each(lambda program, asked=request: answer(program, asked)))
                case.equal("status", *statuses)
                case.equal("headers", *headers)
                if texts[0] != texts[1]:
                    case.differences([compare.Difference("", "bytes", "value", *first_difference(texts))])
                context.report.count(texts[1].count("\n"))


def run_ties(context):
    """Which label names were seen first decides in weir, and in nearly every scrape of the reference, which does not promise it."""
    with context.report.case("page_bytes: equal values under different names") as case, pair.Pair(context.binaries, mapping=MAPPING) as both:
        for line in tie_lines():
            both.send(line + b"\n")
            both.settle()
        case.compare_pair(both)
        everything = Request("all")
        weir = answer(both.weir, everything)[2]
        seen = []
        while len(seen) < TIE_SCRAPES_MAX and weir not in seen:
            seen.append(answer(both.reference, everything)[2])
        case.expect(weir in seen, f"the reference shows it never: {first_difference((seen[0], weir))}")
        case.expect(weir == answer(both.weir, everything)[2], "weir changes its order")


def run_own_metrics(context):
    """The families that are there from the start, `go_*` included, which other cases ignore."""
    with context.report.case("page_bytes: own metrics") as case, pair.Pair(context.binaries) as both:
        case.compare_pair(both)
        reference, weir = (page.keys() for page in both.pages())
        case.differences([compare.Difference(name, "", "missing", "present", "absent") for name in sorted(reference - weir)], len(reference))


def run(context):
    for over in ("tcp", "udp"):
        run_over(context, over)
    run_ties(context)
    run_own_metrics(context)
