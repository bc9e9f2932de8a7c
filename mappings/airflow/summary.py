# SPDX-License-Identifier: Apache-2.0
"""All files in one text for the eye: each different rule once, with the files that have it. Nothing is left out: `expanded` makes the files of it again.

    GLOB
      FILES: KEY: VALUE | KEY: VALUE ...
"""

import re

HEAD = """# The rules of all Airflow mapping files, each different one once, with the files that have it. Made by generate.py of metrics.toml.
# A change here is a change of what is compiled in.

"""
# Names for what most rules are in, by the end of a file's name; the first that fits.
GROUPS = {"untagged": "-untagged", "datadog": "-datadog", "influx": "-influx", "mixin": "-mixin", "plain": ""}
MATCH = "  - match: "
KEY = "    "
BETWEEN = " | "
ALL = "all"
TOP = "(the top of the file)"


def group_of(name):
    return next(group for group, end in GROUPS.items() if name.endswith(end))


def groups_of(names):
    """group -> its files, in the order of the table."""
    groups = {}
    for name in names:
        groups.setdefault(group_of(name), []).append(name)
    return groups


def files_text(names, groups):
    """`names`, with the group's name where all of a group are in."""
    if len(names) == sum(map(len, groups.values())):
        return ALL
    words = []
    for group, members in groups.items():
        chosen = [name for name in members if name in names]
        words += [group] if chosen == members else chosen
    return " ".join(words)


def rules_of(text):
    """(glob, keys) of each rule of a text."""
    for rule in re.split(f"^{re.escape(MATCH)}", text, flags=re.MULTILINE)[1:]:
        glob, *keys = rule.splitlines()
        yield glob, BETWEEN.join(key.removeprefix(KEY) for key in keys)


def merge(known, added, name):
    """Puts the items of one file, in its order, into a list of (item, files), in which they come in that order too."""
    place = len(known)
    for item in reversed(list(added)):
        found = next((i for i in reversed(range(place)) if known[i][0] == item), None)
        if found is None:
            known.insert(place, (item, []))
            found = place
        known[found][1].append(name)
        place = found


def merged(texts):
    """[((glob, keys), files)] of texts by file; rules of one glob stand together."""
    globs, rules = [], {}
    for name, text in texts.items():
        by_glob = {}
        for glob, keys in rules_of(text):
            by_glob.setdefault(glob, []).append(keys)
        merge(globs, by_glob, name)
        for glob, keys in by_glob.items():
            merge(rules.setdefault(glob, []), keys, name)
    return [((glob, keys), names) for glob, _ in globs for keys, names in rules[glob]]


def summary(tops, metrics):
    """`tops`: the top of each file, by its name. `metrics`: of each metric the rules, by file."""
    groups = groups_of(tops)
    lines = [f"{group}: {' '.join(names)}" for group, names in groups.items()]
    lines += ["", TOP]
    found = []
    for name, top in tops.items():
        merge(found, top.splitlines(), name)
    lines += [f"  {files_text(names, groups)}: {line}".rstrip() for line, names in found]
    for texts in metrics:
        last = None
        lines.append("")
        for (glob, keys), names in merged(texts):
            lines += [glob] if glob != last else []
            lines.append(f"  {files_text(names, groups)}: {keys}")
            last = glob
    return HEAD + "\n".join(lines) + "\n"


def expanded(text):
    """The files of a summary: name -> text."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    top = lines.index(TOP)
    groups = {group: names.split() for group, _, names in (line.partition(": ") for line in lines[:top])}
    files = {name: "" for names in groups.values() for name in names}
    groups[ALL] = list(files)
    glob = TOP
    for line in lines[top:]:
        if not line.startswith("  "):
            glob = line
            continue
        words, _, body = line[2:].partition(":")
        body = body.removeprefix(" ")
        rule = body if glob == TOP else MATCH + glob + "".join(f"\n{KEY}{key}" for key in body.split(BETWEEN))
        for word in words.split():
            for name in groups.get(word, [word]):
                files[name] += rule + "\n"
    return files
