#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the log shows of what strangers send and operators write: all bytes, none in disguise, and what was refused, but no flood of it."""

import contextlib
import json
import os
import pathlib
import socket
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
# What a reader that decodes UTF-8 puts in the place of other bytes.
REPLACEMENT = "\ufffd"
NASTY = {
    b"bad\xff\xfe:1|c": r"bad\xff\xfe:1|c",
    b"cut\xe6:1|c": r"cut\xe6:1|c",
    b"\x1b[2Jterminal:1|c": r"\x1b[2Jterminal:1|c",
    b"null\x00tab\tbell\x07delete\x7f:1|c": r"null\x00tab\tbell\adelete\x7f:1|c",
    "line\u2028paragraph\u2029:1|c".encode(): r"line\u2028paragraph\u2029:1|c",
    "turned\u202e\u2066\u200f:1|c".encode(): r"turned\u202e\u2066\u200f:1|c",
    "empty\u200b\ufeff:1|c".encode(): r"empty\u200b\ufeff:1|c",
    "space\u00a0\u202f\u2007:1|c".encode(): r"space\u00a0\u202f\u2007:1|c",
    "letter\u00e9\u65e5\U0001f600:1|c".encode(): "letter\u00e9\u65e5\U0001f600:1|c",
    b'quote"back\\slash:1|c': r'quote\"back\\slash:1|c',
}


def run(*flags):
    """The finished process of a daemon that should not get far."""
    return subprocess.run([str(tap.weir()), *flags], capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)


class Log(unittest.TestCase):
    def log_of(self, *flags):
        """The lines of a daemon that was sent all of them, at debug level."""
        with running_daemon.RunningDaemon(tap.weir(), ["--log.level=debug", *flags]) as daemon:
            statsd_client.send_udp(daemon.udp_port, NASTY)
            daemon.wait_for_self_value("statsd_exporter_lines_total", len(NASTY))
        self.assertNotIn(REPLACEMENT, daemon.log())
        for line in daemon.log_lines:
            self.assertTrue(line.isprintable(), ascii(line))
        return daemon.log_lines

    def test_is_valid_json_whatever_is_sent(self):
        records = [json.loads(line) for line in self.log_of("--log.format=json")]

        shown = [record["line"] for record in records if record["msg"] == "Incoming line"]
        self.assertEqual(shown, [line.decode(errors="replace") for line in NASTY])

    def test_escapes_in_logfmt_what_cannot_be_seen(self):
        log = self.log_of("--log.format=logfmt")

        for shown in NASTY.values():
            for attribute in (f"line={shown}", f'line="{shown}"'):
                if any(f'msg="Incoming line" proto=udp {attribute}' in line for line in log):
                    break
            else:
                self.fail(f"{shown} is not in the log")

    def test_tells_at_debug_level_what_of_a_line_is_at_fault(self):
        lines = {
            b"n:x1|c": 'msg="bad value" line=n:x1|c reason=malformed_value value=x1',
            b"n:1|s": 'type=s error="no support for StatsD sets"',
            b"n:1|z": 'type=z error="bad stat type z"',
            b"n:1|c|@bad": 'msg="Invalid sampling factor" line=n:1|c|@bad reason=invalid_sample_factor component=@bad',
            b"n:1|c|c:": 'msg="Malformed container ID section" line=n:1|c|c: reason=malformed_container_id component=c:',
            b"n,a=b,c:1|c": 'msg="Malformed name tag" line="n,a=b,c:1|c" reason=malformed_tag tags=c',
            b"n:1:2|c": 'msg="bad line: invalid extended aggregate type" line=n:1:2|c reason=invalid_extended_aggregate_type type=c',
            b"neg:-1|c": 'msg="counter must be non-negative value" line=neg:-1|c reason=illegal_negative_counter metric=neg '
                         'type=counter event_value=-1',
            b"n:2|g|#k:v": 'metric=n type=gauge event_value=2 labels="k=\\"v\\"" error="metric with name n is already registered as a counter"',
            b"t:1|ms": "Incoming line",
            b"t_sum:1|c": 'metric=t_sum type=counter event_value=1 error="metric with name t is already registered as a summary"',
        }
        with running_daemon.RunningDaemon(tap.weir(), ["--log.level=debug"]) as daemon:
            # Each twice: what was refused before is refused in another way.
            for _ in range(2):
                statsd_client.send_udp(daemon.udp_port, [b"n:1|c", *lines])
            daemon.wait_for_self_value("statsd_exporter_lines_total", 2 * (1 + len(lines)))
            for text in lines.values():
                running_daemon.wait_until(lambda: sum(text in line for line in list(daemon.log_lines)) >= 2, RUN_SECONDS_MAX, text)

    def test_escapes_what_cannot_be_seen_in_a_mapping_file(self):
        with tempfile.TemporaryDirectory(prefix="weir-log-") as folder:
            path = pathlib.Path(folder, "mapping.yml")
            path.write_text("mappings:\n- match: a\n  name: n\n  help\u00a0: x\n", encoding="utf-8")
            done = run("--check-config", f"--statsd.mapping-config={path}")

        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(f'{path}:4:3: unknown key "help\\u00a0" in ', done.stderr)

    def test_escapes_what_cannot_be_seen_in_a_flag(self):
        done = run("--log.level=deb\u200bug\n")

        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done.stderr)
        self.assertIn(r"deb\u200bug\n", done.stderr)


def records(daemon, level="WARN"):
    lines = [running_daemon.attributes(line) for line in list(daemon.log_lines)]
    return [line for line in lines if line.get("level") == level]


class RefusedLines(unittest.TestCase):
    @contextlib.contextmanager
    def daemon(self, *flags):
        with running_daemon.RunningDaemon(tap.weir(), ["--log.format=json", *flags]) as daemon:
            yield daemon

    def wait_for_warning(self, daemon, reason):
        """The only one of this reason."""
        running_daemon.wait_until(lambda: any(record.get("reason") == reason for record in records(daemon)), RUN_SECONDS_MAX, reason)
        found = [record for record in records(daemon) if record.get("reason") == reason]
        self.assertEqual(len(found), 1, found)
        return found[0]

    @staticmethod
    def send_udp(daemon, *lines, family=socket.AF_INET):
        """One datagram each, from one socket whose address is returned."""
        with socket.socket(family, socket.SOCK_DGRAM) as udp:
            udp.connect(("127.0.0.1" if family == socket.AF_INET else "::1", daemon.udp_port))
            before = daemon.self_value("statsd_exporter_lines_total")
            for line in lines:
                udp.send(line)
            daemon.wait_for_self_value("statsd_exporter_lines_total", before + len(lines))
            host, port = udp.getsockname()[:2]
        return f"{host}:{port}" if family == socket.AF_INET else f"[{host}]:{port}"

    def test_are_shown_once_for_each_reason_with_their_sender(self):
        with self.daemon() as daemon:
            first = self.send_udp(daemon, b"first:x|c")
            shown = self.wait_for_warning(daemon, "malformed_value")
            self.assertEqual({key: shown[key] for key in ("msg", "line", "value", "proto", "sender", "refused")},
                             {"msg": "bad value", "line": "first:x|c", "value": "x", "proto": "udp", "sender": first, "refused": "1"})

            self.send_udp(daemon, b"second:x|c", *[b"flood:x|c"] * 50)
            other = self.send_udp(daemon, b"third:1|zz")
            self.assertEqual(self.wait_for_warning(daemon, "illegal_event")["sender"], other)
            self.assertEqual(self.wait_for_warning(daemon, "malformed_value"), shown)
            self.assertEqual(daemon.self_value('statsd_exporter_sample_errors_total{reason="malformed_value"}'), 52)

    def test_are_shown_whatever_they_are_refused_for(self):
        flags = ["--limits.labels=2", "--limits.series-bytes=100", "--limits.line-bytes=200", "--statsd.refuse-non-finite-counters",
                 "--limits.series=1"]
        lines = {
            "malformed_line": b"nonsense", "mixed_tagging_styles": b"a#b=c:1|c|#d:e", "not_enough_parts_after_colon": b"a:1",
            "invalid_extended_aggregate_type": b"a:1:2|c", "malformed_component": b"a:1|c||", "malformed_value": b"a:x|c",
            "invalid_sample_factor": b"kept:1|c|@x", "malformed_container_id": b"kept:1|c|c:", "illegal_event": b"a:1|s",
            "malformed_tag": b"kept:1|c|#x", "illegal_negative_counter": b"kept:-1|c", "empty_metric_name": b"#a=b:1|c",
            "reserved_label": b"kept:1|c|#__x:y", "too_many_labels": b"kept:1|c|#a:1,b:2,c:3", "series_too_long": b"l" * 150 + b":1|c",
            "non_finite_counter": b"kept:inf|c", "conflict": b"kept:1|g", "budget": b"gauge:1|g", "line_too_long": b"x" * 201,
        }
        with self.daemon(*flags) as daemon:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.connect(("127.0.0.1", daemon.udp_port))
                sender = "%s:%d" % udp.getsockname()
                for reason, line in lines.items():
                    udp.send(line)
                    self.assertEqual(self.wait_for_warning(daemon, reason)["sender"], sender)
            self.assertEqual({record["reason"] for record in records(daemon)}, set(lines))

    def test_of_timestamps_are_shown_where_these_are_wanted(self):
        with self.daemon("--statsd.honor-timestamps") as daemon:
            self.send_udp(daemon, b"g:1|g|Tx")

            shown = self.wait_for_warning(daemon, "invalid_timestamp")
            self.assertEqual((shown["msg"], shown["line"]), ("Invalid timestamp", "g:1|g|Tx"))

    def test_are_cut_and_escaped(self):
        with self.daemon() as daemon:
            self.send_udp(daemon, b"bad\xff\x1b" + b"x" * 60_000)

            self.assertEqual(self.wait_for_warning(daemon, "malformed_line")["line"], "bad\ufffd\x1b" + "x" * 195 + "...")
            self.assertFalse(any("\x1b" in line for line in daemon.log_lines))

    def test_have_the_address_of_their_connection(self):
        with self.daemon("--limits.line-bytes=100") as daemon, socket.create_connection(("127.0.0.1", daemon.tcp_port)) as tcp:
            tcp.sendall(b"a:x|c\n" + b"l" * 1000 + b"\nlast")
            sender = "%s:%d" % tcp.getsockname()
            for reason, line in (("malformed_value", "a:x|c"), ("line_too_long", "l" * 200 + "...")):
                shown = self.wait_for_warning(daemon, reason)
                self.assertEqual((shown["proto"], shown["sender"]), ("tcp", sender))
                self.assertTrue(line.startswith(shown["line"].rstrip(".")), shown)
            # The rest of a connection comes with its end, when nobody can be asked any more.
            tcp.shutdown(socket.SHUT_WR)
            shown = self.wait_for_warning(daemon, "malformed_line")
            self.assertEqual((shown["line"], shown["sender"]), ("last", sender))

    def test_have_addresses_of_both_families_on_one_socket(self):
        with self.daemon("--statsd.listen-udp=:0") as daemon:
            v4 = self.send_udp(daemon, b"a:x|c")
            self.assertEqual(self.wait_for_warning(daemon, "malformed_value")["sender"], v4)
            try:
                v6 = self.send_udp(daemon, b"nonsense", family=socket.AF_INET6)
            except OSError:
                self.skipTest("no IPv6 here")
            self.assertEqual(self.wait_for_warning(daemon, "malformed_line")["sender"], v6)

    def test_have_the_path_of_their_unix_socket(self):
        with tempfile.TemporaryDirectory(prefix="weir-log-") as folder:
            datagrams, streams = f"{folder}/datagrams", f"{folder}/streams"
            flags = [f"--statsd.listen-unixgram={datagrams}", f"--statsd.listen-unixgram=@weir-log-{os.getpid()}",
                     f"--statsd.listen-unixstream={streams}", "--statsd.unixstream-framing=length", "--limits.frame-bytes=10"]
            with self.daemon(*flags) as daemon:
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unix:
                    unix.sendto(b"a:x|c", datagrams)
                    self.assertEqual(self.wait_for_warning(daemon, "malformed_value")["listener"], datagrams)
                    unix.sendto(b"a:1|s", f"\0weir-log-{os.getpid()}")
                    self.assertEqual(self.wait_for_warning(daemon, "illegal_event")["listener"], f"@weir-log-{os.getpid()}")
                with socket.socket(socket.AF_UNIX) as unix:
                    unix.connect(streams)
                    unix.sendall(struct.pack("<I", 8) + b"nonsense" + struct.pack("<I", 11) + b"x" * 11 + struct.pack("<I", 2) + b"x")
                    for reason in ("malformed_line", "frame_too_long"):
                        shown = self.wait_for_warning(daemon, reason)
                        self.assertEqual((shown["proto"], shown["listener"]), ("unixstream", streams))
                self.assertEqual(self.wait_for_warning(daemon, "frame_cut_off")["listener"], streams)

    def test_are_shown_with_a_sender_in_a_dense_stream(self):
        """Where the kernel is not asked for each datagram's sender."""
        with self.daemon() as daemon:
            sender = self.send_udp(daemon, *[b"good:1|c", b"good:2|c", b"good:3|c", b"bad"] * 500)
            self.assertEqual(self.wait_for_warning(daemon, "malformed_line")["sender"], sender)

    def test_are_told_apart_from_several_senders(self):
        with self.daemon() as daemon, contextlib.ExitStack() as stack:
            senders = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(5)]
            for sender in senders:
                sender.connect(("127.0.0.1", daemon.udp_port))
            # Many, so that some of one receive are of different senders, and one is bad.
            for _ in range(500):
                for sender in senders[:-1]:
                    sender.send(b"good:1|c")
                senders[-1].send(b"bad")
            self.assertEqual(self.wait_for_warning(daemon, "malformed_line")["sender"], "%s:%d" % senders[-1].getsockname())

    def test_are_warned_of_at_debug_level_too(self):
        with self.daemon("--log.level=debug") as daemon:
            self.send_udp(daemon, b"nonsense")
            self.wait_for_warning(daemon, "malformed_line")
            self.assertIn("bad line", [record["msg"] for record in records(daemon, "DEBUG")])


if __name__ == "__main__":
    tap.main()
