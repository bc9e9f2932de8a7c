#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What weir writes to an InfluxDB in Micrometer's layout is what Micrometer's own registry writes there, for every meter behind SCDF's dashboards.

    WEIR=build/src/app/weir influx_write_test.py
"""

import collections
import http.client
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import influx_series_test  # noqa: E402
import micrometer  # noqa: E402
import recording_influxdb  # noqa: E402
import running_daemon  # noqa: E402
import series_test  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

# On the page nothing tells a meter that Kafka calls so from one that Prometheus does, and the daemon has a start of its own.
OTHERWISE = {"process_start_time", *(f"kafka_stream_task_{what}_total" for what in ("commit", "dropped_records", "enforced_processing")),
             "kafka_stream_processor_node_process_total"}
OWN = ("weir_", "statsd_", "promhttp_")
# Of SCDF's InfluxDB dashboards: measurement -> the fields that they show.
DASHBOARDS = {
    "spring_integration_send": {"count", "mean"},
    "spring_integration_receive": {"value"},
    "spring_integration_channels": {"value"},
    "spring_integration_handlers": {"value"},
    "spring_integration_sources": {"value"},
    "process_cpu_usage": {"value"},
    "jvm_memory_used": {"value"},
    "jvm_memory_max": {"value"},
    "jvm_threads_live": {"value"},
    "process_files_open": {"value"},
    "jvm_classes_loaded": {"value"},
    "spring_cloud_task": {"upper"},
    "spring_batch_job": {"upper", "mean"},
    "spring_batch_step": {"upper"},
    "spring_batch_item_read": {"upper"},
    "spring_batch_item_process": {"upper"},
    "spring_batch_chunk_write": {"upper"},
}
# They show more timers than SCDF's Prometheus dashboards do.
MORE_TIMERS = ("spring.batch.step", "spring.batch.item.read", "spring.batch.item.process", "spring.batch.chunk.write")


def merged(lines):
    """Measurement and tags -> field -> number, over all lines: a point may come in several."""
    points = collections.defaultdict(dict)
    for line in lines:
        key, fields, _ = line.split(" ")
        measurement, *tags = key.split(",")
        points[measurement, frozenset(tags)].update((name, float(number)) for name, number in (field.split("=") for field in fields.split(",")))
    return points


class Points(unittest.TestCase):
    series = series_test.read_series()

    def written(self, mapping, send):
        """What a daemon that was sent something has written when it stopped."""
        with recording_influxdb.RecordingInfluxDB() as server:
            flags = [f"--influx.url={server.url()}", "--influx.layout=micrometer", "--influx.interval=1h",
                     f"--statsd.mapping-config=builtin:{mapping}", "--influx.listen-http=127.0.0.1:0"]
            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
                send(daemon)
            return merged(line for line in server.lines() if not line.startswith(OWN))

    def test_are_those_that_were_read(self):
        sent = list(influx_series_test.points(self.series))

        def send(daemon):
            port = daemon._port(daemon._logged("Accepting InfluxDB Traffic")["http"])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=running_daemon.HTTP_SECONDS_MAX)
            connection.request("POST", "/write?db=d&precision=ms", "\n".join(sent))
            self.assertEqual(connection.getresponse().status, 204)
            connection.close()

        written, wanted = self.written("scdf-influx", send), merged(sent)
        self.assertEqual({key[0] for key, values in wanted.items() if written.get(key) != values}, OTHERWISE)
        self.assertGreater(len(wanted), 100)

    def test_of_statsd_have_what_the_dashboards_show(self):
        meters = dict(series_test.meters(self.series))
        meters.update({(name, "timer"): {"task_name"} for name in MORE_TIMERS})
        lines = [line for (meter, kind), labels in meters.items()
                 for line in micrometer.lines("datadog", kind, meter, series_test.tags_of(labels), series_test.VALUES[kind][0])]

        def send(daemon):
            statsd_client.send_tcp(daemon.tcp_port, [line.encode() for line in lines])
            daemon.wait_for_self_value("statsd_exporter_samples_total", len(lines))

        fields = collections.defaultdict(set)
        for (measurement, _), values in self.written("scdf", send).items():
            fields[measurement].update(values)
        self.assertEqual({name: wanted - fields[name] for name, wanted in DASHBOARDS.items() if wanted - fields[name]}, {})


if __name__ == "__main__":
    tap.main()
