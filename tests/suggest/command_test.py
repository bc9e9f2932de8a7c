#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir suggest`: what it reads, its flags and exit codes. What it proposes is tested by run_cases.py."""

import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
LINES = "web.host.a.hits:1|c\nweb.host.b.hits:1|c\r\nweb.host.b.load:3|g\nnonsense\n"
CAPTURE = ('{"weir_capture":1,"started":1764455158.5,"source":"udp 127.0.0.1:9125"}\n'
           '{"t":0.1,"transport":"udp","sender":"127.0.0.1:5","data":"web.host.a.hits:1|c\\nweb.host.b.hits:1|c\\nweb.host.b.load:3|g"}\n')
RULES = ["web.host.*.hits", "web.host.*.load"]


class Suggest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-suggest-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, text, name="lines.txt"):
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def run_suggest(self, *arguments):
        """(exit code, standard output, standard error)"""
        done = subprocess.run([tap.weir().resolve(), "suggest", *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False,
                              cwd=self.folder)
        return done.returncode, done.stdout, done.stderr

    def proposal(self, *arguments):
        code, out, error = self.run_suggest("--format=json", *arguments)
        self.assertEqual((code, error), (0, ""))
        return json.loads(out)

    def test_reads_lines_and_captures(self):
        for text, name in ((LINES, "lines.txt"), (CAPTURE, "traffic.ndjson")):
            self.assertEqual([rule["match"] for rule in self.proposal(self.write(text, name))["rules"]], RULES)

    def test_prints_a_file_that_can_be_used(self):
        code, out, _ = self.run_suggest(self.write(LINES))
        self.assertEqual(code, 0)
        self.write(out, "mapping.yml")
        checked = subprocess.run([tap.weir().resolve(), "--check-config", f"--statsd.mapping-config={self.folder}/mapping.yml"], capture_output=True,
                                 timeout=RUN_SECONDS_MAX, check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_says_what_each_rule_does(self):
        proposal = self.proposal(self.write(LINES))
        self.assertEqual((proposal["names"], proposal["unmapped"], proposal["fine"], proposal["builtin"]), (3, 0, 0, []))
        self.assertEqual(proposal["yaml"], "mappings:\n" + "".join(rule["yaml"] for rule in proposal["rules"]))
        rule = proposal["rules"][0]
        self.assertEqual((rule["name"], rule["names"], rule["samples"], rule["series_before"], rule["series_after"], rule["saved"], rule["examples"]),
                         ("web_host_hits_total", 2, 2, 2, 2, 0, ["web.host.a.hits", "web.host.b.hits"]))

    def test_leaves_alone_what_a_mapping_takes(self):
        self.write("mappings:\n- match: web.host.*.hits\n  name: hits_total\n  labels: {host: $1}\n", "m.yml")
        self.assertEqual([rule["match"] for rule in self.proposal("--mapping=m.yml", self.write(LINES))["rules"]], RULES[1:])

    def test_names_the_files_that_are_compiled_in(self):
        lines = self.write("airflow.ti_failures,dag_id=a,task_id=b:1|c\nairflow.pool.open_slots,pool_name=a:1|g\nother.name:1|c\nother.name:1|c\n")
        best = self.proposal(lines)["builtin"][0]
        self.assertEqual((best["name"], best["share"]), ("airflow-influx", 0.5))
        self.assertIn("#   airflow-influx: 50 % of lines. Airflow 2.7", self.run_suggest(lines)[1])

    def test_has_nothing_to_propose_for_nothing(self):
        self.assertEqual(self.run_suggest(self.write("")), (0, "# No rule to propose: there is no name without one.\n", ""))
        self.assertEqual(self.proposal(self.write(""))["rules"], [])

    def test_fails_for_what_it_cannot_read(self):
        lines = self.write(LINES)
        self.write('{"weir_capture":1,"started":1}\n{"t":"x"}\n', "broken.ndjson")
        for arguments, complaint in (([], "expected a capture or the URL"), ([lines, lines], "unexpected lines.txt"), (["none"], "none: No such file"),
                                     (["."], "Is a directory"), (["broken.ndjson"], "line 2: "), (["--mapping=none", lines], "none"),
                                     (["--format=xml", lines], "xml"), (["http://127.0.0.1:1"], "127.0.0.1:1")):
            code, out, error = self.run_suggest(*arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertIn(complaint, error)


class OfADaemon(unittest.TestCase):
    MAPPING = "mappings:\n- match: known.*.hits\n  name: known_hits_total\n  labels: {host: $1}\n- match: never.*\n  name: never_$1\n"
    SENT = [b"web.host.a.hits:1|c", b"web.host.b.hits:1|c\nweb.host.a.hits:2|c", b"web.host.b.load:3|g", b"known.a.hits:1|c", b"known.b.hits:1|c"]

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-suggest-")
        self.addCleanup(folder.cleanup)
        self.mapping = pathlib.Path(folder.name) / "mapping.yml"
        self.mapping.write_text(self.MAPPING, encoding="utf-8")
        self.daemon = running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={self.mapping}"])
        self.daemon.__enter__()
        self.addCleanup(self.daemon.__exit__, None, None, None)
        statsd_client.send_udp(self.daemon.udp_port, self.SENT)
        running_daemon.wait_until(lambda: sum(name["samples"] for name in self.ask("unmapped")["names"]) == 4, RUN_SECONDS_MAX, "unmapped names")
        self.url = f"http://127.0.0.1:{self.daemon.http_port}"

    def ask(self, resource, **parameters):
        status, body = self.daemon.request("GET", f"/api/v1/{resource}?" + urllib.parse.urlencode(parameters, doseq=True))
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def run_weir(self, *arguments):
        done = subprocess.run([tap.weir(), *arguments], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def test_proposes_rules_for_what_no_rule_takes(self):
        proposal = json.loads(self.run_weir("suggest", self.url, "--format=json"))
        self.assertEqual([(rule["match"], rule["samples"]) for rule in proposal["rules"]], [(RULES[0], 3), (RULES[1], 1)])
        self.assertEqual(proposal, self.ask("suggest"))
        self.assertTrue(self.run_weir("suggest", self.url + "/").endswith(proposal["yaml"]))

    def test_proposes_rules_for_some_names(self):
        proposal = self.ask("suggest", name=["web.host.b.load", "known.a.hits"])
        self.assertEqual((proposal["names"], [rule["examples"] for rule in proposal["rules"]]), (1, [["web.host.b.load"]]))
        self.assertEqual(self.ask("suggest", name="none")["rules"], [])

    def test_a_rule_that_is_used_leaves_nothing_to_propose(self):
        self.mapping.write_text(self.MAPPING + self.ask("suggest")["yaml"].partition("\n")[2].replace("  - ", "- ").replace("\n  ", "\n"), encoding="utf-8")
        self.assertEqual(self.run_weir("lint", str(self.mapping)), "")
        left = self.run_weir("suggest", self.url, f"--mapping={self.mapping}")
        self.assertEqual(left, "# No rule to propose: there is no name without one.\n")

    def test_answers_many_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: self.daemon.request("GET", "/api/v1/suggest")[0], range(20)))
        self.assertEqual(set(answers) - {200, 503}, set())
        self.assertGreaterEqual(answers.count(200), 8)

    def test_lint_says_what_its_rules_did(self):
        told = json.loads(self.run_weir("lint", str(self.mapping), f"--against={self.url}", "--format=json"))
        self.assertEqual([(rule["match"], rule["samples"], rule["series"]) for rule in told["daemon"]["rules"]],
                         [("known.*.hits", 2, 2), ("never.*", 0, None)])
        self.assertEqual((told["daemon"]["file"], told["daemon"]["has_other_rules"]), (str(self.mapping), False))
        self.assertEqual(told["daemon"]["unmapped"][0], {"name": "web.host.a.hits", "samples": 2})
        out = self.run_weir("lint", str(self.mapping), f"--against={self.url}")
        self.assertRegex(out, rf"\n +0 +-  {self.mapping}:5 never\.\*  \(never used\)\n +samples  unmapped name\n +2  web\.host\.a\.hits\n")
        self.assertIn("these are not the rules of builtin:example", self.run_weir("lint", "builtin:example", f"--against={self.url}"))


if __name__ == "__main__":
    tap.main()
