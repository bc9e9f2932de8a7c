#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Go's runtime did by itself: file descriptors that suffice, standard ones that are there, signals that arrive."""

import contextlib
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402

SENDERS = 1500
RUN_SECONDS_MAX = 60
CLIENT_SECONDS_MAX = 30
SMALL_LIMIT = 64
OUT_OF_DESCRIPTORS = 'weir_connections_out_of_descriptors_total{listener="%s"}'


def limited(soft, hard):
    """For `before_exec`."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextlib.contextmanager
def many_descriptors(wanted):
    """This process too needs one for each sender."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < wanted:
        raise unittest.SkipTest(f"no more than {hard} open files are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def open_descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Descriptors(unittest.TestCase):
    def test_are_as_many_as_the_hard_limit_allows(self):
        hard = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 20_000)
        with many_descriptors(2 * SENDERS), contextlib.ExitStack() as senders, \
                running_daemon.RunningDaemon(tap.weir(), ["--statsd.workers=2"], before_exec=limited(1024, hard)) as daemon:
            self.assertEqual(daemon.self_value("process_max_fds"), hard)
            for number in range(SENDERS):
                sender = senders.enter_context(socket.create_connection(("127.0.0.1", daemon.tcp_port), CLIENT_SECONDS_MAX))
                sender.sendall(b"a:1|c\n")
                if number % 300 == 0:
                    daemon.scrape()
            daemon.wait_for_self_value("weir_tcp_connections", SENDERS)
            self.assertIn(f"\na {SENDERS}\n", daemon.scrape_text())

    def connect(self, daemon):
        return socket.create_connection(("127.0.0.1", daemon.tcp_port), CLIENT_SECONDS_MAX)

    def test_are_kept_for_scrapes(self):
        with contextlib.ExitStack() as clients, tempfile.TemporaryDirectory(prefix="weir-runtime-") as folder:
            mapping = pathlib.Path(folder, "mapping.yml")
            mapping.write_text("mappings: []\n")
            flags = [f"--statsd.mapping-config={mapping}", f"--statsd.listen-unixstream={folder}/stream"]
            daemon = clients.enter_context(running_daemon.RunningDaemon(tap.weir(), flags, before_exec=limited(32, SMALL_LIMIT)))
            watch = clients.enter_context(self_page.Watch(daemon))
            senders = [clients.enter_context(self.connect(daemon)) for _ in range(2 * SMALL_LIMIT)]
            running_daemon.wait_until(lambda: watch.value("weir_tcp_connections") + watch.value(OUT_OF_DESCRIPTORS % "tcp") == len(senders),
                                      RUN_SECONDS_MAX, "every connection to be taken or refused")
            self.assertEqual(watch.value('weir_accept_errors_total{listener="tcp"}'), 0)
            with watch.moves({OUT_OF_DESCRIPTORS % "tcp": 1}), self.connect(daemon) as refused:
                self.assertEqual(refused.recv(1), b"")
            with watch.moves({OUT_OF_DESCRIPTORS % "unixstream": 1}), socket.socket(socket.AF_UNIX) as refused:
                refused.connect(f"{folder}/stream")
                self.assertEqual(refused.recv(1), b"")
            daemon.wait_for_log("StatsD TCP connections refused: the file descriptors that are left are kept for scrapes")
            daemon.wait_for_log("StatsD unix stream connections refused")
            line = next(line for line in daemon.log_lines if "StatsD TCP connections refused" in line)
            self.assertIn(f"limit={SMALL_LIMIT}", line)
            self.assertIn("LimitNOFILE=", line)
            # Others scrape, and the rules are loaded again, as if nothing were.
            self.assertEqual(daemon.self_value('weir_connections_out_of_descriptors_total{listener="unixstream"}'), 1)
            mapping.write_text("mappings:\n- match: a\n  name: renamed\n")
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_self_value('statsd_exporter_config_reloads_total{outcome="success"}', 1)

    def test_are_kept_for_files_when_there_are_many_scrapers(self):
        with contextlib.ExitStack() as clients, running_daemon.RunningDaemon(tap.weir(), before_exec=limited(32, SMALL_LIMIT)) as daemon, \
                self_page.Watch(daemon) as watch:
            for _ in range(SMALL_LIMIT):
                clients.enter_context(socket.create_connection(("127.0.0.1", daemon.http_port), CLIENT_SECONDS_MAX))
            name = OUT_OF_DESCRIPTORS % "http"
            running_daemon.wait_until(lambda: watch.value("weir_http_connections") - 1 + watch.value(name) == SMALL_LIMIT, RUN_SECONDS_MAX,
                                      "every connection to be taken or refused")
            self.assertGreater(watch.value(name), 0)
            self.assertEqual(watch.value('weir_accept_errors_total{listener="http"}'), 0)
            # A scrape opens files.
            self.assertGreater(watch.value("process_open_fds"), 0)
            daemon.wait_for_log("HTTP connections refused: the file descriptors that are left are kept for files")

    def test_that_lack_cost_no_time(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon, self_page.Watch(daemon) as watch:
            pid = daemon.process.pid
            soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            errors = 'weir_accept_errors_total{listener="http"}'
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, hard))
            with socket.create_connection(("127.0.0.1", daemon.http_port)) as waiting:
                running_daemon.wait_until(lambda: watch.value(errors) >= 3, RUN_SECONDS_MAX, "failures to accept")
                begin = os.times()
                first = watch.value(errors)
                running_daemon.wait_until(lambda: watch.value(errors) >= first + 5, RUN_SECONDS_MAX, "more of them")
                # Ten a second, however long this took.
                self.assertLessEqual(watch.value(errors) - first, 10 * (os.times().elapsed - begin.elapsed) + 10)
                daemon.wait_for_log("HTTP connections cannot be accepted, retrying")
                daemon.wait_for_log("too many open files: the process may have 3; raise the hard limit of open files")
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
                waiting.sendall(b"GET /-/ready HTTP/1.0\r\n\r\n")
                self.assertTrue(waiting.recv(100).startswith(b"HTTP/1.0 200"))

    def test_closed_at_the_start_are_no_sockets(self):
        ports = [running_daemon.free_port() for _ in range(3)]
        flags = [f"{flag}=127.0.0.1:{port}" for flag, port in zip(("--web.listen-address", "--statsd.listen-udp", "--statsd.listen-tcp"), ports)]
        process = subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", str(tap.weir()), *flags])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def serves():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", ports[0])) as client:
                client.sendall(b"GET /-/ready HTTP/1.0\r\n\r\n")
                return client.recv(100).startswith(b"HTTP/1.0 200")
            return False

        running_daemon.wait_until(serves, RUN_SECONDS_MAX, "/-/ready")
        self.assertEqual([os.readlink(f"/proc/{process.pid}/fd/{number}") for number in range(3)], ["/dev/null"] * 3)


class Limits(unittest.TestCase):
    def test_that_refuse_connections_name_their_flag(self):
        with tempfile.TemporaryDirectory(prefix="weir-runtime-") as folder:
            path = f"{folder}/stream"
            flags = ["--limits.tcp-connections=1", "--limits.unixstream-connections=1", "--limits.http-connections=1",
                     f"--statsd.listen-unixstream={path}"]
            with running_daemon.RunningDaemon(tap.weir(), flags) as daemon, contextlib.ExitStack() as clients:
                for _ in range(4):
                    clients.enter_context(socket.create_connection(("127.0.0.1", daemon.tcp_port)))
                    clients.enter_context(socket.create_connection(("127.0.0.1", daemon.http_port)))
                    clients.enter_context(socket.socket(socket.AF_UNIX)).connect(path)
                for title, flag in (("StatsD TCP", "tcp"), ("StatsD unix stream", "unixstream"), ("HTTP", "http")):
                    text = f'msg="{title} connections refused: as many are open as may be" limit=1 flag=--limits.{flag}-connections'
                    daemon.wait_for_log(text)
                    # Once, however many were refused.
                    self.assertEqual(sum(text in line for line in daemon.log_lines), 1)


def hostile_signals():
    """As a careless parent leaves them: all blocked, and those that a daemon is told by ignored."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


class Signals(unittest.TestCase):
    def test_arrive_though_the_parent_blocked_and_ignored_them(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with running_daemon.RunningDaemon(tap.weir(), before_exec=hostile_signals) as daemon:
                daemon.signal(signal.SIGHUP)
                daemon.wait_for_log("no mapping config to reload")
                daemon.signal(number)
                self.assertEqual(daemon.process.wait(RUN_SECONDS_MAX), 0)

    def test_that_mean_nothing_do_not_kill(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            for number in (signal.SIGXCPU, signal.SIGXFSZ, signal.SIGRTMIN, signal.SIGRTMIN + 3, signal.SIGRTMAX):
                daemon.signal(number)
            self.assertEqual(daemon.request("GET", "/-/healthy")[0], 200)

    def test_a_log_file_that_may_not_grow_stops_nothing(self):
        with tempfile.TemporaryFile() as log:
            ports = [running_daemon.free_port() for _ in range(3)]
            flags = [f"{flag}=127.0.0.1:{port}" for flag, port in zip(("--web.listen-address", "--statsd.listen-udp", "--statsd.listen-tcp"), ports)]
            process = subprocess.Popen([str(tap.weir()), *flags], stderr=log,
                                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)

            def serves():
                self.assertIsNone(process.poll())
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", ports[0])):
                    return True
                return False

            running_daemon.wait_until(serves, RUN_SECONDS_MAX, "the HTTP port")
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(RUN_SECONDS_MAX), 0)


class Output(unittest.TestCase):
    def test_that_cannot_be_written_is_an_error(self):
        for arguments in (["--help"], ["mappings", "show", "airflow"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([str(tap.weir()), *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=RUN_SECONDS_MAX, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("cannot write to standard output: No space left on device", done.stderr)


if __name__ == "__main__":
    tap.main()
