# SPDX-License-Identifier: Apache-2.0
"""Every metric that both programs keep of themselves (behaviour page.own-metrics), through expiry, reloads, closed connections and a restart: whole values,
not by how much they moved, so that a count of makings cannot pass for a state.
"""

import contextlib
import signal
import socket
import struct

import exposition
import pair
import reload
import running_daemon

SHORT_LIVED = """
defaults: {ttl: 1s}
mappings:
- {match: job.*, name: job_$1}
- {match: labelled.*.*, name: labelled, labels: {zone: $1, part: $2}}
- {match: zoned.*, name: labelled, labels: {zone: $1}}
- {match: histogram.*, name: histogram_$1, observer_type: histogram}
- {match: dropped.*, name: dropped, action: drop}
"""
NAMES = (b"job.0:1|ms", b"job.1:1|c", b"job.2:1|g", b"job.3:+2|g", b"labelled.a.b:1|c", b"labelled.a.c:1|c", b"zoned.a:1|c", b"zoned.b:1|c",
         b"histogram.0:3|h", b"dropped.a:1|c", b"free:1|c")
# What is refused, each for a reason of its own.
REFUSED = (b"bad", b"job.1:1|g", b"job.1:1|ms", b"free:-1|c", b"free:x|c", b"free:1|z", b"free:1|c|@x", b"", b"tagged:1|c|#:b", b"\xff:1|c")
EXPIRING = {"job_0", "job_1", "job_2", "job_3", "labelled", "histogram_0", "free", "tagged"}
ROUNDS = 5
GONE_SECONDS_MAX = 20
AGREE_SECONDS_MAX = 10
RELOAD_SECONDS_MAX = 20
CACHE = "statsd_metric_mapper_cache_"
CACHE_LENGTH = CACHE + "length"
# Of the process and of time, or only in one of them. The reference may miss the last change of the cache's length.
NOT_ALIKE = ("go_", "weir_", "process_", "promhttp_metric_handler_requests_total", "statsd_exporter_build_info",
             "statsd_exporter_event_queue_flushed_total", CACHE_LENGTH)
SCRAPES = 'promhttp_metric_handler_requests_total{code="200"}'
RESET = struct.pack("ii", 1, 0)


def own_values(program):
    return exposition.self_values(program.page())


def agree(case, both, what, ignored=()):
    """Waits until both say the same of themselves, or says in what they differ. Returns what weir says."""
    def values():
        return both.each(lambda program: {series: value for series, value in own_values(program).items()
                                          if not series.startswith((*NOT_ALIKE, *ignored))})
    both.settle()
    with contextlib.suppress(running_daemon.DaemonError):
        running_daemon.wait_until(lambda: len({tuple(sorted(seen.items())) for seen in values()}) == 1, AGREE_SECONDS_MAX, "agreement")
    reference, weir = values()
    for series in sorted(reference.keys() | weir.keys()):
        case.equal(f"{what}: {series}", reference.get(series, "absent"), weir.get(series, "absent"))
    return own_values(both.weir)


def send_all(both, lines):
    """Each over a connection of its own, which any worker may take."""
    for line in lines:
        both.send(line + b"\n")
        both.settle()


def wait_gone(both):
    def are_gone():
        return all(EXPIRING.isdisjoint(page) for page in both.pages())
    running_daemon.wait_until(are_gone, GONE_SECONDS_MAX, "the end of all series")


def expiry(context, name, lines, workers):
    """The same names again and again, each time after their series have expired."""
    # Each worker has names of its own to learn.
    ignored = (CACHE,) if workers > 1 else ()
    both = pair.Pair(context.binaries, mapping=SHORT_LIVED)
    both.weir.add_flags(f"--statsd.workers={workers}")
    with context.report.case(f"self_metrics: expiry, {name}, workers: {workers}") as case, both:
        agree(case, both, "at the start", ignored)
        for number in range(ROUNDS):
            send_all(both, lines)
            agree(case, both, f"sent {number}", ignored)
            wait_gone(both)
            values = agree(case, both, f"expired {number}", ignored)
            case.expect((values["weir_series"], values["weir_families"]) == (0, 0), "something is left")
            case.expect(values["weir_series_expired_total"] > number, "nothing has expired")


def wait_reload(both, outcome, count):
    def is_done():
        return all(value >= count for value in both.each(lambda program: reload.reloads(program, outcome)))
    running_daemon.wait_until(is_done, RELOAD_SECONDS_MAX, f"{count} reloads: {outcome}")


# Where a packet ends, each relay's own timer says.
PACKETS = ("statsd_exporter_relay_packets_total",)


def reloads(context):
    """Good ones, bad ones and one without rules."""
    with contextlib.closing(socket.socket(type=socket.SOCK_DGRAM)) as sink:
        sink.bind((pair.HOST, 0))
        flags = ["--statsd.relay.address=%s:%d" % sink.getsockname(), "--statsd.relay.packet-length=40"]
        with context.report.case("self_metrics: reloads") as case, pair.Pair(context.binaries, flags, mapping=SHORT_LIVED) as both:
            done = {"success": 0, "failure": 0}
            for text, outcome in ((SHORT_LIVED, "success"), ("mappings: 5\n", "failure"), (SHORT_LIVED.replace("1s", "1h"), "success"),
                                  ("mappings: []\n", "success"), (SHORT_LIVED, "success")):
                send_all(both, NAMES + REFUSED[:2] + (b"x" * 60 + b":1|c",))
                agree(case, both, f"sent {done}", PACKETS)
                both.write_mapping(text)
                both.each(lambda program: program.signal(signal.SIGHUP))
                done[outcome] += 1
                wait_reload(both, outcome, done[outcome])
                values = agree(case, both, f"reloaded {done}", PACKETS)
                if outcome == "success":
                    case.equal(f"{CACHE_LENGTH} {done}", *both.each(lambda program: own_values(program)[CACHE_LENGTH]))
                else:
                    case.expect(values[CACHE_LENGTH] == len(NAMES) + 2, f"{CACHE_LENGTH} after a reload that failed: {values[CACHE_LENGTH]}")


def talk(case, both):
    """Connections that end in each way, and datagrams. Returns what weir says while some are open."""
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(socket.create_connection((program.host, program.tcp_port)))
                       for program in both.programs for _ in range(6)]
        for number, connection in enumerate(connections):
            connection.sendall(b"talk:1|c\n" + (b"half a line" if number % 2 else b""))
        both.expect_lines(b"talk:1|c\n" * 6, "tcp")
        values = agree(case, both, "connections open")
        for connection in connections[::3]:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            connection.close()
    # Half lines count once their connection ends; those that were reset may not.
    both.send(b"talk:1|c", "udp")
    return values


def connections_and_restart(context):
    """Gauges of what is open go back, counters stay; after a restart on the same ports all begins anew."""
    with context.report.case("self_metrics: connections and a restart") as case, pair.Pair(context.binaries, mapping=SHORT_LIVED) as both:
        begin = agree(case, both, "at the start")
        open_then = talk(case, both)
        case.expect(open_then["weir_tcp_connections"] == 6, "connections are not told")
        agree(case, both, "connections closed", ("statsd_exporter_lines_total",))
        running_daemon.wait_until(lambda: own_values(both.weir)["weir_tcp_connections"] == 0, AGREE_SECONDS_MAX, "no connection")
        for program in both.programs:
            program.stop()
            program.add_flags(*(f"{flag}={program.host}:{getattr(program, attribute)}" for attribute, flag in pair.LISTEN_FLAGS.items()))
            program.start()
            program.wait_ready()
        both.forget_lines()
        again = agree(case, both, "after the restart")
        kept = {series: value for series, value in begin.items() if not series.startswith(("process_", SCRAPES, *NOT_ALIKE))}
        case.equal("all but the process", kept, {series: again.get(series) for series in kept})
        send_all(both, NAMES)
        agree(case, both, "sent after the restart")


def scrapes(context):
    """The handler's own: what is under way, and what is done before."""
    with context.report.case("self_metrics: scrapes") as case, pair.Pair(context.binaries) as both:
        both.settle()
        for number in range(3):
            before = both.each(lambda program: own_values(program)[SCRAPES])
            both.each(lambda program: program.request("HEAD", "/metrics"))
            after = both.each(lambda program: own_values(program))
            case.equal(f"scrapes told {number}", *(values[SCRAPES] - then for values, then in zip(after, before)))
            case.equal(f"under way {number}", *(values["promhttp_metric_handler_requests_in_flight"] for values in after))


def run(context):
    cases = [lambda own, name=name, lines=lines, workers=workers: expiry(own, name, lines, workers)
             for name, lines in (("one timer", (b"job.0:1|ms",)), ("all kinds", NAMES + REFUSED)) for workers in (1, 2)]
    cases += [reloads, connections_and_restart, scrapes]
    context.for_each(lambda one: one(context), cases)
