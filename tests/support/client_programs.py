# SPDX-License-Identifier: Apache-2.0
"""Programs with the client libraries of others, for suites that are run by hand: from Maven Central, PyPI and Go's proxy, and kept.

`main` of a suite reads the folder that keeps them, and each stays there under a name that changes with what it is made of.
"""

import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

import tap

SECONDS_MAX = 600
COMPLETE = "complete"


def run(*command, **options):
    """To its end, which must be a good one. What it says goes to standard error, unless `stdout` is given."""
    options.setdefault("stdout", sys.stderr)
    return subprocess.run([str(word) for word in command], check=True, timeout=SECONDS_MAX, **options)


def kept(name, ingredients, make):
    """The folder that `make(folder)` fills, once for these ingredients, a list of bytes."""
    digest = hashlib.sha256(b"\0".join(ingredients)).hexdigest()[:12]
    folder = pathlib.Path(os.environ["WEIR_CLIENTS_CACHE"], f"{name}-{digest}")
    if not (folder / COMPLETE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        (folder / COMPLETE).touch()
    return folder


def jars(project, *settings):
    """The class path of what the pom.xml `project` names. `settings` are Maven's."""
    def make(folder):
        run("mvn", "-q", "-B", *settings, "-f", project, "dependency:copy-dependencies", f"-DoutputDirectory={folder}")
    return f"{kept('jars', [project.read_bytes()], make)}/*"


def java_classes(program, project):
    """The class path of a Java program, and of the libraries that `project` names for it."""
    libraries = jars(project)

    def make(folder):
        run("javac", "-cp", libraries, "-d", folder, program)
    return f"{kept(program.stem, [program.read_bytes(), project.read_bytes()], make)}:{libraries}"


def python(*packages):
    """A Python that has them."""
    def make(folder):
        run(sys.executable, "-m", "venv", folder)
        run(folder / "bin" / "pip", "install", "--quiet", *packages)
    return kept("python", [package.encode() for package in packages], make) / "bin" / "python3"


def go_program(source, *modules):
    """A program of one file, built with these `module@version`."""
    def make(folder):
        shutil.copy(source, folder)
        (folder / "go.mod").write_text("module client\n\ngo 1.23\n", encoding="utf-8")
        run("go", "get", *modules, cwd=folder)
        run("go", "mod", "tidy", cwd=folder)
        run("go", "build", "-o", "client", ".", cwd=folder)
    return kept("go", [source.read_bytes(), *[module.encode() for module in modules]], make) / "client"


def parser(description):
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--weir", type=pathlib.Path, help="the daemon to test")
    made.add_argument("--cache", type=pathlib.Path, required=True, help="a folder that keeps the programs")
    made.add_argument("names", nargs="*", metavar="NAME", help="a part of a case's name: only such cases run")
    return made


def use_cache(folder):
    os.environ["WEIR_CLIENTS_CACHE"] = str(folder.resolve())


def main(given):
    """Runs the suite of the program, as its arguments say."""
    use_cache(given.cache)
    if given.weir:
        os.environ["WEIR"] = str(given.weir.resolve())
    sys.argv = [sys.argv[0], *given.names]
    tap.main()
