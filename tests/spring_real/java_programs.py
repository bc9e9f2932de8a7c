# SPDX-License-Identifier: Apache-2.0
"""Builds the Java programs of this folder, with their libraries from Maven Central, and runs them."""

import contextlib
import hashlib
import pathlib
import shutil
import subprocess
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BUILD_SECONDS_MAX = 600
RUN_SECONDS_MAX = 600
START_SECONDS_MAX = 600
# Spring sends the size of the folder that it runs in, under its path.
FOLDER = "/"
# Starts of a second; a virtual machine that is fast later is of no use here.
JVM = ["java", "-XX:TieredStopAtLevel=1", "-Xmx256m"]


class Missing(Exception):
    """What is needed to run is not there."""


class Program:
    """A folder with a pom.xml and a class; `others` are files of other folders."""

    def __init__(self, cache, folder, main, properties=None, others=()):
        self.source = HERE / folder
        self.files = [HERE / other for other in others]
        self.main = main
        self.properties = properties or {}
        # Other libraries have another place.
        libraries = hashlib.sha256((self.source / "pom.xml").read_bytes()).hexdigest()[:12]
        self.place = cache / "-".join([folder, *self.properties.values(), libraries])

    def build(self):
        """Its libraries, fetched once, and its classes."""
        for program in ("java", "javac", "mvn"):
            if shutil.which(program) is None:
                raise Missing(f"no {program}")
        libraries = self.place / "lib"
        if not (self.place / "complete").exists():
            shutil.rmtree(self.place, ignore_errors=True)
            defines = [f"-D{key}={value}" for key, value in self.properties.items()]
            command = ["mvn", "-q", "-B", "-f", str(self.source / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={libraries}", *defines]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=BUILD_SECONDS_MAX, check=False)
            if done.returncode != 0:
                raise Missing("Maven failed: " + " ".join(done.stdout.split())[:300])
            (self.place / "complete").touch()
        classes = self.place / "classes"
        shutil.rmtree(classes, ignore_errors=True)
        subprocess.run(["javac", "-parameters", "-cp", f"{libraries}/*", "-d", str(classes), *map(str, [*self.source.glob("*.java"), *self.files])], check=True)
        return self

    def command(self, arguments):
        return [*JVM, "-cp", f"{self.place}/classes:{self.place}/lib/*", self.main, *arguments]

    def run(self, arguments):
        """To its end; returns what it wrote."""
        done = subprocess.run(self.command(arguments), cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=RUN_SECONDS_MAX,
                              check=False)
        if done.returncode != 0:
            raise AssertionError(f"{self.main} ended with {done.returncode}:\n{done.stdout[-3000:]}")
        return done.stdout

    @contextlib.contextmanager
    def running(self, arguments, url, log):
        """Until it is left, from when `url` is answered."""
        with open(log, "w", encoding="utf-8") as output, subprocess.Popen(self.command(arguments), cwd=FOLDER, stdout=output, stderr=subprocess.STDOUT) as process:
            try:
                self.wait_for(url, process, log)
                yield
            finally:
                process.terminate()
                process.wait(RUN_SECONDS_MAX)

    @staticmethod
    def wait_for(url, process, log):
        deadline = time.monotonic() + START_SECONDS_MAX
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
                return
            time.sleep(0.2)
        raise AssertionError(f"{url} is not answered:\n" + pathlib.Path(log).read_text(encoding="utf-8")[-3000:])
