#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Unix datagram and stream sockets: what comes in, who may send, and what becomes of the file."""

import contextlib
import os
import pathlib
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
NO_OTHERS = ("--statsd.listen-udp=", "--statsd.listen-tcp=")


@contextlib.contextmanager
def socket_path():
    with tempfile.TemporaryDirectory(prefix="weir-unix-") as folder:
        yield pathlib.Path(folder, "statsd.sock")


def send_datagrams(path, *datagrams):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        for datagram in datagrams:
            client.sendto(datagram, str(path))


def framed(packet):
    return struct.pack("<I", len(packet)) + packet


@contextlib.contextmanager
def stream(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(str(path))
        yield client


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def refused_start(*flags):
    return subprocess.run([str(tap.weir()), "--web.listen-address=127.0.0.1:0", *NO_OTHERS, *flags], capture_output=True, text=True,
                          timeout=RUN_SECONDS_MAX, check=False)


class UnixDatagrams(unittest.TestCase):
    def test_take_lines_and_count_packets(self):
        with socket_path() as path, running_daemon.RunningDaemon(tap.weir(), [*NO_OTHERS, f"--statsd.listen-unixgram={path}"]) as daemon:
            send_datagrams(path, b"a:1|c\nb:2|g", b"a:2|c")
            daemon.wait_for_self_value("statsd_exporter_lines_total", 3)

            self.assertEqual(daemon.self_value("statsd_exporter_unixgram_packets_total"), 2)
            self.assertIn("\na 3\n", daemon.scrape_text())

    def test_listen_on_an_abstract_name_and_on_several_paths(self):
        name = f"@weir-test-{os.getpid()}"
        with socket_path() as path:
            flags = [*NO_OTHERS, f"--statsd.listen-unixgram={name}", f"--statsd.listen-unixgram={path}"]
            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
                send_datagrams("\0" + name[1:], b"a:1|c")
                send_datagrams(path, b"a:1|c")
                daemon.wait_for_self_value("statsd_exporter_lines_total", 2)

    def test_have_the_mode_asked_for(self):
        for flags, expected in (([], 0o755), (["--statsd.unixsocket-mode=622"], 0o622), (["--statsd.unixsocket-mode=4777"], 0o777)):
            with socket_path() as path, running_daemon.RunningDaemon(tap.weir(), [*NO_OTHERS, f"--statsd.listen-unixgram={path}", *flags]):
                self.assertEqual(mode_of(path), expected)

    def test_keep_the_umask_and_warn_when_the_mode_cannot_be_read(self):
        with socket_path() as path:
            flags = [*NO_OTHERS, f"--statsd.listen-unixgram={path}", "--statsd.unixsocket-mode=rw"]
            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
                daemon.wait_for_log("level=WARN")

    def test_remove_their_file_at_the_end(self):
        with socket_path() as path:
            with running_daemon.RunningDaemon(tap.weir(), [*NO_OTHERS, f"--statsd.listen-unixgram={path}"]):
                self.assertTrue(path.is_socket())
            self.assertFalse(path.exists())

    def test_start_again_over_the_file_of_one_that_crashed(self):
        with socket_path() as path:
            flags = [*NO_OTHERS, f"--statsd.listen-unixgram={path}"]
            crashed = running_daemon.RunningDaemon(tap.weir(), flags)
            with self.assertRaises(running_daemon.DaemonError), crashed:
                crashed.signal(signal.SIGKILL)
            self.assertTrue(path.is_socket())

            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon:
                send_datagrams(path, b"a:1|c")
                daemon.wait_for_self_value("statsd_exporter_lines_total", 1)

    def test_leave_what_is_not_theirs_alone(self):
        with socket_path() as path:
            path.write_text("precious")
            done = refused_start(f"--statsd.listen-unixgram={path}")
            self.assertEqual(done.returncode, 1)
            self.assertIn(f'msg="Unixgram socket already exists" socket_name={path} found="a file"', done.stderr)
            self.assertEqual(path.read_text(), "precious")
        with socket_path() as path, running_daemon.RunningDaemon(tap.weir(), [*NO_OTHERS, f"--statsd.listen-unixgram={path}"]) as daemon:
            self.assertIn(f'msg="Unixgram socket already exists" socket_name={path} found="a socket in use"',
                          refused_start(f"--statsd.listen-unixgram={path}").stderr)
            send_datagrams(path, b"a:1|c")
            daemon.wait_for_self_value("statsd_exporter_lines_total", 1)

    def test_tell_of_a_folder_or_a_link_at_their_path(self):
        with socket_path() as path:
            path.mkdir()
            link = path.with_name("link")
            link.symlink_to("nowhere")
            for kind, title in (("unixgram", "Unixgram"), ("unixstream", "Unix stream")):
                for place, found in ((path, "a directory"), (link, "a symbolic link")):
                    done = refused_start(f"--statsd.listen-{kind}={place}")
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(f'msg="{title} socket already exists" socket_name={place} found="{found}"', done.stderr)

    def test_lose_nothing_of_what_was_sent_before_sigterm(self):
        with socket_path() as path, running_daemon.RunningDaemon(tap.weir(), [*NO_OTHERS, f"--statsd.listen-unixgram={path}"]) as daemon:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
                client.connect(str(path))
                for _ in range(20_000):
                    # Blocks while the queue is full: nothing can be lost on the way.
                    client.send(b"a:1|c")
            daemon.wait_for_self_value("statsd_exporter_lines_total", 20_000)
            self.assertIn("\na 20000\n", daemon.scrape_text())


class UnixStreams(unittest.TestCase):
    def daemon(self, path, *flags):
        return running_daemon.RunningDaemon(tap.weir(), [*NO_OTHERS, f"--statsd.listen-unixstream={path}", *flags])

    def test_take_lines_cut_anywhere(self):
        with socket_path() as path, self.daemon(path) as daemon:
            with stream(path) as client:
                for piece in (b"a:", b"1|c\r\nb:2", b"|c\na:1|c"):
                    client.sendall(piece)
            daemon.wait_for_self_value("statsd_exporter_lines_total", 3)

            self.assertIn("\na 2\n", daemon.scrape_text())
            self.assertEqual(daemon.self_value("weir_unixstream_connections_total"), 1)

    def test_take_a_line_that_was_joined_before_the_next_one_begins(self):
        with socket_path() as path, running_daemon.RunningDaemon(tap.weir(), [f"--statsd.listen-unixstream={path}"]) as daemon:
            with stream(path) as client:
                for number, piece in enumerate((b"first:1", b"|c\nother:1", b"|c\n"), 1):
                    client.sendall(piece)
                    # The same thread reads both, so the piece has been read when this is counted.
                    statsd_client.send_udp(daemon.udp_port, [b"seen:1|c"])
                    daemon.wait_for_self_value("statsd_exporter_udp_packets_total", number)
                daemon.wait_for_self_value("statsd_exporter_lines_total", 5)
            page = daemon.scrape_text()
            self.assertIn("\nfirst 1\n", page)
            self.assertIn("\nother 1\n", page)

    def test_take_packets_with_their_length_in_front(self):
        with socket_path() as path, self.daemon(path, "--statsd.unixstream-framing=length") as daemon:
            with stream(path) as client:
                wire = framed(b"a:1|c\nb:1|c\n") + framed(b"") + framed(b"a:1|c")
                client.sendall(wire[:5])
                client.sendall(wire[5:])
            daemon.wait_for_self_value("statsd_exporter_samples_total", 3)

            self.assertIn("\na 2\n", daemon.scrape_text())
            self.assertEqual(daemon.self_value("weir_unixstream_packets_cut_off_total"), 0)

    def test_skip_packets_that_are_too_long_and_count_those_cut_off(self):
        flags = ("--statsd.unixstream-framing=length", "--limits.frame-bytes=100")
        with socket_path() as path, self.daemon(path, *flags) as daemon:
            with stream(path) as client:
                client.sendall(framed(b"x" * 101) + framed(b"a:1|c") + framed(b"b:1|c")[:-1])
            daemon.wait_for_self_value("weir_unixstream_packets_cut_off_total", 1)

            self.assertEqual(daemon.self_value("weir_unixstream_too_long_total"), 1)
            self.assertIn("\na 1\n", daemon.scrape_text())
            self.assertNotIn("\nb 1\n", daemon.scrape_text())

    def test_close_connections_beyond_the_limit(self):
        with socket_path() as path, self.daemon(path, "--limits.unixstream-connections=1") as daemon:
            with stream(path) as first:
                first.sendall(b"a:1|c\n")
                daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
                with stream(path) as second:
                    self.assertEqual(second.recv(1), b"")
            self.assertEqual(daemon.self_value("weir_unixstream_connections_refused_total"), 1)

    def test_close_silent_connections(self):
        with socket_path() as path, self.daemon(path, "--limits.unixstream-idle-timeout=50ms") as daemon:
            with stream(path) as client:
                self.assertEqual(client.recv(1), b"")
            daemon.wait_for_self_value("weir_unixstream_connections_idle_closed_total", 1)


if __name__ == "__main__":
    tap.main()
