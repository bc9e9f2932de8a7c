# SPDX-License-Identifier: Apache-2.0
"""In the place of Wavefront's proxy: takes connections and keeps the lines that come."""

import re
import socket
import threading

# As clients write it: `"name" value time source="s" "key"="value" ...`.
LINE = re.compile(r'"(?P<name>[^"]+)" (?P<value>\S+) (?P<time>\d+)(?P<tags>(?: (?:source|"[^"]+")="(?:[^"\\]|\\.)*")+)')
TAG = re.compile(r'(source|"[^"]+")="((?:[^"\\]|\\.)*)"')


class ProxyListener:
    """Use it in a `with`."""

    def __init__(self, port=0):
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = self._socket.getsockname()[1]
        self._connections = []
        self._received = b""
        self._lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *ignored):
        self._socket.close()
        for connection in self._connections:
            connection.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection):
        while True:
            try:
                received = connection.recv(65536)
            except OSError:
                return
            if not received:
                return
            with self._lock:
                self._received += received

    def text(self):
        with self._lock:
            return self._received.decode()

    def points(self):
        """(name, tags with the source) -> (value, time in ms), of the last of each."""
        points = {}
        for line in self.text().rpartition("\n")[0].splitlines():
            match = LINE.fullmatch(line)
            if match is None:
                raise AssertionError(f"no line of Wavefront: {line}")
            tags = tuple(sorted((key.strip('"'), value) for key, value in TAG.findall(match["tags"])))
            points[match["name"], tags] = float(match["value"]), int(match["time"])
        return points

    def value(self, name, **tags):
        """None when it has not come."""
        return self.points().get((name, tuple(sorted(tags.items()))), (None, None))[0]
