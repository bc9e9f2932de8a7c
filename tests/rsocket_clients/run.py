#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real Prometheus RSocket client, Spring Boot's starter and the Java proxy beside weir, and weir as an application of that proxy.

    tests/rsocket_clients/run.py --weir build/src/app/weir --cache FOLDER [NAME...]

By hand: two minutes. Needs java, mvn and, the first time, Maven Central; FOLDER keeps what it gives. Reports in TAP.
"""

import contextlib
import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import client_programs  # noqa: E402
import running_daemon  # noqa: E402
import tap  # noqa: E402

SECONDS_MAX = 600
PAGE_SECONDS_MAX = 60
FIRE_SECONDS, FIRES_MAX = 10, 5
CONNECTIONS = "weir_rsocket_connections"
CONNECTED = "weir_rsocket_proxy_connected"


def classes(program):
    """The class path of a program, compiled against what the pom.xml beside it names."""
    return client_programs.java_classes(program, program.parent / "pom.xml")


def page(port, path="/metrics/connected"):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PAGE_SECONDS_MAX) as answer:
        return answer.read().decode()


class App:
    """A JVM with applications in it, each with a connection of its own."""

    def __init__(self, port, name, kind="tcp", count=1, series=1, memory="128m"):
        self.process = subprocess.Popen(
            ["java", f"-Xmx{memory}", "-cp", classes(HERE / "App.java"), "App", str(port), kind, str(count), str(series), name],
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
        message = "Accepting RSocket Connections"
        self.wait_for_log(message)
        listening = self._logged(message)
        self.ports = {"tcp": self._port(listening["tcp"]), "websocket": self._port(listening["websocket"])}

    def connected(self):
        return page(self.http_port)

    def wait_for_connections(self, count):
        running_daemon.wait_until(lambda: self.self_value(CONNECTIONS) == count, PAGE_SECONDS_MAX, f"{count} connections")


class JavaProxy:
    def __init__(self):
        self.http_port, self.tcp_port, self.websocket_port = (running_daemon.free_port() for _ in range(3))
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()

    def urls(self):
        return f"tcp://localhost:{self.tcp_port}", f"ws://localhost:{self.websocket_port}/"

    def start(self):
        self.process = subprocess.Popen(
            ["java", "-Xmx256m", "-cp", classes(HERE / "proxy" / "JavaProxy.java"), "JavaProxy", f"--server.port={self.http_port}",
             f"--micrometer.prometheus-proxy.tcp-port={self.tcp_port}", f"--micrometer.prometheus-proxy.websocket-port={self.websocket_port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running_daemon.wait_until(self._is_up, PAGE_SECONDS_MAX, "the Java proxy")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def _is_up(self):
        with contextlib.suppress(OSError):
            return page(self.http_port, "/metrics/proxy")
        return None

    def connected(self):
        return page(self.http_port)


def work_of(name, amount):
    return f'app_work_total{{application_name="{name}0"}} {amount}'


class Application(running_daemon.RunningDaemon):
    """weir as an application of a proxy, once it is connected."""

    def __init__(self, url):
        super().__init__(tap.weir(), [f"--rsocket.proxy-url={url}"])

    def __enter__(self):
        super().__enter__()
        self.wait_for_self_value(CONNECTED, 1)
        return self

    def send_udp(self, line):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(line.encode(), ("127.0.0.1", self.udp_port))
        self.wait_for_self_value("statsd_exporter_lines_total", 1)


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

    def end_with(self, word, daemon, kind):
        """An application works, and pushes. One that fires and forgets may close its connection before it sends that: then another one tries."""
        for left in reversed(range(FIRES_MAX if word == "fire" else 1)):
            with App(daemon.ports[kind], "short", kind) as app:
                app.do("work")
                app.do(word)
                try:
                    return daemon.wait_for_self_value("weir_rsocket_pushes_kept", 1, FIRE_SECONDS)
                except running_daemon.DaemonError:
                    if not left:
                        raise
                    print("# fired, forgotten and not sent", flush=True)

    def test_push_when_they_end(self):
        for kind in ("tcp", "websocket"):
            for word in ("push", "fire"):
                with self.subTest(kind=kind, word=word), Daemon() as daemon:
                    self.end_with(word, daemon, kind)
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


class SpringBoot(unittest.TestCase):
    def test_connects_by_its_starter_and_pushes_when_it_stops(self):
        prefix = "--management.metrics.export.prometheus.rsocket"
        with Daemon() as daemon:
            for kind, port in daemon.ports.items():
                program = subprocess.Popen(
                    ["java", "-Xmx256m", "-cp", classes(HERE / "boot" / "BootApp.java"), "BootApp", "--server.port=0", f"{prefix}.host=127.0.0.1",
                     f"{prefix}.port={port}", f"{prefix}.transport={kind}", f"--management.metrics.tags.application={kind}"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    daemon.wait_for_connections(1)
                    running_daemon.wait_until(lambda: "jvm_memory_used_bytes{" in daemon.connected(), PAGE_SECONDS_MAX, "its page")
                finally:
                    program.terminate()
                    program.wait(SECONDS_MAX)
                self.assertIn(f'process_uptime_seconds{{application="{kind}"}}', daemon.connected())
                self.assertIn(f'process_uptime_seconds{{application="{kind}"}}', daemon.connected())
                self.assertEqual(daemon.connected(), "")


class JavaProxyBesideWeir(unittest.TestCase):
    def test_shows_the_same_of_an_application(self):
        with JavaProxy() as proxy, Daemon("--no-rsocket.merge") as daemon:
            for kind in ("tcp", "websocket"):
                ports = f"{daemon.ports[kind]},{proxy.tcp_port if kind == 'tcp' else proxy.websocket_port}"
                with App(ports, "both", kind, series=100) as app:
                    app.do("work")
                    self.assertEqual(sorted(daemon.connected().splitlines()), sorted(proxy.connected().splitlines()))
                running_daemon.wait_until(lambda: daemon.connected() == proxy.connected() == "", PAGE_SECONDS_MAX, "their end")

    def test_has_the_metrics_that_weir_has_by_their_names(self):
        with JavaProxy() as proxy, Daemon() as daemon, App(f"{daemon.ports['tcp']},{proxy.tcp_port}", "both"):
            names = []
            for one in (daemon, proxy):
                one.connected()
                names.append({line.split("{")[0].split(" ")[0] for line in page(one.http_port, "/metrics/proxy").splitlines() if line[0] != "#"})
            self.assertEqual(names[0] - names[1], {"prometheus_proxy_connection_error_total"})

    def test_scrapes_weir(self):
        with JavaProxy() as proxy:
            for url in proxy.urls():
                with self.subTest(url), Application(url) as daemon:
                    daemon.send_udp("jobs.done:3|c")
                    for _ in range(3):
                        self.assertIn("jobs_done 3", proxy.connected())

    # It loses the page of an application that it has scraped before, that of a Java client too.
    def test_takes_the_last_page_of_weir(self):
        with JavaProxy() as proxy:
            for url in proxy.urls():
                with self.subTest(url):
                    with Application(url) as daemon:
                        daemon.send_udp("jobs.done:3|c")
                    self.assertNotIn("has not taken", daemon.log())
                    self.assertIn("jobs_done 3", proxy.connected())
                    self.assertEqual(proxy.connected(), "")

    def test_is_connected_to_again(self):
        with JavaProxy() as proxy, Application(proxy.urls()[0]) as daemon:
            proxy.stop()
            running_daemon.wait_until(lambda: daemon.self_value(CONNECTED) == 0, PAGE_SECONDS_MAX, "its end")
            proxy.start()
            daemon.wait_for_self_value(CONNECTED, 1)
            self.assertIn(CONNECTED, proxy.connected())


def main():
    client_programs.main(client_programs.parser(__doc__).parse_args())


if __name__ == "__main__":
    main()
