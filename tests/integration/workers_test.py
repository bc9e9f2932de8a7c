#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several threads that receive: they share the ports, and whoever sends or scrapes sees one daemon."""

import contextlib
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
WORKERS = 3
SENDERS = 20
# Of `lines_of`.
LINES_PER_ROUND = 5
LINES = "statsd_exporter_lines_total"
RULE = "mappings:\n- match: a.*\n  name: %s\n"


def workers(*flags, count=WORKERS):
    return running_daemon.RunningDaemon(tap.weir(), [f"--statsd.workers={count}", *flags])


def sockets_at(table, port):
    """The rows of /proc/net/TABLE for sockets that are bound to `port` of 127.0.0.1 and have no peer."""
    rows = pathlib.Path("/proc/net", table).read_text(encoding="ascii").splitlines()[1:]
    return [row.split() for row in rows if row.split()[1:3] == [f"0100007F:{port:04X}", "00000000:0000"]]


def refused_start(*flags):
    return subprocess.run([str(tap.weir()), *flags], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)


def value_of(page, series):
    """The value of `series` in the exposition, as a number; None when it does not show."""
    at = page.find(f"\n{series} ")
    return float(page[at + 1:].split("\n", 1)[0].rpartition(" ")[2]) if at >= 0 else None


def lines_of(sender, count):
    """Counters for all, a gauge of its own that rises, and a timer."""
    lines = []
    for number in range(count):
        lines += [f"hits:1|c\nhits_by,sender=s{sender % 4}:2|c", f"level.s{sender}:{number}|g", f"took:{number % 10}|ms|#to:x\nhits:1|c|@0.5"]
    return [line.encode() for line in lines]


@contextlib.contextmanager
def running(threads):
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


class Target:
    """Takes what is relayed to it while it is used in a `with`."""

    def __enter__(self):
        self.lines = []
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._udp.getsockname()[1]
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def _read(self):
        # An empty datagram is the end.
        while datagram := self._udp.recv(65536):
            self.lines += datagram.splitlines()

    def __exit__(self, kind, value, trace):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stopper:
            stopper.sendto(b"", self._udp.getsockname())
        self._reader.join()
        self._udp.close()


class Workers(unittest.TestCase):
    def assert_took_all(self, daemon, senders, rounds):
        daemon.wait_for_self_value(LINES, senders * rounds * LINES_PER_ROUND)
        page = daemon.scrape_text()
        self.assertEqual(value_of(page, LINES), senders * rounds * LINES_PER_ROUND)
        self.assertEqual(value_of(page, "statsd_exporter_samples_total"), senders * rounds * LINES_PER_ROUND)
        self.assertEqual(value_of(page, "hits"), senders * rounds * 3)
        for group in range(4):
            self.assertEqual(value_of(page, f'hits_by{{sender="s{group}"}}'), senders // 4 * rounds * 2)
        self.assertEqual(value_of(page, 'took_count{to="x"}'), senders * rounds)
        self.assertAlmostEqual(value_of(page, 'took_sum{to="x"}'), senders * sum(number % 10 for number in range(rounds)) / 1000, places=6)
        # What one sender says stays in its order.
        for sender in range(senders):
            self.assertEqual(value_of(page, f"level_s{sender}"), rounds - 1)

    def test_share_one_port_of_the_kernels_choosing(self):
        with workers() as daemon:
            started = [line for line in daemon.log_lines if "Accepting StatsD Traffic" in line]
            self.assertEqual(len(started), 1)
            attributes = running_daemon.attributes(started[0])
            self.assertEqual(attributes["udp"], f"127.0.0.1:{daemon.udp_port}")
            self.assertEqual(attributes["tcp"], f"127.0.0.1:{daemon.tcp_port}")
            self.assertEqual(len(sockets_at("udp", daemon.udp_port)), WORKERS)
            # /proc/net/tcp too has a row for each that listens.
            self.assertEqual(len(sockets_at("tcp", daemon.tcp_port)), WORKERS)

    def test_are_one_without_the_flag(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            self.assertEqual(len(sockets_at("udp", daemon.udp_port)), 1)

    def test_take_all_datagrams_of_many_senders(self):
        # As many at a time as the smallest of receive buffers holds, should one worker get them all.
        steps, step = 60, 4
        rounds = steps * step
        with workers() as daemon, contextlib.ExitStack() as stack:
            senders = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(SENDERS)]
            datagrams = [lines_of(sender, rounds) for sender in range(SENDERS)]
            for done in range(steps):
                for udp, own in zip(senders, datagrams):
                    for datagram in own[done * step * 3:(done + 1) * step * 3]:
                        udp.sendto(datagram, ("127.0.0.1", daemon.udp_port))
                daemon.wait_for_self_value(LINES, (done + 1) * step * SENDERS * LINES_PER_ROUND)

            self.assert_took_all(daemon, SENDERS, rounds)
            self.assertEqual(value_of(daemon.scrape_text(), "statsd_exporter_udp_packets_total"), SENDERS * rounds * 3)
            self.assertEqual(sum(int(row[-1]) for row in sockets_at("udp", daemon.udp_port)), 0)

    def test_take_all_lines_of_many_connections(self):
        rounds = 300
        with workers() as daemon:
            def send(sender):
                with socket.create_connection(("127.0.0.1", daemon.tcp_port)) as tcp:
                    text = b"\n".join(lines_of(sender, rounds)) + b"\n"
                    # Cut anywhere.
                    for at in range(0, len(text), 1000 + sender):
                        tcp.sendall(text[at:at + 1000 + sender])
            with running([threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]):
                pass

            self.assert_took_all(daemon, SENDERS, rounds)
            self.assertEqual(value_of(daemon.scrape_text(), "statsd_exporter_tcp_connections_total"), SENDERS)

    def test_take_unix_sockets_too(self):
        for framing, packet in (("newline", b"a:1|c\n"), ("length", struct.pack("<I", 5) + b"a:1|c")):
            with tempfile.TemporaryDirectory(prefix="weir-workers-") as folder:
                gram, stream = pathlib.Path(folder, "gram"), pathlib.Path(folder, "stream")
                flags = (f"--statsd.listen-unixgram={gram}", f"--statsd.listen-unixstream={stream}", f"--statsd.unixstream-framing={framing}")
                with workers(*flags) as daemon:
                    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
                        client.connect(str(gram))
                        for _ in range(1000):
                            client.send(b"a:1|c\nb:1|c")
                    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                        client.connect(str(stream))
                        client.sendall(1000 * packet)
                    daemon.wait_for_self_value(LINES, 3000)

                    page = daemon.scrape_text()
                    self.assertEqual(value_of(page, "a"), 2000)
                    self.assertEqual(value_of(page, "b"), 1000)
                self.assertFalse(gram.exists() or stream.exists())

    def test_start_with_unix_sockets_alone(self):
        with tempfile.TemporaryDirectory(prefix="weir-workers-") as folder:
            gram = pathlib.Path(folder, "gram")
            with workers("--statsd.listen-udp=", "--statsd.listen-tcp=", f"--statsd.listen-unixgram={gram}") as daemon:
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
                    client.sendto(b"a:1|c", str(gram))
                daemon.wait_for_self_value(LINES, 1)

    def test_lose_nothing_while_rules_change(self):
        reloads, rounds = 20, 200
        with tempfile.TemporaryDirectory(prefix="weir-workers-") as folder:
            path = pathlib.Path(folder, "mapping.yml")
            path.write_text(RULE % "named0", encoding="ascii")
            with workers(f"--statsd.mapping-config={path}", "--web.enable-lifecycle") as daemon:
                def send(sender):
                    with socket.create_connection(("127.0.0.1", daemon.tcp_port)) as tcp:
                        for number in range(rounds):
                            tcp.sendall(f"a.x:1|c\nb.s{sender}:1|c\nc{number}:1|c\n".encode())
                with running([threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]):
                    for number in range(1, reloads):
                        path.write_text(RULE % f"named{number % 3}", encoding="ascii")
                        self.assertEqual(daemon.request("POST", "/-/reload")[0], 200)
                daemon.wait_for_self_value(LINES, SENDERS * rounds * 3)

                page = daemon.scrape_text()
                self.assertEqual(sum(value_of(page, f"named{number}") or 0 for number in range(3)), SENDERS * rounds)
                for sender in range(SENDERS):
                    self.assertEqual(value_of(page, f"b_s{sender}"), rounds)
                for number in range(rounds):
                    self.assertEqual(value_of(page, f"c{number}"), SENDERS)
                # All of them have the last rules.
                last = f"named{(reloads - 1) % 3}"
                before = value_of(page, last) or 0
                for _ in range(10 * WORKERS):
                    with socket.create_connection(("127.0.0.1", daemon.tcp_port)) as tcp:
                        tcp.sendall(b"a.x:1|c\n")
                daemon.wait_for_self_value(LINES, SENDERS * rounds * 3 + 10 * WORKERS)
                self.assertEqual(value_of(daemon.scrape_text(), last), before + 10 * WORKERS)

    def test_relay_all_lines(self):
        rounds = 100
        expected = {f"s{sender}:{number}|c".encode() for sender in range(SENDERS) for number in range(rounds)}
        with Target() as target:
            with workers(f"--statsd.relay.address={target.address}") as daemon:
                def send(sender):
                    with socket.create_connection(("127.0.0.1", daemon.tcp_port)) as tcp:
                        for number in range(rounds):
                            tcp.sendall(f"s{sender}:{number}|c\n".encode())
                with running([threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]):
                    pass
                running_daemon.wait_until(lambda: len(target.lines) >= len(expected), RUN_SECONDS_MAX, "all lines relayed")
            self.assertEqual(len(target.lines), len(expected))
            self.assertEqual(set(target.lines), expected)
            for sender in range(SENDERS):
                own = [line for line in target.lines if line.startswith(b"s%d:" % sender)]
                self.assertEqual(own, [b"s%d:%d|c" % (sender, number) for number in range(rounds)])

    def test_keep_out_other_daemons(self):
        with workers() as daemon:
            for flag, port in (("--statsd.listen-udp", daemon.udp_port), ("--statsd.listen-tcp", daemon.tcp_port)):
                other = "--statsd.listen-tcp" if flag.endswith("udp") else "--statsd.listen-udp"
                for count in (1, 2):
                    done = refused_start(f"--statsd.workers={count}", f"{flag}=127.0.0.1:{port}", f"{other}=127.0.0.1:0",
                                         "--web.listen-address=127.0.0.1:0")
                    self.assertEqual(done.returncode, 1, done.stderr)
                    errors = [line for line in done.stderr.splitlines() if "level=INFO" not in line]
                    self.assertEqual(len(errors), 1, done.stderr)
                    self.assertIn("address already in use", errors[0])
            # Nothing of what is sent goes to somebody else.
            for _ in range(50):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                    udp.sendto(b"a:1|c", ("127.0.0.1", daemon.udp_port))
            daemon.wait_for_self_value(LINES, 50)

    def test_are_1_to_256(self):
        for count in ("0", "257"):
            done = refused_start(f"--statsd.workers={count}")
            self.assertEqual(done.returncode, 1)
            self.assertEqual(done.stderr, f"weir: error: flag 'statsd.workers' must be 1 to 256, got '{count}', try --help\n")
        for count in ("x", "-1", ""):
            done = refused_start(f"--statsd.workers={count}")
            self.assertEqual(done.returncode, 1)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertIn("try --help", done.stderr)
        with workers(count=256) as daemon:
            self.assertEqual(len(sockets_at("udp", daemon.udp_port)), 256)

    def test_lose_nothing_of_what_was_sent_before_sigterm(self):
        rounds = 10
        expected = {f"{way}{sender}:{number}|c".encode() for way in "ut" for sender in range(SENDERS) for number in range(rounds)}
        with Target() as target:
            with workers(f"--statsd.relay.address={target.address}") as daemon:
                # Held, so that the sockets have all of it to give when it is told to stop.
                daemon.signal(signal.SIGSTOP)
                for sender in range(SENDERS):
                    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.create_connection(("127.0.0.1", daemon.tcp_port)) as tcp:
                        for number in range(rounds):
                            udp.sendto(f"u{sender}:{number}|c".encode(), ("127.0.0.1", daemon.udp_port))
                            tcp.sendall(f"t{sender}:{number}|c\n".encode())
                daemon.signal(signal.SIGTERM)
                daemon.signal(signal.SIGCONT)
                self.assertEqual(daemon.process.wait(STOP_SECONDS_MAX), 0)
            running_daemon.wait_until(lambda: len(target.lines) >= len(expected), RUN_SECONDS_MAX, "all lines relayed")
            self.assertEqual(len(target.lines), len(expected))
            self.assertEqual(set(target.lines), expected)


if __name__ == "__main__":
    tap.main()
