#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir doctor` finds what keeps samples from arriving (docs/doctor.md)."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import running_daemon  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
BURST = 2000
NOBODY = 65534


def examine(*arguments, binary=None, **options):
    """`weir doctor`: exit code, output, errors."""
    done = subprocess.run([str(binary or tap.weir()), "doctor", *arguments], capture_output=True, timeout=RUN_SECONDS_MAX, check=False, text=True, **options)
    return done.returncode, done.stdout, done.stderr


def checks(*arguments, **options):
    """Those of the JSON, and the exit code, which goes by the worst of them."""
    code, output, errors = examine("--format=json", *arguments, **options)
    read = json.loads(output)
    assert errors == "", errors
    worst = max((("ok", "note", "warning", "error").index(check["verdict"]) for check in read["checks"]))
    assert read["worst"] == ("ok", "note", "warning", "error")[worst], read["worst"]
    assert code == (1 if worst > 1 else 0), code
    return read["checks"]


def of(found, identity, text=""):
    """The only check of that kind in which the text is."""
    matching = [check for check in found if check["id"] == identity and text in check["found"]]
    assert len(matching) == 1, (identity, text, found)
    return matching[0]


class Ports:
    """Flags for a daemon on ports that are known, unlike those that the kernel chooses."""

    def __init__(self):
        self.udp, self.tcp, self.http = (running_daemon.free_port() for _ in range(3))
        self.flags = [f"--statsd.listen-udp=127.0.0.1:{self.udp}", f"--statsd.listen-tcp=127.0.0.1:{self.tcp}", f"--web.listen-address=127.0.0.1:{self.http}"]
        self.url = f"http://127.0.0.1:{self.http}"


@contextlib.contextmanager
def running(*flags):
    ports = Ports()
    with running_daemon.RunningDaemon(tap.weir(), [*ports.flags, *flags]) as daemon:
        yield daemon, ports


class Addresses(unittest.TestCase):
    def test_names_the_process_that_holds_a_port(self):
        with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp, socket.socket(socket.AF_INET6) as web:
            for held in (udp, tcp):
                held.bind(("127.0.0.1", 0))
            web.bind(("::", 0))
            tcp.listen()
            web.listen()
            ports = [held.getsockname()[1] for held in (udp, tcp, web)]
            found = checks(f"--statsd.listen-udp=:{ports[0]}", f"--statsd.listen-tcp=127.0.0.1:{ports[1]}", f"--web.listen-address=127.0.0.1:{ports[2]}")

        for kind in ("udp", "tcp", "web"):
            check = of(found, "address", f"{kind} ")
            self.assertEqual(check["verdict"], "error", check)
            self.assertIn(f"(pid {os.getpid()})", check["found"])
            self.assertIn("stop that program", check["what_to_do"])

    def test_names_the_process_that_holds_a_path(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as held:
            held.bind(f"{folder}/held sock")
            pathlib.Path(f"{folder}/file").touch()
            found = checks(*Ports().flags, f"--statsd.listen-unixgram={folder}/held sock", f"--statsd.listen-unixgram={folder}/free", f"--statsd.listen-unixstream={folder}/file",
                           f"--statsd.listen-unixstream={folder}/no/folder")

        self.assertIn(f"(pid {os.getpid()})", of(found, "address", "held sock")["found"])
        self.assertEqual(of(found, "address", f"{folder}/free")["verdict"], "ok")
        self.assertIn("what is there is no socket", of(found, "address", f"{folder}/file")["found"])
        self.assertIn("no such file or directory", of(found, "address", f"{folder}/no/folder cannot")["found"])

    def test_knows_a_weir_and_takes_free_ports_for_good(self):
        with running() as (daemon, ports):
            found = checks(*ports.flags)
        self.assertEqual(of(found, "address", f"udp 127.0.0.1:{ports.udp} is held by weir (pid {daemon.process.pid})")["verdict"], "ok")

        for kind in ("udp", "tcp", "web"):
            self.assertEqual(of(checks(*ports.flags), "address", f"{kind} ")["verdict"], "ok")

    def test_takes_a_socket_that_was_handed_over_for_that_of_weir(self):
        ports = Ports()
        with socket.socket(type=socket.SOCK_DGRAM) as held:
            held.bind(("127.0.0.1", ports.udp))
            script = f"exec 3<&{held.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=udp exec \"$@\""
            command = ["sh", "-c", script, "sh", str(tap.weir()), *ports.flags[1:]]
            with subprocess.Popen(command, pass_fds=[held.fileno()], stderr=subprocess.DEVNULL) as daemon:
                try:
                    running_daemon.wait_until(lambda: of(checks(*ports.flags), "daemon")["verdict"] == "ok", RUN_SECONDS_MAX, "the daemon")
                    check = of(checks(*ports.flags), "address", "udp ")
                finally:
                    daemon.terminate()

        self.assertEqual(check["found"], f"udp 127.0.0.1:{ports.udp} is held by weir (pid {daemon.pid})")
        self.assertEqual(check["verdict"], "ok")

    def test_says_what_cannot_be_had(self):
        found = checks("--statsd.listen-udp=192.0.2.7:9125", "--statsd.listen-tcp=", "--web.listen-address=127.0.0.1:0")

        self.assertEqual(of(found, "address", "udp 192.0.2.7:9125 cannot be had")["verdict"], "error")

    @unittest.skipIf(os.geteuid() != 0, "it takes root to become another user")
    def test_says_that_a_holder_is_hidden_from_another_user(self):
        with tempfile.TemporaryDirectory() as folder, running() as (_, ports):
            os.chmod(folder, 0o755)
            binary = shutil.copy(tap.weir(), folder)
            found = checks(*ports.flags, binary=binary, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/")

        check = of(found, "address", "udp ")
        self.assertEqual(check["verdict"], "note")
        self.assertIn("a process of root that cannot be seen without root", check["found"])


class Drops(unittest.TestCase):
    def test_counts_what_a_full_buffer_dropped(self):
        with running("--statsd.read-buffer=2048") as (daemon, ports), socket.socket(type=socket.SOCK_DGRAM) as sender:
            daemon.signal(signal.SIGSTOP)
            try:
                for _ in range(BURST):
                    sender.sendto(b"a:1|c", ("127.0.0.1", ports.udp))
                found = checks(*ports.flags, "--statsd.read-buffer=2048")
            finally:
                daemon.process.send_signal(signal.SIGCONT)

        check = of(found, "kernel-drops")
        self.assertEqual(check["verdict"], "warning")
        self.assertGreater(int(check["found"].split()[0]), BURST // 2)
        self.assertEqual(of(found, "daemon")["verdict"], "note")
        self.assertIn("no answer within 3 s", of(found, "daemon")["found"])

    def test_has_none_to_count_where_all_arrived(self):
        with running() as (_, ports):
            self.assertEqual(of(checks("--at", ports.url), "kernel-drops")["verdict"], "ok")


class Daemon(unittest.TestCase):
    def test_proves_that_senders_reach_each_listener_and_makes_no_series(self):
        with tempfile.TemporaryDirectory() as folder, running(f"--statsd.listen-unixgram={folder}/gram", f"--statsd.listen-unixstream={folder}/stream") as (daemon, ports):
            found = checks("--at", ports.url)
            status = json.loads(daemon.exchange("GET", "/api/v1/status")[2])

        for listener in (f"udp 127.0.0.1:{ports.udp}", f"tcp 127.0.0.1:{ports.tcp}", f"unixgram {folder}/gram", f"unixstream {folder}/stream"):
            check = of(found, "arrival", f"{listener}: an empty line arrived; nothing had come before")
            self.assertEqual(check["verdict"], "ok", check)
        self.assertEqual((status["series"], sum(status["losses"].values())), (0, 0))
        self.assertEqual(of(found, "address", f"unixgram {folder}/gram is held by weir (pid {daemon.process.pid})")["verdict"], "ok")

    def test_finds_the_daemon_of_its_flags_without_a_url(self):
        with running() as (_, ports):
            self.assertIn(f"at {ports.url}", of(checks(*ports.flags), "daemon")["found"])

    def test_sees_that_a_sender_is_refused(self):
        with running("--statsd.allow-from=192.0.2.0/24") as (_, ports):
            check = of(checks("--at", ports.url), "arrival", f"udp 127.0.0.1:{ports.udp}")

        self.assertEqual(check["verdict"], "warning")
        self.assertIn("--statsd.allow-from", check["what_to_do"])

    def test_tells_whether_it_is_scraped(self):
        with running() as (daemon, ports):
            never = of(checks("--at", ports.url), "scrapes")
            daemon.scrape_text()
            once = of(checks("--at", ports.url), "scrapes")

        self.assertEqual((never["verdict"], never["found"]), ("warning", "the daemon was never scraped"))
        self.assertIn(f"127.0.0.1:{ports.http}", never["what_to_do"])
        self.assertEqual(once["verdict"], "ok")
        self.assertRegex(once["found"], r"^1 scrapes, one in \d+ s as a mean; the last \d+ s ago, it took 0\.\d+ s$")

    def test_reads_the_page_of_one_without_an_api(self):
        with running("--web.disable-status") as (daemon, ports):
            daemon.scrape_text()
            found = checks("--at", ports.url, *ports.flags)

        self.assertEqual(of(found, "arrival", f"udp 127.0.0.1:{ports.udp}: an empty line arrived")["verdict"], "ok")
        self.assertEqual(of(found, "arrival", f"tcp 127.0.0.1:{ports.tcp}: an empty line arrived")["verdict"], "ok")
        self.assertEqual(of(found, "scrapes")["verdict"], "note")

    def test_fails_where_the_named_one_does_not_answer(self):
        port = running_daemon.free_port()
        for url, message in ((f"http://127.0.0.1:{port}", "connection refused"), ("http://nowhere.invalid", "nowhere.invalid")):
            check = of(checks("--at", url), "daemon")
            self.assertEqual(check["verdict"], "error")
            self.assertIn(message, check["found"])

    def test_says_what_answers_and_is_no_weir(self):
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            script = "import socket, sys\nserver = socket.socket(fileno=int(sys.argv[1]))\nwhile True:\n c = server.accept()[0]\n c.recv(9999)\n c.sendall(b'hello\\n')\n c.close()"
            with subprocess.Popen([sys.executable, "-c", script, str(server.fileno())], pass_fds=[server.fileno()]) as other:
                check = of(checks("--at", f"http://127.0.0.1:{server.getsockname()[1]}"), "daemon")
                other.kill()

        self.assertEqual(check["verdict"], "error")
        self.assertIn("does not speak HTTP", check["found"])


class Files(unittest.TestCase):
    def test_reads_the_mapping_file_as_lint_does(self):
        with tempfile.TemporaryDirectory() as folder:
            good, doubtful, bad = (pathlib.Path(folder) / name for name in ("good.yml", "doubtful.yml", "bad.yml"))
            good.write_text("mappings:\n- match: a.*\n  name: a\n  labels: {b: $1}\n")
            doubtful.write_text("mappings:\n- match: a.*\n  name: a\n  labels: {b: $1}\n- match: a.b\n  name: b\n")
            bad.write_text("mappings:\n- match: a.*\n  nome: a\n")
            for path, verdict in ((good, "ok"), (doubtful, "warning"), (bad, "error")):
                check = of(checks(*Ports().flags, f"--statsd.mapping-config={path}"), "mapping", str(path))
                self.assertEqual(check["verdict"], verdict, check)

    def test_looks_whether_the_state_file_can_be_written(self):
        with tempfile.TemporaryDirectory() as folder:
            for path, verdict in ((f"{folder}/state", "ok"), (f"{folder}/no/state", "error"), (folder, "error")):
                check = of(checks(*Ports().flags, f"--state.file={path}"), "state-file")
                self.assertEqual(check["verdict"], verdict, check)


class Output(unittest.TestCase):
    def test_has_the_same_checks_as_text(self):
        with running() as (_, ports):
            rows = checks("--at", ports.url)
            _, output, errors = examine("--at", ports.url)

        self.assertEqual(errors, "")
        self.assertNotIn("\x1b", output)
        shown = [line.split()[:2] for line in output.splitlines()[:-1] if not line.startswith(" ")]
        self.assertEqual(shown, [[row["verdict"], row["id"]] for row in rows])
        self.assertTrue(output.splitlines()[-1].startswith(f"{len(rows)} checks; "))
        for kind in ("receive-buffer", "default-buffer", "network-backlog", "host-datagrams", "open-files", "memory-limit", "processors", "task-limit", "clock", "clock-skew",
                     "mapping", "state-file"):
            of(rows, kind)

    def test_warns_of_a_buffer_that_the_kernel_does_not_grant(self):
        limit = int(pathlib.Path("/proc/sys/net/core/rmem_max").read_text())
        for wanted, verdict in ((limit, "ok"), (limit + 1, "warning")):
            check = of(checks(*Ports().flags, f"--statsd.read-buffer={wanted}"), "receive-buffer")
            self.assertEqual(check["verdict"], verdict, check)

    def test_cannot_say_what_it_is_asked_wrongly(self):
        for arguments, message in ((["--at=ftp://x"], "expected the URL of a daemon"), (["word"], "unexpected word"), (["--nonsense"], "unknown long flag"),
                                   (["--statsd.listen-udp=nonsense"], "it must be HOST:PORT")):
            code, output, errors = examine(*arguments)
            self.assertEqual((code, output), (2, ""), arguments)
            self.assertIn(message, errors)


if __name__ == "__main__":
    tap.main()
