# SPDX-License-Identifier: Apache-2.0
"""State files as the daemon writes them (src/state/format.h): big ones without a daemon that fills up first, and others with another time."""

import struct
import zlib

HEADER = struct.Struct("<8sIIqQ")
BLOCK_BYTES = 256 << 10
FAMILY, LABEL_NAMES, COUNTER = 1, 2, 3


def _text(text):
    return struct.pack("<I", len(text)) + text


def _record(kind, fields):
    return _text(bytes([kind]) + fields)


def _header(version, saved_at, reserved=0):
    header = HEADER.pack(b"WEIRSTAT", version, HEADER.size + 4, saved_at, reserved)
    return header + struct.pack("<I", zlib.crc32(header))


def _records(name, count, created):
    # A counter: no help and unit, not renamed, of no rule; all that a definition can say left out.
    yield _record(FAMILY, _text(name) + _text(b"") * 2 + bytes(4) + bytes(8))
    yield _record(LABEL_NAMES, _text(b"number") + bytes(4) + bytes(8) + bytes(2))
    times = struct.pack("<qII", created, 0, 0)
    for number in range(count):
        yield _record(COUNTER, bytes(4) + _text(b'number="%d"' % number) + times + struct.pack("<Qd", number, 0))


def write_counters(path, name, count, saved_at):
    """`count` counters `name{number="0"}`, `name{number="1"}`... whose values are their numbers. `saved_at` is in Unix nanoseconds."""
    with open(path, "wb") as file:
        header = _header(1, saved_at)
        file.write(header)
        sums, blocks, block = zlib.crc32(header[-4:]), 0, bytearray()

        def flush():
            nonlocal sums, blocks
            total = struct.pack("<I", zlib.crc32(block))
            file.write(struct.pack("<I", len(block)) + total + block)
            sums, blocks = zlib.crc32(total, sums), blocks + 1
            block.clear()

        for record in _records(name, count, saved_at):
            block += record
            if len(block) >= BLOCK_BYTES:
                flush()
        if block:
            flush()
        counts = struct.pack("<QQ", blocks, count)
        file.write(struct.pack("<II", 0, zlib.crc32(counts, sums)) + counts)
