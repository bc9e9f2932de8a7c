# SPDX-License-Identifier: Apache-2.0
"""Fetches /metrics as Prometheus does, and times it; pages may have hundreds of megabytes."""

import dataclasses
import socket
import time
import urllib.parse

CHUNK_BYTES = 1 << 20
PATIENCE_SECONDS = 600
HEAD_END = b"\r\n\r\n"


@dataclasses.dataclass
class Scraped:
    # From the request to the first byte of the page, and to its end.
    first_byte_seconds: float
    seconds: float
    # On the wire, head and chunk marks included.
    bytes: int
    # Only when it was asked for.
    body: bytes = b""


def scrape(port, names=(), is_gzipped=False, is_kept=False, accept="", path="/metrics"):
    query = "?" + urllib.parse.urlencode([("name[]", name) for name in names]) if names else ""
    wishes = "Accept-Encoding: gzip\r\n" if is_gzipped else ""
    wishes += f"Accept: {accept}\r\n" if accept else ""
    # 1.0: the page ends with the connection, and comes without chunk marks.
    request = f"GET {path}{query} HTTP/1.0\r\nHost: bench\r\n{wishes}\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        start = time.perf_counter()
        connection.sendall(request)
        return _receive(connection, start, is_kept, path)


def _receive(connection, start, is_kept, path):
    buffer, head, kept, total, first_byte = bytearray(CHUNK_BYTES), b"", [], 0, None
    view = memoryview(buffer)
    while size := connection.recv_into(buffer):
        total += size
        piece = view[:size]
        if first_byte is None:
            head += bytes(piece)
            end = head.find(HEAD_END)
            if end < 0 or end + len(HEAD_END) == len(head):
                continue
            first_byte = time.perf_counter() - start
            piece = memoryview(head)[end + len(HEAD_END):]
        if is_kept:
            kept.append(bytes(piece))
    seconds = time.perf_counter() - start
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
        raise ConnectionError(f"{path} answered {head[:80]!r}")
    return Scraped(first_byte if first_byte is not None else seconds, seconds, total, b"".join(kept))


def values(body):
    """Every sample of a page: name and labels as written -> number."""
    found = {}
    for line in body.decode().splitlines():
        if not line.startswith("#"):
            series, _, value = line.rpartition(" ")
            found[series] = float(value)
    return found


@dataclasses.dataclass
class UserTotals:
    """Sums over the families that came from senders, and how many series they have."""

    counters: float = 0
    observations: float = 0
    series: int = 0


def user_totals(body, is_own):
    """`is_own` tells the names of the daemon's own families."""
    totals, kind, count_marks, is_skipped = UserTotals(), b"", (), True
    for line in body.splitlines():
        if line.startswith(b"# TYPE "):
            _, _, name, kind = line.split(b" ")
            is_skipped, count_marks = is_own(name.decode()), (name + b"_count ", name + b"_count{")
        elif is_skipped or line.startswith(b"#"):
            continue
        elif kind == b"counter":
            totals.counters += float(line.rpartition(b" ")[2])
            totals.series += 1
        elif kind == b"gauge":
            totals.series += 1
        elif line.startswith(count_marks):
            totals.observations += float(line.rpartition(b" ")[2])
            totals.series += 1
    return totals
