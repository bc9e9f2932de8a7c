#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ledger (docs/ledger.md): each listener is sent more than it can take, and what was sent is what was applied and each named loss."""

import contextlib
import errno
import pathlib
import signal
import socket
import struct
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import ledger  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402
from self_page import plus  # noqa: E402

SECONDS_MAX = 60
DATAGRAMS = "weir_ledger_datagrams_total"
CONNECTIONS = "weir_ledger_connections_total"
BYTES = "weir_ledger_bytes_total"
LOST_BYTES = "weir_ledger_lost_bytes_total"
LINES, SAMPLES, EVENTS = "weir_ledger_lines_total", "weir_ledger_samples_total", "weir_ledger_events_total"
LINE = b"ledger.hits:1|c"
# What one datagram of a Unix socket may hold, and how much of it is read.
LONG_DATAGRAM, READ_BYTES = 70_000, 65_535


def framed(packet):
    return struct.pack("<I", len(packet)) + packet


class Ledger(unittest.TestCase):
    @contextlib.contextmanager
    def watched(self, *flags):
        with tempfile.TemporaryDirectory(prefix="weir-ledger-") as folder:
            self.gram, self.stream = f"{folder}/gram", f"{folder}/stream"
            flags = [f"--statsd.listen-unixgram={self.gram}", f"--statsd.listen-unixstream={self.stream}", *flags]
            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon, self_page.Watch(daemon) as watch:
                self.daemon, self.watch = daemon, watch
                yield

    def of(self, name, values=None, **labels):
        return ledger.outcomes(values or self.watch.values(), name, **labels)

    def wait_for(self, name, total, **labels):
        """Until the outcomes add up to what was sent, and what came with it is counted to its end; then they are what the page says."""
        running_daemon.wait_until(lambda: sum(self.of(name, **labels).values()) >= total, SECONDS_MAX, f"{total} of {name}")
        # A datagram counts as read before its lines do.
        running_daemon.wait_until(lambda: ledger.imbalances(self.watch.values()) == [], SECONDS_MAX, "the ledger to balance")
        values = self.watch.values()
        self.assertEqual(sum(self.of(name, values, **labels).values()), total)
        self.assertEqual(ledger.imbalances(values), [])
        return values

    def unix(self, kind, path):
        client = socket.socket(socket.AF_UNIX, kind)
        self.addCleanup(client.close)
        client.settimeout(SECONDS_MAX)
        client.connect(path)
        return client

    def over_tcp(self):
        client = socket.create_connection(("127.0.0.1", self.daemon.tcp_port), SECONDS_MAX)
        self.addCleanup(client.close)
        return client


class Overload(Ledger):
    def assert_all_applied(self, count):
        running_daemon.wait_until(lambda: sum(self.of(EVENTS).values()) >= count, SECONDS_MAX, f"{count} of {EVENTS}")
        values = self.watch.values()
        self.assertEqual(self.of(LINES, values), {"sample": count})
        self.assertEqual(self.of(SAMPLES, values), {"event": count})
        self.assertEqual(self.of(EVENTS, values), {"applied": count})
        self.assertEqual(exact_counter(self.daemon), count)

    def test_udp_that_is_stopped_and_goes_on(self):
        sent, together = 6_000, 2_000
        with self.watched("--statsd.read-buffer=30000"):
            for _ in range(sent // together):
                self.daemon.signal(signal.SIGSTOP)
                statsd_client.send_udp(self.daemon.udp_port, [LINE] * together)
                self.daemon.signal(signal.SIGCONT)
            values = self.wait_for(DATAGRAMS, sent, listener="udp")
            outcomes = self.of(DATAGRAMS, values, listener="udp")
            self.assertEqual(set(outcomes), {"read", "kernel_drop"})
            self.assertEqual(self.of(BYTES, values, listener="udp"), {"read": outcomes["read"] * len(LINE)})
            self.assert_all_applied(outcomes["read"])

    def test_udp_from_several_senders_at_once(self):
        senders, each = 4, 10_000
        with self.watched("--statsd.read-buffer=10000", "--statsd.workers=2"):
            threads = [threading.Thread(target=statsd_client.send_udp, args=(self.daemon.udp_port, [LINE] * each)) for _ in range(senders)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            values = self.wait_for(DATAGRAMS, senders * each, listener="udp")
            self.assert_all_applied(self.of(DATAGRAMS, values, listener="udp")["read"])

    def test_tcp_past_its_connections_while_stopped(self):
        taken, refused, lines = 5, 7, 3_000
        with self.watched(f"--limits.tcp-connections={taken}"):
            held = [self.over_tcp() for _ in range(taken)]
            for client in held[:-1]:
                client.sendall(LINE + b"\n")
            self.wait_for(LINES, taken - 1)
            for _ in range(refused):
                with contextlib.suppress(ConnectionError):
                    client = self.over_tcp()
                    client.sendall((LINE + b"\n") * 10)
                    client.recv(1)
            self.daemon.signal(signal.SIGSTOP)
            # More than the buffers take: the sender waits, and nothing is lost.
            threads = [threading.Thread(target=client.sendall, args=((LINE + b"\n") * lines,)) for client in held]
            for thread in threads:
                thread.start()
            self.daemon.signal(signal.SIGCONT)
            for thread in threads:
                thread.join()
            count = taken * lines + taken - 1
            values = self.wait_for(LINES, count)
            self.assertEqual(self.of(CONNECTIONS, values, listener="tcp"), {"taken": taken, "too_many": refused})
            self.assertEqual(self.of(BYTES, values, listener="tcp"), {"read": count * (len(LINE) + 1)})
            self.assert_all_applied(count)

    def test_tcp_lines_that_are_too_long(self):
        good, bad, limit = 500, 70, 64
        too_long = b"x" * 100_000
        with self.watched(f"--limits.line-bytes={limit}"):
            with self.over_tcp() as client:
                for number in range(good):
                    client.sendall(LINE + b"\n")
                    if number < bad:
                        client.sendall(too_long + b"\n")
            values = self.wait_for(LINES, good + bad)
            self.assertEqual(self.of(LINES, values), {"sample": good, "too_long": bad})
            self.assertEqual(self.of(LOST_BYTES, values), {"line_too_long": bad * len(too_long)})
            self.assertEqual(self.of(BYTES, values, listener="tcp"), {"read": good * (len(LINE) + 1) + bad * (len(too_long) + 1)})
            self.assertEqual(exact_counter(self.daemon), good)

    def test_unixgram_whose_senders_do_not_wait(self):
        attempts, together = 3_000, 1_000
        with self.watched():
            client = self.unix(socket.SOCK_DGRAM, self.gram)
            client.setblocking(False)
            sent = full = 0
            for number in range(attempts):
                if number % together == 0:
                    self.daemon.signal(signal.SIGSTOP)
                try:
                    client.send(LINE)
                    sent += 1
                except BlockingIOError:
                    # It is the sender's to count.
                    full += 1
                if number % together == together - 1:
                    self.daemon.signal(signal.SIGCONT)
                    self.wait_for(DATAGRAMS, sent, listener="unixgram")
            self.assertGreater(full, 0)
            values = self.wait_for(DATAGRAMS, sent, listener="unixgram")
            self.assertEqual(self.of(BYTES, values, listener="unixgram"), {"read": sent * len(LINE)})
            self.assert_all_applied(sent)

    def test_unixgram_datagrams_that_are_cut_off(self):
        # Lines that end where the reading does, so that none is cut in two.
        line = b"a:1|c\n" + b"b:1|c\n" + b"c:1|\n"[:3]
        self.assertEqual(READ_BYTES % len(line), 0)
        with self.watched():
            client = self.unix(socket.SOCK_DGRAM, self.gram)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * LONG_DATAGRAM)
            client.send((line * LONG_DATAGRAM)[:LONG_DATAGRAM])
            client.send(LINE)
            values = self.wait_for(DATAGRAMS, 2, listener="unixgram")
            self.assertEqual(self.of(BYTES, values, listener="unixgram"),
                             {"read": READ_BYTES + len(LINE), "truncated": LONG_DATAGRAM - READ_BYTES})

    def test_unixstream_packets_past_their_limit(self):
        good, bad = 400, 30
        too_long = b"y" * 5_000
        with self.watched("--statsd.unixstream-framing=length", "--limits.frame-bytes=100", "--limits.unixstream-connections=3"):
            clients = [self.unix(socket.SOCK_STREAM, self.stream) for _ in range(3)]
            running_daemon.wait_until(lambda: self.of(CONNECTIONS, listener="unixstream") == {"taken": 3}, SECONDS_MAX, "connections")
            with contextlib.suppress(ConnectionError):
                refused = self.unix(socket.SOCK_STREAM, self.stream)
                refused.recv(1)
            self.daemon.signal(signal.SIGSTOP)
            stream = framed(LINE) * good + framed(too_long) * bad
            threads = [threading.Thread(target=client.sendall, args=(stream,)) for client in clients]
            for thread in threads:
                thread.start()
            self.daemon.signal(signal.SIGCONT)
            for thread in threads:
                thread.join()
            # Ended inside a length, and inside a packet.
            clients[0].sendall(b"\x05\x00")
            clients[1].sendall(framed(LINE)[:-3])
            for client in clients:
                client.close()
            running_daemon.wait_until(lambda: self.watch.value("weir_unixstream_packets_cut_off_total") == 2, SECONDS_MAX, "the ends")
            values = self.wait_for(LINES, 3 * good)
            self.assertEqual(self.of(CONNECTIONS, values, listener="unixstream"), {"taken": 3, "too_many": 1})
            cut_off = 2 + len(framed(LINE)) - 3
            self.assertEqual(self.of(LOST_BYTES, values), {"packet_too_long": 3 * bad * len(framed(too_long)), "packet_cut_off": cut_off})
            self.assertEqual(self.of(BYTES, values, listener="unixstream"), {"read": 3 * len(stream) + cut_off})
            self.assertEqual(values["weir_unixstream_too_long_total"], 3 * bad)
            self.assert_all_applied(3 * good)

    def test_unixstream_lines_past_a_stop_of_the_daemon(self):
        with self.watched("--limits.line-bytes=100"):
            client = self.unix(socket.SOCK_STREAM, self.stream)
            lines = ((LINE + b"\n") * 50 + b"z" * 101 + b"\n" + b"z" * 99_999 + b"\n") * 20
            self.daemon.signal(signal.SIGSTOP)
            thread = threading.Thread(target=client.sendall, args=(lines,))
            thread.start()
            self.daemon.signal(signal.SIGCONT)
            thread.join()
            values = self.wait_for(LINES, 52 * 20)
            self.assertEqual(self.of(LINES, values), {"sample": 1_000, "too_long": 40})
            self.assertEqual(self.of(LOST_BYTES, values), {"line_too_long": 20 * (101 + 99_999)})


class Outcomes(Ledger):
    """Each way that a line can end."""

    def test_of_lines_samples_and_events(self):
        mapping = "mappings:\n- match: drop.*\n  name: dropped\n  action: drop\n"
        lines = {
            b"a:1|c": ("sample", "event", "applied"), b"": ("blank", None, None), b"_sc|a|0": ("message", None, None),
            b"_e{1,1}:a|b": ("message", None, None), b"nonsense": ("rejected", None, None), b"a:1": ("rejected", None, None),
            b"a,k=v:1|c|#l:w": ("rejected", None, None), b"a:1:2|g": ("rejected", None, None), b"a:x|c": ("sample", "rejected", None),
            b"a:1|x": ("sample", "rejected", None), b"a:1|c||": ("sample", "rejected", None), b"a:1|c|@x": ("sample", "event", "applied"),
            b"drop.x:1|c": ("sample", "event", "dropped"), b"a:-1|c": ("sample", "event", "error"), b"#k=v:1|c": ("sample", "event", "error"),
            b"a:1|g": ("sample", "event", "conflict"), b"other:1|g": ("sample", "event", "refused"), b"x" * 65: ("too_long", None, None),
        }
        with tempfile.TemporaryDirectory(prefix="weir-ledger-") as folder:
            path = pathlib.Path(folder, "mapping.yml")
            path.write_text(mapping, encoding="utf-8")
            with self.watched(f"--statsd.mapping-config={path}", "--limits.series=1", "--limits.line-bytes=64"):
                # Twice: the second time as names that are known. Over a stream as well, and a pipe between lines of a datagram.
                for round_number in range(2):
                    for line, outcomes in lines.items():
                        with self.subTest(line=line, round=round_number):
                            self.assert_ends_in(line, outcomes)
                self.assert_a_datagram_of_all(lines)

    def moved(self, before, name):
        after = self.of(name)
        return {outcome: after.get(outcome, 0) - before.get(outcome, 0) for outcome in after if after[outcome] != before.get(outcome, 0)}

    def wait_for_moves(self, before, expected):
        # As many as are expected in all; whether they are those is what is asserted.
        for name, moves in expected.items():
            running_daemon.wait_until(lambda name=name, moves=moves: sum(self.moved(before[name], name).values()) >= sum(moves.values()), SECONDS_MAX, name)
        for name, moves in expected.items():
            self.assertEqual(self.moved(before[name], name), moves, name)

    def assert_ends_in(self, line, outcomes):
        names = (LINES, SAMPLES, EVENTS)
        before = {name: self.of(name) for name in names}
        self.over_tcp().sendall(line + b"\n")
        expected = {name: {outcome: 1} if outcome else {} for name, outcome in zip(names, outcomes)}
        self.wait_for_moves(before, expected)
        self.assertEqual(ledger.imbalances(self.watch.values()), [])

    def assert_a_datagram_of_all(self, lines):
        names = (LINES, SAMPLES, EVENTS)
        before = {name: self.of(name) for name in names}
        lost = self.of(LOST_BYTES)
        statsd_client.send_udp(self.daemon.udp_port, [b"\n".join(lines)])
        expected = {}
        for at, name in enumerate(names):
            ends = [outcomes[at] for outcomes in lines.values() if outcomes[at]]
            expected[name] = {outcome: ends.count(outcome) for outcome in set(ends)}
        self.wait_for_moves(before, expected)
        self.assertEqual(self.moved(lost, LOST_BYTES), {"line_too_long": 65})

    def test_of_a_sampled_observation_is_that_of_each_it_is_for(self):
        with self.watched():
            statsd_client.send_udp(self.daemon.udp_port, [b"t:1|ms|@0.1", b"t:1:2|ms|@0.5\nt:3|ms"])
            running_daemon.wait_until(lambda: sum(self.of(EVENTS).values()) >= 15, SECONDS_MAX, "the lines")
            values = self.watch.values()
            self.assertEqual((self.of(LINES, values), self.of(SAMPLES, values), self.of(EVENTS, values)),
                             ({"sample": 3}, {"event": 4}, {"applied": 10 + 2 + 2 + 1}))
            self.assertEqual(ledger.imbalances(values), [])


class Listeners(Ledger):
    def figure(self, name, kind):
        return {series: value for series, value in self.watch.values().items() if series.startswith(name + "{") and f'listener="{kind}"' in series}

    def test_have_buffers(self):
        with self.watched("--statsd.read-buffer=50000", "--statsd.workers=2"):
            self.assertEqual(list(self.figure("weir_listener_receive_buffer_bytes", "udp").values()), [2 * 100_000])
            self.assertEqual(list(self.figure("weir_listener_receive_buffer_bytes", "unixgram").values()), [])
            for kind in ("tcp", "unixstream"):
                self.assertGreater(next(iter(self.figure("weir_listener_receive_buffer_bytes", kind).values())), 4_000)
            setting = pathlib.Path("/proc/sys/net/unix/max_dgram_qlen")
            # In the network namespace of the daemon, which is ours.
            if setting.exists():
                waiting = int(setting.read_text(encoding="ascii")) + 1
                self.assertEqual(list(self.figure("weir_listener_queue_datagrams", "unixgram").values()), [waiting])

    def test_are_one_where_they_have_one_address(self):
        with self.watched(*["--statsd.listen-udp=127.0.0.1:0"] * 3, "--statsd.workers=2", "--statsd.read-buffer=50000"):
            for name in ("weir_listener_receive_buffer_bytes", "weir_listener_pressure_ratio"):
                # On the page as it is: what reads it would not see one that is there twice.
                series = [line for line in self.daemon.scrape_text().splitlines() if line.startswith(name + "{") and 'listener="udp"' in line]
                self.assertEqual(len(series), 1, series)
            self.assertEqual(list(self.figure("weir_listener_receive_buffer_bytes", "udp").values()), [3 * 2 * 100_000])

    def test_say_when_the_last_packet_came(self):
        with self.watched():
            self.assertEqual(self.figure("weir_listener_last_packet_age_seconds", "udp"), {})
            statsd_client.send_udp(self.daemon.udp_port, [LINE])
            running_daemon.wait_until(lambda: self.figure("weir_listener_last_packet_age_seconds", "udp"), SECONDS_MAX, "an age")
            age, = self.figure("weir_listener_last_packet_age_seconds", "udp").values()
            self.assertTrue(0 <= age < SECONDS_MAX, age)
            running_daemon.wait_until(lambda: next(iter(self.figure("weir_listener_last_packet_age_seconds", "udp").values())) > age + 0.1, SECONDS_MAX, "it to grow")
            # Another's packet is not this one's.
            self.assertEqual(self.figure("weir_listener_last_packet_age_seconds", "tcp"), {})
            for client, kind in ((self.over_tcp(), "tcp"), (self.unix(socket.SOCK_STREAM, self.stream), "unixstream"),
                                 (self.unix(socket.SOCK_DGRAM, self.gram), "unixgram")):
                client.sendall(LINE + b"\n")
                running_daemon.wait_until(lambda kind=kind: self.figure("weir_listener_last_packet_age_seconds", kind), SECONDS_MAX, f"an age of {kind}")

    def test_feel_pressure(self):
        with self.watched("--statsd.read-buffer=30000"):
            for kind in ("udp", "unixgram", "tcp", "unixstream"):
                self.assertEqual(list(self.figure("weir_listener_pressure_ratio", kind).values()), [0])
            statsd_client.send_udp(self.daemon.udp_port, [LINE])
            running_daemon.wait_until(lambda: next(iter(self.figure("weir_listener_pressure_ratio", "udp").values())) > 0, SECONDS_MAX, "a little pressure")
            self.assertLess(next(iter(self.figure("weir_listener_pressure_ratio", "udp").values())), 0.5)
            gram, stream, tcp = self.unix(socket.SOCK_DGRAM, self.gram), self.unix(socket.SOCK_STREAM, self.stream), self.over_tcp()
            self.daemon.signal(signal.SIGSTOP)
            for client in (gram, stream, tcp):
                client.setblocking(False)
                with self.assertRaises(OSError) as full:
                    while True:
                        client.send((LINE + b"\n") * (1 if client is gram else 1000))
                self.assertEqual(full.exception.errno, errno.EAGAIN)
            statsd_client.send_udp(self.daemon.udp_port, [LINE] * 500)
            self.daemon.signal(signal.SIGCONT)
            for kind, least in (("udp", 0.9), ("unixgram", 0.9), ("tcp", 0.3), ("unixstream", 0.3)):
                running_daemon.wait_until(lambda kind=kind, least=least: next(iter(self.figure("weir_listener_pressure_ratio", kind).values())) > least,
                                          SECONDS_MAX, f"pressure on {kind}")


def exact_counter(daemon):
    """The series that every good line of an overload counts in."""
    return next((float(line.split()[1]) for line in daemon.scrape_text().splitlines() if line.startswith("ledger_hits ")), 0)


if __name__ == "__main__":
    tap.main()
