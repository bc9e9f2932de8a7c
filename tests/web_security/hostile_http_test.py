#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clients that attack HTTP, over TCP and through TLS: slow ones, endless heads, pipelines, and requests that two readers would end at different
bytes (behaviour web.hostile)."""

import contextlib
import pathlib
import re
import shutil
import socket
import ssl
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import running_daemon  # noqa: E402
import tap  # noqa: E402

WAIT_SECONDS = 30
TIMEOUT = "--limits.http-request-timeout=1s"
REFUSED = 'weir_http_requests_refused_total{code="%d"}'
POST = b"POST /-/ready HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
# After each form, on the same connection: answered only where the form has an end that cannot be taken for another.
SMUGGLED = b"GET /-/healthy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
ANSWERED = re.compile(rb"^HTTP/1\.[01] (\d+)", re.MULTILINE)

# Form -> the one status that it gets, after which nothing is read.
REFUSED_FORMS = {
    "a length and chunks": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "chunks and a length": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    "chunks and no length": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n", 400),
    "two lengths": (POST + b"Content-Length: 5\r\nContent-Length: 0\r\n\r\n", 400),
    "a list of equal lengths": (POST + b"Content-Length: 0, 0\r\n\r\n", 400),
    "a list of lengths": (POST + b"Content-Length: 0, 5\r\n\r\n", 400),
    "a length with a plus": (POST + b"Content-Length: +0\r\n\r\n", 400),
    "a length below 0": (POST + b"Content-Length: -1\r\n\r\n", 400),
    "a length in hexadecimal": (POST + b"Content-Length: 0x0\r\n\r\n", 400),
    "an empty length": (POST + b"Content-Length: \r\n\r\n", 400),
    "a length past 64 bits": (POST + b"Content-Length: 18446744073709551616\r\n\r\n", 400),
    "a blank before the colon of a length": (POST + b"Content-Length : 0\r\n\r\n", 400),
    "a tab before the colon of a length": (POST + b"Content-Length\t: 0\r\n\r\n", 400),
    "a blank before the colon of an encoding": (POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
    "chunks twice": (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "chunks, then identity": (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400),
    "identity, then chunks": (POST + b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
    "a list that ends in identity": (POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501),
    "a list that ends in chunked": (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "an encoding of a like name": (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
    "an encoding in quotes": (POST + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n', 501),
    "an encoding after a vertical tab": (POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400),
    "an empty encoding": (POST + b"Transfer-Encoding: \r\n\r\n0\r\n\r\n", 501),
    "a CR in a value": (POST + b"X: a\rContent-Length: 5\r\n\r\n", 400),
    "a NUL in a value": (POST + b"X: a\0b\r\n\r\n", 400),
    "a NUL in a name": (POST + b"X\0: b\r\n\r\n", 400),
    "no name": (POST + b": b\r\n\r\n", 400),
    "no colon": (POST + b"X\r\n\r\n", 400),
    "a first field that is folded": (b"POST /-/ready HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    "two hosts": (b"GET /-/ready HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "tabs in the first line": (b"GET\t/-/ready\tHTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "a blank in the target": (b"GET /-/ready x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "no version": (b"GET /-/ready\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "a chunk's size below 0": (CHUNKED + b"-1\r\n\r\n", 400),
    "a chunk's size with a plus": (CHUNKED + b"+0\r\n\r\n", 400),
    "a chunk's size with 0x": (CHUNKED + b"0x0\r\n\r\n", 400),
    "a chunk's size that is 0 in 64 bits": (CHUNKED + b"10000000000000000\r\n\r\n", 400),
    "a chunk's size that is 5 in 64 bits": (CHUNKED + b"10000000000000005\r\nabcde\r\n0\r\n\r\n", 400),
    "no chunk's size": (CHUNKED + b"\r\n0\r\n\r\n", 400),
    "a blank before a chunk's size": (CHUNKED + b" 0\r\n\r\n", 400),
    "a blank after a chunk's size": (CHUNKED + b"0 \r\n\r\n", 400),
    "chunks that end in LF": (CHUNKED + b"1\na\n0\n\n", 400),
    "a chunk longer than its size": (CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n", 400),
    "a chunk without its end": (CHUNKED + b"1\r\na0\r\n\r\n", 400),
    "an LF in a chunk's extension": (CHUNKED + b"1;x\ny\r\na\r\n0\r\n\r\n", 400),
    "a CR in a chunk's extension": (CHUNKED + b"0;x\ry\r\n\r\n", 400),
    "an end of lines in a quoted extension": (CHUNKED + b'0;x="\r\n\r\n"\r\n\r\n', 400),
    "a length after the chunks": (CHUNKED + b"0\r\nContent-Length: 5\r\n\r\n", 400),
    "a bad field after the chunks": (CHUNKED + b"0\r\nX y\r\n\r\n", 400),
}
# Form -> statuses. What follows is a request of its own, or a part of the first.
TAKEN_FORMS = {
    "a length twice": (POST + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n", [200, 200]),
    "a field on two lines": (POST + b"X: a\r\n b\r\n\r\n", [200, 200]),
    "an encoding on two lines": (POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", [200, 200]),
    "a chunk's extension": (CHUNKED + b"1;x=y\r\na\r\n0\r\n\r\n", [200, 200]),
    "a field after the chunks": (CHUNKED + b"0\r\nX: y\r\n\r\n", [200, 200]),
    "a body of a GET": (b"GET /-/ready HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345", [200, 200]),
    "a request in a body": (POST + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED, [200, 200]),
    "chunks of an old client": (b"POST /-/ready HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [200]),
    "a chunk that never comes": (CHUNKED + b"FFFFFFFFFFFFFFFF\r\n", []),
}


def setUpModule():
    global FOLDER
    FOLDER = pathlib.Path(tempfile.mkdtemp())
    certificates.Authority(FOLDER).sign("server")
    (FOLDER / "web.yml").write_text("tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n")


def tearDownModule():
    shutil.rmtree(FOLDER)


class Plain(running_daemon.RunningDaemon):
    def __init__(self, *flags):
        super().__init__(tap.weir(), [TIMEOUT, *flags])

    @contextlib.contextmanager
    def connection(self):
        with socket.create_connection(("127.0.0.1", self.http_port), timeout=WAIT_SECONDS) as client:
            yield client

    def exchange(self, method, path, headers=None):
        """Over a connection of its own, as all that is asked here."""
        fields = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        answer = self.answer(f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n".encode())
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(ANSWERED.match(head)[1]) if head else 0, {}, chunks_of(body) if b"chunked" in head else body

    def answer(self, data):
        """All that comes until the daemon ends the connection."""
        received = b""
        with self.connection() as client, contextlib.suppress(OSError):
            client.sendall(data)
            while piece := client.recv(65_536):
                received += piece
        return received


class Secured(Plain):
    def __init__(self, *flags):
        self.context = ssl.create_default_context(cafile=FOLDER / "ca.pem")
        super().__init__(f"--web.config.file={FOLDER}/web.yml", *flags)

    @contextlib.contextmanager
    def connection(self):
        with socket.create_connection(("127.0.0.1", self.http_port), timeout=WAIT_SECONDS) as plain:
            with self.context.wrap_socket(plain, server_hostname="localhost") as client:
                yield client


def chunks_of(body):
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        whole += body[:int(size, 16)]
        body = body[int(size, 16) + 2:]
    return whole


class Hostile:
    """The tests, over what `kind` speaks."""

    kind = Plain

    def test_requests_whose_end_is_in_doubt_are_refused(self):
        with self.kind() as daemon:
            before = {status: daemon.self_value(REFUSED % status) for status in (400, 501, 505)}
            for name, (form, status) in REFUSED_FORMS.items():
                answer = daemon.answer(form + SMUGGLED)
                self.assertEqual(([int(each) for each in ANSWERED.findall(answer)], b"is Healthy" in answer), ([status], False), (name, answer))
            for status, count in before.items():
                refused = sum(1 for _, each in REFUSED_FORMS.values() if each == status)
                self.assertEqual(daemon.self_value(REFUSED % status) - count, refused, status)

    def test_requests_with_one_end_are_taken_for_what_they_are(self):
        with self.kind() as daemon:
            for name, (form, statuses) in TAKEN_FORMS.items():
                answer = daemon.answer(form + SMUGGLED)
                self.assertEqual([int(each) for each in ANSWERED.findall(answer)], statuses, (name, answer))
                follows = len(statuses) == 2
                self.assertEqual(answer.count(b"is Healthy"), 1 if follows else 0, (name, answer))

    def test_what_is_refused_byte_by_byte_is_the_same(self):
        with self.kind() as daemon:
            for name in ("a length and chunks", "two lengths", "a chunk longer than its size", "a NUL in a name"):
                form, status = REFUSED_FORMS[name]
                with daemon.connection() as client, contextlib.suppress(OSError):
                    for byte in form:
                        client.sendall(bytes([byte]))
                    answer = client.recv(65_536)
                    self.assertEqual([int(each) for each in ANSWERED.findall(answer)], [status], name)

    def test_slow_clients_are_closed_and_keep_no_other_out(self):
        heads = (b"", b"GET /-/ready HTTP/1.1\r\nX: ", POST + b"Content-Length: 1000\r\n\r\n", CHUNKED + b"3e8\r\n", CHUNKED + b"1;")
        together = 4
        with self.kind() as daemon:
            before = daemon.self_value("weir_http_timeouts_total")
            slow = [threading.Thread(target=self.drip, args=(daemon, head)) for head in heads for _ in range(together)]
            for thread in slow:
                thread.start()
            while any(thread.is_alive() for thread in slow):
                self.assertEqual(daemon.request("GET", "/-/healthy")[0], 200)
                time.sleep(0.05)
            self.assertEqual(daemon.self_value("weir_http_timeouts_total") - before, together * len(heads))

    def drip(self, daemon, head):
        """A byte at a time, each of them well within any timeout, until the daemon ends it."""
        deadline = time.monotonic() + WAIT_SECONDS
        with contextlib.suppress(OSError), daemon.connection() as client:
            client.sendall(head or b"G")
            client.settimeout(0.05)
            while time.monotonic() < deadline:
                client.sendall(b"a")
                with contextlib.suppress(TimeoutError, ssl.SSLWantReadError):
                    if client.recv(100) == b"":
                        return

    def test_endless_heads_are_answered_before_they_are_whole(self):
        forms = (b"GET /" + b"a" * 100_000, b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000, b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20_000)
        with self.kind("--limits.http-header-bytes=64KiB") as daemon:
            before = daemon.self_value(REFUSED % 431)
            for form in forms:
                answer = daemon.answer(form)
                self.assertEqual([int(each) for each in ANSWERED.findall(answer)], [431], form[:40])
            self.assertEqual(daemon.self_value(REFUSED % 431) - before, len(forms))
            longest = b"GET /-/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + b"a" * 60_000 + b"\r\n\r\n"
            self.assertEqual(ANSWERED.findall(daemon.answer(longest)), [b"200"])

    def test_pipelines_are_answered_in_order(self):
        count = 500
        with self.kind() as daemon:
            one = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\nGET /-/ready HTTP/1.1\r\nHost: a\r\n\r\n"
            answer = daemon.answer(b"".join(one % number for number in range(count)) + SMUGGLED)
            self.assertEqual([int(each) for each in ANSWERED.findall(answer)], [404, 200] * count + [200])
            self.assertLess(answer.rindex(b"is Ready"), answer.index(b"is Healthy"))

    def test_pipelines_whose_answers_are_not_read_hold_no_memory(self):
        asked = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n" * 2_000
        with self.kind() as daemon:
            before = daemon.memory_bytes()
            with contextlib.ExitStack() as clients:
                for _ in range(20):
                    client = clients.enter_context(daemon.connection())
                    client.settimeout(0.1)
                    with contextlib.suppress(OSError):
                        client.sendall(asked)
                self.assertEqual(daemon.request("GET", "/-/healthy")[0], 200)
                if not tap.is_sanitized():
                    self.assertLess(daemon.memory_bytes() - before, 32 << 20)


class OverTcp(Hostile, unittest.TestCase):
    pass


class ThroughTls(Hostile, unittest.TestCase):
    kind = Secured


if __name__ == "__main__":
    tap.main()
