#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at the status page in a browser, while a real daemon takes real traffic.

    tests/browser/run_browser.py --weir build/src/app/weir [--only TEXT] [--pictures FOLDER [--warm-up SECONDS]]

Needs Debian's chromium, nodejs and npm, which it installs as root where they are not there, and two packages from npm, which go into a
temporary folder. Where these cannot be had it says why and exits with 77, which Meson takes for skipped. Prints TAP; about four minutes.
With --pictures it checks nothing and takes the pictures of docs/status.md, after traffic of --warm-up seconds; 900 fill the charts.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import certificates  # noqa: E402
import running_daemon  # noqa: E402
import traffic  # noqa: E402

SKIPPED = 77
NODE_MAJOR_MIN = 18
PROGRAMS = {"chromium": "chromium", "node": "nodejs", "npm": "npm"}
INSTALL_SECONDS_MAX = 600
CHECK_SECONDS_MAX = 900
SCRAPE_SECONDS = 4
USER = "ann"


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(SKIPPED)


def last_line(text):
    return (text.strip().splitlines() or [""])[-1]


def run_quietly(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                          timeout=INSTALL_SECONDS_MAX, **options)


def install_programs():
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            skip(f"no {' '.join(missing)}")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = run_quietly(["apt-get", "install", "-qy", "--no-install-recommends", *missing], env=environment)
        if done.returncode != 0:
            skip(f"apt-get cannot install {' '.join(missing)}: {last_line(done.stdout)}")
    version = run_quietly(["node", "--version"]).stdout
    if int(version.strip().lstrip("v").split(".")[0]) < NODE_MAJOR_MIN:
        skip(f"node {version.strip()} is too old")


def install_checks(folder):
    """The checks, and the packages that they use, at the versions of the lock file."""
    for file in HERE.iterdir():
        if file.suffix in (".mjs", ".json"):
            shutil.copy(file, folder)
    done = run_quietly(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)
    if done.returncode != 0:
        skip(f"npm cannot install playwright-core and axe-core: {last_line(done.stdout)}")


class Scraper:
    """Scrapes `daemon` now and then, as Prometheus does, to the end of a `with`."""

    def __init__(self, daemon):
        self._daemon = daemon
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *exception):
        self._ends.set()
        self._thread.join()

    def _run(self):
        while not self._ends.wait(SCRAPE_SECONDS):
            self._daemon.scrape_text()


def fail_and_mend_a_reload(daemon, mapping):
    mapping.write_text(traffic.BROKEN_MAPPING)
    daemon.request("POST", "/-/reload")
    mapping.write_text(traffic.MAPPING)
    daemon.request("POST", "/-/reload")


def guarded_daemon(weir, folder):
    config = folder / "web.yml"
    config.write_text(f"basic_auth_users: {{{USER}: {certificates.HASHES[0]}}}\n")
    return running_daemon.RunningDaemon(weir, [f"--web.config.file={config}"], awaits_ready=False)


def look(arguments, checks, folder, stack):
    """Runs the checks, or takes the pictures; returns the exit code."""
    mapping = folder / "mapping.yml"
    mapping.write_text(traffic.MAPPING)
    daemon = stack.enter_context(running_daemon.RunningDaemon(arguments.weir.resolve(), [
        f"--statsd.mapping-config={mapping}", f"--statsd.listen-unixgram={folder}/statsd.sock", "--web.enable-lifecycle",
        "--limits.memory=512MiB"]))
    guarded = stack.enter_context(guarded_daemon(arguments.weir.resolve(), folder))
    stack.enter_context(Scraper(daemon))
    stack.enter_context(traffic.Traffic(daemon, str(folder / "statsd.sock"), is_hostile=arguments.pictures is None))
    fail_and_mend_a_reload(daemon, mapping)
    environment = {**os.environ, "CHROMIUM": shutil.which("chromium"), "WEIR_URL": f"http://127.0.0.1:{daemon.http_port}",
                   "WEIR_PID": str(daemon.process.pid), "GUARDED_URL": f"http://127.0.0.1:{guarded.http_port}",
                   "GUARDED_USER": USER, "GUARDED_PASSWORD": certificates.PASSWORD, "ONLY": arguments.only}
    if arguments.pictures:
        time.sleep(arguments.warm_up)
        environment["PICTURES"] = str(arguments.pictures.resolve())
    script = "pictures.mjs" if arguments.pictures else "checks.mjs"
    return subprocess.run(["node", script], cwd=checks, env=environment, timeout=CHECK_SECONDS_MAX, check=False).returncode


def quantise(pictures):
    """A palette of 256 colours is as good and takes a third."""
    if shutil.which("pngquant"):
        for picture in pictures.glob("status-*.png"):
            subprocess.run(["pngquant", "--force", "--ext=.png", "--skip-if-larger", str(picture)], check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--only", default="", help="part of the names of the checks to run")
    parser.add_argument("--pictures", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--warm-up", type=float, default=0, metavar="SECONDS")
    arguments = parser.parse_args()
    install_programs()
    with contextlib.ExitStack() as stack:
        checks = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="weir-browser-")))
        install_checks(checks)
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="weir-")))
        code = look(arguments, checks, folder, stack)
    if arguments.pictures:
        quantise(arguments.pictures)
    sys.exit(code)


if __name__ == "__main__":
    main()
