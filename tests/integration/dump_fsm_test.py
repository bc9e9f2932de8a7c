#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The automaton that --debug.dump-fsm writes is one that Graphviz draws."""

import contextlib
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
RULES = """
mappings:
- {match: a.*.b-c, name: x}
- {match: a.d, name: y, match_metric_type: counter}
- {match: 'z.(.*)', match_type: regex, name: z}
"""
# The root, three kinds, three segments of the first rule in each, one more of the second among the counters.
NODES = 1 + 3 + 3 * 3 + 1
SVG = "{http://www.w3.org/2000/svg}"
ROOT_COLOUR, KIND_COLOUR, LEAF_COLOUR = "#f2dede", "#fff2cc", "#d5e8d4"


@contextlib.contextmanager
def folder_with(rules):
    with tempfile.TemporaryDirectory(prefix="weir-dump-") as name:
        folder = pathlib.Path(name)
        (folder / "mapping.yml").write_text(rules)
        yield folder


def check(*flags):
    return subprocess.run([str(tap.weir()), "--check-config", *flags], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)


def drawn(dot):
    """What Graphviz makes of `dot`: the fill colours of the nodes, the texts, how many edges."""
    program = shutil.which("dot")
    if program is None:
        raise unittest.SkipTest("SKIPPED, NOT TESTED: no dot of Graphviz on the PATH")
    done = subprocess.run([program, "-Tsvg"], input=dot, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    groups = list(xml.etree.ElementTree.fromstring(done.stdout).iter(SVG + "g"))
    nodes = [group for group in groups if group.get("class") == "node"]
    colours = [node.find(SVG + "ellipse").get("fill").lower() for node in nodes]
    texts = [text.text for group in groups if group.get("class") in ("node", "edge") for text in group.iter(SVG + "text")]
    return colours, sorted(texts), sum(group.get("class") == "edge" for group in groups)


class DumpFsm(unittest.TestCase):
    def dump(self, rules):
        """The file that a check of `rules` writes."""
        with folder_with(rules) as folder:
            done = check(f"--statsd.mapping-config={folder}/mapping.yml", f"--debug.dump-fsm={folder}/fsm.dot")
            self.assertEqual(done.returncode, 0, done.stderr)
            return (folder / "fsm.dot").read_text()

    def test_draws_every_glob(self):
        colours, texts, edges = drawn(self.dump(RULES))

        self.assertEqual((len(colours), edges), (NODES, NODES - 1))
        self.assertEqual([colours.count(colour) for colour in (ROOT_COLOUR, KIND_COLOUR, LEAF_COLOUR)], [1, 3, 4])
        self.assertEqual(texts, sorted(["counter", "gauge", "observer"] + 3 * ["a", "*", "b-c"] + ["d"]))

    def test_draws_the_kinds_when_there_is_no_glob(self):
        for rules in ("mappings:\n- {match: x.*, match_type: regex, name: n}\n", "mappings: []\n"):
            colours, texts, edges = drawn(self.dump(rules))

            self.assertEqual((len(colours), texts, edges), (4, ["counter", "gauge", "observer"], 3))

    def test_draws_parts_and_tails(self):
        colours, texts, edges = drawn(self.dump("mappings: [{match: a_*.**.b, name: n, match_metric_type: gauge}]"))

        self.assertEqual((len(colours), edges), (4 + 3, 3 + 3 + 1))
        self.assertEqual(texts, sorted(["counter", "gauge", "observer", "a_*", "**", "*", "b"]))

    def test_numbers_the_nodes_breadth_first(self):
        dot = self.dump(RULES)
        edges = [tuple(map(int, edge)) for edge in re.findall(r"^(\d+) -> (\d+) ", dot, re.MULTILINE)]

        self.assertEqual([child for _, child in edges], list(range(1, NODES)))
        self.assertEqual([parent for parent, _ in edges], sorted(parent for parent, _ in edges))
        self.assertTrue(dot.startswith("digraph g {\n") and dot.endswith("\n}"), dot)

    def test_goes_on_when_the_file_cannot_be_written(self):
        with folder_with(RULES) as folder:
            done = check(f"--statsd.mapping-config={folder}/mapping.yml", f"--debug.dump-fsm={folder}/missing/fsm.dot")

            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("missing/fsm.dot", done.stderr)

    def test_writes_nothing_without_a_mapping_file(self):
        with folder_with(RULES) as folder:
            self.assertEqual(check(f"--debug.dump-fsm={folder}/fsm.dot").returncode, 0)
            self.assertFalse((folder / "fsm.dot").exists())

    def test_is_written_at_the_start_and_not_on_a_reload(self):
        with folder_with(RULES) as folder:
            dump = folder / "fsm.dot"
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={folder}/mapping.yml",
                                                           f"--debug.dump-fsm={dump}"]) as daemon:
                self.assertTrue(dump.exists())
                dump.unlink()
                daemon.signal(signal.SIGHUP)
                daemon.wait_for_self_value('statsd_exporter_config_reloads_total{outcome="success"}', 1)
                self.assertFalse(dump.exists())


if __name__ == "__main__":
    tap.main()
