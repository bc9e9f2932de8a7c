#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sockets that a service manager opened and hands over, and reloads that it waits for."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

SECONDS_MAX = 60
LAUNCHER = pathlib.Path(__file__).resolve().parent.parent / "support" / "launch_with_sockets.py"
# These give way to sockets that are inherited, being the defaults.
DEFAULTS = ["--statsd.listen-udp=:9125", "--statsd.listen-tcp=:9125", "--web.listen-address=:9102"]
RULE = "mappings:\n- match: a.*\n  name: %s\n"


def launch_variables(descriptors, names):
    variables = {"LAUNCH_DESCRIPTORS": ",".join(str(descriptor) for descriptor in descriptors), "WEIR": str(tap.weir().resolve())}
    return variables if names is None else {**variables, "LAUNCH_NAMES": names}


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weir-activation-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def opened(self, family, kind, address, backlog=16):
        """A bound socket, which listens where it can."""
        made = socket.socket(family, kind)
        self.addCleanup(made.close)
        made.bind(address)
        if kind == socket.SOCK_STREAM and backlog:
            made.listen(backlog)
        return made

    def udp(self):
        return self.opened(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))

    def tcp(self, backlog=16):
        return self.opened(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0), backlog)

    @contextlib.contextmanager
    def running(self, sockets, names, flags=()):
        variables = launch_variables([one.fileno() for one in sockets], names)
        with unittest.mock.patch.dict(os.environ, variables):
            with running_daemon.RunningDaemon(LAUNCHER, flags, pass_fds=[one.fileno() for one in sockets]) as daemon:
                yield daemon


class Activation(Case):
    def test_every_kind_is_taken_and_the_defaults_give_way(self):
        paths = [str(self.folder / name) for name in ("gram", "stream")]
        sockets = [self.udp(), self.tcp(), self.opened(socket.AF_UNIX, socket.SOCK_DGRAM, paths[0]),
                   self.opened(socket.AF_UNIX, socket.SOCK_STREAM, paths[1]), self.tcp(), self.udp(), self.tcp()]
        ports = [one.getsockname()[1] for one in sockets]
        with self.running(sockets, "udp:tcp:unixgram:unixstream:http:udp:http", DEFAULTS) as daemon:
            for place in (0, 5):
                statsd_client.send_udp(ports[place], [b"udp:1|c"])
            statsd_client.send_tcp(ports[1], [b"tcp:1|c"])
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
                client.sendto(b"gram:1|c", paths[0])
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.connect(paths[1])
                client.sendall(b"stream:1|c\n")
            daemon.wait_for_self_value("statsd_exporter_lines_total", 5)
            page = daemon.scrape()
            self.assertEqual([page[name].samples[name, ()] for name in ("udp", "tcp", "gram", "stream")], ["2", "1", "1", "1"])
            for port in (ports[4], ports[6]):
                with socket.create_connection(("127.0.0.1", port), SECONDS_MAX) as client:
                    client.sendall(b"GET /-/ready HTTP/1.0\r\n\r\n")
                    self.assertTrue(client.recv(100).startswith(b"HTTP/1.0 200"))
            daemon.wait_for_log(f"udp=127.0.0.1:{ports[0]},127.0.0.1:{ports[5]} tcp=127.0.0.1:{ports[1]} unixgram={paths[0]}")
            daemon.wait_for_log(f"addr=127.0.0.1:{ports[4]},127.0.0.1:{ports[6]}")
        # Those who opened them go on with them.
        self.assertTrue(all(pathlib.Path(path).exists() for path in paths))

    def test_one_name_is_enough_for_statsd(self):
        sockets = [self.udp(), self.tcp(), self.opened(socket.AF_UNIX, socket.SOCK_DGRAM, "\0weir-activation-%d" % os.getpid())]
        with self.running(sockets, "statsd:statsd:statsd", DEFAULTS[:2]) as daemon:
            daemon.wait_for_log(f"unixgram=@weir-activation-{os.getpid()}")
            statsd_client.send_udp(sockets[0].getsockname()[1], [b"a:1|c"])
            statsd_client.send_tcp(sockets[1].getsockname()[1], [b"a:1|c"])
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
                client.sendto(b"a:1|c", sockets[2].getsockname())
            daemon.wait_for_self_value("statsd_exporter_lines_total", 3)

    def test_flags_that_are_not_the_default_are_opened_too(self):
        inherited = self.udp()
        with self.running([inherited], "udp") as daemon:
            first, second = next(running_daemon.attributes(line) for line in daemon.log_lines if "StatsD Traffic" in line)["udp"].split(",")
            self.assertEqual(second, f"127.0.0.1:{inherited.getsockname()[1]}")
            for address in (first, second):
                statsd_client.send_udp(int(address.rpartition(":")[2]), [b"a:1|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 2)

    def test_what_comes_between_two_daemons_is_kept(self):
        udp, tcp = self.udp(), self.tcp()
        for round_number in range(2):
            statsd_client.send_udp(udp.getsockname()[1], [b"a:1|c"] * 100)
            statsd_client.send_tcp(tcp.getsockname()[1], [b"a:1|c"] * 100)
            with self.running([udp, tcp], "udp:tcp", DEFAULTS[:2]) as daemon:
                daemon.wait_for_self_value("statsd_exporter_lines_total", 200)
                self.assertEqual(daemon.scrape()["a"].samples["a", ()], "200", round_number)

    def test_workers_get_one_socket_each_and_a_warning_counts_those_without(self):
        sockets = [self.udp(), self.udp(), self.tcp()]
        with self.running(sockets, "udp:udp:tcp", [*DEFAULTS[:2], "--statsd.workers=2"]) as daemon:
            for one in sockets[:2]:
                statsd_client.send_udp(one.getsockname()[1], [b"a:1|c"])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 2)
            daemon.wait_for_log("kind=tcp sockets=1 workers=2")
            self.assertNotIn("kind=udp", daemon.log())

    def test_receive_buffer_is_not_made_smaller(self):
        udp = self.udp()
        try:
            udp.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        except PermissionError:
            self.skipTest("only root may ask for so much")
        granted = udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        with self.running([udp], "udp", DEFAULTS[:2]):
            self.assertEqual(udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF), granted)


class Refusals(Case):
    def failure(self, sockets, names, flags=()):
        """The only line that is no chatter, of a daemon that ends with 1."""
        descriptors = [one.fileno() for one in sockets]
        listen = ["--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-tcp=127.0.0.1:0", "--web.listen-address=127.0.0.1:0"]
        done = subprocess.run([str(LAUNCHER), *listen, *flags], env={**os.environ, **launch_variables(descriptors, names)}, pass_fds=descriptors,
                              capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        lines = [line for line in done.stderr.splitlines() if "level=INFO" not in line]
        self.assertEqual(len(lines), 1, done.stderr)
        return lines[0]

    def test_names_and_kinds_that_do_not_fit(self):
        with open(self.folder / "file", "w", encoding="ascii") as file:
            for descriptor, name, text in (
                    (self.udp(), "weir.socket", "socket 3 from the service manager, named 'weir.socket', has another name than udp, tcp, "),
                    (self.udp(), None, "named 'unknown', has another name"),
                    (self.udp(), "tcp", "is a UDP socket and has to be a listening TCP socket"),
                    (self.tcp(), "udp", "is a listening TCP socket and has to be a UDP socket"),
                    (self.tcp(), "unixgram", "is a listening TCP socket and has to be a Unix datagram socket"),
                    (self.tcp(backlog=0), "http", "is a stream socket that does not listen and has to be a listening TCP socket"),
                    (self.opened(socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "http")), "http", "is a listening Unix stream socket and"),
                    (self.opened(socket.AF_UNIX, socket.SOCK_SEQPACKET, str(self.folder / "packets")), "statsd", "is a socket of another kind, on which"),
                    (file, "udp", "is no open socket")):
                self.assertIn(text, self.failure([descriptor], name))

    def test_variables_that_do_not_fit(self):
        self.assertIn("LISTEN_FDNAMES must have as many names as LISTEN_FDS says, which is 1, got 2", self.failure([self.udp()], "udp:tcp"))

    def test_web_systemd_socket_without_one(self):
        self.assertIn("no socket activation file descriptors found", self.failure([], "", ["--web.systemd-socket"]))
        self.assertIn("flag=--web.systemd-socket", self.failure([self.udp()], "udp", ["--web.systemd-socket"]))


class WebSystemdSocket(Case):
    def test_takes_the_place_of_the_web_addresses_whatever_its_name(self):
        http = self.tcp()
        with self.running([http], "exporter.socket", ["--web.systemd-socket"]) as daemon:
            self.assertEqual(daemon.http_port, http.getsockname()[1])
            daemon.scrape_text()


class Reload(Case):
    def weir_reload(self, *arguments):
        return subprocess.run([str(tap.weir()), "reload", *arguments], capture_output=True, text=True, timeout=SECONDS_MAX, check=False)

    def test_waits_for_what_comes_of_it(self):
        mapping = self.folder / "mapping.yml"
        mapping.write_text(RULE % "before")
        variables = {"RUNTIME_DIRECTORY": f"{self.folder}:/nowhere", "NOTIFY_SOCKET": "/nowhere/notify"}
        with unittest.mock.patch.dict(os.environ, variables), running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={mapping}"]) as daemon:
            self.assertEqual((self.folder / "reload").stat().st_mode & 0o777, 0o600)
            for arguments in ([], [str(self.folder)]):
                mapping.write_text("mappings:\n- match: a.*\n  nam: x\n- match: b.*\n  nam: x\n")
                done = self.weir_reload(*arguments)
                self.assertEqual((done.returncode, done.stderr), (1, ""))
                for line in (3, 5):
                    self.assertIn(f"{mapping}:{line}:3: unknown key ", done.stdout)
                mapping.write_text(RULE % f"after{len(arguments)}")
                done = self.weir_reload(*arguments)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "reloaded\n", ""))
                statsd_client.send_tcp(daemon.tcp_port, [b"a.x:1|c"])
                running_daemon.wait_until(lambda: f"after{len(arguments)}" in daemon.scrape(), SECONDS_MAX, "the new rules")
        self.assertFalse((self.folder / "reload").exists())
        self.assertIn("no daemon takes requests for reloads here: no such file", self.weir_reload(str(self.folder)).stderr)

    def test_has_no_socket_without_a_service_manager_or_a_folder(self):
        mapping = self.folder / "mapping.yml"
        mapping.write_text(RULE % "x")
        for variables in ({"RUNTIME_DIRECTORY": str(self.folder)}, {"NOTIFY_SOCKET": "/nowhere/notify"}):
            with unittest.mock.patch.dict(os.environ, variables), running_daemon.RunningDaemon(tap.weir(), [f"--statsd.mapping-config={mapping}"]):
                self.assertEqual([path.name for path in self.folder.iterdir()], ["mapping.yml"])

    def test_says_what_is_missing(self):
        self.assertIn("expected the runtime directory of the service", self.weir_reload().stderr)
        self.assertIn("unexpected b", self.weir_reload("a", "b").stderr)


if __name__ == "__main__":
    tap.main()
