# SPDX-License-Identifier: Apache-2.0
"""RSocket's frames over TCP, and payloads as Prometheus RSocket clients have them: a peer of weir written from the protocol alone.

RSA and AES are those of the `openssl` command.
"""

import base64
import os
import pathlib
import socket
import struct
import subprocess
import tempfile

SETUP, KEEPALIVE, REQUEST_RESPONSE, REQUEST_FNF, REQUEST_STREAM, CANCEL, PAYLOAD, ERROR, RESUME = 1, 3, 4, 5, 6, 9, 10, 11, 13
METADATA, FOLLOWS, COMPLETE, NEXT = 0x100, 0x80, 0x40, 0x20
RESPOND = LEASE = 0x80
PLAINTEXT = b"plaintext"
MIME = b"application/binary"
SECONDS_MAX = 10


def frame(kind, stream=0, flags=0, body=b""):
    return struct.pack(">IH", stream, kind << 10 | flags) + body


def setup(keepalive=20_000, lifetime=90_000, flags=0, version=1):
    mime = bytes([len(MIME)]) + MIME
    return frame(SETUP, 0, flags, struct.pack(">HHII", version, 0, keepalive, lifetime) + mime + mime)


def payload(kind, stream, data, metadata=None, flags=0):
    if metadata is None:
        return frame(kind, stream, flags, data)
    return frame(kind, stream, flags | METADATA, len(metadata).to_bytes(3, "big") + metadata + data)


class Frame:
    def __init__(self, content):
        self.stream, word = struct.unpack(">IH", content[:6])
        self.kind, self.flags, self.body = word >> 10, word & 0x3FF, content[6:]

    @property
    def metadata(self):
        if not self.flags & METADATA:
            return None
        return self.body[3:3 + int.from_bytes(self.body[:3], "big")]

    @property
    def data(self):
        return self.body[3 + len(self.metadata):] if self.flags & METADATA else self.body

    @property
    def error(self):
        return int.from_bytes(self.body[:4], "big"), self.body[4:].decode()


class Wire:
    """One TCP connection that carries frames."""

    def __init__(self, connected):
        self.socket = connected
        self.socket.settimeout(SECONDS_MAX)
        self.unread = b""

    def send(self, *frames):
        self.socket.sendall(b"".join(len(one).to_bytes(3, "big") + one for one in frames))

    def _read(self, count):
        while len(self.unread) < count:
            some = self.socket.recv(1 << 20)
            if not some:
                raise EOFError
            self.unread += some
        taken, self.unread = self.unread[:count], self.unread[count:]
        return taken

    def _receive_one(self):
        return self._read(int.from_bytes(self._read(3), "big"))

    def receive(self):
        """The next frame but for keep-alives, which are answered; raises EOFError at the end."""
        while True:
            got = Frame(self._receive_one())
            if got.kind != KEEPALIVE:
                return got
            if got.flags & RESPOND:
                self.send(frame(KEEPALIVE, 0, 0, got.body))

    def is_closed(self):
        """Whether the other side ends it now, whatever it says before."""
        try:
            while True:
                self.receive()
        except (EOFError, ConnectionError):
            return True
        except TimeoutError:
            return False

    def close(self):
        self.socket.close()


class WebSocketWire(Wire):
    """The same over WebSocket, where each frame is a message and has no length of its own."""

    def __init__(self, connected):
        super().__init__(connected)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(f"GET / HTTP/1.1\r\nHost: weir\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._read(1)
        assert head.startswith(b"HTTP/1.1 101 "), head

    def send(self, *frames, opcode=2):
        for one in frames:
            size = len(one)
            length = bytes([size | 128]) if size < 126 else b"\xfe" + struct.pack(">H", size) if size < 65_536 else b"\xff" + struct.pack(">Q", size)
            # The mask is nothing, which leaves the bytes as they are.
            self.socket.sendall(bytes([128 | opcode]) + length + bytes(4) + one)

    def _receive_one(self):
        head, length = self._read(2)
        if length >= 126:
            length = int.from_bytes(self._read(2 if length == 126 else 8), "big")
        content = self._read(length)
        if head & 15 == 8:
            raise EOFError
        return content


def openssl(*arguments, content=b""):
    return subprocess.run(["openssl", *arguments], input=content, capture_output=True, check=True, timeout=SECONDS_MAX).stdout


OAEP = ("-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha1")


def packed_length(length):
    head = b""
    while length >= 128:
        head += bytes([length % 128 | 128])
        length //= 128
    return head + bytes([length])


def pack(text):
    """A Snappy block that is all literals, of at most 65,536 bytes each."""
    pieces = (text[i:i + 65_536] for i in range(0, len(text), 65_536))
    return packed_length(len(text)) + b"".join(b"\xf4" + struct.pack("<H", len(piece) - 1) + piece for piece in pieces)


def pack_repeated(text, times):
    """The same of a text many times over, by copies of 64 bytes."""
    copied = len(text) * (times - 1)
    lengths = [64] * (copied // 64) + [copied % 64] * (copied % 64 > 0)
    copies = b"".join(bytes([(length - 1) << 2 | 2]) + struct.pack("<H", len(text)) for length in lengths)
    return packed_length(len(text) * times) + b"\xf4" + struct.pack("<H", len(text) - 1) + text + copies


def unpack(block):
    """The text of a Snappy block."""
    at, text = 0, bytearray()
    while block[at] & 128:
        at += 1
    at += 1
    while at < len(block):
        tag, at = block[at], at + 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                extra = length - 59
                length, at = int.from_bytes(block[at:at + extra], "little"), at + extra
            text += block[at:at + length + 1]
            at += length + 1
            continue
        extra = {1: 1, 2: 2, 3: 4}[tag & 3]
        offset, at = int.from_bytes(block[at:at + extra], "little"), at + extra
        length = (tag >> 2 & 7) + 4 if extra == 1 else (tag >> 2) + 1
        if extra == 1:
            offset |= (tag >> 5) << 8
        for _ in range(length):
            text.append(text[-offset])
    return bytes(text)


def seal(public_key, text, block=None):
    """(metadata, data) for who gave the key, in DER; `block` takes the place of the packed text."""
    if public_key == PLAINTEXT:
        return PLAINTEXT, text
    aes_key = os.urandom(16)
    with tempfile.TemporaryDirectory() as folder:
        key = pathlib.Path(folder) / "key.der"
        key.write_bytes(public_key)
        metadata = openssl("pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", str(key), *OAEP, content=aes_key)
    return metadata, openssl("enc", "-aes-128-ecb", "-K", aes_key.hex(), content=block or pack(text))


def unseal(private_key, metadata, data):
    """The text of a payload, `private_key` being the path of a PEM file."""
    if metadata == PLAINTEXT:
        return data
    aes_key = openssl("pkeyutl", "-decrypt", "-inkey", str(private_key), *OAEP, content=metadata)
    return unpack(openssl("enc", "-d", "-aes-128-ecb", "-K", aes_key.hex(), content=data))


class Application:
    """A client: connects, and answers with `page` (bytes) when it is asked to."""

    def __init__(self, port, page=b"", wire=Wire, **setup_options):
        self.wire = wire(socket.create_connection(("127.0.0.1", port), timeout=SECONDS_MAX))
        self.page = page
        self.wire.send(setup(**setup_options))
        first = self.wire.receive()
        assert (first.kind, first.stream, first.metadata) == (REQUEST_FNF, 2, None), (first.kind, first.stream)
        self.key = first.data

    def answer(self, sealed=None):
        """Waits for a request and answers it; returns the request."""
        request = self.wire.receive()
        assert (request.kind, request.data) == (REQUEST_RESPONSE, self.key), request.kind
        metadata, data = sealed or seal(self.key, self.page)
        self.wire.send(payload(PAYLOAD, request.stream, data, metadata, NEXT | COMPLETE))
        return request

    def push(self, text, stream=1):
        """As pushAndCloseBlockingly, but for the closing."""
        metadata, data = seal(self.key, text)
        self.wire.send(payload(REQUEST_RESPONSE, stream, data, metadata))
        return self.wire.receive()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self.wire.close()


class Proxy:
    """A server on TCP for one client at a time."""

    def __init__(self, port=0):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.listener.settimeout(SECONDS_MAX)
        self.port = self.listener.getsockname()[1]
        self.wire = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.hang_up()
        self.listener.close()

    def accept(self, key=PLAINTEXT):
        """Takes the next client and gives it a key; returns its SETUP."""
        self.wire = Wire(self.listener.accept()[0])
        first = self.wire.receive()
        self.wire.send(payload(REQUEST_FNF, 2, key))
        return first

    def hang_up(self):
        if self.wire:
            self.wire.close()

    def ask(self, stream, key=PLAINTEXT):
        """The answer to a request."""
        self.wire.send(payload(REQUEST_RESPONSE, stream, key))
        return self.wire.receive()
