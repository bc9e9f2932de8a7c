# SPDX-License-Identifier: Apache-2.0
"""Both programs relay to one sink: the same lines must be sent on in the same packets (behaviour relay.*).

The target is part of a label, so it is the same for both. Each tells its packets' source by relaying a line that only it was given yet.
"""

import concurrent.futures
import contextlib
import socket
import time

import pair
import program_log
import running_daemon

PACKETS = "statsd_exporter_relay_packets_total"
# The sender's tick is a second.
RELAY_SECONDS_MAX = 20
QUIET_SECONDS = 1.3
# A tick in the middle of a burst splits a packet.
TRIES_MAX = 3
AT_ONCE = 5
DATAGRAM_BYTES_MAX = 65536
LARGEST_DATAGRAM = 65507
SHORTEST = b"x"
# What every warning of a refused line has (difference W15).
REFUSED = "refused"


def numbered(count):
    return [b"relayed.line.%d:%d|c" % (number, number) for number in range(count)]


def of_length(length):
    return b"x" * (length - 4) + b":1|c"


MIXED = [b"a:1|c", b"", b"not a line at all", b"b:2|g|#k:v", b"bad\xc3(utf8:1|c", b":1|c", b" ", b"c:1|c ", b"d:1:2:3|ms"]
# (packet length, lines sent in one burst)
BURSTS = {
    "1400, many lines": (1400, numbered(200)),
    "1400, long lines": (1400, [of_length(length) for length in (1398, 1399, 1400, 5, 700, 698, 5, 1399, 3000)]),
    "200": (200, numbered(40) + [of_length(length) for length in (198, 199, 200, 201)] + numbered(3)),
    "20": (20, numbered(12) + [b"a:1|c", b"b:1|c", b"c:1|c", b"d:1|c", of_length(18), of_length(19), of_length(20), b"e:1|c"]),
    "1": (1, [b"a:1|c", b"", b"x"]),
    "2": (2, [b"a:1|c", b"x", b"", b"y"]),
    "0": (0, numbered(5) + [of_length(3000)] + MIXED),
    "1400, lines that are refused": (1400, MIXED),
    "9000, more than an Ethernet frame": (9000, [of_length(3000) for _ in range(5)]),
}


class Sink:
    """Where packets go; in a `with`."""

    def __enter__(self):
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.bind((pair.HOST, 0))
        self.target = "%s:%d" % self._socket.getsockname()
        self._sources = {}
        return self

    def __exit__(self, kind, value, trace):
        self._socket.close()

    def meet(self, both):
        """Learns who sends from where."""
        for program in both.programs:
            program.require_weir()
            with socket.create_connection((pair.HOST, program.tcp_port)) as connection:
                connection.sendall(SHORTEST + b"\n")
            self._socket.settimeout(RELAY_SECONDS_MAX)
            _, source = self._socket.recvfrom(DATAGRAM_BYTES_MAX)
            self._sources[source] = program.name

    def packets(self, expected_bytes):
        """(of the reference, of weir), until each sent so many bytes, or both are quiet."""
        found = {"reference": [], "weir": []}
        self._socket.settimeout(QUIET_SECONDS)
        with contextlib.suppress(TimeoutError):
            while any(sum(map(len, packets)) < expected_bytes for packets in found.values()):
                payload, source = self._socket.recvfrom(DATAGRAM_BYTES_MAX)
                found[self._sources.get(source, "weir")].append(payload)
        return found["reference"], found["weir"]


def relayed_bytes(lines, packet_length):
    return sum(len(line) + 1 for line in lines if line and (packet_length == 0 or len(line) < packet_length))


def warnings(program):
    """Of the relay: what weir tells of the lines themselves is no part of it."""
    return [record for record in program_log.read_records(program.log()) if record.level != "INFO" and REFUSED not in record.attributes]


def relaying(context, sink, *flags):
    return pair.Pair(context.binaries, [f"--statsd.relay.address={sink.target}", *flags])


def burst(context, name):
    packet_length, lines = BURSTS[name]
    payload = b"".join(line + b"\n" for line in lines)
    with context.report.case(f"relay: packets of {name}") as case, Sink() as sink, \
            relaying(context, sink, f"--statsd.relay.packet-length={packet_length}") as both:
        if packet_length == 0 or packet_length > len(SHORTEST):
            sink.meet(both)
        for _ in range(TRIES_MAX):
            both.settle()
            before = both.pages()
            both.send(payload)
            sent = sink.packets(relayed_bytes(lines, packet_length))
            if sent[0] == sent[1] or b"".join(sent[0]) != b"".join(sent[1]):
                break
            case.retried("relays a burst whose packets a tick may have split")
        case.equal("packets", *sent)
        # An earlier burst may have been split.
        case.compare_pair(both, before=before)
        # How often it says so is another case.
        program_log.compare(case, *both.each(lambda program: warnings(program)[:1]))


def each_long_line(context):
    with context.report.case("relay: a warning for each long line") as case, Sink() as sink, relaying(context, sink) as both:
        both.send(b"".join(of_length(length) + b"\n" for length in (1401, 1402, 1403, 1400)))
        both.settle()
        program_log.compare(case, *both.each(warnings))


def transports(context):
    """What each way in hands on: carriage returns, blank lines, last lines without an end."""
    with context.report.case("relay: datagrams and streams") as case, Sink() as sink, relaying(context, sink) as both:
        sink.meet(both)
        for payload, over, expected in (
            (b"a:1|c\r\nb:1|c\n\nc:1|c", "udp", b"a:1|c\r\nb:1|c\nc:1|c\n"),
            (b"\n", "udp", b""),
            (b"\r\n", "udp", b"\r\n"),
            (b"a:1|c\r\nb:1|c\r\r\n\r\n\nc:1|c", "tcp", b"a:1|c\nb:1|c\r\nc:1|c\n"),
        ):
            both.send(payload, over)
            sent = sink.packets(len(expected)) if expected else ([], [])
            case.equal(f"packets from {over}, {payload!r}", *map(b"".join, sent))
            case.expect(b"".join(sent[0]) == expected, f"the reference relays {sent[0]}")
            both.settle()
        case.compare_pair(both)


def late_lines(context):
    """Lines that come one by one share the packet of their second, and none is lost."""
    lines = numbered(20)
    with context.report.case("relay: lines one by one") as case, Sink() as sink, relaying(context, sink) as both:
        sink.meet(both)
        for line in lines:
            both.send(line, "udp")
            time.sleep(0.01)
        sent = sink.packets(relayed_bytes(lines, 1400))
        case.equal("lines", *map(b"".join, sent))


def closed_target(context):
    with context.report.case("relay: nobody listens") as case:
        with Sink() as sink:
            pass
        with relaying(context, sink) as both:
            for _ in range(3):
                sent = both.each(packets_sent)
                both.send(b"a:1|c\n" * 10)
                wait_for_more(both, sent)
            case.compare_pair(both)
            program_log.compare(case, *both.each(warnings))


def wait_for_more(both, sent):
    """Until each sent another packet."""
    running_daemon.wait_until(lambda: all(now > then for now, then in zip(both.each(packets_sent), sent)), RELAY_SECONDS_MAX, "a packet")


def packets_sent(program):
    family = program.page().get(PACKETS)
    return sum(map(float, family.samples.values())) if family else 0


def oversized(context):
    """A packet that no datagram can hold ends the reference's relay, and with it all its listeners."""
    with context.report.case("relay: a packet that cannot be sent") as case:
        for number in range(1, TRIES_MAX + 1):
            if send_oversized(context, case, is_last=number == TRIES_MAX):
                break
            case.retried("relays a packet that a tick made two of, or lines that the reference stopped amid")


def send_oversized(context, case, is_last):
    """Whether both had such a packet to send, or must have had: then they are compared."""
    line = of_length(4000)
    count = LARGEST_DATAGRAM // len(line) + 5
    with Sink() as sink, relaying(context, sink, "--statsd.relay.packet-length=100000") as both:
        sink.meet(both)
        both.send((line + b"\n") * count)
        running_daemon.wait_until(lambda: all(number >= 2 for number in both.each(packets_sent)), RELAY_SECONDS_MAX, "the second packet")
        if not is_last and not all(both.each(tells_an_error)):
            return False
        for number in range(4):
            both.send(b"".join(b"relayed.line.%d:1|c\n" % number for number in range(100)))
            both.settle()
            # It may stop before the first of these is through.
            if number == 0 and not is_last and "relayed_line_99" not in both.reference.page():
                return False
        case.compare_pair(both)
        case.equal("tells", *both.each(tells_an_error))
        return True


def tells_an_error(program):
    return any(record.level == "ERROR" for record in warnings(program))


def run(context):
    cases = [lambda own, name=name: burst(own, name) for name in BURSTS]
    cases += [transports, each_long_line, late_lines, closed_target, oversized]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(lambda one: one(context), cases):
            pass
