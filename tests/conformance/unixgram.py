# SPDX-License-Identifier: Apache-2.0
"""Traffic over a Unix datagram socket, its file and its mode (behaviour listen.unix-mode)."""

import contextlib
import os
import pathlib
import signal
import socket
import stat
import tempfile

import pair
import program_log

NO_TCP_UDP = ("--statsd.listen-udp=", "--statsd.listen-tcp=")
# The reference may crash when its queue is flushed just as it ends: less often than the pair has it.
END_FLAGS = ("--web.enable-lifecycle", "--statsd.event-flush-interval=200ms")
LINES = (
    b"a:1|c\nb:2|g\nc:3|ms\n",
    b"a:1|c|#tag:value\n\nbroken\nd:1|x",
    b"",
    b"\n",
    b"f,tag=value:1|c\nf#tag=value:1|c\nf[tag=value]:1|c",
    b"bad\xc3(:1|c",
    b"a:1|c\n" * 500,
    b"g:0.5:1.5:2.5|ms|@0.5",
)
LONG_LINE = b"long" + b":123456" * 9300 + b"|ms"
# Longer than one read takes.
LARGEST = b"a:1|c\n" * 12000
MODES = ("", "755", "600", "0777", "4777", "0", "7", "1777", "abc", "0o777", "-1", "888", "17777777777777777777777")
SEND_BUFFER_BYTES = 1 << 20


class Sockets:
    """A pair with a socket of its own for each, in a `with`."""

    def __init__(self, binaries, *flags, path="socket", is_abstract=False):
        self._scratch = tempfile.TemporaryDirectory(prefix="weir-conformance-")
        self.both = pair.Pair(binaries, flags)
        self.paths = {}
        for program in self.both.programs:
            folder = pathlib.Path(self._scratch.name, program.name)
            folder.mkdir()
            self.paths[program.name] = str(folder / path)
            program.add_flags(f"--statsd.listen-unixgram={'@' if is_abstract else ''}{self.paths[program.name]}")
        self._is_abstract = is_abstract
        self._lines = 0

    def __enter__(self):
        self.both.__enter__()
        return self

    def __exit__(self, kind, value, trace):
        try:
            self.both.__exit__(kind, value, trace)
        finally:
            self._scratch.cleanup()

    def path(self, program):
        return pathlib.Path(self.paths[program.name])

    def send(self, payload):
        self.both.each(lambda program: self._send_to(program, payload))
        self.both.expect_lines(payload, "unixgram")

    def _send_to(self, program, payload):
        program.require_weir()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            sender.sendto(payload, ("\0" if self._is_abstract else "") + self.paths[program.name])

    def mode(self, program):
        status = self.path(program).lstat()
        return f"{'socket' if stat.S_ISSOCK(status.st_mode) else 'other'} {stat.S_IMODE(status.st_mode):o}"


def same_traffic(context, name, **options):
    with context.report.case(f"unixgram: {name}") as case, Sockets(context.binaries, **options) as sockets:
        for payload in LINES:
            sockets.send(payload)
        case.compare_pair(sockets.both)


def carriage_return(context):
    with context.report.case("unixgram: a carriage return") as case, Sockets(context.binaries) as sockets:
        sockets.send(b"e:1|c\r")
        sockets.send(b"f:1|c\r\nf:1|c\r\n\r\n")
        case.compare_pair(sockets.both)


def only_listener(context):
    with context.report.case("unixgram: no other listener") as case, Sockets(context.binaries, *NO_TCP_UDP) as sockets:
        for payload in LINES:
            sockets.send(payload)
        case.compare_pair(sockets.both)


def order(context):
    """One sender's lines take effect in their order."""
    with context.report.case("unixgram: order") as case, Sockets(context.binaries) as sockets:
        for number in range(300):
            sockets.send(b"gauge:%d|g\nother:+%d|g" % (number, number))
        case.compare_pair(sockets.both)


def large(context, name, payload):
    with context.report.case(f"unixgram: {name}") as case, Sockets(context.binaries) as sockets:
        sockets.send(payload)
        sockets.send(b"after:1|c")
        case.compare_pair(sockets.both)


def modes(context, mode):
    flags = [f"--statsd.unixsocket-mode={mode}"]
    with context.report.case(f"unixgram: mode {mode!r}") as case, Sockets(context.binaries, *flags) as sockets:
        case.equal("alive", *sockets.both.each(pair.Program.alive))
        case.equal("mode", *sockets.both.each(sockets.mode))
        case.equal("warnings", *(len(records) for records in sockets.both.each(warnings)))


def bad_mode(context):
    """The words of the warning."""
    flags = ["--statsd.unixsocket-mode=abc"]
    with context.report.case("unixgram: warning of a bad mode") as case, Sockets(context.binaries, *flags) as sockets:
        program_log.compare(case, *sockets.both.each(warnings))


def warnings(program):
    return [record for record in program_log.read_records(program.log()) if record.level in ("WARN", "ERROR")]


def end(context, name, stop, **options):
    """What an orderly exit leaves behind."""
    with context.report.case(f"unixgram: file after {name}") as case, \
            Sockets(context.binaries, *END_FLAGS, **options) as sockets:
        sockets.send(b"a:1|c")
        sockets.both.settle()
        case.equal("file while it runs", *sockets.both.each(lambda program: sockets.path(program).exists()))
        sockets.both.each(stop)
        case.equal("exit code", *sockets.both.each(pair.Program.exit_code))
        case.equal("file after the end", *sockets.both.each(lambda program: sockets.path(program).exists()))


def in_the_way(context, name, put):
    """Something is at the path already: `put(path)` returns what keeps it there."""
    with context.report.case(f"unixgram: {name} at the path") as case:
        sockets = Sockets(context.binaries)
        with contextlib.ExitStack() as stack:
            for path in sockets.paths.values():
                stack.enter_context(put(path))
            with sockets:
                ends = sockets.both.each(lambda program: "started" if program.alive() else f"exit {program.exit_code()}")
                case.equal("end", *ends)
                # Paths differ.
                told = sockets.both.each(lambda program: [(record.level, record.message, *record.attributes) for record in warnings(program)])
                case.equal("log", *told)
                if ends == ("started", "started"):
                    sockets.send(b"a:1|c")
                    case.compare_pair(sockets.both)


def bound(path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    return listener


def stale(path):
    bound(path).close()
    return contextlib.nullcontext()


def regular_file(path):
    pathlib.Path(path).write_text("precious")
    return contextlib.nullcontext()


def folder(path):
    os.mkdir(path)
    return contextlib.nullcontext()


def dangling_link(path):
    os.symlink(path + "-nowhere", path)
    return contextlib.nullcontext()


def missing_folder(context):
    with context.report.case("unixgram: no such folder") as case, Sockets(context.binaries, path="none/socket") as sockets:
        case.equal("exit code", *sockets.both.each(pair.Program.exit_code))


def too_long_path(context):
    with context.report.case("unixgram: a path that is too long") as case, Sockets(context.binaries, path="x" * 120) as sockets:
        case.equal("exit code", *sockets.both.each(pair.Program.exit_code))


def run(context):
    cases = [lambda own: same_traffic(own, "the same traffic"), lambda own: same_traffic(own, "abstract name", is_abstract=True)]
    cases += [carriage_return, only_listener, order, missing_folder, too_long_path, bad_mode]
    cases += [lambda own, item=item: large(own, *item) for item in (("a long line", LONG_LINE), ("a datagram longer than a read", LARGEST))]
    cases += [lambda own, mode=mode: modes(own, mode) for mode in MODES]
    ends = {
        "SIGTERM": lambda program: program.signal(signal.SIGTERM),
        "SIGINT": lambda program: program.signal(signal.SIGINT),
        "quit": lambda program: program.request("POST", "/-/quit"),
    }
    cases += [lambda own, item=item: end(own, *item) for item in ends.items()]
    cases += [lambda own: end(own, "SIGTERM, abstract", ends["SIGTERM"], is_abstract=True)]
    ways = {
        "a socket of nobody": stale, "a socket of somebody": bound, "a file": regular_file, "a folder": folder, "a dangling link": dangling_link,
    }
    cases += [lambda own, item=item: in_the_way(own, *item) for item in ways.items()]
    context.for_each(lambda one: one(context), cases)
