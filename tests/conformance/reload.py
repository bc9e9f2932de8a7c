# SPDX-License-Identifier: Apache-2.0
"""Reloads by SIGHUP and over HTTP (behaviour reload.*): what they answer, count and log, and what becomes of series that are alive."""

import signal

import exposition
import pair
import program_log
import running_daemon

RULE = "mappings:\n- match: a.*\n  name: %s\n"
NO_RULES = "mappings: []\n"
BROKEN = "mappings:\n- match: a.*\n  nam: x\n"
LIFECYCLE = ("--web.enable-lifecycle",)
RELOADS = "statsd_exporter_config_reloads_total"
RELOAD_SECONDS_MAX = 20
# Message of a failed load, whose error is in own words.
FAILED = "Error reloading config"
OWN_WORDS = "error"

DEFINITIONS = """
defaults:
  observer_type: {type}
  ttl: {ttl}
  histogram_options:
    buckets: {default_buckets}
  summary_options:
    quantiles: [{{quantile: {default_quantile}, error: 0.01}}]
mappings:
- match: own.*
  name: own_$1
  help: {help}
  observer_type: histogram
  histogram_options:
    buckets: {buckets}
- match: plain.*
  name: plain_$1
- match: scaled.*
  name: scaled_$1
  scale: {scale}
- match: named.*
  name: {name}_$1
  labels: {{label: "{label}"}}
- match: acted.*
  name: acted_$1
  action: {action}
"""
BEFORE = dict(type="summary", ttl="0", default_buckets="[1, 2]", default_quantile="0.5", help="Before.", buckets="[1, 2]", scale="1",
              name="before", label="before", action="map")
CHANGES = {
    "nothing": {},
    "the help of a rule": {"help": "After."},
    "the buckets of a rule": {"buckets": "[4]"},
    "the default observer type": {"type": "histogram"},
    "the default buckets": {"default_buckets": "[4]"},
    "the default quantiles": {"default_quantile": "0.9"},
    "a scale": {"scale": "10"},
    "a name": {"name": "after"},
    "a label": {"label": "after"},
    "an action": {"action": "drop"},
    "the default TTL, from none": {"ttl": "1s"},
}
LINES = b"own.x:3|h\nplain.x:3|h\nscaled.x:3|g\nnamed.x:3|c\nacted.x:3|c\nfree.x:3|h\nfree.c:1|c\n"


def definitions(**changes):
    return DEFINITIONS.format(**{**BEFORE, **changes})


def reloads(program, outcome):
    return exposition.self_values(program.page()).get(f'{RELOADS}{{outcome="{outcome}"}}', 0)


def wait_for_both(both, condition, what):
    running_daemon.wait_until(lambda: all(both.each(condition)), RELOAD_SECONDS_MAX, what)


def reload_by_signal(both, text, outcome="success"):
    before = both.each(lambda program: reloads(program, outcome))
    both.write_mapping(text)
    both.each(lambda program: program.signal(signal.SIGHUP))

    def is_done():
        return all(now > then for now, then in zip(both.each(lambda program: reloads(program, outcome)), before))
    running_daemon.wait_until(is_done, RELOAD_SECONDS_MAX, f"a reload's {outcome}")


def reload_by_request(case, both, text, method="POST"):
    both.write_mapping(text)
    case.equal(f"answer to {method}", *both.each(lambda program: program.request(method, "/-/reload")[::2]))


def messages(program):
    """What it logged after its start, about reloads."""
    records = [record for record in program_log.read_records(program.log()) if "reload" in record.message]
    return [record._replace(attributes={**record.attributes, OWN_WORDS: "*"}) if record.message == FAILED else record for record in records]


def compare_messages(case, both):
    program_log.compare(case, *both.each(messages))


def by_signal(context):
    with context.report.case("reload: by SIGHUP") as case, pair.Pair(context.binaries, mapping=RULE % "one") as both:
        two_rules = RULE % "three" + "- match: b.*\n  name: four\n"
        for text, outcome in (
            (RULE % "two", "success"), (BROKEN, "failure"), (BROKEN, "failure"), (two_rules, "success"), (NO_RULES, "success"),
        ):
            both.send(b"a.x:1|c\nb.x:1|c\nc.x:1|c\n")
            case.compare_pair(both)
            reload_by_signal(both, text, outcome)
            case.compare_pair(both)
        both.send(b"a.x:1|c\nb.x:1|c\n")
        case.compare_pair(both)
        compare_messages(case, both)


def without_file(context):
    """The file is gone, and comes back."""
    with context.report.case("reload: a file that is missing for a while") as case, \
            pair.Pair(context.binaries, mapping=RULE % "one") as both:
        both.mapping_path.unlink()
        before = both.each(lambda program: reloads(program, "failure"))
        both.each(lambda program: program.signal(signal.SIGHUP))
        wait_for_both(both, lambda program: reloads(program, "failure"), "a failed reload")
        case.expect(before == (0, 0), "counted before")
        both.send(b"a.x:1|c\n")
        case.compare_pair(both)
        reload_by_signal(both, RULE % "two")
        both.send(b"a.x:1|c\n")
        case.compare_pair(both)
        compare_messages(case, both)


def emptied(context):
    """A file that is about to be written."""
    with context.report.case("reload: a file that has become empty") as case, pair.Pair(context.binaries, mapping=RULE % "one") as both:
        both.write_mapping("")
        before = both.each(lambda program: sum(reloads(program, outcome) for outcome in ("success", "failure")))
        both.each(lambda program: program.signal(signal.SIGHUP))
        wait_for_both(both, lambda program: reloads(program, "success") + reloads(program, "failure"), "a reload")
        case.expect(before == (0, 0), "counted before")
        both.send(b"a.x:1|c\n")
        case.compare_pair(both)
        compare_messages(case, both)
        reload_by_signal(both, RULE % "two")
        both.send(b"a.x:1|c\n")
        case.compare_pair(both)


def empty_from_the_start(context):
    with context.report.case("reload: a file that was empty from the start") as case, pair.Pair(context.binaries, mapping="") as both:
        reload_by_signal(both, "\n")
        both.send(b"a.x:1|c\n")
        case.compare_pair(both)
        compare_messages(case, both)


def by_request(context, log_format):
    flags = [*LIFECYCLE, f"--log.format={log_format}"]
    requests = (
        ("POST", RULE % "two"), ("PUT", BROKEN), ("PUT", RULE % "three"), ("GET", RULE % "four"), ("HEAD", RULE % "four"), ("DELETE", BROKEN),
        ("PATCH", BROKEN), ("POST", BROKEN), ("POST", RULE % "five"),
    )
    with context.report.case(f"reload: over HTTP, log as {log_format}") as case, \
            pair.Pair(context.binaries, flags, mapping=RULE % "one") as both:
        for method, text in requests:
            reload_by_request(case, both, text, method)
            both.send(b"a.x:1|c\n")
            case.compare_pair(both)
        reload_by_signal(both, RULE % "six")
        compare_messages(case, both)


def nothing_to_reload(context):
    with context.report.case("reload: without a mapping file") as case, pair.Pair(context.binaries, LIFECYCLE) as both:
        for method in ("POST", "PUT", "GET"):
            case.equal(f"answer to {method}", *both.each(lambda program: program.request(method, "/-/reload")[::2]))
        both.each(lambda program: program.signal(signal.SIGHUP))
        wait_for_both(both, lambda program: "signal=hangup" in program.log(), "the warning")
        both.send(b"a.x:1|c\n")
        case.compare_pair(both)
        compare_messages(case, both)


def not_enabled(context):
    with context.report.case("reload: over HTTP, not enabled") as case, pair.Pair(context.binaries, mapping=RULE % "one") as both:
        reload_by_request(case, both, RULE % "two")
        both.send(b"a.x:1|c\n")
        case.compare_pair(both)
        compare_messages(case, both)


def change(context, name):
    """Events before, a reload that changes one thing, the same events again."""
    with context.report.case(f"reload: changes {name}") as case, pair.Pair(context.binaries, mapping=definitions()) as both:
        both.send(LINES)
        case.compare_pair(both)
        reload_by_signal(both, definitions(**CHANGES[name]))
        case.compare_pair(both)
        both.send(LINES)
        case.compare_pair(both)


def shorter_ttl(context):
    """A live series takes its TTL from the rule of today."""
    with context.report.case("reload: a live series gets a TTL") as case, pair.Pair(context.binaries, mapping=definitions()) as both:
        both.send(LINES)
        both.settle()
        reload_by_signal(both, definitions(ttl="1s"))
        both.send(LINES)
        both.send(b"marker:1|c\n")
        both.settle()
        running_daemon.wait_until(lambda: all("marker" not in page for page in both.pages()), RELOAD_SECONDS_MAX, "the end of a new series")
        running_daemon.wait_until(lambda: "free_c" not in both.weir.page(), RELOAD_SECONDS_MAX, "the end of an old series in weir")
        case.compare(*both.pages())


def cache(context, kind):
    """Answers of before must not survive: names that were unmapped, mapped, dropped."""
    flags = [f"--statsd.cache-type={kind}"]
    with context.report.case(f"reload: resets the cache, {kind}") as case, pair.Pair(context.binaries, flags, mapping=RULE % "one") as both:
        both.send(b"a.x:1|c\n" * 3 + b"b.x:1|c\n" * 3)
        case.compare_pair(both)
        reload_by_signal(both, "mappings:\n- match: b.*\n  name: two\n- match: a.*\n  action: drop\n  name: never\n")
        both.send(b"a.x:1|c\n" * 3 + b"b.x:1|c\n" * 3)
        case.compare_pair(both)
        reload_by_signal(both, NO_RULES)
        both.send(b"a.x:1|c\n" * 3 + b"b.x:1|c\n" * 3)
        case.compare_pair(both)


def run(context):
    cases = [by_signal, without_file, emptied, empty_from_the_start, nothing_to_reload, not_enabled, shorter_ttl]
    cases += [lambda own, form=form: by_request(own, form) for form in ("logfmt", "json")]
    cases += [lambda own, kind=kind: cache(own, kind) for kind in ("lru", "random")]
    cases += [lambda own, name=name: change(own, name) for name in CHANGES]
    context.for_each(lambda one: one(context), cases)
