#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The StatsD clients that Python programs use, from PyPI, sending to weir. WEIR_CLIENTS is the folder of their virtual environment."""

import os
import pathlib
import subprocess
import sys
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import tap  # noqa: E402

CLIENTS = ("statsd", "datadog")
SEND_SECONDS_MAX = 60
INSTALL_SECONDS_MAX = 300


def interpreter():
    """A Python with the clients; made once per build folder."""
    folder = pathlib.Path(os.environ["WEIR_CLIENTS"])
    python = folder / "bin" / "python3"
    if not (folder / "complete").exists():
        run([sys.executable, "-m", "venv", "--clear", str(folder)])
        run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *CLIENTS])
        (folder / "complete").touch()
    return python


def run(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired as late:
        raise unittest.SkipTest(f"SKIPPED, NOT TESTED: no answer to {command}") from late
    if done.returncode != 0:
        raise unittest.SkipTest(f"SKIPPED, NOT TESTED: {' '.join(command[1:4])} failed: {done.stderr.strip()[-200:]!r}")


class ClientLibraries(unittest.TestCase):
    def values_after(self, program, samples):
        """What /metrics holds once `program`, which is given the port, has sent `samples` samples."""
        python = interpreter()
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            subprocess.run([str(python), "-c", textwrap.dedent(program), str(daemon.udp_port)], check=True, timeout=SEND_SECONDS_MAX)
            daemon.wait_for_self_value("statsd_exporter_samples_total", samples)
            families = daemon.scrape()
        # The container is the machine's, not the test's.
        return {
            (name, tuple(label for label in labels if label[0] != "container_id")): float(value)
            for family in families.values() for (name, labels), value in family.samples.items()
        }

    def test_statsd(self):
        values = self.values_after("""
            import sys, statsd
            client = statsd.StatsClient("127.0.0.1", int(sys.argv[1]), prefix="shop")
            client.incr("orders")
            client.incr("orders", 4)
            client.gauge("stock", 42)
            client.gauge("stock", -2, delta=True)
            client.timing("checkout", 250)
            with client.pipeline() as packed:
                packed.incr("packed.a")
                packed.incr("packed.b", 2)
        """, 7)

        self.assertEqual(values["shop_orders", ()], 5)
        self.assertEqual(values["shop_stock", ()], 40)
        self.assertEqual(values["shop_checkout_sum", ()], 0.25)
        self.assertEqual(values["shop_checkout_count", ()], 1)
        self.assertEqual(values["shop_packed_a", ()], 1)
        self.assertEqual(values["shop_packed_b", ()], 2)

    def test_datadog(self):
        values = self.values_after("""
            import sys
            from datadog.dogstatsd import DogStatsd
            client = DogStatsd("127.0.0.1", int(sys.argv[1]), constant_tags=["env:test"], disable_telemetry=True)
            client.increment("orders", 3, tags=["page:cart"])
            client.decrement("orders", 1, tags=["page:cart"])
            client.gauge("stock", 42)
            client.timing("checkout", 250, tags=["page:cart", "url:http://x/y"])
            client.histogram("size", 7)
            client.distribution("spread", 8)
            client.set("users", 7)
            client.event("title", "text")
            client.service_check("up", 0)
            client.flush()
        """, 7)

        env, cart = ("env", "test"), ("page", "cart")
        self.assertEqual(values["orders", (env, cart)], 3)
        self.assertEqual(values["stock", (env,)], 42)
        self.assertEqual(values["checkout_sum", (env, cart, ("url", "http://x/y"))], 0.25)
        self.assertEqual(values["size_sum", (env,)], 7)
        self.assertEqual(values["spread_sum", (env,)], 8)
        self.assertEqual(values["statsd_exporter_events_error_total", (("reason", "illegal_negative_counter"),)], 1)
        self.assertEqual(values["statsd_exporter_sample_errors_total", (("reason", "illegal_event"),)], 1)


if __name__ == "__main__":
    tap.main()
