# SPDX-License-Identifier: Apache-2.0
"""Reads Grafana's dashboards, whoever made them: panels in rows and out of them, queries, variables."""

import dataclasses
import json
import pathlib
import re

VARIABLE = re.compile(r"\$(?:\{(\w+)(?::\w+)?\}|(\w+))")


@dataclasses.dataclass(frozen=True)
class Query:
    # For people: which panel, and which of its queries.
    place: str
    # As the panel has it: an object.
    target: dict


@dataclasses.dataclass(frozen=True)
class Variable:
    name: str
    query: str
    is_multi: bool
    includes_all: bool


def panels_of(container):
    for panel in container.get("panels", []):
        yield panel
        yield from panels_of(panel)
    for row in container.get("rows", []):
        yield from panels_of(row)


class Dashboard:
    def __init__(self, path):
        self.name = pathlib.Path(path).stem
        self._text = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))

    def queries(self):
        """Of the panels, in their order, and of the annotations that ask a data source. Repeated panels come once."""
        found = {}
        for panel in panels_of(self._text):
            for target in panel.get("targets", []):
                if target.get("expr") or target.get("measurement") or target.get("query"):
                    key = json.dumps([panel.get("title"), target.get("expr") or target], sort_keys=True)
                    found.setdefault(key, Query(f"{self.name}: {panel.get('title', '').strip()} [{target.get('refId', '')}]", target))
        for annotation in self._text.get("annotations", {}).get("list", []):
            if annotation.get("expr"):
                found[annotation["expr"]] = Query(f"{self.name}: annotation {annotation['name']}", annotation)
        return list(found.values())

    def variables(self):
        for variable in self._text.get("templating", {}).get("list", []):
            if variable["type"] == "query":
                query = variable["query"]
                text = query["query"] if isinstance(query, dict) else query
                yield Variable(variable["name"], text, bool(variable.get("multi")), bool(variable.get("includeAll")))


def filled(text, values):
    """`text` with each variable that has a value in place of its name. One without stays as it is, as in Grafana."""
    return VARIABLE.sub(lambda found: values.get(found[1] or found[2], found[0]), text)


def read_folder(folder):
    return [Dashboard(path) for path in sorted(pathlib.Path(folder).glob("*.json"))]
