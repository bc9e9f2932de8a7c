#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What weir writes to an InfluxDB (--influx.url): lines, batches, what is sent again and what is not, and what a stop still sends."""

import base64
import collections
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import exposition  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402
from recording_influxdb import HANG_UP, UNAVAILABLE, RecordingInfluxDB  # noqa: E402

SECONDS_MAX = 30
V2 = "/api/v2/write?org=o&bucket=b"
POINTS = 'weir_influx_write_points_total{outcome="%s"}'
BATCHES = 'weir_influx_write_batches_total{outcome="%s"}'
ANSWERS = 'weir_influx_write_answers_total{answer="%s"}'
LEFT_OUT = 'weir_influx_write_left_out_total{reason="%s"}'
OUTCOMES = ("given_up", "queue_age", "queue_full", "refused", "written")
OWN = ("weir_", "statsd_", "process_", "promhttp_")
NO_DATABASE = (404, {}, b'{"error":"database not found: \\"metrics\\""}\n')
MAPPING = """\
defaults: {observer_type: summary, summary_options: {quantiles: []}, publish: [max]}
mappings:
- {match: 'spring_integration_send', name: spring_integration_send_seconds}
- {match: 'jvm_memory_used', name: jvm_memory_used_bytes}
- {match: 'spring_integration_receive', name: spring_integration_receive_total}
"""


def daemon(server, *flags, url=None):
    flags = [flag for flag in ("--influx.interval=200ms",) if not any(given.startswith("--influx.interval") for given in flags)] + list(flags)
    return running_daemon.RunningDaemon(tap.weir(), [f"--influx.url={url or server.url()}", *flags])


def users_lines(lines):
    """Those that are not of the daemon itself, without their times."""
    return [line.rsplit(" ", 1)[0] for line in lines if not line.startswith(OWN)]


def times_of(lines):
    return collections.Counter(line.rsplit(" ", 1)[1] for line in lines)


def assert_balanced(test, values):
    """Every point and every batch that was sent again or not has one outcome."""
    for kind in (POINTS, BATCHES):
        test.assertTrue(all(kind % outcome in values for outcome in OUTCOMES))


def failing_start(*flags):
    done = subprocess.run([str(tap.weir()), "--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-tcp=", "--web.listen-address=127.0.0.1:0", *flags],
                          capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    return done.returncode, done.stderr


class Lines(unittest.TestCase):
    def test_are_all_samples_of_the_page(self):
        with RecordingInfluxDB() as server, daemon(server) as running:
            statsd_client.send_udp(running.udp_port, [b"requests:3|c|#code:200,path:/a b", b"level:1.5|g", b"nothing:1|g"])
            server.wait_for_line("requests,")
            newest = max(int(line.rsplit(" ", 1)[1]) for line in server.lines())
            lines = [line for line in server.lines() if line.endswith(str(newest))]
            self.assertEqual(users_lines(lines), ["level value=1.5", "nothing value=1", r"requests,code=200,path=/a\ b value=3"])
            self.assertLess(abs(newest / 1000 - time.time()), SECONDS_MAX)
            # A pass holds what a scrape does.
            page = exposition.parse(running.scrape_text())
            written = {line.split(",")[0].split(" ")[0] for line in lines}
            self.assertTrue({"weir_build_info", "process_start_time_seconds", "statsd_exporter_lines_total"} <= written)
            self.assertGreater(len(page), 50)

    def test_go_to_version_1(self):
        with RecordingInfluxDB() as server, daemon(server, url=server.url("/influx/write?db=metrics&rp=short", host="localhost")):
            request = server.wait_for(1)[0]
            self.assertEqual(request.path, "/influx/write?db=metrics&rp=short&precision=ms")
            self.assertEqual(request.headers["Content-Encoding"], "gzip")
            self.assertEqual(request.headers["Host"], f"localhost:{server.port}")
            self.assertNotIn("Authorization", request.headers)

    def test_go_to_version_2(self):
        with tempfile.TemporaryDirectory() as folder, RecordingInfluxDB() as server:
            token = pathlib.Path(folder) / "token"
            token.write_text("first==\n")
            with daemon(server, f"--influx.token-file={token}", url=server.url(V2)):
                request = server.wait_for(1)[0]
                self.assertEqual(request.path, V2 + "&precision=ms")
                self.assertEqual(request.headers["Authorization"], "Token first==")
                token.write_text("second==\n")
                running_daemon.wait_until(lambda: server.requests[-1].headers["Authorization"] == "Token second==", SECONDS_MAX, "the new token")

    def test_come_in_batches(self):
        with RecordingInfluxDB() as server, daemon(server, "--influx.interval=3s") as running:
            statsd_client.send_tcp(running.tcp_port, [b"m%d:1|c|#n:%d" % (i % 7, i) for i in range(12_000)])
            running.wait_for_self_value("statsd_exporter_lines_total", 12_000)
            running_daemon.wait_until(lambda: max(times_of(server.lines()).values(), default=0) > 12_000, SECONDS_MAX, "all of a pass")
            time_of_most = times_of(server.lines()).most_common(1)[0][0]
            batches = [request.lines() for request in server.requests if request.lines()[0].endswith(time_of_most)]
            self.assertGreaterEqual(len(batches), 3)
            self.assertLess(max(map(len, batches)), 5010)
            found = [line for lines in batches for line in users_lines(lines)]
            self.assertEqual((len(found), len(set(found))), (12_000, 12_000))

    def test_leave_out_what_influxdb_has_no_words_for(self):
        with RecordingInfluxDB() as server, daemon(server) as running, self_page.Watch(running) as watch:
            statsd_client.send_udp(running.udp_port, [b"wild:nan|g", b"tame:1|g"])
            server.wait_for_line("tame ")
            self.assertEqual([line for line in server.lines() if line.startswith("wild")], [])
            running_daemon.wait_until(lambda: watch.value(LEFT_OUT % "not_finite") > 0, SECONDS_MAX, "the count")
            self.assertEqual(watch.value(LEFT_OUT % "too_long"), 0)

    def test_are_those_of_micrometer(self):
        with tempfile.TemporaryDirectory() as folder, RecordingInfluxDB() as server:
            mapping = pathlib.Path(folder) / "mapping.yml"
            mapping.write_text(MAPPING)
            with daemon(server, "--influx.layout=micrometer", f"--statsd.mapping-config={mapping}") as running, self_page.Watch(running) as watch:
                tags = b"|#stream_name:ticktock"
                for _ in range(3):
                    statsd_client.send_udp(running.udp_port, [b"spring_integration_receive:2|c" + tags, b"jvm_memory_used:7|g" + tags,
                                                              b"spring_integration_send:500|ms" + tags, b"spring_integration_send:250|ms" + tags])
                    time.sleep(0.7)
                server.wait_for_line("spring_integration_receive,metric_type=counter,stream_name=ticktock value=")
                running.wait_for_self_value("weir_influx_write_passes_total", watch.value("weir_influx_write_passes_total") + 2)
                self.assertGreater(watch.value("weir_influx_write_remembered_totals"), 2)
            fields = collections.Counter()
            for line in users_lines(server.lines()):
                key, values = line.rsplit(" ", 1)
                for field in values.split(","):
                    name, number = field.split("=")
                    fields[key.split(",")[0], name] += float(number)
                self.assertIn("stream_name=ticktock", key)
            # What came in each step, over all of them.
            self.assertEqual(fields["spring_integration_receive", "value"], 6)
            self.assertEqual(fields["spring_integration_send", "count"], 6)
            self.assertEqual(fields["spring_integration_send", "sum"], 2250)
            self.assertIn(("spring_integration_send", "upper"), fields)
            self.assertIn(("spring_integration_send", "mean"), fields)
            self.assertIn(("jvm_memory_used", "value"), fields)


class Attempts(unittest.TestCase):
    def test_send_the_same_bytes_until_they_are_taken(self):
        answers = [UNAVAILABLE, (500, {}, b"disk"), HANG_UP, (429, {}, b"")]
        with RecordingInfluxDB(*answers) as server, daemon(server, "--influx.interval=60s") as running:
            statsd_client.send_udp(running.udp_port, [b"requests:3|c"])
            running.wait_for_self_value("statsd_exporter_lines_total", 1)
            running.signal(signal.SIGTERM)
            running.process.wait(SECONDS_MAX)
            bodies = {request.body for request in server.requests}
            self.assertEqual(len(server.requests), 5)
            self.assertEqual(len(bodies), 1)
            self.assertEqual(users_lines(server.lines()), ["requests value=3"])

    def test_wait_as_long_as_the_server_asks(self):
        with RecordingInfluxDB((503, {"Retry-After": "2"}, b"")) as server, daemon(server) as running, self_page.Watch(running) as watch:
            first, second = server.wait_for(2)[:2]
            self.assertEqual(first.body, second.body)
            self.assertGreaterEqual(second.time - first.time, 2)
            running_daemon.wait_until(lambda: watch.value("weir_influx_write_up") == 1, SECONDS_MAX, "the success")
            values = watch.values()
            self.assertEqual(values[ANSWERS % "not_now"], 1)
            self.assertGreater(values["weir_influx_write_sent_bytes_total"], len(first.body) * 2 - 1)
            self.assertLess(abs(values["weir_influx_write_last_success_timestamp_seconds"] - time.time()), SECONDS_MAX)

    def test_end_with_a_partial_write(self):
        partial = (400, {}, b'{"error":"partial write: field type conflict: input field \\"value\\" is type float dropped=2"}\n')
        with RecordingInfluxDB(partial) as server, daemon(server) as running, self_page.Watch(running) as watch:
            requests = server.wait_for(2)
            self.assertNotEqual(requests[0].body, requests[1].body)
            running_daemon.wait_until(lambda: watch.value(ANSWERS % "written") > 0, SECONDS_MAX, "the next answer")
            values = watch.values()
            self.assertEqual((values[ANSWERS % "partial"], values[POINTS % "refused"]), (1, 2))
            self.assertEqual(values[BATCHES % "refused"], 0)
            assert_balanced(self, values)
            running.wait_for_log("field type conflict")

    def test_end_with_a_refusal(self):
        refused = (401, {}, b'{"error":"authorization failed"}\n')
        with RecordingInfluxDB(refused) as server, daemon(server) as running, self_page.Watch(running) as watch:
            requests = server.wait_for(2)
            self.assertNotEqual(requests[0].body, requests[1].body)
            values = watch.values()
            self.assertEqual((values[ANSWERS % "refused"], values[BATCHES % "refused"]), (1, 1))
            self.assertEqual(values[POINTS % "refused"], len(requests[0].lines()))
            running.wait_for_log("authorization failed")

    def test_make_two_of_a_batch_that_is_too_large(self):
        with RecordingInfluxDB((413, {}, b"")) as server, daemon(server) as running, self_page.Watch(running) as watch:
            whole, first, second = server.wait_for(3)[:3]
            self.assertEqual(whole.lines(), first.lines() + second.lines())
            running_daemon.wait_until(lambda: watch.value(BATCHES % "written") >= 2, SECONDS_MAX, "both")
            values = watch.values()
            self.assertEqual((values["weir_influx_write_batches_split_total"], values[ANSWERS % "too_large"]), (1, 1))
            self.assertEqual(values[POINTS % "refused"], 0)

    def test_make_the_database_where_they_may(self):
        with RecordingInfluxDB(NO_DATABASE, (200, {}, b'{"results":[{"statement_id":0}]}')) as server:
            with daemon(server, "--influx.create-database") as running:
                write, query, again = server.wait_for(3)[:3]
                self.assertEqual((query.path, query.body), ("/query", b"q=CREATE%20DATABASE%20%22metrics%22"))
                self.assertEqual((again.path, again.body), (write.path, write.body))
                running.wait_for_log("Made the database at InfluxDB")
        with RecordingInfluxDB(NO_DATABASE) as server, daemon(server) as running, self_page.Watch(running) as watch:
            requests = server.wait_for(2)
            self.assertEqual({request.path for request in requests}, {"/write?db=metrics&precision=ms"})
            values = watch.values()
            self.assertEqual((values[ANSWERS % "no_database"], values[BATCHES % "refused"]), (1, 1))

    def test_go_on_while_nothing_answers(self):
        with RecordingInfluxDB() as server:
            url = server.url()
        with daemon(None, url=url) as running, self_page.Watch(running) as watch:
            running_daemon.wait_until(lambda: watch.value(ANSWERS % "none") > 0, SECONDS_MAX, "an attempt")
            self.assertEqual(watch.value("weir_influx_write_up"), 0)
            running.wait_for_log("Cannot write to InfluxDB, will try again")


class Queue(unittest.TestCase):
    def test_is_bounded_and_drops_the_oldest(self):
        with RecordingInfluxDB(answer=UNAVAILABLE) as server:
            with daemon(server, "--limits.influx-queue-bytes=20000", "--limits.stop-timeout=0s") as running, self_page.Watch(running) as watch:
                running_daemon.wait_until(lambda: watch.value(BATCHES % "queue_full") > 0, SECONDS_MAX, "a full queue")
                values = watch.values()
                self.assertGreater(values["weir_influx_write_queue_batches"], 0)
                self.assertGreater(values["weir_influx_write_queue_points"], 0)
                self.assertEqual(values["weir_influx_write_queue_bytes_max"], 20_000)
                self.assertLessEqual(values["weir_influx_write_queue_bytes"], 20_000)
                self.assertGreater(values[POINTS % "queue_full"], 0)
                self.assertEqual(values[POINTS % "written"], 0)

    def test_forgets_what_is_too_old(self):
        with RecordingInfluxDB(answer=UNAVAILABLE) as server:
            with daemon(server, "--limits.influx-queue-age=1s", "--limits.stop-timeout=0s") as running, self_page.Watch(running) as watch:
                running_daemon.wait_until(lambda: watch.value(BATCHES % "queue_age") > 0, SECONDS_MAX, "an old batch")
                self.assertGreater(watch.value(POINTS % "queue_age"), 0)


class Passes(unittest.TestCase):
    def test_are_not_made_up_for(self):
        with RecordingInfluxDB() as server, daemon(server) as running, self_page.Watch(running) as watch:
            server.wait_for(1)
            skipped = watch.value("weir_influx_write_passes_skipped_total")
            running.signal(signal.SIGSTOP)
            time.sleep(1)
            running.signal(signal.SIGCONT)
            running_daemon.wait_until(lambda: watch.value("weir_influx_write_passes_skipped_total") >= skipped + 3, SECONDS_MAX, "the count")


class Security(unittest.TestCase):
    def test_is_by_the_servers_certificate(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = certificates.Authority(folder)
            with RecordingInfluxDB(certificate=authority.sign("server")) as server:
                with daemon(server, f"--influx.ca-file={authority.certificate}") as running:
                    statsd_client.send_udp(running.udp_port, [b"requests:3|c"])
                    self.assertTrue(server.wait_for_line("requests value=3"))
                # Signed by nobody that the system knows.
                with daemon(server, "--limits.stop-timeout=0s") as running:
                    running.wait_for_log("Cannot write to InfluxDB, will try again")

    def test_is_by_a_user(self):
        expected = "Basic " + base64.b64encode(b"me:secret").decode()
        with tempfile.TemporaryDirectory() as folder, RecordingInfluxDB() as server:
            password = pathlib.Path(folder) / "password"
            password.write_text("secret\n")
            with daemon(server, "--influx.user=me", f"--influx.password-file={password}"):
                self.assertEqual(server.wait_for(1)[0].headers["Authorization"], expected)
        with unittest.mock.patch.dict(os.environ, {"INFLUX_USERNAME": "me", "INFLUX_PASSWORD": "secret"}), RecordingInfluxDB() as server:
            with daemon(server):
                self.assertEqual(server.wait_for(1)[0].headers["Authorization"], expected)
        with unittest.mock.patch.dict(os.environ, {"INFLUX_TOKEN": "t"}), RecordingInfluxDB() as server:
            with daemon(server, url=server.url(V2)):
                self.assertEqual(server.wait_for(1)[0].headers["Authorization"], "Token t")


class Starts(unittest.TestCase):
    def test_fail_without_the_files_that_flags_name(self):
        url = "--influx.url=https://localhost/write?db=d"
        for flag in ("--influx.token-file=/nowhere/token", "--influx.ca-file=/nowhere/ca.pem"):
            code, log = failing_start(url, flag)
            self.assertEqual(code, 1)
            self.assertIn("Cannot write to InfluxDB", log)
            self.assertIn(flag.split("=")[1], log)

    def test_fail_with_a_url_that_says_too_little_or_too_much(self):
        for url in ("localhost:8086", "http://localhost:8086", "http://localhost:8086/write", "http://localhost:8086/api/v2/write?org=o",
                    "http://me:secret@localhost/write?db=d", "http://localhost/write?db=d&u=me&p=secret", "http://localhost/write?db=d&precision=s",
                    "http://localhost/query?db=d", "http://local host/write?db=d"):
            with self.subTest(url):
                code, log = failing_start(f"--influx.url={url}")
                self.assertNotEqual(code, 0)
                self.assertRegex(log, "influx.url' must be")


class Stops(unittest.TestCase):
    def test_write_what_came_last(self):
        with RecordingInfluxDB() as server:
            with daemon(server, "--influx.interval=1h") as running:
                statsd_client.send_udp(running.udp_port, [b"requests:3|c"])
                running.wait_for_self_value("statsd_exporter_lines_total", 1)
            self.assertEqual(users_lines(server.lines()), ["requests value=3"])
            self.assertEqual(len(server.requests), 1)

    def test_give_up_in_time(self):
        with RecordingInfluxDB(answer=UNAVAILABLE) as server:
            with daemon(server, "--influx.interval=1h", "--limits.stop-timeout=2s") as running:
                statsd_client.send_udp(running.udp_port, [b"requests:3|c"])
                running.wait_for_self_value("statsd_exporter_lines_total", 1)
                began = time.monotonic()
            self.assertLess(time.monotonic() - began, SECONDS_MAX)
            self.assertGreater(len(server.requests), 1)
            self.assertEqual(len({request.body for request in server.requests}), 1)
            self.assertRegex(running.log(), r'Stopped before all was written to InfluxDB" points=[1-9]')


if __name__ == "__main__":
    tap.main()
