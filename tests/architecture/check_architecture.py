#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when the tree breaks a rule of ARCHITECTURE.md or CONTRIBUTING.md that a machine can see.

    check_architecture.py ROOT

Prints one line per violation, `path:line: what is wrong`.
"""

import ast
import os
import pathlib
import re
import subprocess
import sys

import prose

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
SUBJECT_CHARACTERS_MAX = 72
SUBJECTS_SINCE = "2026-11-23"

# A layer includes itself and these.
LAYERS = {
    "base": set(),
    "capture": {"base"},
    "sample": {"base"},
    "statsd": {"base", "sample"},
    "influx": {"base", "sample"},
    "metrics": {"base"},
    "wavefront": {"base", "sample", "metrics"},
    "state": {"base", "metrics"},
    "mapping": {"base", "sample"},
    "rulefile": {"base", "sample", "mapping"},
    "migrate": {"base", "mapping", "rulefile"},
    "exposition": {"base", "metrics"},
    "influxwrite": {"base", "metrics"},
    "passthrough": {"base", "metrics", "exposition"},
    "push": {"base", "metrics", "passthrough"},
    "telemetry": {"base", "metrics"},
    "pipeline": {"base", "sample", "statsd", "influx", "metrics", "mapping", "telemetry"},
    "explain": {"base", "sample", "statsd", "metrics", "mapping", "exposition", "pipeline"},
    "insight": {"base", "sample", "statsd", "influx", "wavefront", "metrics", "mapping", "pipeline"},
    "lint": {"base", "sample", "statsd", "mapping", "rulefile", "pipeline"},
    "suggest": {"base", "sample", "statsd", "mapping", "rulefile", "pipeline", "lint"},
    "mappingtest": {"base", "sample", "statsd", "metrics", "mapping", "rulefile", "pipeline", "explain"},
    "doctor": {"base"},
    "tls": {"base"},
    "webconfig": {"base", "rulefile", "tls"},
    "net": {"base", "tls"},
    "relay": {"base", "net"},
    "http": {"base", "net", "tls"},
    "rsocket": {"base", "passthrough"},
    "app": {"base", "capture", "sample", "statsd", "influx", "wavefront", "metrics", "mapping", "rulefile", "migrate", "lint", "suggest", "exposition", "passthrough", "push", "influxwrite", "telemetry", "pipeline", "explain", "insight", "mappingtest", "doctor", "tls", "webconfig", "net", "relay", "http",
            "rsocket", "state"},
}

# Third-party and operating-system headers, and the layers that may include them. The first prefix that fits decides.
EXTERNAL = [
    ("boost/asio", {"net", "relay", "http", "app"}),
    ("boost/beast", {"http", "app"}),
    ("boost/json", {"app"}),
    ("boost/unordered", {"metrics", "influxwrite"}),
    ("boost/system", set(LAYERS)),
    ("boost/", set()),
    ("fmt/", set(LAYERS)),
    ("yaml-cpp/", {"rulefile"}),
    ("re2/", {"mapping"}),
    ("protozero/", {"passthrough"}),
    ("zlib.h", {"rulefile", "http", "state"}),
    ("zstd.h", {"http"}),
    ("openssl/", {"tls", "webconfig", "rsocket"}),
    ("snappy.h", {"passthrough"}),
    ("crypt.h", {"webconfig"}),
    ("sys/socket.h", {"net", "relay", "http", "app"}),
    ("sys/un.h", {"net", "relay", "http", "app"}),
    ("netinet/", {"net", "relay", "http", "app"}),
    ("arpa/", {"tls", "net", "relay", "http", "app"}),
    ("netdb.h", {"net", "relay", "http", "app"}),
    ("sys/", set(LAYERS)),
    ("linux/", {"net", "app"}),
]
# Libraries that stay behind one .cc file.
SINGLE_FILE = ("yaml-cpp/", "re2/", "zstd.h", "snappy.h", "boost/json")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SPDX = "SPDX-License-Identifier: Apache-2.0"
SOURCE_SUFFIXES = {".cc", ".h"}
SCRIPT_SUFFIXES = {".py", ".sh"}
# Built from pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.$}-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "fa" + "rm", "tmp/" + "w"]) + r")/")
# Bytes recorded elsewhere; what they hold is not ours.
RECORDED = ("tests/captures/", "tests/fuzz/corpus/")


def layer_of(path):
    """The layer whose code `path` is, or None."""
    match = re.match(r"(?:src|include/weir)/([a-z_]+)/", path)
    return match.group(1) if match else None


def layer_included(target):
    """The layer that an include of ours reaches for: "weir/base/utf8.h" and "base/tables.h" are both `base`."""
    parts = target.removeprefix("weir/").split("/")
    return parts[0] if len(parts) > 1 and parts[0] in LAYERS else None


def check_internal_include(layer, target):
    reached = layer_included(target)
    if target.startswith("weir/") and reached is None:
        return f"{target} names no layer"
    if reached and reached != layer and reached not in LAYERS[layer]:
        return f"{layer} may not include {reached} ({target})"
    if reached and reached != layer and not target.startswith("weir/"):
        return f"{target} is private to {reached}"
    return None


def check_external_include(layer, path, target):
    for prefix, allowed in EXTERNAL:
        if target.startswith(prefix):
            if layer not in allowed:
                return f"{layer} may not include <{target}>"
            if prefix in SINGLE_FILE and not path.endswith(".cc"):
                return f"<{target}> belongs in one .cc file"
            return None
    if "/" in target:
        return f"<{target}> is of no library that the project knows"
    return None


def check_includes(files):
    users = {prefix: set() for prefix in SINGLE_FILE}
    for path, text in files.items():
        layer = layer_of(path)
        if layer is None:
            continue
        if layer not in LAYERS:
            yield f"{path}:1: no such layer: {layer}"
            continue
        for number, line in enumerate(text.splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quote, target = match.groups()
            fault = check_internal_include(layer, target) if quote == '"' else check_external_include(layer, path, target)
            if fault:
                yield f"{path}:{number}: {fault}"
            for prefix in SINGLE_FILE:
                if target.startswith(prefix):
                    users[prefix].add(path)
    for prefix, paths in users.items():
        for path in sorted(paths)[1:]:
            yield f"{path}:1: {prefix} is already included by {sorted(paths)[0]}; one file only"


def our_includes(text):
    return [match.group(2) for match in map(INCLUDE.match, text.splitlines()) if match and match.group(1) == '"']


def check_public_headers(files):
    """A public header is one that another layer needs, itself or by way of other public headers."""
    headers = {path.removeprefix("include/"): path for path in files if path.startswith("include/weir/")}
    needed, waiting = set(), []
    for path, text in files.items():
        if path.startswith("src/"):
            waiting += [target for target in our_includes(text) if target in headers and layer_included(target) != layer_of(path)]
    while waiting:
        target = waiting.pop()
        if target not in needed:
            needed.add(target)
            waiting += [further for further in our_includes(files[headers[target]]) if further in headers]
    for target in sorted(set(headers) - needed):
        if layer_of(headers[target]):
            yield f"{headers[target]}:1: no other layer needs it; it belongs into src"


LITERALS = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])*'",
    re.S,
)


def blank_literals(text):
    """`text` without comments and literals, every line still where it was."""
    return LITERALS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def opens_scope(header):
    """True for the head of a namespace, type or extern "C" block: what is inside may be a function of its own."""
    head = re.sub(r"<[^<>]*>", " ", re.sub(r"<[^<>]*>", " ", header))
    head = re.sub(r"\b(?:alignas|__attribute__)\s*\([^()]*\)|\[\[.*?\]\]", " ", head)
    if "(" in head:
        return False
    return bool(re.search(r"\b(?:namespace|class|struct|union|enum|extern)\b", head))


def functions(text):
    """Yields (first line, lines between its braces) for each outermost function body of C++ `text`."""
    code = re.sub(r"(?m)^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: re.sub(r"[^\n]", " ", match.group()), blank_literals(text))
    # A scope is the head that opened it; an argument list's braces, `f({1})`, are None and leave the head as it is.
    scopes, header, parentheses, body_depth, body_line, line = [], "", 0, None, 0, 1
    for character in code:
        line += character == "\n"
        parentheses += (character == "(") - (character == ")")
        if character == "{":
            is_argument = parentheses > 0 and body_depth is None
            scopes.append(None if is_argument else header)
            if body_depth is None and not is_argument and "(" in header and not opens_scope(header):
                body_depth, body_line = len(scopes), line
            header = header if is_argument else ""
        elif character == "}" and scopes:
            if body_depth == len(scopes):
                yield body_line, line - body_line
                body_depth = None
            header = header if scopes.pop() is None else ""
        elif character == ";":
            header = ""
        else:
            header += character


def check_sizes(files):
    for path, text in files.items():
        suffix = pathlib.PurePath(path).suffix
        if suffix not in SOURCE_SUFFIXES | {".py"}:
            continue
        lines = len(text.splitlines())
        if lines > FILE_LINES_MAX:
            yield f"{path}:{FILE_LINES_MAX + 1}: {lines} lines; a file ends before {FILE_LINES_MAX}"
        found = python_functions(text) if suffix == ".py" else functions(text)
        for line, length in found:
            if length > FUNCTION_LINES_MAX:
                yield f"{path}:{line}: a function of {length} lines; it ends before {FUNCTION_LINES_MAX}"


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno


def check_licence_lines(files):
    for path, text in files.items():
        lines = text.splitlines()[:2]
        is_script = bool(lines) and lines[0].startswith("#!")
        if pathlib.PurePath(path).suffix not in SOURCE_SUFFIXES | SCRIPT_SUFFIXES and not is_script:
            continue
        if SPDX not in (lines[1] if is_script and len(lines) > 1 else "".join(lines[:1])):
            yield f"{path}:1: the first line is not `{SPDX}`"


def check_header_guards(files):
    for path, text in files.items():
        if path.endswith(".h") and "#pragma once" not in text.splitlines()[:3]:
            yield f"{path}:1: a header begins with #pragma once"


def check_machine_paths(files):
    for path, text in files.items():
        if path.startswith(RECORDED):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line):
                yield f"{path}:{number}: a path of one machine"


# What a unit test has no need of: sockets, event loops, real clocks, files other than the tables that it reads.
OUTSIDE = re.compile(r"asio::|\bio_context\b|<sys/socket\.h>|::socket\(|::bind\(|\bofstream\b|TempDir\(|mkdtemp|mkstemp|temp_directory_path"
                     r"|/proc/|[Cc]lock::now\(|\bsleep_for\b")


def check_unit_tests(files):
    for path, text in files.items():
        if not path.startswith("tests/unit/") or pathlib.PurePath(path).suffix not in SOURCE_SUFFIXES:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if match := OUTSIDE.search(line):
                yield f"{path}:{number}: `{match.group()}` is not for unit tests; tests/component has those that need it"


CHECKS = [check_includes, check_unit_tests, check_public_headers, check_sizes, check_licence_lines, check_header_guards, check_machine_paths,
          *prose.CHECKS]


def violations(files):
    """All violations in `files`, a dict of path below the root to text, sorted."""
    return sorted(fault for check in CHECKS for fault in check(files))


def tracked_paths(root):
    """What git tracks or would track; without git every file outside of build folders."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, check=False,
    ) if (root / ".git").exists() else None
    if listed and listed.returncode == 0:
        return [path for path in os.fsdecode(listed.stdout).split("\0") if path and (root / path).is_file()]
    return [
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and not re.match(r"\.git/|build[^/]*/", str(path.relative_to(root)))
    ]


def long_subjects(log):
    """Of lines `HASH DATE SUBJECT`, which `git log` gives, those whose subject is too long, since the day when this was first looked at."""
    for line in log.splitlines():
        commit, day, subject = line.split(" ", 2)
        if day >= SUBJECTS_SINCE and len(subject) > SUBJECT_CHARACTERS_MAX:
            yield f"commit {commit}: a subject of {len(subject)} characters; it ends before {SUBJECT_CHARACTERS_MAX}"


def commit_log(root):
    """Empty where there is no history."""
    if not (root / ".git").exists():
        return ""
    command = ["git", "-c", "safe.directory=*", "log", "--format=%h %as %s", "--no-merges", "-n", "500"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout


def read_tree(root):
    return {path: (root / path).read_text(encoding="utf-8", errors="replace") for path in tracked_paths(root)}


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    files = read_tree(root)
    if not any(layer_of(path) for path in files):
        sys.exit("no source files found: is ROOT right, and is git installed?")
    found = violations(files) + list(long_subjects(commit_log(root)))
    for fault in found:
        print(fault)
    print(f"{len(files)} files, {len(found)} violations")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
