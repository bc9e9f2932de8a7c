#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--statsd.allow-from: who may send over UDP and TCP, and what becomes of what others send."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402
from self_page import applied, known_counters, made, new_counters, plus, read  # noqa: E402

RUN_SECONDS_MAX = 60
DATAGRAMS = 'weir_ledger_datagrams_total{listener="udp",outcome="%s"}'
CONNECTIONS = 'weir_ledger_connections_total{listener="tcp",outcome="%s"}'
REFUSED_BYTES = 'weir_ledger_bytes_total{listener="udp",outcome="refused_sender"}'
LINE = b"a:1|c"
WARNING = "their sender is not in the networks that may send"


@contextlib.contextmanager
def watched(*flags):
    with running_daemon.RunningDaemon(tap.weir(), flags) as daemon, self_page.Watch(daemon) as watch:
        yield daemon, watch


def send_udp(daemon, source, count=1, family=socket.AF_INET, to=None):
    with socket.socket(family, socket.SOCK_DGRAM) as udp:
        udp.bind((source, 0))
        for _ in range(count):
            udp.sendto(LINE, (to or source, daemon.udp_port))


def connect(daemon, source, family=socket.AF_INET, to="127.0.0.1"):
    client = socket.socket(family, socket.SOCK_STREAM)
    client.settimeout(RUN_SECONDS_MAX)
    client.bind((source, 0))
    client.connect((to, daemon.tcp_port))
    return client


def ends(client):
    with contextlib.suppress(ConnectionResetError):
        return client.recv(1) == b""
    return True


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        probe.bind(("::1", 0))
        return True
    return False


class Udp(unittest.TestCase):
    def test_senders_of_other_networks_are_counted_and_not_read(self):
        with watched("--statsd.allow-from=127.0.0.2/31", "--statsd.allow-from=192.0.2.0/24") as (daemon, watch):
            with watch.moves({DATAGRAMS % "refused_sender": 3, REFUSED_BYTES: 3 * len(LINE)}):
                send_udp(daemon, "127.0.0.1", 3, to="127.0.0.1")
            with watch.moves(plus(new_counters(1), {DATAGRAMS % "read": 1})):
                send_udp(daemon, "127.0.0.2", to="127.0.0.1")
            with watch.moves(plus(known_counters(1), {DATAGRAMS % "read": 1})):
                send_udp(daemon, "127.0.0.3", to="127.0.0.1")
            with watch.moves({DATAGRAMS % "refused_sender": 1, REFUSED_BYTES: len(LINE)}):
                send_udp(daemon, "127.0.0.4", to="127.0.0.1")

    def test_senders_that_take_turns_are_told_apart(self):
        each = 2_000
        with watched("--statsd.allow-from=127.0.0.2") as (daemon, watch):
            before = watch.values()
            with contextlib.ExitStack() as sockets:
                clients = [sockets.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(3)]
                for number, client in enumerate(clients):
                    client.bind((f"127.0.0.{number + 1}", 0))
                for _ in range(each):
                    for client in clients:
                        client.sendto(LINE, ("127.0.0.1", daemon.udp_port))
            moved = {DATAGRAMS % "refused_sender": 2 * each, REFUSED_BYTES: 2 * each * len(LINE)}
            watch.wait_for_moves(before, plus(new_counters(1), known_counters(each - 1), moved))

    def test_one_warning_names_a_sender(self):
        with watched("--statsd.allow-from=127.0.0.2") as (daemon, watch):
            with watch.moves({DATAGRAMS % "refused_sender": 500, REFUSED_BYTES: 500 * len(LINE)}):
                send_udp(daemon, "127.0.0.9", 500, to="127.0.0.1")
            warnings = [running_daemon.attributes(line) for line in daemon.log_lines if WARNING in line]
            self.assertEqual(len(warnings), 1, daemon.log())
            self.assertTrue(warnings[0]["sender"].startswith("127.0.0.9:"), warnings)
            self.assertEqual(warnings[0]["flag"], "--statsd.allow-from")

    @unittest.skipUnless(has_ipv6(), "no IPv6")
    def test_networks_of_either_family_on_a_socket_of_both(self):
        flags = ("--statsd.listen-udp=:0", "--statsd.listen-tcp=:0", "--statsd.allow-from=127.0.0.0/30", "--statsd.allow-from=::1")
        with watched(*flags) as (daemon, watch):
            with watch.moves(new_counters(1)):
                send_udp(daemon, "127.0.0.1")
            with watch.moves(known_counters(1)):
                send_udp(daemon, "::1", family=socket.AF_INET6)
            with watch.moves({DATAGRAMS % "refused_sender": 1, REFUSED_BYTES: len(LINE)}):
                send_udp(daemon, "127.0.0.4", to="127.0.0.1")
        with watched("--statsd.listen-udp=:0", "--statsd.listen-tcp=:0", "--statsd.allow-from=::/0") as (daemon, watch):
            with watch.moves({DATAGRAMS % "refused_sender": 1, REFUSED_BYTES: len(LINE)}):
                send_udp(daemon, "127.0.0.1")
            with watch.moves(new_counters(1)):
                send_udp(daemon, "::1", family=socket.AF_INET6)
            with watch.moves({CONNECTIONS % "refused_sender": 1}), connect(daemon, "127.0.0.1") as client:
                self.assertTrue(ends(client))


class Tcp(unittest.TestCase):
    def test_connections_of_others_are_closed_at_once(self):
        with watched("--statsd.allow-from=127.0.0.2", "--limits.tcp-connections=1") as (daemon, watch):
            opened = {"statsd_exporter_tcp_connections_total": 1, "weir_tcp_connections": 1, "process_open_fds": 1}
            with contextlib.ExitStack() as clients:
                with watch.moves({CONNECTIONS % "refused_sender": 2}):
                    for _ in range(2):
                        client = clients.enter_context(connect(daemon, "127.0.0.1"))
                        with contextlib.suppress(ConnectionError):
                            client.sendall(LINE + b"\n")
                        self.assertTrue(ends(client))
                # Those have not taken the place of this one.
                with watch.moves(plus(opened, read(1), applied("counter", 1), made("counter"))):
                    clients.enter_context(connect(daemon, "127.0.0.2")).sendall(LINE + b"\n")
                # And while the place is taken they are no connections too many.
                with watch.moves({CONNECTIONS % "refused_sender": 1}):
                    self.assertTrue(ends(clients.enter_context(connect(daemon, "127.0.0.1"))))
            warning, = (line for line in daemon.log_lines if WARNING in line)
            self.assertIn("StatsD TCP connections refused", warning)


class Others(unittest.TestCase):
    def test_unix_sockets_are_not_concerned(self):
        with tempfile.TemporaryDirectory(prefix="weir-allow-") as folder:
            gram, stream = f"{folder}/gram", f"{folder}/stream"
            flags = (f"--statsd.listen-unixgram={gram}", f"--statsd.listen-unixstream={stream}", "--statsd.allow-from=192.0.2.0/24")
            with watched(*flags) as (_, watch):
                moved = {"statsd_exporter_unixgram_packets_total": 1, "weir_unixstream_connections_total": 1}
                with watch.moves(plus(read(2), applied("counter", 2, known=1), made("counter"), moved)):
                    for kind, path in ((socket.SOCK_DGRAM, gram), (socket.SOCK_STREAM, stream)):
                        with socket.socket(socket.AF_UNIX, kind) as client:
                            client.connect(path)
                            client.sendall(LINE)

    def test_without_it_everybody_may_send(self):
        with watched() as (daemon, watch):
            with watch.moves(new_counters(1)):
                send_udp(daemon, "127.0.0.9", to="127.0.0.1")

    def test_what_is_no_network_is_one_line_and_no_start(self):
        wrong = {
            "": "a network or an address", "10.0.0": "a network or an address", "host.example/8": "a network or an address",
            "10.0.0.0/33": "length after the /", "fd00::/129": "length after the /", "10.0.0.0/": "length after the /",
            "10.1.0.0/8": "the first address of its network", "10.0.0.0/8,192.0.2.0/24": "length after the /",
        }
        for value, told in wrong.items():
            with self.subTest(value=value):
                run = subprocess.run([tap.weir(), "--statsd.allow-from=127.0.0.1", f"--statsd.allow-from={value}"], capture_output=True, text=True,
                                     timeout=RUN_SECONDS_MAX, check=False)
                self.assertEqual(run.returncode, 1, run)
                line, = run.stderr.splitlines()
                self.assertIn("flag 'statsd.allow-from' must be", line)
                self.assertIn(told, line)
                self.assertIn(f"'{value}'", line)


if __name__ == "__main__":
    tap.main()
