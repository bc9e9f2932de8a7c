# SPDX-License-Identifier: Apache-2.0
"""Ports in front of another: every byte passes as it is, and the first request and response of each connection are noted."""

import asyncio
import contextlib
import threading

HEAD_END = b"\r\n\r\n"
HEAD_BYTES_MAX = 65536
CHUNK_BYTES = 65536
HOST = "127.0.0.1"


class Head:
    """The bytes of one direction up to the first blank line."""

    def __init__(self):
        self._bytes = b""
        self._is_whole = False

    def take(self, data):
        if not self._is_whole:
            self._bytes += data
            self._is_whole = HEAD_END in self._bytes or len(self._bytes) > HEAD_BYTES_MAX

    def headers(self):
        """Name in small letters -> value."""
        lines = self._bytes.partition(HEAD_END)[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


class Wire:
    """One such port. `asked` and `answered` are the headers of the last connection that was made."""

    def __init__(self):
        self.port = None
        self._request, self._response = Head(), Head()

    def began(self, request, response):
        self._request, self._response = request, response

    @property
    def asked(self):
        return self._request.headers()

    @property
    def answered(self):
        return self._response.headers()


async def carry(reader, writer, head):
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            head.take(data)
            writer.write(data)
            await writer.drain()
    writer.close()


async def carry_connection(target_port, wire, reader, writer):
    request, response = Head(), Head()
    wire.began(request, response)
    try:
        far_reader, far_writer = await asyncio.open_connection(HOST, target_port)
    except OSError:
        writer.close()
        return
    await asyncio.gather(carry(reader, far_writer, request), carry(far_reader, writer, response))


class Wires:
    """Makes them, and carries their bytes on a thread of its own. Use it in a `with`; what ends before it does is closed by its two ends."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @staticmethod
    async def _end():
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def to(self, target_port):
        """A wire to that port of this machine."""
        wire = Wire()

        async def listen():
            server = await asyncio.start_server(lambda *ends: carry_connection(target_port, wire, *ends), HOST, 0)
            return server.sockets[0].getsockname()[1]
        wire.port = asyncio.run_coroutine_threadsafe(listen(), self._loop).result()
        return wire
