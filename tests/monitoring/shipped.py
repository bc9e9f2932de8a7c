# SPDX-License-Identifier: Apache-2.0
"""The dashboards and alert rules that weir ships, and the expressions in them."""

import dataclasses
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GRAFANA = ROOT / "packaging/grafana"
RULES = ROOT / "packaging/prometheus"

VARIABLE = re.compile(r"\$\{?(\w+)\}?")
# Grafana's own variables, and what a query takes in their place.
TIMES = ("__rate_interval", "__range", "__interval")
LABEL_VALUES = re.compile(r"label_values\((.*), *(\w+)\)", re.DOTALL)
# A comparison with a number. Without it an alert's expression is what the alert looks at.
THRESHOLD = re.compile(r"\s*(?:==|!=|>=|<=|>|<)\s*(?:bool\s+)?-?[\d.]+(?:e[+-]?\d+)?(?![\w.])")
ABSENT = re.compile(r"absent\((.*)\)", re.DOTALL)
# Not a label, of which a comparison follows, nor a function.
METRIC = re.compile(r"\b([a-z]+_\w+|up)\b(?!\s*[=!(])")


@dataclasses.dataclass(frozen=True)
class Expression:
    # For people: which dashboard, panel and query, or which alert.
    place: str
    text: str

    def metrics(self):
        without_strings = re.sub(r'"[^"]*"', '""', self.text)
        return set(METRIC.findall(re.sub(r"\b(?:by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)", "", without_strings)))


def dashboards():
    """name of the file, without its suffix -> the dashboard"""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(GRAFANA.glob("*.json"))}


def rule_files():
    return sorted(RULES.glob("*.rules.yml"))


def filled(text, times, value=".*"):
    """`text` with Grafana's variables replaced: spans of time by `times`, all others by `value`."""
    return VARIABLE.sub(lambda match: times if match.group(1) in TIMES else value, text)


def panel_expressions(name, dashboard):
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield Expression(f"{name}: {panel['title']} [{target['refId']}]", target["expr"])


def variable_expressions(name, dashboard):
    """A query variable's values, as an instant query with a series for each."""
    for variable in dashboard["templating"]["list"]:
        match = LABEL_VALUES.fullmatch(variable["query"]["query"]) if variable["type"] == "query" else None
        if match:
            yield Expression(f"{name}: ${variable['name']}", f"count by ({match.group(2)}) ({match.group(1)})")


def dashboard_expressions():
    return [each for name, dashboard in dashboards().items()
            for each in (*panel_expressions(name, dashboard), *variable_expressions(name, dashboard))]


def observed(alert_expression):
    """What an alert looks at, whether it fires or not."""
    return THRESHOLD.sub("", ABSENT.sub(r"\1", alert_expression))
