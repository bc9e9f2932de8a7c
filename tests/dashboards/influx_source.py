# SPDX-License-Identifier: Apache-2.0
"""Asks an InfluxDB as Grafana's data source for InfluxQL does: queries that its editor composed, and those that were written."""

import json
import re
import urllib.parse
import urllib.request

import dashboards

SECONDS_MAX = 30
INTERVAL = "10s"


def selected(parts):
    """One column: a field, and what is done with it."""
    text = ""
    for part in parts:
        parameters = part.get("params", [])
        if part["type"] == "field":
            text = "*" if parameters[0] == "*" else f'"{parameters[0]}"'
        elif part["type"] == "math":
            text += parameters[0]
        elif part["type"] == "alias":
            text += f' AS "{parameters[0]}"'
        else:
            text = f"{part['type']}({', '.join([text, *map(str, parameters)])})"
    return text


def condition(number, tag):
    operator = tag.get("operator") or ("=~" if tag["value"].startswith("/") else "=")
    value = tag["value"] if operator in ("=~", "!~") else "'" + tag["value"].replace("'", "\\'") + "'"
    return (f"{tag.get('condition', 'AND')} " if number else "") + f'"{tag["key"]}" {operator} {value}'


def composed(target):
    """InfluxQL of a query as the editor holds it."""
    columns = ", ".join(selected(parts) for parts in target["select"])
    policy = target.get("policy") or "default"
    measurement = target["measurement"] if target["measurement"].startswith("/") else f'"{target["measurement"]}"'
    conditions = " ".join(condition(number, tag) for number, tag in enumerate(target.get("tags", [])))
    text = f"SELECT {columns} FROM {'' if policy == 'default' else f'{chr(34)}{policy}{chr(34)}.'}{measurement} WHERE "
    text += (f"({conditions}) AND " if conditions else "") + "$timeFilter"
    groups = [f"time({part['params'][0]})" if part["type"] == "time" else f'"{part["params"][0]}"'
              for part in target.get("groupBy", []) if part["type"] != "fill"]
    fills = [part["params"][0] for part in target.get("groupBy", []) if part["type"] == "fill"]
    return text + (" GROUP BY " + ", ".join(groups) if groups else "") + (f" fill({fills[0]})" if fills else "")


class Source:
    def __init__(self, url, database, start, end):
        self._url, self._database = url, database
        self._times = {"timeFilter": f"time >= {int(start * 1000)}ms AND time <= {int(end * 1000)}ms", "__interval": INTERVAL, "interval": INTERVAL}

    def _ask(self, query):
        parameters = urllib.parse.urlencode({"db": self._database, "q": query, "epoch": "ms"})
        with urllib.request.urlopen(f"{self._url}/query?{parameters}", timeout=SECONDS_MAX) as answer:
            result = json.load(answer)["results"][0]
        if "error" in result:
            raise ValueError(result["error"])
        return result.get("series", [])

    def values(self, query, chosen):
        """The second column, or the only one."""
        rows = [row for series in self._ask(dashboards.filled(query, chosen)) for row in series["values"]]
        return sorted({str(row[-1]) for row in rows if row[-1] is not None})

    @staticmethod
    def written(values):
        escaped = [re.sub(r"[\\^$*+?.()|\[\]{}/]", r"\\\g<0>", value) for value in values]
        return values[0] if len(values) == 1 else "(" + "|".join(escaped) + ")"

    def text(self, target, chosen):
        return dashboards.filled(target["query"] if target.get("rawQuery") else composed(target), {**chosen, **self._times})

    def points(self, target, chosen):
        """How many values it shows."""
        return sum(value is not None for series in self._ask(self.text(target, chosen)) for row in series["values"]
                   for name, value in zip(series["columns"], row) if name != "time")
