#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir top` on a terminal, and without one (docs/top.md)."""

import contextlib
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import running_daemon  # noqa: E402
import statsd_client  # noqa: E402
import tap  # noqa: E402

RUN_SECONDS_MAX = 60
ENTER = "\x1b[?1049h"
LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def top(*arguments, **environment):
    """`weir top` without a terminal: exit code, output, errors."""
    done = subprocess.run([str(tap.weir()), "top", *arguments], capture_output=True, timeout=RUN_SECONDS_MAX, check=False, text=True,
                          env={**os.environ, **environment}, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


class Screen:
    """`weir top` in a pseudo-terminal. What it draws is taken line by line, each screen from its beginning."""

    def __init__(self, *arguments, columns=80, rows=24, **environment):
        self.main, self.terminal = pty.openpty()
        self.resize(columns, rows, None)
        self.before = termios.tcgetattr(self.terminal)
        self.process = subprocess.Popen([str(tap.weir()), "top", *arguments], stdin=self.terminal, stdout=self.terminal, stderr=subprocess.PIPE,
                                        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
                                        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "TERM": "xterm", **environment})
        self.received = ""

    def resize(self, columns, rows, process):
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if process:
            process.send_signal(signal.SIGWINCH)

    def read(self, seconds):
        if select.select([self.main], [], [], seconds)[0]:
            with contextlib.suppress(OSError):
                self.received += os.read(self.main, 65536).decode(errors="replace")

    def lines(self):
        """The last screen that was drawn whole, without its escape sequences."""
        whole = self.received.rpartition("\x1b[J")[0].rpartition("\x1b[H")[2]
        return [SEQUENCE.sub("", line).rstrip() for line in whole.split("\r\n")]

    def wait_for(self, text, seconds=RUN_SECONDS_MAX):
        deadline = time.monotonic() + seconds
        while text not in "\n".join(self.lines()):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"no {text!r} in {self.lines()}, exit code {self.process.poll()}")
            self.read(0.1)
        return self.lines()

    def type(self, keys):
        os.write(self.main, keys.encode())

    def end(self):
        """Its exit code. The terminal is as it was."""
        deadline = time.monotonic() + RUN_SECONDS_MAX
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.1)
        self.read(0.1)
        after = termios.tcgetattr(self.terminal)
        assert after == self.before, (after, self.before)
        assert self.received.endswith(LEAVE), self.received[-100:]
        assert self.received.startswith(ENTER), self.received[:100]
        return self.process.returncode

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.main)
        os.close(self.terminal)


class Fixture(unittest.TestCase):
    def screen(self, *arguments, **options):
        screen = Screen(*arguments, **options)
        self.addCleanup(screen.close)
        return screen

    def daemon(self, *flags):
        daemon = running_daemon.RunningDaemon(tap.weir(), flags).__enter__()
        self.addCleanup(daemon.__exit__, None, None, None)
        return daemon, f"http://127.0.0.1:{daemon.http_port}"


class OnATerminal(Fixture):
    def test_shows_what_is_sent_and_gives_the_terminal_back(self):
        daemon, url = self.daemon()
        screen = self.screen(url, "--interval=200ms")
        screen.wait_for("losses   none")
        statsd_client.send_udp(daemon.udp_port, [b"shop.stock:3|g|#town:bonn", b"broken"])

        lines = screen.wait_for("shop_stock")
        self.assertEqual(len(lines), 24)
        self.assertIn(url, lines[0])
        screen.wait_for("LOSING   rejected")
        screen.wait_for("shop_stock {town}")
        screen.wait_for("scrapes  NEVER SCRAPED")
        daemon.scrape_text()
        screen.wait_for("scrapes  1  the last ")
        screen.type("q")
        self.assertEqual(screen.end(), 0)

    def test_shows_a_section_by_its_key(self):
        with tempfile.TemporaryDirectory() as folder:
            mapping = pathlib.Path(folder) / "mapping.yml"
            mapping.write_text("mappings:\n- match: a.*\n  name: a\n")
            daemon, url = self.daemon(f"--statsd.mapping-config={mapping}")
            statsd_client.send_udp(daemon.udp_port, [b"shop.stock:3|g", b"a:x|c"])
            screen = self.screen(url, "--interval=200ms")
            screen.wait_for("UNMAPPED NAMES")
            screen.type("3")
            self.assertIn("shop.stock", "\n".join(screen.wait_for("[unmapped]")))
            screen.type("\t")
            self.assertIn("127.0.0.1", "\n".join(screen.wait_for("[senders]")))
            screen.type("\x1b[C")
            self.assertIn("a:x|c", "\n".join(screen.wait_for("[refused]")))
            screen.type("?")
            screen.wait_for("the other order")
            screen.type("x0p")
            screen.wait_for("PAUSED  [all]")
            screen.type("q")
            self.assertEqual(screen.end(), 0)

    def test_asks_for_the_metrics_with_most_series_in_the_other_order(self):
        daemon, url = self.daemon()
        statsd_client.send_udp(daemon.udp_port, [b"few:1|c"] * 9 + [b"many:1|c|#user:%d" % user for user in range(5)])
        daemon.wait_for_self_value("statsd_exporter_lines_total", 14)
        screen = self.screen(url, "--interval=200ms")
        screen.wait_for("BUSIEST METRICS")
        screen.type("1")
        screen.wait_for("[metrics]")
        wanted = [["few", "many"], ["many", "few"]]
        for order in wanted:
            deadline = time.monotonic() + RUN_SECONDS_MAX
            shown = None
            while shown != order and time.monotonic() < deadline:
                screen.read(0.1)
                shown = [line.split()[0] for line in screen.lines() if line.startswith(("few ", "many "))]
            self.assertEqual(shown, order, screen.lines())
            screen.type("o")
        screen.type("q")
        self.assertEqual(screen.end(), 0)

    def test_fits_a_terminal_of_another_size(self):
        _, url = self.daemon()
        screen = self.screen(url, columns=50, rows=12)
        self.assertEqual(len(screen.wait_for("UNMAPPED NAMES")), 12)
        self.assertTrue(all(len(line) <= 50 for line in screen.lines()), screen.lines())
        screen.resize(132, 43, screen.process)
        deadline = time.monotonic() + RUN_SECONDS_MAX
        while len(screen.lines()) != 43 and time.monotonic() < deadline:
            screen.read(0.1)
        self.assertEqual(len(screen.lines()), 43)
        screen.type("q")
        self.assertEqual(screen.end(), 0)

    def test_gives_the_terminal_back_when_a_signal_ends_it(self):
        _, url = self.daemon()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            screen = self.screen(url)
            screen.wait_for("traffic")
            screen.process.send_signal(number)
            self.assertEqual(screen.end(), 128 + number)
        screen = self.screen(url)
        screen.wait_for("traffic")
        screen.type("\x03")
        self.assertEqual(screen.end(), 128 + signal.SIGINT)

    def test_goes_on_when_the_daemon_goes_and_comes(self):
        port = running_daemon.free_port()
        flags = [f"--web.listen-address=127.0.0.1:{port}"]
        screen = self.screen(f"http://127.0.0.1:{port}", "--interval=200ms")
        screen.wait_for("NO ANSWER for")
        with running_daemon.RunningDaemon(tap.weir(), flags):
            screen.wait_for("traffic")
            while "NO ANSWER" in "\n".join(screen.lines()):
                screen.read(0.1)
        self.assertIn("connection refused", "\n".join(screen.wait_for("NO ANSWER for")))
        self.assertIn("traffic", "\n".join(screen.lines()))
        with running_daemon.RunningDaemon(tap.weir(), flags):
            while "NO ANSWER" in "\n".join(screen.lines()):
                screen.read(0.1)
            screen.type("q")
            self.assertEqual(screen.end(), 0)

    def test_takes_keys_while_the_daemon_stands_still(self):
        daemon, url = self.daemon()
        screen = self.screen(url, "--interval=100ms")
        screen.wait_for("traffic")
        daemon.process.send_signal(signal.SIGSTOP)
        try:
            time.sleep(0.5)
            began = time.monotonic()
            screen.type("q")
            self.assertEqual(screen.end(), 0)
            self.assertLess(time.monotonic() - began, 8)
        finally:
            daemon.process.send_signal(signal.SIGCONT)

    def test_has_colours_only_where_they_are_wanted(self):
        daemon, url = self.daemon()
        statsd_client.send_udp(daemon.udp_port, [b"broken"])
        for wanted in ("", "1"):
            screen = self.screen(url, NO_COLOR=wanted)
            screen.wait_for("NEVER SCRAPED")
            self.assertEqual("\x1b[1;31m" in screen.received, not wanted)
            screen.type("q")
            self.assertEqual(screen.end(), 0)


class WithoutATerminal(Fixture):
    def test_prints_one_screen(self):
        daemon, url = self.daemon()
        statsd_client.send_udp(daemon.udp_port, [b"shop.stock:3|g|#town:bonn"])
        daemon.wait_for_self_value("statsd_exporter_lines_total", 1)
        running_daemon.wait_until(lambda: "shop_stock" in top(url)[1], RUN_SECONDS_MAX, "the census")

        code, output, errors = top(url + "/", "--once")
        self.assertEqual((code, errors), (0, ""))
        self.assertNotIn("\x1b", output)
        for text in ("BUSIEST METRICS", "shop_stock {town}", "UNMAPPED NAMES", "SENDERS", "127.0.0.1", "REFUSED", "nothing was refused"):
            self.assertIn(text, output)
        self.assertTrue(output.isascii() or "UTF-8" in os.environ.get("LANG", "") + os.environ.get("LC_ALL", ""))

    def test_prints_json_and_says_by_its_exit_code_that_something_is_lost(self):
        daemon, url = self.daemon()
        code, output, _ = top(url, "--format=json")
        self.assertEqual((code, json.loads(output)["is_losing"]), (0, False))

        statsd_client.send_udp(daemon.udp_port, [b"broken", b"a:1|c"])
        running_daemon.wait_until(lambda: top(url, "--format=json")[0] == 1, RUN_SECONDS_MAX, "a loss in the history")
        read = json.loads(top(url, "--format=json")[1])
        self.assertEqual([loss["total"] for loss in read["losses"] if loss["name"] == "rejected"], [1])
        self.assertEqual(read["refused"]["rows"][0]["line"], "broken")
        self.assertEqual([row["name"] for row in read["metrics"]["rows"]], ["a"])
        self.assertEqual([read[name]["fault"] for name in ("metrics", "labels", "unmapped", "senders", "refused")], [""] * 5)

    def test_makes_what_senders_chose_harmless(self):
        daemon, url = self.daemon()
        statsd_client.send_udp(daemon.udp_port, [b"\x1b[2Jevil:x|c", b"\xe2\x80\xaetxt:x|c"])
        running_daemon.wait_until(lambda: "evil" in top(url)[1], RUN_SECONDS_MAX, "the refused line")
        output = top(url, LANG="C.UTF-8")[1]
        self.assertNotIn("\x1b", output)
        self.assertNotIn("\u202e", output)

    def test_asks_through_tls_with_a_password(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = certificates.Authority(folder)
            certificate, key = authority.sign("server")
            config = pathlib.Path(folder) / "web.yml"
            config.write_text(f"tls_server_config: {{cert_file: {certificate}, key_file: {key}}}\nbasic_auth_users: {{ann: {certificates.HASHES[0]}}}\n")
            with running_daemon.RunningDaemon(tap.weir(), [f"--web.config.file={config}"], awaits_ready=False) as daemon:
                password = certificates.PASSWORD.replace(" ", "%20")
                code, output, errors = top(f"https://ann:{password}@localhost:{daemon.http_port}", "--cacert", str(authority.certificate))
                self.assertEqual((code, errors), (0, ""))
                self.assertNotIn(certificates.PASSWORD, output)
                self.assertNotIn("ann", output)

    def test_says_what_keeps_it_from_saying_anything(self):
        _, without_api = self.daemon("--web.disable-status")
        rows = (([], "expected the URL of a daemon"), (["ftp://x"], "expected the URL"), (["http://127.0.0.1:1"], "connection refused"),
                (["http://a", "http://b"], "unexpected http://b"), ([without_api], "no answer to /api/v1/status: status 404"), (["http://a", "--interval=1ms"], "from 100ms"))
        for arguments, message in rows:
            code, output, errors = top(*arguments)
            self.assertEqual((code, output), (2, ""), arguments)
            self.assertIn(message, errors)


if __name__ == "__main__":
    tap.main()
