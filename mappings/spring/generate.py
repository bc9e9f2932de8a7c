#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes spring.yml, scdf.yml and scdf-influx.yml, beside this folder, of the table meters.toml.

    generate.py           writes them
    generate.py --check   says which are not what the table makes, and ends with 1 then
"""

import argparse
import pathlib
import sys
import tomllib

import influx_layout

HERE = pathlib.Path(__file__).resolve().parent
MAPPINGS = HERE.parent
FILES = ("spring", "scdf", "scdf-influx")
KINDS = {"timer": "observer", "histogram": "observer", "counter": "counter", "gauge": "gauge", "time": "gauge"}
TTLS = {"gauge": "5m", "time": "5m", "long_task_timer": "1m"}
# statistic -> what comes to the name, and the factor that makes seconds.
LONG_TASK = {"active": ("_seconds_active_count", 1), "duration": ("_seconds_duration_sum", 0.001), "max": ("_seconds_max", 0.001)}
BUCKETS = "[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]"

ABOUT = {
    "spring": """# Spring Boot over Micrometer's StatsD registry, all its flavors, with the names that Micrometer's Prometheus registry has.
# Made by spring/generate.py of spring/meters.toml: change those. What it does, and what to set in Spring: docs/spring.md.
""",
    "scdf": """# Spring Cloud Data Flow over Micrometer's StatsD registry, all its flavors, for SCDF's Prometheus dashboards.
# Made by spring/generate.py of spring/meters.toml: change those. It is spring.yml, but for the names of the labels of tasks and jobs, which Spring
# Boot 3 calls otherwise than the dashboards. What it does, and what to set in Spring: docs/spring.md.
""",
}

TOP = """defaults:
  match_type: regex
  # Micrometer sends a gauge of -1, such as jvm.memory.max, as a value.
  relative_gauges: false
  # Count, sum and maximum, as a Timer has them; the maximum of Micrometer's window, three steps of a minute.
  observer_type: summary
  summary_options: {quantiles: [], max_age: 3m, age_buckets: 3}
  publish: [max]
  # Instances and task executions that are gone leave after a day; gauges sooner, where their rules say so.
  ttl: 24h
"""

GENERAL_COUNTERS = """
  # All other counters.
  - match: '^(.+?)(?:[._]total)?$'
    match_metric_type: counter
    match_tags: {statistic: count}
    name: ${1}_total
    drop_tags: [statistic]
"""

GENERAL_GAUGES = """
  # All other gauges.
  - match: '^(.+)$'
    match_metric_type: gauge
    match_tags: {statistic: value}
    name: $1
    drop_tags: [statistic]
    ttl: 5m
"""


def camel(key):
    first, *others = key.split(".")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def snake(key):
    return key.replace(".", "_").replace("-", "_")


def stem(name, unit):
    """The name in Prometheus, without `_total`. A unit that it ends in is not said twice."""
    made = snake(name)
    return made if not unit or made.endswith("_" + unit) else f"{made}_{unit}"


def alternatives(names):
    """A regex for these names, with dots or underscores, as a YAML scalar of one name a line."""
    lines = [name.replace(".", "[._]") for name in sorted(names)]
    if len(lines) == 1:
        return f"'^({lines[0]})$'"
    return '"^(\\\n' + "".join(f"      {line}{'' if line == lines[-1] else '|'}\\\n" for line in lines) + '      )$"'


class Writer:
    """One of the files."""

    def __init__(self, table, file):
        self.groups = table["group"]
        self.common = table["common_tags"]
        self.renames = table["renames"] if file == "scdf" else {}
        self.anchors = {}
        self.text = "# SPDX-License-Identifier: Apache-2.0\n" + ABOUT[file] + TOP

    def write(self):
        self.write_renames()
        self.text += "\nmappings:"
        self.write_tagged()
        self.write_pairs()
        return self.text

    def write_renames(self):
        if not self.renames:
            return
        self.text += "  rename_tags:\n"
        for key, label in self.renames.items():
            self.text += f"    {key}: {label}\n    {snake(key)}: {label}\n"

    # DATADOG, SYSDIG and TELEGRAF: names with dots or underscores, and tags.

    def names(self, kind, unit=""):
        return sorted({name for group in self.groups if group["type"] == kind and group.get("unit", "") == unit for name in group["names"]})

    def units(self, kind):
        return sorted({group["unit"] for group in self.groups if group["type"] == kind and "unit" in group})

    def add(self, about, match, *keys):
        self.text += f"\n  # {about}\n  - match: {match}\n" + "".join(f"    {key}\n" for key in keys)

    def write_tagged(self):
        distribution = "distribution_unit: ms"
        self.add("Timers with buckets. DATADOG sends those with a percentile histogram as distributions, in milliseconds.",
                 alternatives(self.names("histogram")), "match_metric_type: observer", "name: ${1}_seconds", distribution,
                 "observer_type: histogram", f"histogram_options: {{buckets: {BUCKETS}}}")
        self.add("Timers.", alternatives(self.names("timer")), "match_metric_type: observer", "name: ${1}_seconds", distribution)
        self.write_percentiles()
        self.write_long_tasks()
        for unit in self.units("gauge"):
            self.write_unit("gauge", unit, f"name: ${{1}}_{unit}", ["ttl: 5m"])
        self.add("Times, which are sent in milliseconds.", alternatives(self.names("time")), "match_metric_type: gauge", "name: ${1}_seconds",
                 "drop_tags: [statistic]", "scale: 0.001", "ttl: 5m")
        for unit in self.units("counter"):
            self.write_unit("counter", unit, f"name: ${{1}}_{unit}_total", [])
        self.text += GENERAL_COUNTERS + GENERAL_GAUGES

    def write_unit(self, kind, unit, name, more):
        names = [name for name in self.names(kind, unit)]
        keys = [f"match_metric_type: {kind}", name, "drop_tags: [statistic]", *([f"unit: {unit}"] if unit == "bytes" else []), *more]
        repeated = [name for name in names if name.endswith("." + unit)]
        if repeated:
            sys.exit(f"the names end in their unit, leave that out: {repeated}")
        self.add(f"{kind.capitalize()}s in {unit}.", alternatives(names), *keys)

    def write_percentiles(self):
        names = self.names("histogram") + self.names("timer")
        match = alternatives(names).replace(')$"', ')[._]percentile$"')
        self.add("Percentiles of timers that Micrometer computes (publishPercentiles), in milliseconds.", match, "match_metric_type: gauge",
                 "name: ${1}_seconds_percentile", "drop_tags: [statistic]", "scale: 0.001", "ttl: 5m")

    def write_long_tasks(self):
        for statistic, (suffix, factor) in LONG_TASK.items():
            keys = ["match_metric_type: gauge", f"match_tags: {{statistic: {statistic}}}", f"name: ${{1}}{suffix}", "drop_tags: [statistic]"]
            keys += [f"scale: {factor}"] if factor != 1 else []
            self.add(f"Long task timers, {statistic}. An application that crashed does not set them to 0.", "'^(.+)$'", *keys, "ttl: 1m")

    # ETSY: camel case, and each tag a pair of parts of the name.

    def write_pairs(self):
        self.text += "\n  # The ETSY flavor, where tags are pairs in the name: what SCDF's dashboards ask for, with the tags that are known.\n"
        for group in self.groups:
            if "tags" not in group:
                continue
            for name in group["names"]:
                self.write_meter(group, name)

    def write_meter(self, group, name):
        kind, unit = group["type"], group.get("unit", "")
        if kind == "long_task_timer":
            for statistic, (suffix, factor) in LONG_TASK.items():
                keys = [f"scale: {factor}"] if factor != 1 else []
                self.write_pair_rule(group, name, statistic, ["match_metric_type: gauge", f"name: {snake(name)}{suffix}", *keys, "ttl: 1m"])
            return
        statistic = {"counter": "count", "gauge": "value", "time": "value"}.get(kind)
        ends = {"counter": "_total", "gauge": ""}.get(kind, "_seconds")
        made = stem(name, unit).removesuffix("_total") + ends
        keys = [f"match_metric_type: {KINDS[kind]}", f"name: {made}"]
        keys += ["observer_type: histogram", f"histogram_options: {{buckets: {BUCKETS}}}"] if kind == "histogram" else []
        keys += [f"unit: {unit}"] if unit == "bytes" else []
        keys += ["scale: 0.001"] if kind == "time" else []
        keys += [f"ttl: {TTLS[kind]}"] if kind in TTLS else []
        self.write_pair_rule(group, name, statistic, keys)

    def write_pair_rule(self, group, name, statistic, keys):
        pairs, values = "", {}
        required = group.get("required", [])
        own = {self.label(tag) for tag in group["tags"]}
        captures = 0
        for tag in sorted({*self.common, *group["tags"], *(["statistic"] if statistic else [])}):
            if tag == "statistic":
                pairs += f"[.]statistic[.]{statistic}"
                continue
            # What a tag of the meter says, a tag of the application says again.
            is_repeated = tag not in group["tags"] and self.label(tag) in own
            pair = f"[.]{camel(tag)}[.]" + (".+?" if is_repeated else "(.+?)")
            pairs += pair if tag in required else f"(?:{pair})?"
            if not is_repeated:
                captures += 1
                values[self.label(tag)] = values.get(self.label(tag), "") + (f"${captures}" if captures < 10 else f"${{{captures}}}")
        labels = self.labels(values)
        if "client.id" in group["tags"] and labels.startswith("&"):
            self.text += "  # weir:ignore label-unbounded - there are as many as Kafka clients, and they expire\n"
        self.text += "  - {" + ", ".join([f"match: '^{camel(name)}{pairs}$'", *keys, f"labels: {labels}"]) + "}\n"

    def label(self, tag):
        return self.renames.get(tag, snake(tag))

    def labels(self, values):
        """A map of labels; one that is there already by its anchor."""
        body = "{" + ", ".join(f"{label}: '{value}'" if "{" in value else f"{label}: {value}" for label, value in values.items()) + "}"
        if body in self.anchors:
            return "*" + self.anchors[body]
        self.anchors[body] = f"labels{len(self.anchors) + 1}"
        return f"&{self.anchors[body]} {body}"


def generated(table, file):
    return influx_layout.generated(table) if file == "scdf-influx" else Writer(table, file).write()


def read():
    return tomllib.loads((HERE / "meters.toml").read_text(encoding="utf-8"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    table = read()
    stale = []
    for file in FILES:
        path = MAPPINGS / f"{file}.yml"
        text = generated(table, file)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if not options.check:
                path.write_text(text, encoding="utf-8")
    print("\n".join(stale))
    sys.exit(1 if stale and options.check else 0)


if __name__ == "__main__":
    main()
