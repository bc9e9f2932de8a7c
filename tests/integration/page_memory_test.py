#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""However many series are on the page, in whichever form: to write it takes little memory (behaviour page.memory)."""

import contextlib
import http.client
import os
import pathlib
import sys
import tempfile
import unittest
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402
import zstd_command  # noqa: E402

# By hand also with a million, which takes minutes. A sanitizer's memory is its own: with one, only what the pages hold is tested.
SERIES = int(os.environ.get("WEIR_PAGE_SERIES", "5000" if tap.is_sanitized() else "200000"))
FILL_SECONDS_MAX = 300
PAGE_SECONDS_MAX = 300
MEMORY_BYTES_MAX = 16 << 20
READ_BYTES = 1 << 20
RESET_PEAK = "5"
# Of each family with observations, whose first scrape moves them to where they stay.
OBSERVED_SERIES = 500
LINES_COUNT = "statsd_exporter_lines_total"
# What makes pages longer.
FLAGS = ("--web.enable-openmetrics", "--web.openmetrics-created-samples")
MAPPING = """
mappings:
- match: classic
  name: classic
  observer_type: histogram
  histogram_options: {native_histogram_bucket_factor: 1}
- match: native
  name: native
  observer_type: histogram
"""
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding="
FORMATS = {
    "text": ("text/plain", "text/plain; version=0.0.4"),
    "text 1.0.0": ("text/plain;version=1.0.0", "text/plain; version=1.0.0"),
    "OpenMetrics": ("application/openmetrics-text;version=1.0.0", "application/openmetrics-text; version=1.0.0"),
    "protobuf": (PROTOBUF + "delimited", "application/vnd.google.protobuf"),
    "protobuf as text": (PROTOBUF + "text", "application/vnd.google.protobuf"),
    "protobuf as compact text": (PROTOBUF + "compact-text", "application/vnd.google.protobuf"),
}
DECODERS = {
    "identity": lambda body: body,
    "gzip": lambda body: zlib.decompress(body, zlib.MAX_WBITS | 16),
    "zstd": zstd_command.decompress,
}


def one_family():
    yield from (b"family:1|c|#id:number-%d,zone:eu-west-%d" % (number, number % 3) for number in range(SERIES))
    for name in (b"summary", b"classic", b"native"):
        yield from (b"%s:%d|ms|#id:%d" % (name, number, number) for number in range(OBSERVED_SERIES))


def a_family_for_each_series():
    return (b"family.%d:1|c" % number for number in range(SERIES))


class Memory:
    """That of a process, as the kernel counts it."""

    def __init__(self, pid):
        self.proc = pathlib.Path(f"/proc/{pid}")

    def _bytes(self, key):
        lines = (self.proc / "status").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith(key + ":"))

    def now(self):
        return self._bytes("VmRSS")

    def peak(self):
        """Since the last reset."""
        return self._bytes("VmHWM")

    def reset_peak(self):
        (self.proc / "clear_refs").write_text(RESET_PEAK)


def fetch(daemon, accept, encoding, query=""):
    """The header fields, then the body in pieces."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.http_port, timeout=PAGE_SECONDS_MAX)
    with contextlib.closing(connection):
        connection.request("GET", "/metrics" + query, headers={"Accept": accept, "Accept-Encoding": encoding})
        response = connection.getresponse()
        yield dict(response.getheaders())
        while piece := response.read(READ_BYTES):
            yield piece


class PageMemory(unittest.TestCase):
    @contextlib.contextmanager
    def filled(self, lines):
        with tempfile.TemporaryDirectory(prefix="weir-page-") as folder:
            path = pathlib.Path(folder, "mapping.yml")
            path.write_text(MAPPING)
            with running_daemon.RunningDaemon(tap.weir(), [*FLAGS, f"--statsd.mapping-config={path}"]) as daemon:
                sent = list(lines)
                statsd_client.send_tcp(daemon.tcp_port, sent)
                running_daemon.wait_until(lambda: self.lines_taken(daemon) == len(sent), FILL_SECONDS_MAX, "all lines")
                yield daemon

    @staticmethod
    def lines_taken(daemon):
        """Asked so that nothing else is looked at."""
        _, *pieces = fetch(daemon, "text/plain", "identity", f"?name[]={LINES_COUNT}")
        return int(float(b"".join(pieces).split()[-1]))

    def assert_page(self, daemon, form, encoding, mark):
        """Fetches a page, in which each series has `mark`; returns how many bytes it has on the wire."""
        accept, content_type = FORMATS[form]
        fields, *pieces = fetch(daemon, accept, encoding)
        self.assertTrue(fields["Content-Type"].startswith(content_type), fields)
        self.assertEqual(fields.get("Content-Encoding", "identity"), encoding)
        self.assertEqual(fields["Transfer-Encoding"], "chunked")
        body = b"".join(pieces)
        self.assertGreaterEqual(DECODERS[encoding](body).count(mark), SERIES)
        return len(body)

    def assert_little_memory(self, lines, mark):
        with self.filled(lines) as daemon:
            memory = Memory(daemon.process.pid)
            idle = memory.now()
            for form in FORMATS:
                for encoding in DECODERS:
                    with self.subTest(form=form, encoding=encoding):
                        memory.reset_peak()
                        size = self.assert_page(daemon, form, encoding, mark)
                        taken = memory.peak() - idle
                        print(f"# {SERIES} series as {form}, {encoding}: {size} bytes, {taken >> 10} KiB above {idle >> 10}")
                        if not tap.is_sanitized():
                            self.assertLessEqual(taken, MEMORY_BYTES_MAX)

    def test_one_family(self):
        self.assert_little_memory(one_family(), b"number-")

    def test_a_family_for_each_series(self):
        self.assert_little_memory(a_family_for_each_series(), b"family_")


if __name__ == "__main__":
    tap.main()
