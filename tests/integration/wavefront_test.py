#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Wavefront's clients send, as lines and over HTTP, and what is written to its proxy."""

import base64
import contextlib
import gzip
import http.client
import json
import pathlib
import socket
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import exposition  # noqa: E402
import ledger  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402
import wavefront_proxy  # noqa: E402

SECONDS_MAX = 30
REPORT = "/report?f=wavefront"
LINES = 'weir_ledger_wavefront_lines_total{outcome="%s"}'
REPORTS = 'weir_ledger_wavefront_reports_total{outcome="%s"}'
WRITTEN = 'weir_wavefront_write_lines_total{outcome="%s"}'
# Recorded: what Micrometer 1.15.4 and the SDK 3.4.3 send.
SENT = pathlib.Path(__file__).resolve().parent.parent / "wavefront_clients" / "sent.txt"


class WavefrontDaemon(running_daemon.RunningDaemon):
    """One that listens for Wavefront's clients."""

    def __init__(self, *flags):
        self.port = None
        super().__init__(tap.weir(), ["--wavefront.listen-tcp=127.0.0.1:0", *flags])

    def _learn_ports(self):
        super()._learn_ports()
        self.port = self._port(self._logged("Accepting Wavefront Traffic")["tcp"])

    def post(self, body, path=REPORT, headers=None, method="POST"):
        """(status, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_MAX)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), SECONDS_MAX)

    def send_lines(self, text):
        """Over a connection of its own; returns when all has been read."""
        with self.connect() as connection:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
            if connection.recv(1) != b"":
                raise AssertionError("an answer to lines")

    def lines(self):
        """Those of the page that are not of the daemon itself."""
        page = exposition.user_lines(self.scrape_text())
        return [line for line in page.splitlines() if not line.startswith("#")]


class Series(unittest.TestCase):
    def test_of_lines(self):
        with WavefrontDaemon() as daemon:
            daemon.send_lines(b'cpu.load 1.5 1533531013 source=a dc="x y"\n"jobs" 7 "statistic"="count" host=b\nlast 3')
            self.assertEqual(daemon.lines(), ['cpu_load{dc="x y",source="a"} 1.5', 'jobs{source="b",statistic="count"} 7', "last 3"])
            daemon.send_lines(b'"jobs" 9 "statistic"="count" host=b\n')
            self.assertIn('jobs{source="b",statistic="count"} 9', daemon.lines())
            self.assertIn("# TYPE jobs counter", daemon.scrape_text())

    def test_over_http(self):
        with WavefrontDaemon() as daemon:
            body = "∆done 2 source=a\n".encode()
            self.assertEqual(daemon.post(body), (202, ""))
            self.assertEqual(daemon.post(gzip.compress(body), headers={"Content-Encoding": "gzip"}), (202, ""))
            self.assertEqual(daemon.post(body, path="/"), (202, ""))
            self.assertEqual(daemon.lines(), ['done{source="a"} 6'])

    def test_of_distributions(self):
        with WavefrontDaemon() as daemon:
            self.assertEqual(daemon.post(b"!M 1533531013 #20 30.0 #10 5 latency source=a\n", "/report?f=histogram"), (202, ""))
            self.assertIn('latency_sum{source="a"} 650', daemon.lines())
            self.assertIn('latency_count{source="a"} 30', daemon.lines())

    def test_go_through_the_mapping(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as mapping:
            mapping.write('mappings:\n- {match: "cpu.*", name: cpu, labels: {kind: "$1"}}\n- {match: "^~sdk.*", match_type: regex, name: sdk, action: drop}\n')
            mapping.flush()
            with WavefrontDaemon(f"--statsd.mapping-config={mapping.name}", "--statsd.honor-timestamps") as daemon:
                daemon.send_lines(b"cpu.load 1 1700000000000\n~sdk.java.points 5\n")
                self.assertEqual(daemon.lines(), ['cpu{kind="load"} 1 1700000000000'])

    def test_stay_below_the_budgets(self):
        with WavefrontDaemon("--limits.series=2", "--statsd.workers=2") as daemon:
            daemon.send_lines(b"a 1\nb 1\nc 1\n")
            self.assertEqual(daemon.lines(), ["a 1", "b 1"])
            self.assertEqual(daemon.self_value('weir_ledger_events_total{outcome="refused"}'), 1)

    def test_of_the_real_clients(self):
        """Every line that they send is taken, whatever its form."""
        sent = SENT.read_bytes()
        with WavefrontDaemon() as daemon:
            daemon.send_lines(sent)
            metrics = [line for line in sent.splitlines() if b"spanId=" not in line and not line.startswith((b"@", b"{"))]
            self.assertEqual(daemon.self_value(LINES % "taken"), len(metrics))
            self.assertEqual(daemon.self_value(LINES % "unsupported"), len(sent.splitlines()) - len(metrics))
            self.assertEqual(daemon.self_value(LINES % "rejected"), 0)


class Ledger(unittest.TestCase):
    def test_has_one_outcome_for_every_line(self):
        with WavefrontDaemon("--limits.line-bytes=100") as daemon, self_page.Watch(daemon) as watch:
            daemon.send_lines(b"a 1\n\nb\n" + b"x" * 101 + b' 1\n"span" source=a traceId=1 2 3\n!M #2 5 d\n')
            values = watch.values()
            self.assertEqual(ledger.outcomes(values, "weir_ledger_wavefront_lines_total"),
                             {"taken": 2, "blank": 1, "rejected": 1, "too_long": 1, "unsupported": 1})
            self.assertEqual(values["weir_wavefront_events_total"], 3)
            self.assertEqual(values["weir_wavefront_tcp_connections_total"], 1)
            self.assertGreater(values['weir_wavefront_bytes_total{protocol="tcp"}'], 100)
            self.assertEqual(ledger.outcomes(values, "weir_ledger_events_total"), {"applied": 3})
            self.assertEqual(ledger.imbalances(values), [])
            self.assertIn('proto=wavefront_tcp', daemon.log())

    def test_counts_requests(self):
        with WavefrontDaemon("--limits.wavefront-body-bytes=2000", "--limits.wavefront-unpacked-bytes=1000000") as daemon:
            packed = {"Content-Encoding": "gzip"}
            self.assertEqual(daemon.post(b"a 1"), (202, ""))
            self.assertEqual(daemon.post(b"bad"), (202, ""))
            self.assertEqual(daemon.post(b"no gzip", headers=packed)[0], 400)
            self.assertEqual(daemon.post(None, method="GET")[0], 405)
            self.assertEqual(daemon.post(b"x", path="/report?f=trace")[0], 403)
            self.assertEqual(daemon.post(gzip.compress(b" " * 900_000), headers=packed)[0], 202)
            self.assertEqual(daemon.post(gzip.compress(b" " * 1_000_001), headers=packed)[0], 413)
            self.assertEqual(daemon.post(b"x" * 2001)[0], 413)
            counts = {outcome: daemon.self_value(REPORTS % outcome) for outcome in ("taken", "bad_request", "unsupported", "too_large")}
            self.assertEqual(counts, {"taken": 3, "bad_request": 2, "unsupported": 1, "too_large": 1})
            self.assertEqual(daemon.self_value('weir_wavefront_http_requests_refused_total{code="413"}'), 1)


class Seen(unittest.TestCase):
    """What is shown of lines of StatsD is shown of these."""

    def test_by_the_api(self):
        with WavefrontDaemon() as daemon:
            daemon.send_lines(b"cpu.load 1 source=a\nbad\n")
            daemon.post(b"cpu.load 2 source=b\n")

            def ask(resource):
                return json.loads(daemon.exchange("GET", f"/api/v1/{resource}")[2])

            listeners = {one["transport"]: one for one in ask("listeners")["listeners"]}
            by_lines, by_http = listeners["wavefront_tcp"], listeners["wavefront_http"]
            self.assertEqual((by_lines["lines"], by_lines["refused"], by_lines["bytes"], by_lines["connections"]), (2, 1, 24, 1))
            self.assertEqual((by_http["lines"], by_http["refused"], by_http["bytes"], by_http["address"]), (1, 0, 20, "127.0.0.1:0"))
            status = ask("status")
            self.assertEqual((status["lines"], status["bytes"], status["losses"]["rejected"]), (3, 44, 1))
            self.assertEqual([(one["sender"], one["lines"]) for one in ask("senders")["senders"]], [("127.0.0.1", 3)])
            self.assertEqual([(one["name"], one["samples"]) for one in ask("metrics")["metrics"]], [("cpu_load", 2)])


class Limits(unittest.TestCase):
    def test_of_connections(self):
        with WavefrontDaemon("--limits.wavefront-connections=1") as daemon:
            with daemon.connect() as first:
                first.sendall(b"a 1\n")
                daemon.wait_for_self_value(LINES % "taken", 1)
                with daemon.connect() as second, contextlib.suppress(ConnectionResetError):
                    self.assertEqual(second.recv(1), b"")
                self.assertEqual(daemon.self_value("weir_wavefront_connections"), 1)
                self.assertEqual(daemon.self_value("weir_wavefront_connections_refused_total"), 1)

    def test_of_time(self):
        with WavefrontDaemon("--limits.http-request-timeout=1s") as daemon, self_page.Watch(daemon) as watch:
            with watch.moves({"weir_wavefront_http_timeouts_total": 1}):
                with daemon.connect() as slow:
                    slow.sendall(b"POST /report?f=wavefront HTTP/1.1\r\n")
                    self.assertEqual(slow.recv(1), b"")

    def test_of_silence(self):
        with WavefrontDaemon("--limits.tcp-idle-timeout=1s") as daemon, self_page.Watch(daemon) as watch:
            moved = {"weir_wavefront_tcp_connections_idle_closed_total": 1, "weir_wavefront_tcp_connections_total": 1,
                     'weir_wavefront_bytes_total{protocol="tcp"}': 1, LINES % "blank": 1}
            with watch.moves(moved), daemon.connect() as silent:
                silent.sendall(b"\n")
                self.assertEqual(silent.recv(1), b"")

    def test_of_senders(self):
        with WavefrontDaemon("--statsd.allow-from=10.0.0.0/8") as daemon:
            daemon.send_lines(b"a 1\n")
            self.assertEqual(daemon.self_value("weir_wavefront_tcp_refused_senders_total"), 1)
            self.assertEqual(daemon.lines(), [])

    def test_of_users(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "web.yml"
            path.write_text(f"basic_auth_users:\n  user: {certificates.HASHES[0]}\n")
            good = {"Authorization": "Basic " + base64.b64encode(f"user:{certificates.PASSWORD}".encode()).decode()}
            with Guarded(f"--web.config.file={path}", good) as daemon:
                self.assertEqual(daemon.post(b"a 1")[0], 401)
                self.assertEqual(daemon.post(b"b 1", headers=good)[0], 202)
                self.assertEqual(daemon.self_value('weir_wavefront_http_requests_denied_total{reason="unauthorized"}'), 1)


class Guarded(WavefrontDaemon):
    def __init__(self, flag, good):
        self.good = good
        super().__init__(flag)

    def exchange(self, method, path, headers=None):
        return super().exchange(method, path, {**self.good, **(headers or {})})


class Life(unittest.TestCase):
    def test_reads_what_was_sent_before_a_stop(self):
        with wavefront_proxy.ProxyListener() as proxy, \
                WavefrontDaemon(f"--wavefront.address=127.0.0.1:{proxy.port}", "--wavefront.interval=1h") as daemon:
            with daemon.connect() as connection:
                connection.sendall(b"".join(b"m%d 1\n" % i for i in range(2000)))
                daemon.signal(15)
                self.assertEqual(daemon.process.wait(running_daemon.STOP_SECONDS_MAX), 0)
            running_daemon.wait_until(lambda: sum(name.startswith("m") for name, _ in proxy.points()) == 2000, SECONDS_MAX, "what was read")

    def test_begins_with_a_flag_alone(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            self.assertNotIn("wavefront", daemon.scrape_text())
            self.assertNotIn("Wavefront", daemon.log())

    def test_says_which_address_is_wrong(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            for flag, why in ((f"--wavefront.listen-tcp={address}", "address already in use"), ("--wavefront.address=nowhere", "it must be HOST:PORT")):
                with self.assertRaises(running_daemon.DaemonError) as failed, running_daemon.RunningDaemon(tap.weir(), [flag]):
                    pass
                self.assertIn("flag=" + flag.partition("=")[0], str(failed.exception))
                self.assertIn(why, str(failed.exception))


class Written(unittest.TestCase):
    @contextlib.contextmanager
    def writing(self, *flags, interval="1s"):
        with wavefront_proxy.ProxyListener() as proxy:
            with running_daemon.RunningDaemon(tap.weir(), [f"--wavefront.address=127.0.0.1:{proxy.port}", "--wavefront.source=here",
                                                           f"--wavefront.interval={interval}", *flags]) as daemon:
                yield daemon, proxy

    def test_has_everything_that_a_scrape_shows(self):
        with self.writing("--wavefront.prefix=prod.") as (daemon, proxy):
            began = time.time()
            statsd_client.send_udp(daemon.udp_port, [b'jobs:3|c|#a:say "x"\ndepth:2.5|g\ntook:250|ms'])
            running_daemon.wait_until(lambda: proxy.value("prod.jobs", a='say \\"x\\"', source="here") == 3, SECONDS_MAX, "the line")
            running_daemon.wait_until(lambda: proxy.value("prod.took_sum", source="here") == 0.25, SECONDS_MAX, "the summary")
            self.assertEqual(proxy.value("prod.depth", source="here"), 2.5)
            self.assertEqual(proxy.value("prod.took", quantile="0.5", source="here"), 0.25)
            self.assertEqual(proxy.value("prod.took_count", source="here"), 1)
            running_daemon.wait_until(lambda: proxy.value("prod.statsd_exporter_lines_total", source="here") == 3, SECONDS_MAX, "its own metrics")
            written = proxy.points()["prod.depth", (("source", "here"),)][1] / 1000
            self.assertTrue(began - 1 < written < time.time() + 1)
            self.assertEqual(daemon.self_value("weir_wavefront_write_connected"), 1)
            self.assertEqual(daemon.self_value(WRITTEN % "dropped"), 0)

    def test_comes_once_the_proxy_is_there(self):
        port = running_daemon.free_port()
        with running_daemon.RunningDaemon(tap.weir(), [f"--wavefront.address=127.0.0.1:{port}", "--wavefront.interval=1s"]) as daemon:
            statsd_client.send_udp(daemon.udp_port, [b"jobs:3|c"])
            daemon.wait_for_log("Cannot write to Wavefront")
            self.assertGreater(daemon.self_value("weir_wavefront_write_queue_bytes"), 0)
            with wavefront_proxy.ProxyListener(port) as proxy:
                running_daemon.wait_until(lambda: '"jobs" 3 ' in proxy.text(), SECONDS_MAX, "the line")
            self.assertGreater(daemon.self_value('weir_wavefront_write_connections_total{outcome="failed"}'), 0)

    def test_is_bounded_while_there_is_no_proxy(self):
        port = running_daemon.free_port()
        with running_daemon.RunningDaemon(tap.weir(), [f"--wavefront.address=127.0.0.1:{port}", "--wavefront.interval=1s",
                                                       "--limits.wavefront-queue-bytes=50000"]) as daemon:
            running_daemon.wait_until(lambda: daemon.self_value(WRITTEN % "dropped") > 0, SECONDS_MAX, "a full queue")
            self.assertLessEqual(daemon.self_value("weir_wavefront_write_queue_bytes"), 50_000)

    def test_keeps_to_a_rate(self):
        with self.writing("--wavefront.rate=10") as (daemon, _):
            daemon.wait_for_self_value('weir_wavefront_write_passes_total{outcome="done"}', 3)
            self.assertEqual(daemon.self_value("weir_wavefront_write_connected"), 1)
            self.assertGreater(daemon.self_value("weir_wavefront_write_queue_bytes"), 10_000)

    def test_has_the_last_values_at_a_stop(self):
        with self.writing(interval="1h") as (daemon, proxy):
            statsd_client.send_udp(daemon.udp_port, [b"jobs:3|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
            daemon.signal(15)
            self.assertEqual(daemon.process.wait(running_daemon.STOP_SECONDS_MAX), 0)
            running_daemon.wait_until(lambda: proxy.value("jobs", source="here") == 3, SECONDS_MAX, "what it wrote before it ended")

    def test_does_not_hold_up_a_stop(self):
        """The proxy has gone, or takes nothing."""
        with socket.create_server(("127.0.0.1", 0), backlog=1) as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with running_daemon.RunningDaemon(tap.weir(), [f"--wavefront.address=127.0.0.1:{silent.getsockname()[1]}", "--limits.stop-timeout=1s"]) as daemon:
                for part in range(10):
                    statsd_client.send_udp(daemon.udp_port, [b"\n".join(b"m%d:1|g" % i for i in range(part * 1000, part * 1000 + 1000))])
                daemon.wait_for_self_value("statsd_exporter_lines_total", 10_000)
                began = time.monotonic()
                daemon.signal(15)
                self.assertEqual(daemon.process.wait(running_daemon.STOP_SECONDS_MAX), 0)
                self.assertLess(time.monotonic() - began, 10)


if __name__ == "__main__":
    tap.main()
