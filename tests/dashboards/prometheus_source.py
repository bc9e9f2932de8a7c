# SPDX-License-Identifier: Apache-2.0
"""Asks a Prometheus as Grafana's data source for it does: values of variables, and queries with these in them."""

import json
import math
import re
import urllib.error
import urllib.parse
import urllib.request

import dashboards

SECONDS_MAX = 30
STEP_SECONDS = 5
LABEL_VALUES = re.compile(r"label_values\((?:(.*), *)?(\w+)\)", re.DOTALL)
SPECIAL = re.compile(r"[$^*{}\[\]+?.()|]")


def in_expression(values):
    """Of one value the text, of several a regular expression, escaped as it has to be in quotes."""
    escaped = [SPECIAL.sub(r"\\\\\g<0>", value) for value in values]
    return values[0] if len(values) == 1 else "(" + "|".join(escaped) + ")"


class Source:
    def __init__(self, url, start, end):
        self._url, self._start, self._end = url, start, end
        self._times = {"__interval": f"{STEP_SECONDS}s", "__rate_interval": "1m", "__range": f"{int(end - start)}s"}

    def _get(self, path, parameters):
        try:
            with urllib.request.urlopen(f"{self._url}{path}?" + urllib.parse.urlencode(parameters), timeout=SECONDS_MAX) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error).get("error")) from error

    def values(self, query, chosen):
        """Those that a variable may have."""
        found = LABEL_VALUES.fullmatch(dashboards.filled(query, chosen).strip())
        if not found:
            raise ValueError(f"not a query of a variable: {query}")
        metric, label = found.groups()
        span = {"start": self._start, "end": self._end}
        if metric is None:
            return sorted(self._get(f"/api/v1/label/{label}/values", span))
        return sorted({series[label] for series in self._get("/api/v1/series", {"match[]": metric, **span}) if label in series})

    @staticmethod
    def written(values):
        return in_expression(values)

    def text(self, target, chosen):
        return dashboards.filled(target["expr"], {**chosen, **self._times})

    def points(self, target, chosen):
        """How many values, other than NaN, it shows."""
        data = self._get("/api/v1/query_range", {"query": self.text(target, chosen), "start": self._start, "end": self._end, "step": STEP_SECONDS})
        return sum(not math.isnan(float(value)) for series in data["result"] for _, value in series["values"])
