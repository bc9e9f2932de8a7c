# SPDX-License-Identifier: Apache-2.0
"""Whether the table of Airflow's metrics has a name that was found in Airflow's source."""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "mappings" / "airflow"))

import table as airflow_table  # noqa: E402

NAMES = HERE / "names"
KINDS = {"counter": "counter", "updown": "counter", "gauge": "gauge", "timer": "timer"}
# A tag that any metric may have where teams share an Airflow.
ANYWHERE = {"team_name"}
# Stands for the text of a variable.
SAMPLE = "x1"
SEGMENT, SEGMENTS = r"[^.]*", r".+"


def glob_expression(name):
    """What a name of the table takes, without the prefix."""
    expression, end = "", 0
    for match in airflow_table.VARIABLE.finditer(name.text):
        expression += re.escape(name.text[end:match.start()]) + (SEGMENTS if match.group(1) else SEGMENT)
        end = match.end()
    return re.compile(expression + re.escape(name.text[end:]))


def source_expression(text):
    """What a name of the source may be; its `*` is any text."""
    return re.compile(r".+".join(re.escape(part) for part in text.split("*")))


class Names:
    """The names of the table."""

    def __init__(self, table):
        self.entries = [(metric, name, glob_expression(name)) for metric in table.metrics
                        for name in [*metric.sent, *([metric.twin] if metric.twin else [])]]

    def taking(self, text):
        """The entries that take a name of the source."""
        sample = text.replace("*", SAMPLE)
        return [entry for entry in self.entries if entry[2].fullmatch(sample)]

    def metrics_of(self, text):
        """The metrics that a name of the source may belong to: the table's name takes it, or it may become the table's."""
        source = source_expression(text)
        taken = [metric for metric, _, _ in self.taking(text)]
        return taken or [metric for metric, name, _ in self.entries if source.fullmatch(airflow_table.VARIABLE.sub(SAMPLE, name.text))]

    def fault(self, kind, text, tags=frozenset()):
        """None, or what is wrong."""
        if not text.strip("*"):
            return f"a {kind} whose name cannot be known: follow it in stat_calls.py"
        metrics = self.metrics_of(text)
        if not metrics:
            return f"{kind} {text} is not in mappings/airflow/metrics.toml"
        if all(KINDS.get(metric.type, kind) != kind for metric in metrics):
            return f"{text} is a {kind}, and a {metrics[0].type} in mappings/airflow/metrics.toml"
        known = {"*"}.union(ANYWHERE, *(metric.tags + metric.drop for metric in metrics))
        if tags - known and not any("*" in metric.drop for metric in metrics):
            return f"{text} has the tag {min(tags - known)}, of which mappings/airflow/metrics.toml knows nothing"
        return None

    def faults(self, calls):
        return [fault for kind, text, tags in calls if (fault := self.fault(kind, text, tags))]


def kept_calls(release):
    """(kind, name, tags) of names/RELEASE.txt."""
    rows = [line.split(" ") for line in (NAMES / f"{release}.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [(kind, name, {tag for tags in more for tag in tags.split(",")}) for kind, name, *more in rows]
