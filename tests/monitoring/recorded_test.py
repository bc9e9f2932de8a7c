#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every expression of the dashboards for Spring and for weir itself has data in a real Prometheus that scrapes a weir which gets what Spring
applications sent (tests/spring/captures), over and over.

    WEIR=build/src/app/weir recorded_test.py
"""

import contextlib
import math
import pathlib
import sys
import tempfile
import threading
import time
import unittest

import shipped

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ("support", "supervisor", "airflow_real")]

import private_network  # noqa: E402
import prometheus_server  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import strained  # noqa: E402
import tap  # noqa: E402

CAPTURES = HERE.parent / "spring" / "captures"
SENT = ("web-datadog.txt", "task-datadog.txt")
ROUND_SECONDS = 0.5
SCRAPES = 6
# What the dashboards show, and what their rates go over.
TIMES = "10s"


def lines():
    return [line for name in SENT for line in (CAPTURES / name).read_bytes().splitlines()]


@contextlib.contextmanager
def sending(port):
    done = threading.Event()

    def send():
        while not done.is_set():
            statsd_client.send_tcp(port, lines())
            done.wait(ROUND_SECONDS)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class Recorded(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not prometheus_server.is_installed():
            raise unittest.SkipTest("SKIPPED, NOT TESTED: no prometheus on the PATH")
        private_network.enter()
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="weir-dashboards-")))
        daemon = stack.enter_context(running_daemon.RunningDaemon(tap.weir(), ["--statsd.mapping-config=builtin:scdf"]))
        other = stack.enter_context(strained.running(tap.weir(), folder))
        targets = {("spring", "weir"): ("127.0.0.1", daemon.http_port), ("statsd", "strained"): ("127.0.0.1", other.http_port)}
        cls.prometheus = stack.enter_context(prometheus_server.Prometheus(folder, targets, shipped.RULES / "*.rules.yml"))
        stack.enter_context(sending(daemon.tcp_port))
        cls.began = time.time()
        cls.ended = cls.prometheus.wait_for_scrapes(SCRAPES)

    def has_data(self, expression):
        series = self.prometheus.query_range(shipped.filled(expression.text, TIMES), self.began, self.ended, 1)
        return any(math.isfinite(value) for values in series for value in values)

    def check(self, dashboard):
        expressions = [each for each in shipped.dashboard_expressions() if each.place.startswith(dashboard + ":")]
        self.assertGreater(len(expressions), 30)
        empty = [f"{each.place}: {each.text}" for each in expressions if not self.has_data(each)]
        self.assertEqual(empty, [], f"{len(empty)} of {len(expressions)} have no data:\n" + "\n".join(empty))

    def test_spring_overview_has_data_for_every_panel_and_variable(self):
        self.check("spring-overview")

    def test_weir_health_has_data_for_every_panel_and_variable(self):
        self.check("weir-health")


if __name__ == "__main__":
    tap.main()
