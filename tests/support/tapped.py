# SPDX-License-Identifier: Apache-2.0
"""A daemon whose traffic is looked at while it comes."""

import http.client
import json
import pathlib
import socket
import tempfile
import threading
import unittest
import urllib.parse

import running_daemon
import tap

SECONDS_MAX = 60


class Stream:
    """A GET whose answer goes on."""

    def __init__(self, daemon, path, **query):
        self.connection = http.client.HTTPConnection("127.0.0.1", daemon.http_port, timeout=SECONDS_MAX)
        self.connection.request("GET", path + "?" + urllib.parse.urlencode(query))
        self.response = self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Python keeps the socket open as long as the answer is.
        self.response.close()
        self.connection.close()

    def line(self):
        return json.loads(self.response.readline())

    def lines(self, count):
        return [self.line() for _ in range(count)]

    def rest(self):
        return [json.loads(line) for line in self.response.read().splitlines()]


def begun_tail(daemon, **query):
    stream = Stream(daemon, "/api/v1/tail", **query)
    assert stream.response.status == 200 and stream.line() == {"skipped": 0}
    return stream


def send_udp(daemon, *datagrams):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for datagram in datagrams:
            udp.sendto(datagram, ("127.0.0.1", daemon.udp_port))


def send_tcp(daemon, data):
    with socket.create_connection(("127.0.0.1", daemon.tcp_port)) as tcp:
        tcp.sendall(data)
        return "{}:{}".format(*tcp.getsockname())


class Load:
    """As much as fits through, in a thread: the `with` ends it. Nothing gets lost in the kernel, for it goes over TCP."""

    def __init__(self, daemon, line=b"load.x:1|c\n"):
        self._daemon = daemon
        self._data = line * 1000
        self._stop = threading.Event()
        self.lines = 0

    def __enter__(self):
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def _run(self):
        with socket.create_connection(("127.0.0.1", self._daemon.tcp_port)) as tcp:
            while not self._stop.is_set():
                tcp.sendall(self._data)
                self.lines += 1000

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *flags):
        daemon = running_daemon.RunningDaemon(tap.weir(), flags)
        self.url = None
        started = daemon.__enter__()
        self.addCleanup(daemon.__exit__, None, None, None)
        self.url = f"http://127.0.0.1:{started.http_port}"
        return started

    def wait_for_taps(self, daemon, count, kind="tail"):
        running_daemon.wait_until(lambda: daemon.self_value(f'weir_taps{{kind="{kind}"}}') == count, SECONDS_MAX, f"{count} taps")
