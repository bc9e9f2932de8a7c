# SPDX-License-Identifier: Apache-2.0
"""Every expression that weir ships must have data in a Prometheus that watched weir and a real Airflow."""

import math
import re

import shipped

RATE_WINDOW = "1m"
STEP_SECONDS = 5

# (major version of Airflow, mode, expression's place, why it has no data there). `*` is any.
EXCEPTIONS = [
    (2, "*", r"AirflowDagProcessorHeartbeatMissing", "Airflow 2 parses in the scheduler"),
    (3, "*", r"airflow-dags: Wait in the queue .*", "Airflow 3.3 does not send queued_duration"),
    ("*", "*", r"AirflowTasksWithoutHeartbeat", "no task of the run loses its process"),
    ("*", "*", r"AirflowTasksKilled", "no task of the run is killed"),
    ("*", "*", r"AirflowTriggererBlocked", "no trigger of the run blocks"),
]


def why_empty(major, mode, place):
    return next((why for of_major, of_mode, pattern, why in EXCEPTIONS
                 if of_major in ("*", major) and of_mode in ("*", mode) and re.fullmatch(pattern, place)), None)


class Queries:
    def __init__(self, report, title, prometheus, major, mode, start, end):
        self._report = report
        self._title = title
        self._prometheus = prometheus
        self._major = major
        self._mode = mode
        self._span = (start, end, STEP_SECONDS)

    def run_all(self):
        print(f"# {self._title}: {self.dashboards()} expressions of dashboards, {self.alerts()} alerts")

    def has_data(self, expression):
        series = self._prometheus.query_range(expression, *self._span)
        return any(math.isfinite(value) for values in series for value in values)

    def _expect_data(self, case, expressions):
        case.expect(expressions, "no expression")
        empty = [each for each in expressions if not self.has_data(each.text)]
        unexplained = [f"{each.place}: {each.text}" for each in empty if not why_empty(self._major, self._mode, each.place)]
        case.expect(not unexplained, "no data for\n" + "\n".join(unexplained))
        for each in empty:
            print(f"# {self._title}: no data for {each.place}: {why_empty(self._major, self._mode, each.place)}")

    def dashboards(self):
        """The number of expressions."""
        expressions = [shipped.Expression(each.place, shipped.filled(each.text, RATE_WINDOW)) for each in shipped.dashboard_expressions()
                       if not each.place.startswith("spring-")]
        with self._report.case(f"{self._title}: data for every panel and variable") as case:
            self._expect_data(case, expressions)
        return len(expressions)

    def alerts(self):
        """The number of alerts."""
        rules = self._prometheus.alert_rules()
        with self._report.case(f"{self._title}: data for every alert") as case:
            for rule in rules:
                case.expect(rule["health"] == "ok", f"{rule['name']}: {rule['health']} {rule.get('lastError')}")
            self._expect_data(case, [shipped.Expression(rule["name"], shipped.observed(rule["query"])) for rule in rules])
        with self._report.case(f"{self._title}: the alerts that the run must raise") as case:
            active = {(alert["labels"]["alertname"], alert["labels"].get("job")) for rule in rules for alert in rule["alerts"]}
            for name in ("AirflowImportErrors", "AirflowDagRunFailed", "AirflowTasksFail"):
                case.expect((name, "airflow") in active, f"{name} is not raised")
            of_weir = {name for name, job in active if name.startswith("Weir") and job == "airflow"}
            case.expect(not of_weir, f"raised for the weir of Airflow: {of_weir}")
        return len(rules)
