#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The relay's flags and what it counts: what was sent, what was too long, what waits and what is lost, of packets and of lines."""

import contextlib
import pathlib
import select
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import system_faults  # noqa: E402
import tap  # noqa: E402
from self_page import known_counters, new_counters, plus  # noqa: E402

RECEIVE_SECONDS_MAX = 30
NAME = "relay-target.test"


SHORT = {
    "packets": "statsd_exporter_relay_packets_total", "long_lines": "statsd_exporter_relay_long_lines_total",
    "lines_relayed": "statsd_exporter_relay_lines_relayed_total", "lines_dropped": "weir_relay_lines_dropped_total",
    "packets_dropped": "weir_relay_packets_dropped_total", "send_errors": "weir_relay_send_errors_total",
    "resolve_errors": "weir_relay_resolve_errors_total", "queue": "weir_relay_queue_packets",
}


def of_target(target, **amounts):
    """A target's metrics by their short names."""
    return {f'{SHORT[name]}{{target="{target}"}}': amount for name, amount in amounts.items()}


@contextlib.contextmanager
def sink(address="127.0.0.1", port=0):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((address, port))
        udp.settimeout(RECEIVE_SECONDS_MAX)
        yield udp


@contextlib.contextmanager
def watched(*flags, **options):
    with running_daemon.RunningDaemon(tap.weir(), flags, **options) as daemon, self_page.Watch(daemon) as watch:
        yield daemon, watch


class Relay(unittest.TestCase):
    def test_packet_length(self):
        with sink() as target:
            name = "127.0.0.1:%d" % target.getsockname()[1]
            with watched(f"--statsd.relay.address={name}", "--statsd.relay.packet-length=12") as (daemon, watch):
                with watch.moves(plus(new_counters(1), of_target(name, packets=1, lines_relayed=1))):
                    statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
                # Two to a packet, and the last when its second is over.
                with watch.moves(plus(known_counters(5), of_target(name, packets=3, lines_relayed=5))):
                    statsd_client.send_udp(daemon.udp_port, [b"a:1|c"] * 5)
                with watch.moves(plus(new_counters(1), of_target(name, long_lines=1))):
                    statsd_client.send_udp(daemon.udp_port, [b"abcdefgh:1|c"])
                self.assertEqual([target.recv(100) for _ in range(4)], [b"a:1|c\n"] + 2 * [b"a:1|c\na:1|c\n"] + [b"a:1|c\n"])

    def test_packets_that_the_kernel_refuses(self):
        # Longer than any datagram may be.
        name = "127.0.0.1:9"
        flags = (f"--statsd.relay.address={name}", "--statsd.relay.packet-length=100000", "--limits.line-bytes=100000", "--limits.series-bytes=100000")
        with watched(*flags) as (daemon, watch):
            line = b"a:" + b"1" * 69_000 + b":1|c"
            moved = {"statsd_exporter_tcp_connections_total": 1, "statsd_exporter_lines_total": 3}
            before = watch.values()
            statsd_client.send_tcp(daemon.tcp_port, [line] * 3)
            amounts = of_target(name, packets=3, lines_relayed=3, send_errors=3, lines_dropped=3)
            running_daemon.wait_until(lambda: all(watch.value(series) == amount for series, amount in {**amounts, **moved}.items()), 20, amounts)
            others = {series for series in self_page.movement(before, watch.values(), set()) if "relay" in series}
            self.assertEqual(others, set(amounts))

    @unittest.skipIf(system_faults.missing(call_refusal=True), system_faults.missing(call_refusal=True))
    def test_relay_queue(self):
        limit, packets = 3, 10
        name = "127.0.0.1:9"
        refuse = system_faults.refusing("sendto", system_faults.NO_BUFFERS)
        flags = (f"--statsd.relay.address={name}", "--statsd.relay.packet-length=12", f"--limits.relay-queue={limit}")
        with watched(*flags, before_exec=refuse) as (daemon, watch):
            with watch.moves(plus(new_counters(2), of_target(name, lines_relayed=2, queue=1))):
                statsd_client.send_udp(daemon.udp_port, [b"a:1|c", b"b:1|c"])
            # Each holds two lines, so that neither is taken for the other.
            lost = of_target(name, lines_relayed=2 * (packets - 1), queue=limit - 1, packets_dropped=packets - limit, lines_dropped=2 * (packets - limit))
            with watch.moves(plus(known_counters(2 * (packets - 1)), lost)):
                statsd_client.send_udp(daemon.udp_port, [b"a:1|c"] * 2 * (packets - 1))
            daemon.wait_for_log("relay queue is full, dropping packets")
        daemon.wait_for_log(f'msg="relay target takes nothing, leaving its queue behind" target={name} packets={limit}')

    @unittest.skipIf(system_faults.missing(mounts=True), system_faults.missing(mounts=True))
    def test_resolve_interval(self):
        with system_faults.HostNames() as hosts, sink("127.0.0.1") as first:
            port = first.getsockname()[1]
            with sink("127.0.0.2", port) as second:
                hosts.put({NAME: "127.0.0.1"})
                name = f"{NAME}:{port}"
                with watched(f"--statsd.relay.address={name}", "--statsd.relay.resolve-interval=1s", before_exec=hosts.mount) as (daemon, watch):
                    statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
                    self.assertEqual(first.recv(100), b"a:1|c\n")
                    hosts.put({NAME: "127.0.0.2"})
                    self.send_until_received(daemon, second)
                    self.assertEqual(watch.value(*of_target(name, resolve_errors=0)), 0)

    @unittest.skipIf(system_faults.missing(mounts=True), system_faults.missing(mounts=True))
    def test_a_target_that_nobody_knows_any_more_stays_where_it_was(self):
        with system_faults.HostNames() as hosts, sink() as target:
            hosts.put({NAME: "127.0.0.1"})
            name = "%s:%d" % (NAME, target.getsockname()[1])
            with watched(f"--statsd.relay.address={name}", "--statsd.relay.resolve-interval=1s", before_exec=hosts.mount) as (daemon, watch):
                with watch.moves(of_target(name, resolve_errors=self_page.Between(2, 1000))):
                    hosts.put({})
                daemon.wait_for_log("relay target not found any more, keeping its address")
                statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
                self.assertEqual(target.recv(100), b"a:1|c\n")

    @unittest.skipIf(system_faults.missing(mounts=True), system_faults.missing(mounts=True))
    def test_a_target_that_nobody_knows_yet_gets_its_lines_when_it_is_known(self):
        with system_faults.HostNames() as hosts, sink() as target:
            hosts.put({})
            name = "%s:%d" % (NAME, target.getsockname()[1])
            with watched(f"--statsd.relay.address={name}", "--statsd.relay.resolve-interval=1s", before_exec=hosts.mount) as (daemon, watch):
                daemon.wait_for_log('msg="relay target not found, looking it up again later"')
                with watch.moves(plus(new_counters(1), of_target(name, lines_relayed=1, queue=1, resolve_errors=self_page.Between(0, 1000)))):
                    statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
                self.assertGreaterEqual(watch.value(*of_target(name, resolve_errors=0)), 1)
                with watch.moves(of_target(name, packets=1, queue=-1, resolve_errors=self_page.Between(0, 1000))):
                    hosts.put({NAME: "127.0.0.1"})
                    self.assertEqual(target.recv(100), b"a:1|c\n")
                daemon.wait_for_log('msg="relay target found"')

    @unittest.skipIf(system_faults.missing(mounts=True), system_faults.missing(mounts=True))
    def test_a_target_that_is_never_looked_up_again_must_be_known(self):
        with system_faults.HostNames() as hosts:
            hosts.put({})
            done = subprocess.run([str(tap.weir()), "--web.listen-address=127.0.0.1:0", "--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-tcp=",
                                   f"--statsd.relay.address={NAME}:1", "--statsd.relay.resolve-interval=0s"], preexec_fn=hosts.mount,
                                  capture_output=True, text=True, timeout=RECEIVE_SECONDS_MAX, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"unable to resolve target {NAME}:1, err: lookup {NAME}: no such host", done.stderr)

    def test_resolve_interval_of_never(self):
        if missing := system_faults.missing(mounts=True):
            self.skipTest(missing)
        with system_faults.HostNames() as hosts, sink("127.0.0.1") as first:
            hosts.put({NAME: "127.0.0.1"})
            name = "%s:%d" % (NAME, first.getsockname()[1])
            with watched(f"--statsd.relay.address={name}", "--statsd.relay.resolve-interval=0s", before_exec=hosts.mount) as (daemon, watch):
                hosts.put({})
                for _ in range(3):
                    statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
                    self.assertEqual(first.recv(100), b"a:1|c\n")
                self.assertEqual(watch.value(*of_target(name, resolve_errors=0)), 0)

    def send_until_received(self, daemon, target):
        while is_readable(target):
            target.recv(100)

        def arrives():
            statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
            return is_readable(target)
        running_daemon.wait_until(arrives, RECEIVE_SECONDS_MAX, f"a line at {target.getsockname()}")


def is_readable(udp):
    return bool(select.select([udp], [], [], 0)[0])


if __name__ == "__main__":
    tap.main()
