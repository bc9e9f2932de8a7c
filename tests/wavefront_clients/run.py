#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Micrometer's Wavefront registry and Wavefront's SDK send to weir; its real proxy, and the newest decoder of it, read what weir writes.

    tests/wavefront_clients/run.py --weir build/src/app/weir --cache FOLDER [NAME...]
    tests/wavefront_clients/run.py --record tests/wavefront_clients/sent.txt --cache FOLDER

By hand: three minutes, most of them for the minute of a distribution to end. Needs java, mvn and, the first time, Maven Central; FOLDER
keeps what it gives. Reports in TAP. --record writes the lines that the clients send, for tests/integration/wavefront_test.py.
"""

import contextlib
import gzip
import http.client
import http.server
import json
import pathlib
import re
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import client_programs  # noqa: E402
import exposition  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402
import wavefront_proxy  # noqa: E402

SECONDS_MAX = 600
# Micrometer escapes quotes, and so does the SDK after it: a backslash of the two stays, at Wavefront, too.
TAGS = r'application_name="say \\\"time\\\", odd=name"'
REST = 'source="app 1",stream_name="s1"'
FROM_MICROMETER = {
    f'acme_my_counter{{{TAGS},my_tag="val",source="app 1",statistic="count",stream_name="s1"}}': 2.5,
    f'acme_my_gauge{{{TAGS},source="app 1",statistic="value",stream_name="s1"}}': 42.25,
    f'acme_jvm_memory_max{{{TAGS},area="nonheap",source="app 1",statistic="value",stream_name="s1"}}': -1,
    f"acme_my_timer_count{{{TAGS},{REST}}}": 2,
    f"acme_my_timer_sum{{{TAGS},{REST}}}": 2,
    f"acme_my_timer_max{{{TAGS},{REST}}}": 1.5,
    f"acme_my_summary_count{{{TAGS},{REST}}}": 1,
    f"acme_my_summary_sum{{{TAGS},{REST}}}": 7,
    f"acme_my_task_active{{{TAGS},{REST}}}": 1,
    f'acme_my_function{{{TAGS},source="app 1",statistic="count",stream_name="s1"}}': 3,
    f'acme_my_uptime{{{TAGS},source="app 1",statistic="value",stream_name="s1"}}': 12,
    f"acme_my_distribution_count{{{TAGS},{REST}}}": 300,
    f"acme_my_distribution_sum{{{TAGS},{REST}}}": 6,
}
SDK_TAGS = 'dc="a \\"b\\", c=d",path="/x y/\'z\'",source="host 1"'
FROM_THE_SDK = {
    f"sdk_gauge_with_slash{{{SDK_TAGS}}}": 3,
    f"sdk_delta{{{SDK_TAGS}}}": 6,
    'sdk_tiny{source="host 1"}': 1e-10,
    f"sdk_distribution_count{{{SDK_TAGS}}}": 30,
    f"sdk_distribution_sum{{{SDK_TAGS}}}": 651,
}


def central():
    """Where Maven looks when it is told nothing."""
    (model,) = pathlib.Path("/usr/share/maven/lib").glob("maven-model-builder-3*.jar")
    with zipfile.ZipFile(model) as archive:
        return re.search(r"<url>(.*?)</url>", archive.read("org/apache/maven/model/pom-4.0.0.xml").decode())[1]


def jars(project="pom.xml"):
    return client_programs.jars(HERE / project, "-s", HERE / "central.xml", f"-Dcentral={central()}")


def java(program, *arguments, **options):
    return client_programs.run("java", "-cp", jars(), HERE / f"{program}.java", *arguments, **options)


class Daemon(running_daemon.RunningDaemon):
    def __init__(self, *flags):
        self.port = None
        super().__init__(tap.weir(), ["--wavefront.listen-tcp=127.0.0.1:0", *flags])

    def _learn_ports(self):
        super()._learn_ports()
        self.port = self._port(self._logged("Accepting Wavefront Traffic")["tcp"])

    def values(self):
        """series -> value, of what is not of the daemon itself."""
        page = exposition.user_lines(self.scrape_text())
        lines = (line.rpartition(" ") for line in page.splitlines() if not line.startswith("#"))
        return {series: float(value) for series, _, value in lines}


class Clients(unittest.TestCase):
    def assert_there(self, daemon, expected):
        values = daemon.values()
        for series, value in expected.items():
            self.assertIn(series, values)
            self.assertAlmostEqual(values[series], value, places=6, msg=series)
        self.assertEqual(daemon.self_value('weir_ledger_wavefront_lines_total{outcome="rejected"}'), 0)

    def test_micrometer(self):
        with Daemon() as daemon:
            java("Micrometer", f"proxy://127.0.0.1:{daemon.port}", "wait")
            self.assert_there(daemon, FROM_MICROMETER)
            self.assertNotIn("not_a_number", daemon.scrape_text())
            page = daemon.scrape_text()
            for name in ("acme_my_counter", "acme_my_function"):
                self.assertIn(f"# TYPE {name} counter", page)

    def test_the_sdk_over_tcp(self):
        with Daemon() as daemon:
            java("Sdk", "127.0.0.1", daemon.port, "tcp")
            daemon.wait_for_self_value('weir_ledger_wavefront_lines_total{outcome="unsupported"}', 2)
            self.assert_there(daemon, FROM_THE_SDK)
            self.assertGreater(daemon.self_value("weir_wavefront_tcp_connections_total"), 0)

    def test_the_sdk_over_http(self):
        with Daemon() as daemon:
            java("Sdk", "127.0.0.1", daemon.port, "http")
            self.assert_there(daemon, FROM_THE_SDK)
            self.assertEqual(daemon.self_value('weir_ledger_wavefront_reports_total{outcome="bad_request"}'), 0)
            self.assertGreater(daemon.self_value('weir_ledger_wavefront_reports_total{outcome="unsupported"}'), 0)


class Decoder(unittest.TestCase):
    def test_of_the_proxy_reads_what_is_written(self):
        with wavefront_proxy.ProxyListener() as proxy:
            flags = [f"--wavefront.address=127.0.0.1:{proxy.port}", "--wavefront.source=here", "--wavefront.interval=1h", "--wavefront.prefix=acme."]
            with Daemon(*flags) as daemon:
                statsd_client.send_udp(daemon.udp_port, [b"jobs:3|c|#path:C:\\dir\\,quote:say \"x\" it's\ntook:250|ms\ndepth:-1e+20|g|#long:" + b"x" * 300])
                daemon.wait_for_self_value("statsd_exporter_lines_total", 3)
            text = proxy.text()
        read = java("Decoder", input=text, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()
        self.assertEqual(len(read), len(text.splitlines()))
        found = {re.sub(r" \d{13} ", " ", line) for line in read}
        self.assertIn("acme.jobs 3.0 here {path=C:\\dir, quote=say \"x\" it's}", found)
        self.assertIn("acme.took 0.25 here {quantile=0.5}", found)
        self.assertIn("acme.took_sum 0.25 here {}", found)
        self.assertEqual([line for line in found if "depth" in line], [])


class Server(http.server.BaseHTTPRequestHandler):
    """As much of Wavefront's server as its proxy needs, which sends it the points that it takes."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])) if "Content-Length" in self.headers else self.read_chunks()
        if "/pushdata/" in self.path:
            self.server.pushed.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
        config = {"currentTime": int(time.time() * 1000), "allowAnyHostKeys": True} if "/checkin" in self.path else {}
        answer = json.dumps(config).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def read_chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *ignored):
        pass


@contextlib.contextmanager
def real_proxy(port):
    """The real proxy; yields what its server was pushed, a list of texts that grows."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server, tempfile.TemporaryDirectory() as folder:
        server.pushed = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        opens = [word for package in ("lang", "util") for word in ("--add-opens", f"java.base/java.{package}=ALL-UNNAMED")]
        process = subprocess.Popen(["java", *opens, "-cp", jars("proxy.xml"), "com.wavefront.agent.PushAgent",
                                    "-h", f"http://127.0.0.1:{server.server_address[1]}/api/", "--token", "x", "--ephemeral", "--hostname", "proxy",
                                    "--buffer", f"{folder}/buffer", "--idFile", f"{folder}/id", "--pushListenerPorts", str(port)],
                                   stdout=sys.stderr, stderr=sys.stderr)
        try:
            yield server.pushed
        finally:
            process.terminate()
            process.wait()
            server.shutdown()


class Proxy(unittest.TestCase):
    def test_passes_on_what_is_written(self):
        port = running_daemon.free_port()
        # weir waits for the proxy, which takes half a minute to begin.
        with real_proxy(port) as pushed, Daemon(f"--wavefront.address=127.0.0.1:{port}", "--wavefront.source=here", "--wavefront.interval=2s") as daemon:
            statsd_client.send_udp(daemon.udp_port, [b"jobs:3|c|#path:/x y,quote:say \"x\"\ntook:250|ms"])

            def passed_on():
                text = b"\n".join(pushed).decode()
                return {re.sub(r" \d{10} ", " ", line) for line in text.splitlines()}

            for line in ('"jobs" 3.0 source="here" "path"="/x y" "quote"="say \\"x\\""', '"took" 0.25 source="here" "quantile"="0.5"',
                         '"took_count" 1.0 source="here"'):
                running_daemon.wait_until(lambda line=line: line in passed_on(), SECONDS_MAX, line)
            self.assertEqual(daemon.self_value('weir_wavefront_write_lines_total{outcome="dropped"}'), 0)


class Recording(socketserver.StreamRequestHandler):
    """Takes lines, or reports over HTTP, of one connection."""

    def handle(self):
        line = self.rfile.readline()
        while line:
            if not line.startswith(b"POST /"):
                self.server.received.append(line)
            else:
                self.take_report()
            line = self.rfile.readline()

    def take_report(self):
        fields = http.client.parse_headers(self.rfile)
        self.server.received.append(gzip.decompress(self.rfile.read(int(fields["Content-Length"]))))
        self.wfile.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")


def record(path):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Recording) as recorder:
        recorder.daemon_threads = True
        recorder.received = []
        threading.Thread(target=recorder.serve_forever, daemon=True).start()
        port = recorder.server_address[1]
        java("Micrometer", f"proxy://127.0.0.1:{port}", "wait")
        java("Sdk", "127.0.0.1", port, "tcp")
        recorder.shutdown()
    path.write_bytes(b"".join(recorder.received))


def main():
    parser = client_programs.parser(__doc__)
    parser.add_argument("--record", type=pathlib.Path)
    given = parser.parse_args()
    if given.record:
        client_programs.use_cache(given.cache)
        return record(given.record)
    return client_programs.main(given)


if __name__ == "__main__":
    main()
