# SPDX-License-Identifier: Apache-2.0
"""The list of mutants, and where in the tree each of them applies.

One `LAYER.toml` a layer, with a table `[[mutant]]` for each:

    id         a letter and a number; it stays when others go and when the text moves to another layer
    what       the fault, in one sentence
    file       where the text is. When it is not there exactly once, all of src and include is searched: it must be once there
    old, new   the text, and what takes its place. White space is not compared, so that a new formatting does no harm
    suites     what is run, in this order, until one fails: `SUITE:TEST` as Meson names them. Words behind it narrow it: a
               filter of GoogleTest, or names of cases, scenarios or what else that test takes
    survives   only for those that no test can kill: why
"""

import dataclasses
import pathlib
import re
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
LAYERS = ("base", "capture", "statsd", "influx", "wavefront", "metrics", "state", "mapping", "rulefile", "migrate", "lint", "suggest", "exposition", "passthrough", "push", "telemetry", "pipeline",
          "explain", "insight", "mappingtest", "doctor", "tls", "webconfig", "net", "relay", "http", "app")
KEYS = {"id", "what", "file", "old", "new", "suites"}


class ListError(Exception):
    """The list is wrong: a mutant of it cannot be applied or built."""


@dataclasses.dataclass(frozen=True)
class Mutant:
    layer: str
    id: str
    what: str
    file: str
    old: str
    new: str
    suites: list
    survives: str = ""

    def place(self, root):
        """The file below `root` that has the text, and where."""
        hint = root / self.file
        found = self.matches(hint) if hint.is_file() else []
        if len(found) != 1:
            found = [place for path in sources(root) for place in self.matches(path)]
        if len(found) != 1:
            raise ListError(f"{self.id}: its text is {len(found)} times in src and include")
        return found[0]

    def matches(self, path):
        pattern = r"\s+".join(re.escape(word) for word in self.old.split())
        return [(path, match.span()) for match in re.finditer(pattern, path.read_text())]

    def apply(self, root):
        """Returns the file and what it held."""
        path, (begin, end) = self.place(root)
        text = path.read_text()
        path.write_text(text[:begin] + self.new.strip("\n") + text[end:])
        return path, text


def sources(root):
    return [path for top in ("src", "include") for path in sorted((root / top).rglob("*")) if path.suffix in (".cc", ".h")]


def load():
    """All mutants, by layer."""
    mutants = []
    for layer in LAYERS:
        for table in tomllib.loads((HERE / f"{layer}.toml").read_text())["mutant"]:
            if set(table) - {"survives"} != KEYS:
                raise ListError(f"{layer}.toml: {table.get('id')}: keys missing or unknown: {sorted(set(table) ^ KEYS)}")
            mutants.append(Mutant(layer=layer, **table))
    ids = [mutant.id for mutant in mutants]
    if twice := {id for id in ids if ids.count(id) > 1}:
        raise ListError(f"ids that stand twice: {', '.join(sorted(twice))}")
    return mutants
