#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The dashboards are whole: Grafana takes them, nothing overlaps, and they ask for metrics that exist."""

import itertools
import re
import sys
import unittest

import shipped

sys.path[:0] = [str(shipped.GRAFANA), str(shipped.ROOT / "tests" / "support")]

import build  # noqa: E402
import panels  # noqa: E402
import self_metric_names  # noqa: E402

UNITS = {"none", "short", "s", "bytes", "percentunit", "cps", "cpm", "pps", "reqps", "dtdurations", "dateTimeFromNow"}
# Prometheus makes these of each scrape.
OF_PROMETHEUS = {"up", "scrape_duration_seconds", "scrape_samples_scraped"}
# No dashboard of SCDF asks for it.
OF_BATCH = {"spring_batch_job_seconds", "spring_batch_step_seconds"}
OF_HISTOGRAM = re.compile(r"_(?:bucket|sum|count)$")


def panels_of(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def all_panels():
    """(for people, panel)"""
    return [(f"{name}: {panel['title']}", panel) for name, dashboard in shipped.dashboards().items() for panel in panels_of(dashboard)]


def names_of_spring():
    """The families of the web application's own page, and those of tasks that the dashboards of SCDF know."""
    spring = shipped.ROOT / "tests" / "spring"
    asked = re.findall(r"^(\w+) ", (spring / "scdf_series.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return set((spring / "captures" / "web-families.txt").read_text(encoding="utf-8").split()) | {OF_HISTOGRAM.sub("", name) for name in asked} | OF_BATCH


class Dashboards(unittest.TestCase):
    def test_are_what_the_script_makes(self):
        made = build.files()
        self.assertEqual({path.name for path in shipped.GRAFANA.glob("*.json")}, set(made))
        for name, text in made.items():
            self.assertEqual((shipped.GRAFANA / name).read_text(encoding="utf-8"), text, f"run packaging/grafana/build.py for {name}")

    def test_have_ids_of_their_own(self):
        self.assertGreater(len(shipped.dashboards()), 1)
        uids = [dashboard["uid"] for dashboard in shipped.dashboards().values()]
        self.assertEqual(len(set(uids)), len(uids))
        for name, dashboard in shipped.dashboards().items():
            self.assertIsNone(dashboard["id"], name)
            self.assertLessEqual(len(dashboard["uid"]), 40, name)
            self.assertEqual(dashboard["schemaVersion"], panels.SCHEMA_VERSION, name)
            self.assertTrue(dashboard["title"] and dashboard["description"], name)
            ids = [panel["id"] for panel in dashboard["panels"]]
            self.assertEqual(len(set(ids)), len(ids), name)

    def test_name_each_panel_once(self):
        for name, dashboard in shipped.dashboards().items():
            titles = [panel["title"] for panel in panels_of(dashboard)]
            self.assertTrue(all(titles), name)
            self.assertEqual(sorted(set(titles)), sorted(titles), name)

    def test_place_panels_side_by_side(self):
        for name, dashboard in shipped.dashboards().items():
            places = [panel["gridPos"] for panel in dashboard["panels"]]
            for place in places:
                self.assertTrue(0 <= place["x"] and place["x"] + place["w"] <= panels.COLUMNS and place["w"] > 0 and place["h"] > 0, place)
            for a, b in itertools.combinations(places, 2):
                beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
                above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
                self.assertTrue(beside or above, (a, b))

    def test_ask_the_chosen_data_source(self):
        for place, panel in all_panels():
            self.assertEqual(panel["datasource"], panels.DATASOURCE, place)
            self.assertTrue(panel["targets"], place)
            self.assertEqual(len({target["refId"] for target in panel["targets"]}), len(panel["targets"]), place)
            for target in panel["targets"]:
                self.assertEqual(target["datasource"], panels.DATASOURCE, place)
                self.assertTrue(target["expr"], place)
                self.assertNotIn("@", target["expr"], place)
                self.assertEqual(target["legendFormat"] == "", panel["type"] == "stat", place)

    def test_give_each_panel_a_unit(self):
        for place, panel in all_panels():
            self.assertIn(panel["fieldConfig"]["defaults"]["unit"], UNITS, place)

    def test_use_each_variable_and_only_those(self):
        for name, dashboard in shipped.dashboards().items():
            variables = dashboard["templating"]["list"]
            self.assertEqual((variables[0]["name"], variables[0]["type"], variables[0]["query"]), ("datasource", "datasource", "prometheus"), name)
            text = " ".join(target["expr"] for panel in panels_of(dashboard) for target in panel["targets"])
            used = set(shipped.VARIABLE.findall(text)) - set(shipped.TIMES)
            self.assertEqual(used, {variable["name"] for variable in variables[1:]}, name)
            for variable in variables[1:]:
                self.assertEqual(variable["datasource"], panels.DATASOURCE)
                self.assertRegex(variable["query"]["query"], shipped.LABEL_VALUES)

    def test_ask_for_metrics_that_exist(self):
        known = OF_PROMETHEUS | set(self_metric_names.declared()) | names_of_spring()
        for mapping in (shipped.ROOT / "mappings").glob("airflow*.yml"):
            known |= set(re.findall(r'\bname: *"?(\w+)', mapping.read_text(encoding="utf-8")))
        for expression in shipped.dashboard_expressions():
            with self.subTest(expression.place):
                self.assertTrue(expression.metrics())
                self.assertEqual({OF_HISTOGRAM.sub("", name) for name in expression.metrics()} - known, set())


if __name__ == "__main__":
    unittest.main()
