#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What blackbox_exporter probes by packaging/together/prometheus.yml answers, and costs no line of the log.

    WEIR=build/src/app/weir probes_test.py
"""

import pathlib
import socket
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

PROBES = 20


class Probes(unittest.TestCase):
    def test_of_http_are_answered(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            for path in ("/-/healthy", "/-/ready"):
                self.assertEqual(daemon.request("GET", path)[0], 200, path)

    def test_that_connect_and_send_nothing_are_counted_and_not_logged(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--influx.listen-http=127.0.0.1:0"]) as daemon:
            influx = int(daemon._logged("Accepting InfluxDB Traffic")["http"].rpartition(":")[2])
            # The last that a start logs.
            daemon.wait_for_log("UDP receive buffer")
            before = list(daemon.log_lines)
            for port in (daemon.tcp_port, daemon.http_port, influx):
                for _ in range(PROBES):
                    socket.create_connection(("127.0.0.1", port)).close()
            statsd_client.send_tcp(daemon.tcp_port, [b"after:1|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
            self.assertEqual(daemon.self_value("statsd_exporter_tcp_connections_total"), PROBES + 1)
            self.assertEqual(daemon.self_value("statsd_exporter_tcp_connection_errors_total"), 0)
            self.assertEqual(daemon.log_lines, before)


if __name__ == "__main__":
    tap.main()
