# SPDX-License-Identifier: Apache-2.0
"""The rules for what Micrometer's InfluxDB registry sends: names in snake case, and of a timer a count, a sum and a maximum of their own."""

ABOUT = """# SPDX-License-Identifier: Apache-2.0
# Spring Cloud Data Flow over Micrometer's InfluxDB registry (--influx.listen-http), for SCDF's Prometheus dashboards.
# Made by spring/generate.py of spring/meters.toml: change those. What comes of a meter before a rule sees it: docs/influx.md.
defaults:
  match_type: regex
  # Instances and task executions that are gone leave after a day; gauges sooner, where their rules say so.
  ttl: 24h
"""


def snake(key):
    return key.replace(".", "_").replace("-", "_")


def names_of(groups, kind, unit=""):
    return sorted({snake(name) for group in groups if group["type"] == kind and group.get("unit", "") == unit for name in group["names"]})


def units_of(groups, kind):
    return sorted({group["unit"] for group in groups if group["type"] == kind and "unit" in group})


def match(names, ending=""):
    """A regex for these names, as a YAML scalar of one name a line."""
    if len(names) == 1:
        return f"'^({names[0]}){ending}$'"
    return '"^(\\\n' + "".join(f"      {name}{'' if name == names[-1] else '|'}\\\n" for name in names) + f'      ){ending}$"'


def rule(about, pattern, *keys):
    return f"\n  # {about}\n  - match: {pattern}\n" + "".join(f"    {key}\n" for key in keys)


def timers(groups):
    names = sorted(names_of(groups, "timer") + names_of(groups, "histogram"))
    return (rule("Timers.", match(names, "_count"), "match_metric_type: counter", "name: ${1}_seconds_count")
            + rule("Their sums, in milliseconds.", match(names, "_sum"), "match_metric_type: counter", "name: ${1}_seconds_sum", "scale: 0.001")
            + rule("Their maxima, in milliseconds.", match(names, "_max"), "match_metric_type: gauge", "name: ${1}_seconds_max", "scale: 0.001",
                   "ttl: 5m"))


def long_task_timers():
    return (rule("Long task timers. An application that crashed does not set them to 0.", "'^(.+)_active_count$'", "match_metric_type: gauge",
                 "name: ${1}_seconds_active_count", "ttl: 1m")
            + rule("How long tasks run, in milliseconds.", "'^(.+)_duration_sum$'", "match_metric_type: gauge", "name: ${1}_seconds_duration_sum",
                   "scale: 0.001", "ttl: 1m"))


def of_unit(groups, kind, unit):
    ending = {"gauge": "", "counter": "_total"}[kind]
    keys = [f"match_metric_type: {kind}", f"name: ${{1}}_{unit}{ending}"]
    keys += [f"unit: {unit}"] if unit == "bytes" else []
    keys += ["ttl: 5m"] if kind == "gauge" else []
    return rule(f"{kind.capitalize()}s in {unit}.", match(names_of(groups, kind, unit)), *keys)


def generated(table):
    groups = table["group"]
    text = ABOUT + "  rename_tags:\n" + "".join(f"    {snake(key)}: {label}\n" for key, label in table["renames"].items()) + "\nmappings:"
    # Before the timers: `tomcat.global.request.max` is a gauge of its own.
    text += rule("Times, which are sent in milliseconds.", match(names_of(groups, "time")), "match_metric_type: gauge", "name: ${1}_seconds",
                 "scale: 0.001", "ttl: 5m")
    text += timers(groups) + long_task_timers()
    text += "".join(of_unit(groups, kind, unit) for kind in ("gauge", "counter") for unit in units_of(groups, kind))
    text += rule("Counts and sums of all other timers and summaries, in what they are sent.", "'^(.+_(?:count|sum))$'", "match_metric_type: counter",
                 "name: $1")
    text += rule("All other counters.", "'^(.+?)(?:_total)?$'", "match_metric_type: counter", "name: ${1}_total")
    text += rule("All other gauges.", "'^(.+)$'", "match_metric_type: gauge", "name: $1", "ttl: 5m")
    return text
