#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs of others write to weir as to an InfluxDB: Micrometer's registry (Java), and both clients of each of Python and Go.

    tests/influx_clients/run.py --weir build/src/app/weir --cache FOLDER [NAME...]

By hand: a minute. Needs java, mvn, go and, the first time, Maven Central, PyPI and Go's proxy; FOLDER keeps what they give. Reports in TAP.
"""

import pathlib
import sys
import textwrap
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import client_programs  # noqa: E402
import exposition  # noqa: E402
import running_daemon  # noqa: E402
import tap  # noqa: E402

PACKAGES = ("influxdb==5.3.2", "influxdb-client==1.50.0")
TAGS = 'application_name="time, odd=name"'
GO_CLIENTS = {"first_api.go": "github.com/influxdata/influxdb1-client@v0.0.0-20220302092344-a9ab5670611c",
              "second_api.go": "github.com/influxdata/influxdb-client-go/v2@v2.14.0"}
GO_ROUNDS, GO_POINTS_OF_ROUND = 20, 500
STREAM = 'stream_name="s1"'
FROM_MICROMETER = {
    f"my_counter{{{TAGS},my_tag=\"val\",{STREAM}}}": 2.5,
    f"my_gauge{{{TAGS},{STREAM}}}": 42.25,
    f"jvm_memory_max{{{TAGS},area=\"nonheap\",{STREAM}}}": -1,
    f"my_timer_count{{{TAGS},{STREAM}}}": 2,
    f"my_timer_sum{{{TAGS},{STREAM}}}": 2,
    f"my_summary_count{{{TAGS},{STREAM}}}": 1,
    f"my_summary_sum{{{TAGS},{STREAM}}}": 7,
    f"my_task_active_count{{{TAGS},{STREAM}}}": 1,
    f"my_function{{{TAGS},{STREAM}}}": 3,
    f"my_uptime{{{TAGS},{STREAM}}}": 12_000,
}


class Daemon(running_daemon.RunningDaemon):
    def __init__(self):
        super().__init__(tap.weir(), ["--influx.listen-http=127.0.0.1:0", "--influx.listen-udp=127.0.0.1:0"])

    def _learn_ports(self):
        super()._learn_ports()
        listening = self._logged("Accepting InfluxDB Traffic")
        self.url, self.udp_address = "http://" + listening["http"], listening["udp"]

    def values(self):
        """series -> value, of what is not of the daemon itself."""
        page = exposition.user_lines(self.scrape_text())
        lines = (line.rpartition(" ") for line in page.splitlines() if not line.startswith("#"))
        return {series: float(value) for series, _, value in lines}


class Micrometer(unittest.TestCase):
    def assert_all_is_there(self, *arguments):
        with Daemon() as daemon:
            client_programs.run("java", "-cp", client_programs.jars(HERE / "pom.xml"), HERE / "Micrometer.java", daemon.url, *arguments)
            values = daemon.values()
            self.assertEqual({series: values.get(series) for series in FROM_MICROMETER}, FROM_MICROMETER)
            self.assertEqual([series for series in values if "not_a_number" in series or "metric_type" in series], [])
            for outcome in ("partial", "rejected", "bad_request"):
                self.assertEqual(daemon.self_value(f'weir_ledger_influx_writes_total{{outcome="{outcome}"}}'), 0, outcome)
            self.assertGreater(daemon.self_value('weir_ledger_influx_writes_total{outcome="taken"}'), 0)

    def test_writes_by_the_first_api(self):
        self.assert_all_is_there()

    def test_writes_by_the_second_api(self):
        self.assert_all_is_there("v2")


class Python(unittest.TestCase):
    def values_after(self, program):
        with Daemon() as daemon:
            client_programs.run(client_programs.python(*PACKAGES), "-c", textwrap.dedent(program), daemon.url)
            return daemon.values()

    def test_client_of_the_first_api(self):
        program = """
            import sys, urllib.parse, influxdb
            url = urllib.parse.urlparse(sys.argv[1])
            client = influxdb.InfluxDBClient(url.hostname, url.port, database="d", gzip=True)
            assert client.ping()
            client.create_database("d")
            points = [{"measurement": "cpu load", "tags": {"host": "a b", "empty": ""}, "fields": {"value": 0.5, "cores": 4, "up": True, "model": "x"}}]
            assert client.write_points(points, time_precision="ms")
            try:
                client.write("bad\\ngood value=1", {"db": "d"}, protocol="line")
            except influxdb.exceptions.InfluxDBClientError as error:
                assert "partial write: unable to parse 'bad': missing fields" in str(error), error
            else:
                raise AssertionError("no error")
            """
        self.assertEqual(self.values_after(program),
                         {'cpu_load{host="a b"}': 0.5, 'cpu_load_cores{host="a b"}': 4, 'cpu_load_up{host="a b"}': 1, "good": 1})

    def test_client_of_the_second_api(self):
        program = """
            import sys, influxdb_client
            from influxdb_client.client.write_api import SYNCHRONOUS
            with influxdb_client.InfluxDBClient(url=sys.argv[1], token="t", org="o", enable_gzip=True) as client:
                assert client.ping()
                assert client.health().status == "pass"
                point = influxdb_client.Point("weather").tag("place", "here").field("temperature", 21.5).field("wet", False)
                client.write_api(write_options=SYNCHRONOUS).write(bucket="b", record=point)
            """
        self.assertEqual(self.values_after(program), {'weather_temperature{place="here"}': 21.5, 'weather_wet{place="here"}': 0})


class Go(unittest.TestCase):
    def values_after(self, program, arguments, points, faults):
        """The values, when as many points came as the program says that it writes; `faults` of its requests fail."""
        with Daemon() as daemon:
            client = client_programs.go_program(HERE / program, GO_CLIENTS[program])
            client_programs.run(client, daemon.url, *arguments(daemon))
            daemon.wait_for_self_value('weir_ledger_influx_lines_total{outcome="point"}', points)
            for kind, name in (("writes", "bad_request"), ("datagrams", "kernel_drop")):
                self.assertEqual(daemon.self_value(f'weir_ledger_influx_{kind}_total{{outcome="{name}"}}'), 0)
            self.assertEqual(daemon.self_value('weir_ledger_influx_lines_total{outcome="rejected"}'), faults)
            return daemon.values()

    def test_client_of_the_first_api(self):
        count = GO_ROUNDS * GO_POINTS_OF_ROUND
        values = self.values_after("first_api.go", lambda daemon: (daemon.udp_address, GO_ROUNDS), 3 * count + 1, 1)
        tags = '{host="a b",path="C:\\\\x,y=z"}'
        self.assertEqual(values, {'jobs{by="gzip"}': count, 'jobs{by="plain"}': count, 'jobs{by="udp"}': count,
                                  f"cpu_load{tags}": 0.5, f"cpu_load_cores{tags}": 4, f"cpu_load_up{tags}": 1})

    def test_client_of_the_second_api(self):
        count = GO_ROUNDS * GO_POINTS_OF_ROUND
        values = self.values_after("second_api.go", lambda daemon: (count,), 2 * count + 3, 1)
        self.assertEqual(values, {'jobs{by="gzip"}': count, 'jobs{by="plain"}': count, 'weather_temperature{place="over, there=x"}': 21.5,
                                  'weather_wet{place="over, there=x"}': 0, 'weather_temperature{place="here"}': 3, "good": 1})


def main():
    client_programs.main(client_programs.parser(__doc__).parse_args())


if __name__ == "__main__":
    main()
