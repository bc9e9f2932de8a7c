#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The flags of listeners and of the threads behind them: each address is heard, and each thread is what it should be."""

import contextlib
import ctypes
import os
import pathlib
import platform
import signal
import socket
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import system_faults  # noqa: E402
import tap  # noqa: E402
from self_page import applied, known_counters, made, new_counters, plus, read  # noqa: E402

EXIT_SECONDS_MAX = 60
NICENESS_OF_MAIN, NICEST = 10, 19
SLICE_NANOSECONDS = 500_000
# Slices of threads came with it.
SLICES_SINCE = (6, 12)
SCHED_OTHER = 0
SCHED_GETATTR = {"x86_64": 315, "aarch64": 275}


@contextlib.contextmanager
def watched(*flags, **options):
    with running_daemon.RunningDaemon(tap.weir(), flags, **options) as daemon, self_page.Watch(daemon) as watch:
        yield daemon, watch


def logged_addresses(daemon, protocol):
    line = next(line for line in daemon.log_lines if "Accepting StatsD Traffic" in line)
    return running_daemon.attributes(line)[protocol].split(",")


def port_of(address):
    return int(address.rpartition(":")[2])


class Addresses(unittest.TestCase):
    def test_each_udp_address_is_heard(self):
        with watched("--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-udp=127.0.0.2:0") as (daemon, watch):
            first, second = logged_addresses(daemon, "udp")
            self.assertTrue(first.startswith("127.0.0.1:") and second.startswith("127.0.0.2:"), (first, second))
            with watch.moves(new_counters(1)):
                statsd_client.send_udp(port_of(first), [b"a:1|c"])
            with watch.moves(known_counters(1)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.sendto(b"a:1|c", ("127.0.0.2", port_of(second)))

    def test_each_tcp_address_is_heard(self):
        with watched("--statsd.listen-tcp=127.0.0.1:0", "--statsd.listen-tcp=127.0.0.2:0", "--limits.tcp-connections=1") as (daemon, watch):
            opened = {"statsd_exporter_tcp_connections_total": 2, "weir_tcp_connections": 2, "process_open_fds": 2}
            with contextlib.ExitStack() as clients, watch.moves(plus(read(2), applied("counter", 2, known=1), made("counter"), opened)):
                for address in logged_addresses(daemon, "tcp"):
                    # The limit is each address's own.
                    client = clients.enter_context(socket.create_connection((address.rpartition(":")[0], port_of(address))))
                    client.sendall(b"a:1|c\n")

    def test_each_unix_path_is_heard(self):
        with tempfile.TemporaryDirectory(prefix="weir-listen-") as folder:
            paths = [str(pathlib.Path(folder, name)) for name in ("gram1", "gram2", "stream1", "stream2")]
            flags = [*(f"--statsd.listen-unixgram={path}" for path in paths[:2]), *(f"--statsd.listen-unixstream={path}" for path in paths[2:])]
            with watched(*flags, "--statsd.unixsocket-mode=700") as (_, watch):
                moved = {"statsd_exporter_unixgram_packets_total": 2, "weir_unixstream_connections_total": 2}
                with watch.moves(plus(read(4), applied("counter", 4, known=3), made("counter"), moved)):
                    for path in paths:
                        self.assertEqual(pathlib.Path(path).stat().st_mode & 0o777, 0o700)
                        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if "gram" in path else socket.SOCK_STREAM) as client:
                            client.connect(path)
                            client.sendall(b"a:1|c")

    def test_empty_ones_are_off(self):
        with watched("--statsd.listen-udp=") as (daemon, watch):
            self.assertIsNone(daemon.udp_port)
            self.assertEqual(watch.value("weir_udp_receive_buffer_bytes"), 0)
        with watched("--statsd.listen-tcp=") as (daemon, watch):
            self.assertIsNone(daemon.tcp_port)


class ReadBuffer(unittest.TestCase):
    def test_is_what_was_asked_for(self):
        for asked in (10_000, 50_000):
            with watched(f"--statsd.read-buffer={asked}") as (_, watch):
                # The kernel tells twice what was asked, for its own bookkeeping.
                self.assertEqual(watch.value("weir_udp_receive_buffer_bytes"), 2 * asked)

    def test_is_that_of_all_addresses_together(self):
        flags = ("--statsd.read-buffer=10000", "--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-udp=127.0.0.2:0", "--statsd.workers=2")
        with watched(*flags) as (_, watch):
            self.assertEqual(watch.value("weir_udp_receive_buffer_bytes"), 2 * 2 * 20_000)

    def test_tells_what_did_not_fit(self):
        sent = 500
        with watched("--statsd.read-buffer=10000") as (daemon, watch):
            with watch.moves(new_counters(1)):
                statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
            before = watch.values()
            daemon.signal(signal.SIGSTOP)
            statsd_client.send_udp(daemon.udp_port, [b"a:1|c"] * sent)
            dropped = self.dropped_by_the_kernel(daemon.udp_port)
            daemon.signal(signal.SIGCONT)
            self.assertTrue(0 < dropped < sent, dropped)
            watch.wait_for_moves(before, plus(known_counters(sent - dropped), {"weir_udp_kernel_drops_total": dropped}))
            daemon.wait_for_log("the kernel drops UDP datagrams")

    @staticmethod
    def dropped_by_the_kernel(port):
        rows = pathlib.Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:]
        return sum(int(row.split()[-1]) for row in rows if row.split()[1] == f"0100007F:{port:04X}")


class Task:
    """A thread of the daemon, as the kernel shows it."""

    def __init__(self, folder):
        self.id = int(folder.name)
        self.name = (folder / "comm").read_text().strip()
        self.niceness = int((folder / "stat").read_text().rpartition(")")[2].split()[16])

    def scheduling(self):
        """(policy, slice in nanoseconds)"""
        attributes = ctypes.create_string_buffer(48)
        if ctypes.CDLL(None, use_errno=True).syscall(SCHED_GETATTR[platform.machine()], self.id, attributes, len(attributes), 0) != 0:
            raise OSError(ctypes.get_errno(), "sched_getattr")
        policy, _, _, _, runtime = struct.unpack_from("=IQiIQ", attributes, 4)
        return policy, runtime


def tasks(daemon):
    """(the main thread, those that receive: a sanitizer has a thread of its own besides)"""
    found = [Task(folder) for folder in sorted(pathlib.Path(f"/proc/{daemon.process.pid}/task").iterdir())]
    return next(task for task in found if task.id == daemon.process.pid), [task for task in found if task.name == "weir-worker"]


def kernel_release():
    return tuple(int(number) for number in platform.release().split("-")[0].split(".")[:2])


class Threads(unittest.TestCase):
    def test_that_receive_are_as_many_as_asked_for_and_have_a_name(self):
        for count in (1, 3):
            with running_daemon.RunningDaemon(tap.weir(), [f"--statsd.workers={count}"]) as daemon:
                running_daemon.wait_until(lambda: len(tasks(daemon)[1]) == count, 10, f"{count} threads by their name")

    def test_that_receive_go_before_the_one_that_serves(self):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        with running_daemon.RunningDaemon(tap.weir(), ["--statsd.workers=2"]) as daemon:
            running_daemon.wait_until(lambda: tasks(daemon)[0].niceness != own or own == NICEST, 10, "the main thread to give way")
            running_daemon.wait_until(lambda: len(tasks(daemon)[1]) == 2, 10, "two threads by their name")
            main, workers = tasks(daemon)
            self.assertEqual(main.niceness, min(own + NICENESS_OF_MAIN, NICEST))
            self.assertEqual([task.niceness for task in workers], [own, own])

    @unittest.skipIf(kernel_release() < SLICES_SINCE, "kernels before 6.12 have one slice for all threads")
    def test_that_receive_run_soon_after_they_wake(self):
        with running_daemon.RunningDaemon(tap.weir(), ["--statsd.workers=2"]) as daemon:
            def slices():
                return [task.scheduling() for task in tasks(daemon)[1]]
            if os.sched_getscheduler(0) != SCHED_OTHER:
                self.skipTest("the scheduling policy of this process is not the ordinary one")
            running_daemon.wait_until(lambda: slices() == 2 * [(SCHED_OTHER, SLICE_NANOSECONDS)], 10, "short slices")
            self.assertNotEqual(tasks(daemon)[0].scheduling()[1], SLICE_NANOSECONDS)


@unittest.skipIf(system_faults.missing(call_refusal=True), system_faults.missing(call_refusal=True))
class Faults(unittest.TestCase):
    def test_a_listener_that_dies_ends_the_daemon_with_1(self):
        refuse = system_faults.refusing("recvmmsg", system_faults.REFUSED)
        with running_daemon.RunningDaemon(tap.weir(), before_exec=refuse) as daemon:
            daemon.exit_code = 1
            statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
            self.assertEqual(daemon.process.wait(EXIT_SECONDS_MAX), 1)
            daemon.wait_for_log('msg="StatsD listener failed" error="read udp: ')

    def test_a_read_that_fails_is_tried_again_and_counted(self):
        for listener in ("udp", "unixgram"):
            with tempfile.TemporaryDirectory(prefix="weir-listen-") as folder:
                path = str(pathlib.Path(folder, "gram"))
                refuse = system_faults.refusing("recvmmsg", system_faults.NO_BUFFERS)
                with watched(f"--statsd.listen-unixgram={path}", before_exec=refuse) as (daemon, watch):
                    moved = {f'weir_datagram_read_errors_total{{listener="{listener}"}}': self_page.Between(3, 10_000)}
                    with watch.moves(moved):
                        if listener == "udp":
                            statsd_client.send_udp(daemon.udp_port, [b"a:1|c"])
                        else:
                            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
                                client.sendto(b"a:1|c", path)
                    self.assertEqual(sum("read error, retrying" in line for line in daemon.log_lines), 1)


if __name__ == "__main__":
    tap.main()
