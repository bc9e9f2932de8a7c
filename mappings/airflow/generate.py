#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the Airflow mapping files of the table metrics.toml.

    generate.py                     writes those that are kept for readers, beside this folder, and summary.txt, the rules of all
    generate.py --build FILE.yml... writes these: the build calls it for what is compiled in
"""

import argparse
import pathlib
import sys

import summary as airflow_summary
import table as airflow_table

MAPPINGS = pathlib.Path(__file__).resolve().parent.parent
# What is kept for readers; the others are only compiled in.
KEPT = ("airflow", "airflow-influx", "airflow3", "airflow3-influx")
DEFAULT_TTL = "840h"
TYPE_KEYS = {"counter": "counter", "gauge": "gauge", "timer": "observer", "updown": "counter"}
TOP = """# SPDX-License-Identifier: Apache-2.0
# {about}.
# Made by airflow/generate.py of airflow/metrics.toml: change those. Which file for whom: mappings/README.md.
defaults:
  observer_type: histogram
  histogram_options:
    buckets: {buckets}
  # DAGs that no longer run leave after five weeks, so that monthly ones stay.
  ttl: {ttl}

mappings:
  # What the DogStatsD client says of itself.
  - match: datadog.dogstatsd.client.**
    action: drop
    name: dropped
"""


def quoted(text):
    """A YAML scalar: in quotes where it would mean something else."""
    return f"'{text}'" if text[:1] in "*&!%@`{[" or text in ("yes", "no", "on", "off", "y", "n") or ": " in text or " #" in text else text


def flow_list(values):
    return "[" + ", ".join(f"'{value}'" if isinstance(value, str) and "*" in value else str(value) for value in values) + "]"


def flow_map(pairs):
    return "{" + ", ".join(f"{key}: '{value}'" if "*" in value else f"{key}: {value}" for key, value in pairs.items()) + "}"


class Writer:
    """The rules of one file."""

    def __init__(self, table, file):
        self.table = table
        self.file = file
        self.renames = table.renames[file.renamed] if file.renamed else {"labels": {}, "families": {}, "sent": {}}
        self.text = ""

    def rule(self, glob, keys):
        self.text += f"  - match: {glob}\n"
        for key, value in keys.items():
            self.text += f"    {key}: {value}\n"

    def drop(self, name, match_tags=None):
        keys = {"match_tags": flow_map(match_tags)} if match_tags else {}
        self.rule(name.glob(), {**keys, "action": "drop", "name": "dropped"})

    def label(self, name):
        return self.renames["labels"].get(name, name)

    def family(self, metric, name):
        renamed = self.renames["sent"].get(name.text, self.renames["families"].get(metric.family, metric.family))
        for number, variable in enumerate(name.variables(), 1):
            renamed = renamed.replace("{" + variable + "}", f"${{{number}}}")
        return f"{airflow_table.PREFIX}_{renamed}"

    def labels(self, metric, name):
        constant = {} if name.text in self.renames["sent"] else metric.set
        return {self.label(key): value for key, value in {**constant, **name.labels()}.items()}

    def tag_keys(self, metric, labels):
        """drop_tags and rename_tags; of a name that says it all, no tag is renamed, and those that come with it go."""
        is_in_name = any(self.label(label) in labels for label in metric.rename.values())
        drop = (list(metric.rename) if is_in_name and metric.tagged_alone else []) + metric.drop
        if "*" not in metric.drop:
            drop += self.file.drop
        rename = {} if is_in_name else {tag: self.label(label) for tag, label in metric.rename.items() if self.label(label) != tag}
        keys = {"drop_tags": flow_list(drop)} if drop else {}
        return {**keys, "rename_tags": flow_map(rename)} if rename else keys

    def timer_keys(self, metric):
        unit = self.table.clocks[metric.clock][self.file.units]
        keys = {"unit": unit} if unit != "ms" else {}
        if metric.buckets != "work":
            keys["histogram_options"] = "{buckets: " + flow_list(self.table.buckets[metric.buckets]) + "}"
        return keys

    def map(self, metric, name, match_tags=None):
        labels = self.labels(metric, name)
        keys = {"match_metric_type": TYPE_KEYS[metric.type]}
        if match_tags:
            keys["match_tags"] = flow_map(match_tags)
        keys["name"] = self.family(metric, name)
        keys["help"] = quoted(metric.help)
        if metric.type == "updown":
            keys["as"] = "gauge"
        if metric.type == "timer":
            keys |= self.timer_keys(metric)
        if labels:
            keys["labels"] = flow_map(labels)
        if match_tags and match_tags.keys() & labels.keys():
            # A tag is exact, the name ambiguous.
            keys["honor_labels"] = "true"
        keys |= self.tag_keys(metric, labels)
        if bound := self.table.max_series(metric):
            keys["max_series"] = bound
        if metric.ttl:
            keys["ttl"] = metric.ttl
        self.rule(name.glob(), keys)

    def add_names(self, metric):
        """Style names: `sent` counts, its twin does not."""
        for name in metric.sent:
            self.map(metric, name)
        if metric.twin and self.file.names in metric.alone:
            self.map(metric, metric.twin)
        elif metric.twin:
            self.drop(metric.twin)

    def add_tags(self, metric):
        """Style tags: the twin counts, and `sent` where there is none."""
        for name in metric.sent:
            if not metric.twin:
                self.map(metric, name)
                continue
            for tag in metric.tagged_alone:
                self.map(metric, name, {tag: "*"})
            for tag in metric.untagged_alone:
                self.drop(name, {tag: "*"})
            if metric.untagged_alone:
                self.map(metric, name)
            else:
                self.drop(name)
        if metric.twin:
            self.map(metric, metric.twin, {metric.needs: "*"} if metric.needs else None)
            if metric.needs:
                self.drop(metric.twin)

    def add(self, metric):
        if metric.type == "drop":
            for name in metric.sent:
                self.drop(name)
        elif self.file.style == "names" or self.file.units in metric.by_name:
            self.add_names(metric)
        else:
            self.add_tags(metric)


def top(table, file):
    return TOP.format(about=file.about, buckets=flow_list(table.buckets["work"]), ttl=DEFAULT_TTL)


def rules(table, file, metric):
    """The rules of a metric in a file."""
    if not file.has(metric):
        return ""
    writer = Writer(table, file)
    writer.add(metric)
    return writer.text


def generated(table, file):
    return top(table, file) + "".join(rules(table, file, metric) for metric in table.metrics)


def summary(table):
    tops = {file.name: top(table, file) for file in table.files}
    return airflow_summary.summary(tops, ({file.name: rules(table, file, metric) for file in table.files} for metric in table.metrics))


def kept(table):
    """path -> text of what is committed."""
    texts = {MAPPINGS / f"{file.name}.yml": generated(table, file) for file in table.files if file.name in KEPT}
    return {**texts, MAPPINGS / "airflow" / "summary.txt": summary(table)}


def built(table, paths):
    """path -> text of what the build asks for, which must be all."""
    texts = {file.name: generated(table, file) for file in table.files}
    if odd := sorted({path.stem for path in paths} ^ texts.keys()):
        sys.exit(f"mappings/meson.build and the table metrics.toml do not name the same files: {', '.join(odd)}")
    return {path: texts[path.stem] for path in paths}


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--build", nargs="+", type=pathlib.Path, metavar="FILE.yml")
    options = parser.parse_args()
    table = airflow_table.read()
    for path, text in (built(table, options.build) if options.build else kept(table)).items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
