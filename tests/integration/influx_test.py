#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What InfluxDB's clients send over HTTP and UDP: the answers of an InfluxDB, the series, the ledger and the limits."""

import base64
import contextlib
import gzip
import http.client
import json
import pathlib
import socket
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import capturing  # noqa: E402
import certificates  # noqa: E402
import exposition  # noqa: E402
import influxdb_answers  # noqa: E402
import ledger  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402
from self_page import applied, made, plus  # noqa: E402

SECONDS_MAX = 30
WRITE = "/write?db=d"
WRITES = 'weir_ledger_influx_writes_total{outcome="%s"}'
LINES = 'weir_ledger_influx_lines_total{outcome="%s"}'
FIELDS = 'weir_ledger_influx_fields_total{outcome="%s"}'
# What weir answers otherwise than InfluxDB (docs/influx.md).
OTHERWISE = {
    "duplicate tag": (204, ""),
    "create database by GET": (200, '{"results":[{"statement_id":0}]}\n'),
    "nonsense query": (400, '{"error":"weir answers no query but CREATE DATABASE"}\n'),
}
MICROMETER = b"""\
jobs_done,app=a,metric_type=counter value=3.0 1700000000000
jvm_memory_max,app=a,metric_type=gauge value=-1.0 1700000000000
spring_batch_job,app=a,metric_type=histogram sum=1500.0,count=2.0,mean=750.0,upper=1000.0 1700000000000
spring_cloud_task_active,app=a,metric_type=long_task_timer active_tasks=1.0,duration=60000.0 1700000000000
"""


class InfluxDaemon(running_daemon.RunningDaemon):
    """One that listens for InfluxDB's clients."""

    def __init__(self, *flags, http_too=True):
        self.influx_port = self.influx_udp_port = None
        listen = ["--influx.listen-http=127.0.0.1:0"] if http_too else []
        super().__init__(tap.weir(), [*listen, "--influx.listen-udp=127.0.0.1:0", *flags])

    def _learn_ports(self):
        super()._learn_ports()
        listening = self._logged("Accepting InfluxDB Traffic")
        self.influx_port = self._port(listening["http"])
        self.influx_udp_port = self._port(listening["udp"])

    def send(self, body, path=WRITE, headers=None, method="POST"):
        """(status, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.influx_port, timeout=SECONDS_MAX)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def send_udp(self, *datagrams):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            for datagram in datagrams:
                udp.sendto(datagram, ("127.0.0.1", self.influx_udp_port))

    def lines(self):
        """Those of the page that are not of the daemon itself."""
        page = exposition.user_lines(self.scrape_text())
        return [line for line in page.splitlines() if not line.startswith("#")]


def methods(answer):
    """InfluxDB names them in any order."""
    return set(answer["fields"].get("allow", "").split(", "))


def refused(count, code):
    return {f'weir_influx_http_requests_refused_total{{code="{code}"}}': count}


class Answers(unittest.TestCase):
    def test_are_those_of_influxdb(self):
        with InfluxDaemon() as daemon:
            for request, expected in influxdb_answers.recorded():
                answer = influxdb_answers.asked(daemon.influx_port, request)
                with self.subTest(request["name"]):
                    if request["name"] in OTHERWISE:
                        self.assertEqual((answer["status"], answer["body"]), OTHERWISE[request["name"]])
                        continue
                    self.assertEqual((answer["status"], answer["body"]), (expected["status"], expected["body"]))
                    self.assertEqual(answer["fields"].get("x-influxdb-error"), expected["fields"].get("x-influxdb-error"))
                    self.assertEqual(methods(answer), methods(expected))

    def test_of_the_second_api(self):
        path = "/api/v2/write?org=o&bucket=b"
        with InfluxDaemon() as daemon:
            self.assertEqual(daemon.send(b"cpu value=1", path), (204, ""))
            self.assertEqual(daemon.send(b"cpu value=1 1700000000000", path + "&precision=ms"), (204, ""))
            self.assertEqual(daemon.send(b"cpu value=1", path + "&precision=h"),
                             (400, '{"code":"invalid","message":"invalid precision; valid precision units are ns, us, ms, and s"}\n'))
            self.assertEqual(daemon.send(b"cpu value=1\nbad", path),
                             (400, '{"code":"invalid","message":"partial write: unable to parse \'bad\': missing fields dropped=0"}\n'))
            self.assertEqual(daemon.send(None, path, method="GET")[0], 405)
            self.assertIn('"status":"pass"', daemon.send(None, "/health", method="GET")[1])

    def test_say_no_more_of_bad_lines_than_fits(self):
        with InfluxDaemon() as daemon:
            status, body = daemon.send(b"bad\n" * 10_000 + b"x" * 5000)
            self.assertEqual(status, 400)
            self.assertLess(len(body), 20_000)
            self.assertRegex(body, r"and \d+ more")


class Series(unittest.TestCase):
    def test_of_micrometer(self):
        with InfluxDaemon() as daemon:
            for _ in range(2):
                self.assertEqual(daemon.send(gzip.compress(MICROMETER), WRITE + "&precision=ms", {"Content-Encoding": "gzip"}), (204, ""))
            self.assertEqual(daemon.lines(), [
                'jobs_done{app="a"} 6', 'jvm_memory_max{app="a"} -1', 'spring_batch_job_count{app="a"} 4', 'spring_batch_job_max{app="a"} 1000',
                'spring_batch_job_sum{app="a"} 3000', 'spring_cloud_task_active_active_count{app="a"} 1',
                'spring_cloud_task_active_duration_sum{app="a"} 60000'])

    def test_of_other_clients(self):
        with InfluxDaemon() as daemon:
            daemon.send(b'cpu,host=a,dc=x\\ y usage_idle=97.5,up=true,model="z"\nweather value=21i')
            self.assertEqual(daemon.lines(), ['cpu_up{dc="x y",host="a"} 1', 'cpu_usage_idle{dc="x y",host="a"} 97.5', "weather 21"])

    def test_over_udp(self):
        with InfluxDaemon(http_too=False) as daemon:
            daemon.send_udp(b"cpu,host=a value=1\ncpu,host=b value=2\n", b"mem used=3 1700000000000000000")
            daemon.wait_for_self_value(LINES % "point", 3)
            self.assertEqual(daemon.lines(), ['cpu{host="a"} 1', 'cpu{host="b"} 2', "mem_used 3"])

    def test_have_the_times_that_were_sent_where_they_are_asked_for(self):
        with InfluxDaemon("--statsd.honor-timestamps") as daemon:
            for precision, time_sent in (("ms", 1_700_000_000_000), ("s", 1_700_000_000), ("n", 1_700_000_000_000_000_000)):
                daemon.send(f"m_{precision} value=1 {time_sent}".encode(), f"{WRITE}&precision={precision}")
            self.assertEqual(daemon.lines(), ["m_ms 1 1700000000000", "m_n 1 1700000000000", "m_s 1 1700000000000"])

    def test_stay_below_the_budgets(self):
        with InfluxDaemon("--limits.series=2") as daemon:
            daemon.send(b"a value=1\nb value=1\nc value=1")
            self.assertEqual(daemon.lines(), ["a 1", "b 1"])
            self.assertEqual(daemon.self_value('weir_ledger_events_total{outcome="refused"}'), 1)

    def test_come_to_one_of_several_workers(self):
        with InfluxDaemon("--statsd.workers=2") as daemon:
            self.assertEqual(daemon.send(MICROMETER), (204, ""))
            self.assertEqual(len(daemon.lines()), 7)

    def test_need_no_other_listener(self):
        with InfluxDaemon("--statsd.listen-udp=", "--statsd.listen-tcp=") as daemon:
            self.assertEqual(daemon.send(b"cpu value=1"), (204, ""))
            self.assertEqual(daemon.lines(), ["cpu 1"])


class Ledger(unittest.TestCase):
    def test_has_one_outcome_for_everything(self):
        with InfluxDaemon() as daemon, self_page.Watch(daemon) as watch:
            body = b'# comment\ncpu a=1,b="x"\nbad\nt,metric_type=histogram sum=1,count=1,mean=1,upper=1\nonly s="text"'
            moves = plus(applied("counter", 2), applied("gauge", 2), made("counter", 4),
                         {'statsd_exporter_metrics_total{type="counter"}': -2, 'statsd_exporter_metrics_total{type="gauge"}': 2,
                          'weir_influx_bytes_total{listener="http"}': len(body)})
            with watch.moves(moves):
                self.assertEqual(daemon.send(body)[0], 400)
            values = watch.values()
            self.assertEqual(ledger.outcomes(values, "weir_ledger_influx_writes_total"), {"partial": 1})
            self.assertEqual(ledger.outcomes(values, "weir_ledger_influx_lines_total"), {"blank": 1, "point": 2, "rejected": 1, "without_samples": 1})
            self.assertEqual(ledger.outcomes(values, "weir_ledger_influx_fields_total"), {"event": 4, "text": 2, "derived": 1})
            self.assertEqual(ledger.outcomes(values, "weir_ledger_events_total"), {"applied": 4})

    def test_counts_datagrams(self):
        with InfluxDaemon("--statsd.allow-from=10.0.0.0/8") as daemon:
            daemon.send_udp(b"cpu value=1", b"cpu value=1")
            daemon.wait_for_self_value('weir_ledger_influx_datagrams_total{outcome="refused_sender"}', 2)
            self.assertEqual(daemon.lines(), [])

    def test_counts_requests_that_are_not_read(self):
        with InfluxDaemon() as daemon:
            daemon.send(b"cpu value=1", "/write")
            daemon.send(b"no gzip", headers={"Content-Encoding": "gzip"})
            daemon.send(gzip.compress(b"cpu value=1")[:-4], headers={"Content-Encoding": "gzip"})
            daemon.send(b"bad")
            self.assertEqual(daemon.self_value(WRITES % "bad_request"), 3)
            self.assertEqual(daemon.self_value(WRITES % "rejected"), 1)

    def test_warns_of_bad_lines(self):
        with InfluxDaemon() as daemon:
            daemon.send_udp(b"bad line")
            daemon.wait_for_log("Bad InfluxDB line")
            self.assertIn("proto=influx_udp", daemon.log())


class Seen(unittest.TestCase):
    """What is shown of lines of StatsD is shown of these."""

    def ask(self, daemon, resource):
        status, _, body = daemon.exchange("GET", f"/api/v1/{resource}")
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def test_by_the_api(self):
        with InfluxDaemon() as daemon:
            daemon.send(b"cpu,host=a:1|c usage=1,idle=2\nbad\n# none\n")
            daemon.send_udp(b"mem value=1\n")
            running_daemon.wait_until(lambda: self.ask(daemon, "status")["lines"] == 3, SECONDS_MAX, "all lines")
            status = self.ask(daemon, "status")
            self.assertEqual((status["samples"], status["datagrams"], status["losses"]["rejected"]), (3, 1, 1))
            listeners = {one["transport"]: one for one in self.ask(daemon, "listeners")["listeners"]}
            over_http, over_udp = listeners["influx_http"], listeners["influx_udp"]
            self.assertEqual((over_http["address"], over_http["lines"], over_http["refused"], over_http["bytes"]), ("127.0.0.1:0", 2, 1, 41))
            self.assertEqual((over_udp["lines"], over_udp["refused"], over_udp["packets"], over_udp["bytes"]), (1, 0, 1, 12))
            self.assertAlmostEqual(over_http["last_seen"], time.time(), delta=60)
            senders = self.ask(daemon, "senders")["senders"]
            self.assertEqual([(one["sender"], one["lines"]) for one in senders], [("127.0.0.1", 3)])
            metrics = self.ask(daemon, "metrics")["metrics"]
            self.assertEqual({one["name"]: (one["samples"], one["type"]) for one in metrics},
                             {"cpu_usage": (1, "gauge"), "cpu_idle": (1, "gauge"), "mem": (1, "gauge")})
            refused = self.ask(daemon, "refused")["refused"][0]
            self.assertEqual((refused["line"], refused["transport"], refused["sender"]), ("bad", "influx_http", "127.0.0.1"))

    def test_by_the_api_where_no_rule_takes_them(self):
        with tempfile.TemporaryDirectory() as folder:
            mapping = pathlib.Path(folder) / "mapping.yml"
            mapping.write_text("mappings:\n- {match: x.*, name: x, labels: {kind: $1}}\n")
            with InfluxDaemon(f"--statsd.mapping-config={mapping}") as daemon:
                daemon.send(b"".join(b"disk.free.n%d,host=b:1|c value=1\n" % i for i in range(20)))
                names = {one["name"]: one for one in self.ask(daemon, "unmapped")["names"]}
                self.assertEqual(set(names), {f"disk.free.n{i}" for i in range(20)})
                one = names["disk.free.n3"]
                self.assertEqual((one["example"], one["protocol"], one["type"], one["samples"], one["sender"]),
                                 ("disk.free.n3,host=b:1|c value=1", "influx", "g", 1, "127.0.0.1"))
                proposals = [capturing.run(tap.weir(), "suggest", f"http://127.0.0.1:{daemon.http_port}")[0], json.dumps(self.ask(daemon, "suggest"))]
                for proposal in proposals:
                    self.assertIn("disk.free.*", proposal)
                    self.assertNotIn("host", proposal)


class Limits(unittest.TestCase):
    def test_of_a_body(self):
        with InfluxDaemon("--limits.influx-body-bytes=100") as daemon, self_page.Watch(daemon) as watch:
            with watch.moves(refused(1, 413)):
                self.assertEqual(daemon.send(b"x" * 101)[0], 413)
            self.assertEqual(daemon.send(b"cpu value=1" + b" " * 80)[0], 204)

    def test_of_what_is_unpacked(self):
        with InfluxDaemon("--limits.influx-unpacked-bytes=1000000") as daemon:
            memory = daemon.memory_bytes()
            bomb = gzip.compress(b"# " + b"x" * 100_000_000)
            self.assertEqual(daemon.send(bomb, headers={"Content-Encoding": "gzip"}), (413, '{"error":"Request Entity Too Large"}\n'))
            self.assertEqual(daemon.self_value(WRITES % "too_large"), 1)
            self.assertLess(daemon.memory_bytes() - memory, 30_000_000)

    def test_of_connections(self):
        with InfluxDaemon("--limits.influx-connections=1") as daemon, self_page.Watch(daemon) as watch:
            with watch.moves({"weir_influx_http_connections": 1, "process_open_fds": 1, "weir_influx_http_connections_refused_total": 1}):
                first = socket.create_connection(("127.0.0.1", daemon.influx_port), SECONDS_MAX)
                running_daemon.wait_until(lambda: watch.value("weir_influx_http_connections") == 1, SECONDS_MAX, "the connection")
                with socket.create_connection(("127.0.0.1", daemon.influx_port), SECONDS_MAX) as second:
                    with contextlib.suppress(ConnectionResetError):
                        self.assertEqual(second.recv(1), b"")
            first.close()

    def test_of_time(self):
        with InfluxDaemon("--limits.http-request-timeout=1s") as daemon, self_page.Watch(daemon) as watch:
            with watch.moves({"weir_influx_http_timeouts_total": 1}):
                with socket.create_connection(("127.0.0.1", daemon.influx_port), SECONDS_MAX) as slow:
                    slow.sendall(b"POST /write?db=d HTTP/1.1\r\n")
                    self.assertEqual(slow.recv(1), b"")

    def test_leave_scrapes_their_turn(self):
        """Scrapes are served while a long body is worked off, which takes far longer than each of them."""
        body = b"".join(b"m%d,a=b value=1\n" % (i % 50) for i in range(40_000))
        with InfluxDaemon() as daemon:
            daemon.send(body[:1000].rpartition(b"\n")[0])
            threads = [threading.Thread(target=daemon.send, args=(gzip.compress(body, 1), WRITE, {"Content-Encoding": "gzip"})) for _ in range(4)]
            for thread in threads:
                thread.start()
            longest = scrapes = 0
            while any(thread.is_alive() for thread in threads):
                began = time.monotonic()
                daemon.scrape_text()
                longest = max(longest, time.monotonic() - began)
                scrapes += 1
            for thread in threads:
                thread.join()
            self.assertEqual(daemon.self_value(FIELDS % "event"), 4 * 40_000 + body[:1000].count(b"\n"))
            self.assertGreater(scrapes, 0)
            self.assertLess(longest, 5)


class Users(unittest.TestCase):
    @contextlib.contextmanager
    def guarded(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "web.yml"
            path.write_text(f"basic_auth_users:\n  user: {certificates.HASHES[0]}\n")
            with GuardedInflux(path) as daemon:
                yield daemon

    def test_give_their_password_in_any_of_three_ways(self):
        word = certificates.PASSWORD
        quoted = urllib.parse.quote(word)
        basic = "Basic " + base64.b64encode(f"user:{word}".encode()).decode()
        with self.guarded() as daemon:
            self.assertEqual(daemon.send(b"cpu value=1", headers={"Authorization": basic})[0], 204)
            self.assertEqual(daemon.send(b"cpu value=1", f"{WRITE}&u=user&p={quoted}")[0], 204)
            self.assertEqual(daemon.send(b"cpu value=1", headers={"Authorization": f"Token user:{word}"})[0], 204)

    def test_need_one(self):
        with self.guarded() as daemon, self_page.Watch(daemon, headers=daemon.good) as watch:
            with watch.moves({'weir_influx_http_requests_denied_total{reason="unauthorized"}': 4}):
                self.assertEqual(daemon.send(b"cpu value=1")[0], 401)
                self.assertEqual(daemon.send(b"cpu value=1", WRITE + "&u=user&p=wrong")[0], 401)
                self.assertEqual(daemon.send(b"cpu value=1", headers={"Authorization": "Token user:wrong"})[0], 401)
                self.assertEqual(daemon.send(None, "/ping", method="GET")[0], 401)


class GuardedInflux(InfluxDaemon):
    def __init__(self, path):
        self.good = {"Authorization": "Basic " + base64.b64encode(f"user:{certificates.PASSWORD}".encode()).decode()}
        super().__init__(f"--web.config.file={path}")

    def exchange(self, method, path, headers=None):
        return super().exchange(method, path, {**self.good, **(headers or {})})


class Life(unittest.TestCase):
    def test_answers_what_was_sent_before_a_stop(self):
        body = b"".join(b"m%d value=1\n" % i for i in range(20_000))
        with InfluxDaemon() as daemon, contextlib.ExitStack() as open_connections:
            connections = []
            for _ in range(4):
                connection = http.client.HTTPConnection("127.0.0.1", daemon.influx_port, timeout=SECONDS_MAX)
                connections.append(open_connections.enter_context(contextlib.closing(connection)))
                connection.request("POST", WRITE, body=body)
            daemon.signal(15)
            self.assertEqual([connection.getresponse().status for connection in connections], [204] * 4)
            self.assertEqual(daemon.process.wait(running_daemon.STOP_SECONDS_MAX), 0)

    def test_begins_with_a_flag_alone(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            self.assertNotIn("influx", daemon.scrape_text())
            self.assertNotIn("InfluxDB", daemon.log())

    def test_says_which_address_is_wrong(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            with self.assertRaises(running_daemon.DaemonError) as failed, \
                    running_daemon.RunningDaemon(tap.weir(), [f"--influx.listen-http={address}"]):
                pass
            self.assertIn("flag=--influx.listen-http", str(failed.exception))
            self.assertIn("address already in use", str(failed.exception))


if __name__ == "__main__":
    tap.main()
