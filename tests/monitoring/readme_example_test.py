#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The examples of README and docs/airflow.md do what is written: their lines, through their rules, give their series."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import shipped

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

SECTION = re.compile(r"^## An example: .*?(?=^## )", re.MULTILINE | re.DOTALL)
RUN_SECONDS_MAX = 60
BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks():
    """Lines sent, rules, command line, series, queries."""
    section = SECTION.search((shipped.ROOT / "docs" / "airflow.md").read_text(encoding="utf-8")).group()
    return BLOCK.findall(section)


def readme():
    return (shipped.ROOT / "README.md").read_text(encoding="utf-8")


def picture():
    """Lines sent, the rule, series: the columns of README's first block."""
    rows = BLOCK.search(readme()).group(1).splitlines()[1:]
    columns = [row.split("──►") if "──►" in row else re.split(r" {4,}", row) for row in rows]
    cells = [cell for row in columns for cell in row]
    sent = [cell.strip() for cell in cells if re.fullmatch(r"\s*[\w.]+:\S+\|\S+\s*", cell)]
    series = [cell.strip() for cell in cells if re.fullmatch(r"\s*\w+(\{\S*\})? [\d.]+\s*", cell)]
    rule = "".join(f"{start}{found.group(1)}\n" for start, key in (("- ", "match"), ("  ", "name"), ("  ", "labels"))
                   if (found := re.search(rf"({key}: (?:\{{.*?\}}|\S+))", "\n".join(rows))))
    return sent, "mappings:\n" + rule, series


class FirstExample(unittest.TestCase):
    def test_needs_bash_alone_and_shows_its_metrics(self):
        script, = re.findall(r"^Then send it something.*?^```sh\n(.*?)^```$", readme(), re.MULTILINE | re.DOTALL)
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            script = script.replace("localhost/9125", f"127.0.0.1/{daemon.udp_port}").replace("localhost/9102", f"127.0.0.1/{daemon.http_port}")

            def shown():
                return subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False).stdout
            # The page may be asked for before the first line took effect.
            running_daemon.wait_until(lambda: "\nweb_checkout_requests_500 " in shown(), RUN_SECONDS_MAX, "the counter")
            self.assertIn("web_checkout_latency_count ", shown())


def page_of(rules, sent):
    """The lines of the page when these lines were sent under these rules."""
    with tempfile.TemporaryDirectory(prefix="weir-readme-") as folder:
        mapping = pathlib.Path(folder, "mapping.yml")
        mapping.write_text(rules, encoding="utf-8")
        with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={mapping}"]) as daemon:
            statsd_client.send_udp(daemon.udp_port, [line.encode() for line in sent])
            daemon.wait_for_self_value("statsd_exporter_lines_total", len(sent))
            return daemon.scrape_text().splitlines()


class Picture(unittest.TestCase):
    def test_shows_what_comes_of_its_lines(self):
        sent, rule, series = picture()
        self.assertEqual((len(sent), len(rule.splitlines()), len(series)), (4, 4, 4))
        page = page_of(rule, sent)
        self.assertEqual([line for line in series if line not in page], [])


class AirflowExample(unittest.TestCase):
    def test_gives_the_series_that_it_shows(self):
        sent, rules, _, series, _ = blocks()
        page = page_of(rules, sent.splitlines())
        shown = [line for line in page if line.startswith("airflow_") and 'dag_file="demo_dag"' in line]
        self.assertEqual(shown, series.splitlines())
        self.assertTrue(any('dag_file="team.reporting"' in line for line in page))
        self.assertIn("statsd_exporter_events_unmapped_total 0", page)

    def test_starts_weir_with_ports_that_it_names(self):
        command = blocks()[2]
        for flag in ("--statsd.listen-udp=:8125", "--web.listen-address=:9102"):
            self.assertIn(flag, command)


if __name__ == "__main__":
    tap.main()
