#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `weir test` says, held against what is on file.

    run_output.py --weir build/src/app/weir [--record] [NAME...]

Each file of output/ is a case: a text archive (tests/support/text_archive.py) with these sections:

    -- arguments --    what comes behind `test`, one argument a line
    -- NAME.yml --     a file that is there; any number of them
    -- stdout --       the answer; what is JSON, indented
    -- stderr --       what is wrong with the files
    -- exit --         the exit code, where it is not 0

The case `docs` is the example of docs/testing-mappings.md, which has its texts word by word.

NAME chooses the cases that have it in their names. `--record` writes what is said now into the files: read what changed.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import text_archive  # noqa: E402

PAGE = HERE.parent.parent / "docs" / "testing-mappings.md"
RUN_SECONDS_MAX = 60
ANSWERS = ("stdout", "stderr", "exit")


def indented(output):
    """JSON over many lines, other text as it is."""
    return (json.dumps(json.loads(output), indent=1) + "\n").encode() if output.startswith(b"{") else output


def files_of(archive):
    return [section for section in archive.sections if section.name.endswith(".yml")]


def run(weir, archive):
    """What the command answers to the case: section -> bytes."""
    with tempfile.TemporaryDirectory(prefix="weir-test-") as folder:
        for section in files_of(archive):
            path = pathlib.Path(folder) / section.name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(section.data)
        arguments = next(section.data for section in archive.sections if section.name == "arguments").splitlines()
        done = subprocess.run([str(weir).encode(), b"test", *arguments], cwd=folder, capture_output=True, timeout=RUN_SECONDS_MAX, check=False)
    found = {"stdout": indented(done.stdout), "stderr": done.stderr, "exit": b"%d\n" % done.returncode if done.returncode else b""}
    return {name: data for name, data in found.items() if data}


def check_sections(path, archive):
    known = {"arguments", *ANSWERS, *(section.name for section in files_of(archive))}
    if {section.name for section in archive.sections} - known or "arguments" not in {section.name for section in archive.sections}:
        raise text_archive.ArchiveError(f"{path}: sections are arguments, NAME.yml, {', '.join(ANSWERS)}")


def record(path, archive, answer):
    archive.sections = [section for section in archive.sections if section.name not in ANSWERS]
    archive.sections += [text_archive.Section(name, data) for name, data in answer.items()]
    archive.write(path)


def faults(archive, answer):
    """What differs from the case's file, a text each."""
    expected = {section.name: section.data for section in archive.sections if section.name in ANSWERS}
    for name in ANSWERS:
        if answer.get(name) != expected.get(name):
            yield f"{name}:\n{answer.get(name, b'').decode()}\nexpected:\n{expected.get(name, b'').decode()}"


def missing_in_docs(archive):
    """The texts of the documented example that the page does not have."""
    page = PAGE.read_text(encoding="utf-8")
    wanted = [section for section in archive.sections if section.name.endswith(".yml") or section.name == "stdout"]
    return [f"not in {PAGE.name}: {section.name}" for section in wanted if f"\n{section.text}```\n" not in page]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    paths = [path for path in sorted((HERE / "output").glob("*.txtar")) if not options.names or any(name in path.stem for name in options.names)]
    if not paths:
        sys.exit("no such case")
    has_failed = False
    for number, path in enumerate(paths, 1):
        archive = text_archive.read(path)
        check_sections(path, archive)
        answer = run(options.weir.resolve(), archive)
        if options.record:
            record(path, archive, answer)
        found = list(faults(archive, answer)) + (missing_in_docs(archive) if path.stem == "docs" else [])
        has_failed = has_failed or bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {path.stem}")
        for line in "\n".join(found).splitlines():
            print("# " + line)
    print(f"1..{len(paths)}")
    sys.exit(1 if has_failed else 0)


if __name__ == "__main__":
    main()
