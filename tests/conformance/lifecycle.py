# SPDX-License-Identifier: Apache-2.0
"""Signals, orderly ends, and what is logged on the way (behaviour start.log and log.refusals)."""

import contextlib
import re
import signal
import socket
import time

import pair
import program_log

LIFECYCLE = ("--web.enable-lifecycle",)
# The reference may crash when its queue is flushed just as it ends: less often than the pair has it.
SELDOM = "--statsd.event-flush-interval=200ms"
IGNORED_SIGNALS = (
    signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGPIPE, signal.SIGWINCH, signal.SIGCHLD, signal.SIGCONT, signal.SIGURG,
    signal.SIGIO,
)
ORDERLY_SIGNALS = (signal.SIGINT, signal.SIGTERM)
FATAL_SIGNALS = (signal.SIGQUIT,)
FORMATS = ("logfmt", "json")
LEVELS = ("debug", "info", "warn", "error")
# Long enough for a signal to do its harm.
HARM_SECONDS = 0.3
# What the reference tells at the level of users, with the daemon in their hands.
TOLD = ("Starting StatsD", "Build context", "Accepting", "Received", "Config", "Error reloading")
BAD_TRAFFIC = b"broken\nfoo:x|c\nfoo:1|z\nfoo:1|c|#:\na:1|c\na:1|g\nb:-1|c\nfoo,=:1|c\n"
# The first is shadowed by the second, and backtracking is needed.
HINTS = "mappings:\n- match: '*.b.*'\n  name: wide\n- match: a.b.*\n  name: narrow\n- match: a.*.c\n  name: other\n"


def told(program):
    """Without what weir tells in addition."""
    records = program_log.read_records(program.log())
    return [masked(record, program) for record in records if record.message.startswith(TOLD) and record.level != "DEBUG"]


def masked(record, program):
    """Ports differ."""
    names = {str(program.web_port): "WEB", str(program.udp_port): "UDP", str(program.tcp_port): "TCP"}
    any_port = re.compile("|".join(names))
    attributes = {key: any_port.sub(lambda port: names[port.group()], value) for key, value in record.attributes.items()}
    return record._replace(attributes=attributes)


def compare_end(case, both):
    case.equal("exit code", *both.each(pair.Program.exit_code))
    program_log.compare(case, *both.each(told))
    case.equal("stdout", *both.each(pair.Program.output))


def by_signal(context, number, log_format):
    flags = [SELDOM, f"--log.format={log_format}"]
    with context.report.case(f"lifecycle: {number.name}, log as {log_format}") as case, pair.Pair(context.binaries, flags) as both:
        both.send(b"a:1|c\n")
        both.settle()
        both.each(lambda program: program.signal(number))
        compare_end(case, both)


def with_connections(context, number):
    """Nobody needs to hang up first."""
    with context.report.case(f"lifecycle: {number.name} with connections open") as case, pair.Pair(context.binaries, [SELDOM]) as both, \
            contextlib.ExitStack() as stack:
        for program in both.programs:
            for port in (program.tcp_port, program.web_port):
                connection = stack.enter_context(socket.create_connection((pair.HOST, port)))
                connection.sendall(b"half a line")
        both.each(lambda program: program.signal(number))
        compare_end(case, both)


def by_request(context, method, log_format):
    flags = [*LIFECYCLE, SELDOM, f"--log.format={log_format}"]
    with context.report.case(f"lifecycle: quit by {method}, log as {log_format}") as case, pair.Pair(context.binaries, flags) as both:
        both.each(lambda program: request_quit(case, program, method))
        compare_end(case, both)


def request_quit(case, program, method):
    try:
        status, _, body = program.request(method, "/-/quit")
    except (OSError, pair.http.client.HTTPException):
        if not program.is_reference:
            raise
        # It may be gone before its answer is.
        case.retried("left the reference's answer to a quit out")
        return
    case.expect((status, body) == (200, b"Requesting termination... Goodbye!"), f"{program.name} answers {status} {body!r}")


def quits_that_are_none(context):
    with context.report.case("lifecycle: what does not quit") as case:
        for flags, methods in ((LIFECYCLE, ("GET", "HEAD", "DELETE", "OPTIONS")), ((), ("POST", "PUT", "GET"))):
            with pair.Pair(context.binaries, flags) as both:
                for method in methods:
                    case.equal(f"{flags} {method}", *both.each(lambda program: program.request(method, "/-/quit")[::2]))
                case.equal("alive", *both.each(pair.Program.alive))
                both.send(b"a:1|c\n")
                case.compare_pair(both)


def ignored(context, number):
    with context.report.case(f"lifecycle: {number.name} has no effect") as case, pair.Pair(context.binaries) as both:
        both.send(b"a:1|c\n")
        both.settle()
        both.each(lambda program: program.signal(number))
        time.sleep(HARM_SECONDS)
        ends = both.each(lambda program: "alive" if program.alive() else f"exit {program.exit_code()}")
        case.equal("end", *ends)
        if ends[1] == "alive":
            both.send(b"a:1|c\n")
            case.compare_pair(both)
            program_log.compare(case, *both.each(told))


def fatal(context, number):
    with context.report.case(f"lifecycle: {number.name}") as case, pair.Pair(context.binaries) as both:
        both.each(lambda program: program.signal(number))
        case.equal("exit code", *both.each(pair.Program.exit_code))


def hangups(context):
    """Many at once leave it alive."""
    with context.report.case("lifecycle: SIGHUP without a mapping file") as case, pair.Pair(context.binaries) as both:
        for _ in range(3):
            both.each(lambda program: program.signal(signal.SIGHUP))
            time.sleep(HARM_SECONDS)
        case.equal("alive", *both.each(pair.Program.alive))
        program_log.compare(case, *both.each(told))


def levels(context, level, log_format):
    """What each level lets through."""
    flags = [*LIFECYCLE, SELDOM, f"--log.level={level}", f"--log.format={log_format}"]
    with context.report.case(f"lifecycle: log level {level} as {log_format}") as case, \
            pair.Pair(context.binaries, flags, mapping=HINTS) as both:
        both.send(BAD_TRAFFIC)
        both.settle()
        both.write_mapping("mappings: [\n")
        both.each(lambda program: program.request("POST", "/-/reload"))
        both.each(lambda program: program.signal(signal.SIGTERM))
        case.equal("exit code", *both.each(pair.Program.exit_code))
        seen = both.each(lambda program: {record.level for record in program_log.read_records(program.log())})
        case.equal("levels", *map(sorted, seen))


def hints(context):
    """What a load warns of."""
    with context.report.case("lifecycle: warnings at load") as case, pair.Pair(context.binaries, mapping=HINTS) as both:
        both.send(b"a.b.c:1|c\nx.b.c:1|c\na.x.c:1|c\n")
        both.settle()
        warnings = both.each(lambda program: [record for record in program_log.read_records(program.log()) if record.level == "WARN"])
        program_log.compare(case, *warnings)


def bad_traffic(context):
    """What of it is told at the level of users."""
    with context.report.case("lifecycle: bad traffic at the level of users") as case, pair.Pair(context.binaries) as both:
        before = both.each(lambda program: program.log().count("\n"))
        both.send(BAD_TRAFFIC)
        both.settle()
        after = both.each(lambda program: program.log().count("\n"))
        case.equal("lines", *(now - then for now, then in zip(after, before)))


def run(context):
    cases = [lambda own, number=number, form=form: by_signal(own, number, form) for number in ORDERLY_SIGNALS for form in FORMATS]
    cases += [lambda own, number=number: with_connections(own, number) for number in ORDERLY_SIGNALS]
    cases += [lambda own, method=method, form=form: by_request(own, method, form) for method in ("POST", "PUT") for form in FORMATS]
    cases += [lambda own, number=number: fatal(own, number) for number in FATAL_SIGNALS]
    cases += [lambda own, level=level, form=form: levels(own, level, form) for level in LEVELS for form in FORMATS]
    cases += [lambda own, number=number: ignored(own, number) for number in IGNORED_SIGNALS]
    cases += [quits_that_are_none, hangups, hints, bad_traffic]
    context.for_each(lambda one: one(context), cases)
