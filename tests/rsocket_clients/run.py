#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real Prometheus RSocket client (Java) against weir: TCP and WebSocket, long and short applications, kill -9, many, large pages.

    tests/rsocket_clients/run.py --weir build/src/app/weir --cache FOLDER [NAME...]

By hand: about a minute. Needs java, mvn and, the first time, Maven Central; FOLDER keeps what it gives. Reports in TAP.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import running_daemon  # noqa: E402
import tap  # noqa: E402

SECONDS_MAX = 600
PAGE_SECONDS_MAX = 60
CACHE = {}
CONNECTIONS = "weir_rsocket_connections"


def run(*command):
    subprocess.run([str(word) for word in command], check=True, timeout=SECONDS_MAX, stdout=sys.stderr)


def classes():
    """The class path of App, compiled."""
    folder = CACHE["folder"] / "rsocket"
    if not (folder / "App.class").exists():
        run("mvn", "-q", "-B", "-f", HERE / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={folder}/jars")
        run("javac", "-cp", f"{folder}/jars/*", "-d", folder, HERE / "App.java")
    return f"{folder}:{folder}/jars/*"


class App:
    """A JVM with applications in it, each with a connection of its own."""

    def __init__(self, port, name, kind="tcp", count=1, series=1, memory="128m"):
        self.process = subprocess.Popen(
            ["java", f"-Xmx{memory}", "-cp", classes(), "App", str(port), kind, str(count), str(series), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._read_to("connected")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.kill()
        self.process.communicate()

    def _read_to(self, text):
        for line in self.process.stdout:
            if line.strip() == text:
                return
        raise AssertionError(f"the application ended before it said {text!r}")

    def do(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        self._read_to("did " + word)

    def end(self, word):
        """Ends as an application does whose last act is `word`."""
        self.do(word)
        self.process.stdin.write("stop\n")
        self.process.stdin.flush()
        self.process.wait(SECONDS_MAX)


class Daemon(running_daemon.RunningDaemon):
    def __init__(self, *flags, tcp_port=0):
        super().__init__(tap.weir(), [f"--rsocket.listen-tcp=127.0.0.1:{tcp_port}", "--rsocket.listen-websocket=127.0.0.1:0", *flags])

    def _learn_ports(self):
        super()._learn_ports()
        listening = self._logged("Accepting RSocket Connections")
        self.ports = {"tcp": self._port(listening["tcp"]), "websocket": self._port(listening["websocket"])}

    def connected(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/metrics/connected", timeout=PAGE_SECONDS_MAX) as answer:
            return answer.read().decode()

    def wait_for_connections(self, count):
        running_daemon.wait_until(lambda: self.self_value(CONNECTIONS) == count, PAGE_SECONDS_MAX, f"{count} connections")


def work_of(name, amount):
    return f'app_work_total{{application_name="{name}0"}} {amount}'


class Applications(unittest.TestCase):
    def test_are_scraped_on_both_transports(self):
        for flags in ([], ["--rsocket.key=plaintext"]):
            with Daemon(*flags) as daemon, App(daemon.ports["tcp"], "t") as tcp, App(daemon.ports["websocket"], "w", "websocket") as websocket:
                tcp.do("work")
                for app in (tcp, websocket):
                    app.do("work")
                page = daemon.connected()
                self.assertIn(work_of("t", 2), page)
                self.assertIn(work_of("w", 1), page)
                self.assertEqual(page.count("# TYPE app_work_total counter"), 1)

    def test_push_when_they_end(self):
        for kind in ("tcp", "websocket"):
            for word in ("push", "fire"):
                with self.subTest(kind=kind, word=word), Daemon() as daemon, App(daemon.ports[kind], "short", kind) as app:
                    app.do("work")
                    app.end(word)
                    daemon.wait_for_self_value("weir_rsocket_pushes_kept", 1)
                    daemon.wait_for_connections(0)
                    self.assertEqual([work_of("short", 1) in daemon.connected() for _ in range(3)], [True, True, False])

    def test_that_are_killed_are_gone(self):
        with Daemon() as daemon, App(daemon.ports["tcp"], "killed") as app:
            self.assertIn("killed", daemon.connected())
            app.process.send_signal(signal.SIGKILL)
            daemon.wait_for_connections(0)
            self.assertEqual(daemon.connected(), "")

    def test_that_stand_still_do_not_hold_up_a_scrape(self):
        with Daemon("--rsocket.scrape-timeout=500ms") as daemon, App(daemon.ports["tcp"], "still") as still, App(daemon.ports["tcp"], "alive"):
            still.process.send_signal(signal.SIGSTOP)
            begun = time.monotonic()
            self.assertIn("alive", daemon.connected())
            self.assertLess(time.monotonic() - begun, 2)
            still.process.send_signal(signal.SIGCONT)
            running_daemon.wait_until(lambda: "still" in daemon.connected(), PAGE_SECONDS_MAX, "its answer")

    def test_connect_again_after_a_restart(self):
        with Daemon() as daemon:
            port = daemon.ports["tcp"]
            app = App(port, "patient")
        with app, Daemon(tcp_port=port) as daemon:
            daemon.wait_for_connections(1)
            running_daemon.wait_until(lambda: "patient" in daemon.connected(), PAGE_SECONDS_MAX, "its page")

    def test_may_be_two_hundred(self):
        with Daemon() as daemon, App(daemon.ports["tcp"], "many", count=200, memory="512m") as apps:
            apps.do("work")
            begun = time.monotonic()
            page = daemon.connected()
            print(f"# 200 applications: {time.monotonic() - begun:.2f} s", flush=True)
            self.assertEqual(page.count("app_work_total{"), 200)
            apps.end("push")
            daemon.wait_for_self_value("weir_rsocket_pushes_kept", 200)
            self.assertEqual(daemon.connected().count("app_work_total{"), 200)

    def test_may_have_pages_of_five_megabytes(self):
        for kind in ("tcp", "websocket"):
            with self.subTest(kind=kind), Daemon() as daemon, App(daemon.ports[kind], "large", kind, series=38_000, memory="512m") as app:
                begun = time.monotonic()
                page = daemon.connected()
                print(f"# {len(page)} bytes by {kind}: {time.monotonic() - begun:.2f} s, {daemon.memory_bytes() >> 20} MiB", flush=True)
                self.assertGreater(len(page), 5_000_000)
                self.assertEqual(page.count("app_filler_total{"), 38_000)
                self.assertEqual(daemon.self_value('weir_ledger_rsocket_answers_total{outcome="shown"}'), 1)
                app.end("push")
                self.assertEqual(daemon.connected().count("app_filler_total{"), 38_000)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    given, names = parser.parse_known_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    CACHE["folder"] = given.cache.resolve()
    os.environ["WEIR"] = str(given.weir.resolve())
    sys.argv = [sys.argv[0], *names]
    tap.main()


if __name__ == "__main__":
    main()
