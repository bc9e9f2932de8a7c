#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs of others write to weir as to an InfluxDB: Micrometer's registry (Java) and both Python clients.

    tests/influx_clients/run.py --weir build/src/app/weir --cache FOLDER [NAME...]

By hand: a minute. Needs java, mvn and, the first time, Maven Central and PyPI; FOLDER keeps what they give. Reports in TAP.
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
        super().__init__(tap.weir(), ["--influx.listen-http=127.0.0.1:0"])

    def _learn_ports(self):
        super()._learn_ports()
        self.url = "http://" + self._logged("Accepting InfluxDB Traffic")["http"]

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


def main():
    client_programs.main(client_programs.parser(__doc__).parse_args())


if __name__ == "__main__":
    main()
