#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `weir explain` says, held against what is on file.

    run_explain.py --weir build/src/app/weir [--record] [NAME...]

Each file of this folder is a case: a text archive (tests/support/text_archive.py) with these sections:

    -- mapping --      the mapping file, where there is one; messages call it mapping.yml
    -- arguments --    what comes behind `explain`, one argument a line
    -- text --         the answer
    -- json --         where the case is about JSON: the same as JSON, indented
    -- exit --         the exit code, where it is not 0

Each case is run in both formats: both have to agree on the exit code, and the JSON has to be JSON. NAME chooses the cases that have it in
their names. `--record` writes what is said now into the files: read what changed.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import text_archive  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent
RUN_SECONDS_MAX = 60
KNOWN = ("mapping", "arguments", "text", "json", "exit")


class Case:
    def __init__(self, path):
        self.path = path
        self.name = path.stem
        self.archive = text_archive.read(path)
        self.sections = {section.name: section for section in self.archive.sections}
        unknown = set(self.sections) - set(KNOWN)
        if unknown or "arguments" not in self.sections:
            raise text_archive.ArchiveError(f"{path}: sections are {', '.join(KNOWN)}, the arguments always")

    def expected(self, name, otherwise=b""):
        return self.sections[name].data if name in self.sections else otherwise

    def run(self, weir, output_format):
        with tempfile.TemporaryDirectory(prefix="weir-explain-") as folder:
            arguments = [b"--format=" + output_format.encode()]
            if "mapping" in self.sections:
                (pathlib.Path(folder) / "mapping.yml").write_bytes(self.expected("mapping"))
                arguments.append(b"--mapping=mapping.yml")
            arguments += self.expected("arguments").splitlines()
            return subprocess.run([str(weir).encode(), b"explain", *arguments], cwd=folder, capture_output=True, timeout=RUN_SECONDS_MAX, check=False)

    def set(self, name, data, is_wanted=True):
        self.archive.sections = [section for section in self.archive.sections if section.name != name]
        if not is_wanted:
            return
        is_escaped = any(byte > 0x7E or byte < 0x20 and byte != 0x0A for byte in data)
        self.archive.sections.append(text_archive.Section(name, data, is_escaped))


def indented(lines):
    """Each line of JSON over many lines, as ASCII."""
    return "".join(json.dumps(json.loads(line), indent=1) + "\n" for line in lines.splitlines()).encode()


def faults(case, text, machine):
    """What differs from the case's file, a text each."""
    expected_exit = int(case.expected("exit", b"0"))
    if text.stderr or text.returncode > 1:
        yield f"exit code {text.returncode}: {text.stderr.decode(errors='replace')}"
        return
    if text.returncode != machine.returncode or text.returncode != expected_exit:
        yield f"exit codes: expected {expected_exit}, text {text.returncode}, JSON {machine.returncode}"
    applied = [json.loads(line)["applied"] for line in machine.stdout.splitlines()]
    if all(applied) != (machine.returncode == 0):
        yield f"applied: {applied}, exit code {machine.returncode}"
    if text.stdout != case.expected("text"):
        yield f"text:\n{text.stdout.decode()}\nexpected:\n{case.expected('text').decode()}"
    if "json" in case.sections and indented(machine.stdout) != case.expected("json"):
        yield f"JSON:\n{indented(machine.stdout).decode()}"


def record(case, text, machine):
    has_json = "json" in case.sections
    for name in ("text", "json", "exit"):
        case.set(name, b"", is_wanted=False)
    case.set("text", text.stdout)
    case.set("json", indented(machine.stdout), is_wanted=has_json)
    case.set("exit", b"%d\n" % text.returncode, is_wanted=text.returncode != 0)
    case.archive.write(case.path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    paths = [path for path in sorted(FOLDER.glob("*.txtar")) if not options.names or any(name in path.stem for name in options.names)]
    if not paths:
        sys.exit("no such case")
    has_failed = False
    for number, path in enumerate(paths, 1):
        case = Case(path)
        text, machine = case.run(options.weir.resolve(), "text"), case.run(options.weir.resolve(), "json")
        if options.record:
            record(case, text, machine)
        found = [] if options.record else list(faults(case, text, machine))
        has_failed = has_failed or bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {case.name}")
        for line in "\n".join(found).splitlines():
            print("# " + line)
    print(f"1..{len(paths)}")
    sys.exit(1 if has_failed else 0)


if __name__ == "__main__":
    main()
