#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The files of packaging/together are what their programs take, and fit each other; no exporter has a metric of weir's with another type.

    WEIR=build/src/app/weir files_test.py
"""

import pathlib
import re
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import families  # noqa: E402
import images  # noqa: E402
import running_daemon  # noqa: E402
import self_metric_names  # noqa: E402
import services  # noqa: E402
import tap  # noqa: E402

SPRING = services.ROOT / "tests" / "spring"
EXPORTERS = {"blackbox-exporter", "cadvisor", "kube-state-metrics", "mysqld-exporter", "node-exporter", "pushgateway", "statsd-exporter"}
# In a cluster, not on the host.
ELSEWHERE = {"kube-state-metrics"}
# Each program says this of itself, and Spring applications do of themselves, with labels: one type, everywhere.
OF_ANY_PROCESS = {"process_start_time_seconds"}
OF_HISTOGRAM = re.compile(r"_(?:bucket|sum|count)$")
# In a mapping file, where it is no template.
NAMES = re.compile(r"""^ *-? *\{?.*?\bname: *["']?([a-z]\w*)["']?(?:,|$)""", re.MULTILINE)


def run(*command):
    """What it said, where it was not content."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{command}:\n{done.stdout}{done.stderr}"


def needs(program):
    if not shutil.which(program):
        raise unittest.SkipTest(f"SKIPPED, NOT TESTED: no {program} on the PATH")


def names_of_mappings():
    """What the mappings that are compiled in name without asking the line, and the names of Spring's that they do make."""
    names = set()
    for file in (services.ROOT / "mappings").rglob("*.yml"):
        names |= set(NAMES.findall(file.read_text(encoding="utf-8")))
    asked = re.findall(r"^(\w+) ", (SPRING / "scdf_series.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return names | {OF_HISTOGRAM.sub("", name) for name in asked} | set((SPRING / "captures" / "web-families.txt").read_text(encoding="utf-8").split())


class Files(unittest.TestCase):
    def test_of_prometheus_are_what_it_takes(self):
        needs("promtool")
        self.assertEqual(run("promtool", "check", "config", "--lint-fatal", str(services.TOGETHER / "prometheus.yml")), "")

    def test_of_compose_are_what_it_takes(self):
        needs("docker-compose")
        self.assertEqual(run("docker-compose", "-f", str(images.COMPOSE), "config", "--quiet"), "")

    def test_name_the_same_services(self):
        scraped = set(re.findall(r"'(?:http://)?([\w-]+):\d+", services.scrape_file())) - {"localhost"}
        self.assertEqual(scraped - ELSEWHERE, set(images.service_texts()) - {"prometheus", "grafana"})
        self.assertEqual(scraped, EXPORTERS | {"weir"})

    def test_mount_files_that_are_there(self):
        mounted = re.findall(r"^ +- '?(\.\.?/[^:]*):", images.COMPOSE.read_text(encoding="utf-8"), re.MULTILINE)
        mounted += re.findall(r"volumes: \['(\./[^:]*):", images.COMPOSE.read_text(encoding="utf-8"))
        self.assertGreater(len(mounted), 5)
        self.assertEqual([path for path in mounted if not (services.TOGETHER / path).exists()], [])

    def test_name_images_of_public_registries_in_a_version(self):
        found = images.names()
        self.assertEqual(found.pop("weir"), "weir")
        self.assertEqual(found.pop("cadvisor"), "cadvisor")
        for name, image in found.items():
            self.assertRegex(image, r"^[a-z]+/[\w-]+:v?\d+(\.\d+)+$", name)

    def test_start_weir_with_flags_that_it_has(self):
        command = re.search(r"^    command:\n((?:    - .*\n|    #.*\n)+)", images.service_texts()["weir"], re.MULTILINE)[1]
        flags = re.findall(r"^    - (--\S+)$", command, re.MULTILINE)
        self.assertIn("--statsd.listen-udp=:8125", flags)
        self.assertEqual(run(str(tap.weir()), "--check-config", *flags), "")


class Names(unittest.TestCase):
    theirs = families.recorded()

    def test_are_on_record_of_every_exporter(self):
        self.assertEqual(set(self.theirs), EXPORTERS)
        for exporter, page in self.theirs.items():
            self.assertGreater(len(page), 25, exporter)

    def test_of_weir_have_no_other_type_anywhere(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            ours = families.of_page(daemon.scrape_text())
        self.assertGreater(len(ours), 50)
        for exporter, page in self.theirs.items():
            self.assertEqual(families.clashes(ours, page), {}, exporter)

    def test_of_weir_are_its_own_but_for_those_of_the_one_it_replaces(self):
        declared = set(self_metric_names.declared())
        for exporter, page in self.theirs.items():
            shared = {name for name in declared & set(page) if not name.startswith(("process_", "promhttp_", "go_"))}
            self.assertTrue(exporter == "statsd-exporter" or not shared, f"{exporter}: {shared}")

    def test_that_mappings_make_are_of_no_exporter(self):
        ours = names_of_mappings() - OF_ANY_PROCESS
        self.assertGreater(len(ours), 250)
        for exporter, page in self.theirs.items():
            self.assertEqual(ours & set(page), set(), exporter)


if __name__ == "__main__":
    tap.main()
