# SPDX-License-Identifier: Apache-2.0
"""Threads that send known totals, each over one kind of listener."""

import random
import socket
import threading
import time
import traceback

SERIES = 50
# Milliseconds: as many between two bounds of a histogram's buckets as between any others.
BOUNDS = (0.01, 0.1, 1)
TIMES = (5, 50, 500, 5000)
LINES_OF_A_PORTION = 40
PORTIONS_OF_A_CONNECTION = 200


class Sent:
    """What one sender has sent. Written by its thread."""

    def __init__(self):
        self.counters = self.times = self.natives = self.dropped = self.rejected = 0
        self.last_gauge = 0
        self.datagrams = self.connections = self.bytes = 0

    def lines(self):
        return self.counters + self.times + self.natives + self.dropped + self.rejected + self.gauges()

    def gauges(self):
        return self.last_gauge


class Sender(threading.Thread):
    """Sends portions of lines that name the kind of listener until it is stopped."""

    def __init__(self, kind, seed):
        super().__init__(daemon=True)
        self.kind, self.seed = kind, seed
        self.sent = Sent()
        self.fault = None
        self.is_over = threading.Event()
        self._dice = random.Random(seed)

    def run(self):
        try:
            self.send_all()
        except Exception:  # pylint: disable=broad-except  # of any kind, it fails the run
            self.fault = traceback.format_exc()

    def portion(self):
        """Some lines and a note of them."""
        sent = self.sent
        lines = []
        for _ in range(LINES_OF_A_PORTION):
            lines.append(b"soak.count.%s.%d:1|c" % (self.kind.encode(), self._dice.randrange(SERIES)))
        for milliseconds in TIMES:
            lines.append(b"soak.time.%s:%d|ms" % (self.kind.encode(), milliseconds))
            lines.append(b"soak.native.%s:%d|ms" % (self.kind.encode(), milliseconds))
        lines += [b"soak.drop.it:1|c", b"no line"]
        sent.last_gauge += 1
        lines.append(b"soak.gauge.%s.%d:%d|g" % (self.kind.encode(), self.seed, sent.last_gauge))
        sent.counters += LINES_OF_A_PORTION
        sent.times += len(TIMES)
        sent.natives += len(TIMES)
        sent.dropped += 1
        sent.rejected += 1
        return lines

    def pause(self):
        time.sleep(self._dice.random() * 0.01)

    def send_all(self):
        raise NotImplementedError


class DatagramSender(Sender):
    """One line a datagram."""

    def __init__(self, kind, seed, family, address):
        super().__init__(kind, seed)
        self._family, self._address = family, address

    def send_all(self):
        with socket.socket(self._family, socket.SOCK_DGRAM) as client:
            client.connect(self._address)
            while not self.is_over.is_set():
                for line in self.portion():
                    client.send(line)
                    self.sent.datagrams += 1
                    self.sent.bytes += len(line)
                self.pause()


class StreamSender(Sender):
    """Portions of lines, cut anywhere, over one connection after another. What `connect` gives is a context."""

    def __init__(self, kind, seed, connect):
        super().__init__(kind, seed)
        self._connect = connect

    def send_all(self):
        while not self.is_over.is_set():
            with self._connect() as client:
                self.sent.connections += 1
                for _ in range(PORTIONS_OF_A_CONNECTION):
                    if self.is_over.is_set():
                        break
                    data = b"".join(line + b"\n" for line in self.portion())
                    cut = self._dice.randrange(len(data))
                    for part in (data[:cut], data[cut:]):
                        if part:
                            client.sendall(part)
                    self.sent.bytes += len(data)
                    self.pause()
