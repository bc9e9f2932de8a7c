# SPDX-License-Identifier: Apache-2.0
"""An HTTP server in the place of an InfluxDB: it answers as it is told to, as both versions document it, and remembers every request."""

import collections
import contextlib
import dataclasses
import gzip
import http.server
import ssl
import threading
import time

import running_daemon

WAIT_SECONDS_MAX = 30
# Answers: (status, header fields, body).
WRITTEN = (204, {}, b"")
UNAVAILABLE = (503, {}, b'{"error":"timeout"}')
# Closes the connection without an answer.
HANG_UP = None


@dataclasses.dataclass
class Request:
    path: str
    headers: dict
    body: bytes
    status: int
    time: float

    def lines(self):
        return gzip.decompress(self.body).decode().splitlines()


class RecordingInfluxDB:
    """Use it in a `with`. The first requests get `answers`, one each, and those that follow get `answer`."""

    def __init__(self, *answers, answer=WRITTEN, certificate=None):
        self.answers = collections.deque(answers)
        self.answer = answer
        self.requests = []
        recording = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                given = recording.answers.popleft() if recording.answers else recording.answer
                status, fields, text = given or (0, {}, b"")
                recording.requests.append(Request(self.path, dict(self.headers), body, status, time.monotonic()))
                if given is HANG_UP:
                    self.close_connection = True
                    return
                # One that stops does not wait.
                with contextlib.suppress(ConnectionError):
                    self.answer(status, fields, text)

            def answer(self, status, fields, text):
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self.scheme = "https"

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind, value, trace):
        self._server.shutdown()
        self._server.server_close()

    def url(self, target="/write?db=metrics", host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.port}{target}"

    def wait_for(self, count):
        """The requests, once there are so many."""
        running_daemon.wait_until(lambda: len(self.requests) >= count, WAIT_SECONDS_MAX, f"{count} requests")
        return list(self.requests)

    def lines(self):
        """Those that were taken."""
        return [line for request in list(self.requests) if request.status == 204 for line in request.lines()]

    def wait_for_line(self, beginning):
        """The first line that begins so, once there is one."""
        def found():
            with contextlib.suppress(StopIteration):
                return next(line for line in self.lines() if line.startswith(beginning))
        return running_daemon.wait_until(found, WAIT_SECONDS_MAX, f"a line of {beginning}")
