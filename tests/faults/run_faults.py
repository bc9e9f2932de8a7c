#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets the world around a real daemon fail while it is sent lines, and holds what it counts against what was sent.

    run_faults.py --weir build/src/app/weir              every fault, about a minute
    run_faults.py --weir build/src/app/weir --short      the same with fewer lines and connections
    run_faults.py --weir build/src/app/weir mapping      those with `mapping` in their name

Each fault ends with right totals, or with a loss that is counted under a name (docs/ledger.md); the table at the end has both.
"""

import argparse
import contextlib
import os
import pathlib
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import ledger  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import statsd_client  # noqa: E402
import system_faults  # noqa: E402

SECONDS_MAX = 60
RULE = "mappings:\n- match: fault.*\n  name: counted\n  labels:\n    round: \"$1\"\n"
LINE = b"fault.a:1|c\n"
LINES_OF_A_PORTION = 50
RELOADS = 'statsd_exporter_config_reloads_total{outcome="%s"}'
LINES, EVENTS, CONNECTIONS = "weir_ledger_lines_total", "weir_ledger_events_total", "weir_ledger_connections_total"
DATAGRAMS = "weir_ledger_datagrams_total"
FAULTS = []


def fault(function):
    FAULTS.append(function)
    return function


def check(condition, what):
    if not condition:
        raise AssertionError(what)


class Load:
    """Sends portions of lines down one TCP connection until it is told to end. Use it in a `with`."""

    def __init__(self, port):
        self.sent = 0
        self._client = socket.create_connection(("127.0.0.1", port), SECONDS_MAX)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def _run(self):
        while not self._is_over.is_set():
            self._client.sendall(LINE * LINES_OF_A_PORTION)
            self.sent += LINES_OF_A_PORTION
            time.sleep(0.001)

    def wait_for_more(self, lines=500):
        before = self.sent
        running_daemon.wait_until(lambda: self.sent >= before + lines, SECONDS_MAX, "lines to be sent")

    def __exit__(self, kind, value, trace):
        self._is_over.set()
        self._thread.join()
        self._client.close()


class Scene:
    """A daemon with a mapping file, watched for its own metrics."""

    def __init__(self, arguments, *flags, **options):
        self.is_short = arguments.short
        self._stack = contextlib.ExitStack()
        self.folder = pathlib.Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="weir-faults-")))
        self.mapping = self.folder / "mapping.yml"
        self.mapping.write_text(RULE, encoding="utf-8")
        flags = [f"--statsd.mapping-config={self.mapping}", *flags]
        self.daemon = self._stack.enter_context(running_daemon.RunningDaemon(arguments.weir, flags, **options))
        self.watch = self._stack.enter_context(self_page.Watch(self.daemon))

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return self._stack.__exit__(kind, value, trace)

    def load(self):
        return Load(self.daemon.tcp_port)

    def outcomes(self, name, **labels):
        return ledger.outcomes(self.watch.values(), name, **labels)

    def wait_for(self, condition, what):
        return running_daemon.wait_until(lambda: self.daemon.process.poll() is not None or condition(), SECONDS_MAX, what)

    def check_all_applied(self, count):
        """Every line that was sent is in its series, and all counts agree."""
        self.wait_for(lambda: sum(self.outcomes(LINES).values()) >= count, f"{count} lines")
        values = self.watch.values()
        check(ledger.outcomes(values, LINES) == {"sample": count}, f"{ledger.outcomes(values, LINES)}, sent {count}")
        check(ledger.outcomes(values, EVENTS) == {"applied": count}, ledger.outcomes(values, EVENTS))
        check(not ledger.imbalances(values), ledger.imbalances(values))
        families = self.daemon.scrape_text().splitlines()
        total = sum(float(line.split()[-1]) for line in families if line.startswith(("counted{", "counted ", "fault_a ", "other{")))
        check(total == count, f"the series have {total}, sent {count}")
        return f"{count} lines sent, {count} applied"


# The mapping file.

def keep_rules_while(scene, spoil):
    """Reloads what `spoil` makes of the file, by each way in turn, and finds the rules in use unchanged."""
    with scene.load() as load:
        load.wait_for_more()
        failures = scene.watch.value(RELOADS % "failure")
        spoil()
        scene.daemon.signal(signal.SIGHUP)
        scene.wait_for(lambda: scene.watch.value(RELOADS % "failure") > failures, "a failed reload")
        load.wait_for_more()
    return f"{scene.check_all_applied(load.sent)}, 1 reload failed, rules kept"


@fault
def mapping_is_replaced_by_garbage(arguments):
    with Scene(arguments) as scene:
        return keep_rules_while(scene, lambda: scene.mapping.write_bytes(os.urandom(65_536) + b"\xff\x00: [}"))


@fault
def mapping_is_replaced_by_a_directory(arguments):
    def spoil():
        scene.mapping.unlink()
        scene.mapping.mkdir()

    with Scene(arguments) as scene:
        return keep_rules_while(scene, spoil)


@fault
def mapping_is_replaced_by_a_device_that_never_ends(arguments):
    def spoil():
        scene.mapping.unlink()
        scene.mapping.symlink_to("/dev/zero")

    with Scene(arguments) as scene:
        return keep_rules_while(scene, spoil)


@fault
def mapping_is_a_symlink_that_is_swapped_again_and_again(arguments):
    rounds = 10 if arguments.short else 100
    with Scene(arguments, "--statsd.mapping-config-watch=20ms") as scene:
        folder = scene.folder
        (folder / "good.yml").write_text(RULE.replace("counted", "other"), encoding="utf-8")
        (folder / "bad.yml").write_text("mappings: 5\n", encoding="utf-8")
        with scene.load() as load:
            for number in range(rounds):
                target = ("good.yml", "bad.yml", "gone.yml", "mapping.yml")[number % 4]
                (folder / "new").symlink_to(target)
                # The last leads to itself.
                os.rename(folder / "new", scene.mapping)
                scene.daemon.signal(signal.SIGHUP)
                load.wait_for_more(LINES_OF_A_PORTION)
            (folder / "new").symlink_to("good.yml")
            os.rename(folder / "new", scene.mapping)
            before = scene.watch.value(RELOADS % "success")
            scene.daemon.signal(signal.SIGHUP)
            scene.wait_for(lambda: scene.watch.value(RELOADS % "success") > before, "the good file")
            load.wait_for_more()
            scene.wait_for(lambda: "\nother{" in scene.daemon.scrape_text(), "its rule")
        failed = scene.watch.value(RELOADS % "failure")
        return f"{scene.check_all_applied(load.sent)}, {rounds} swaps, {failed:.0f} reloads failed"


@fault
def hangups_storm(arguments):
    count = 200 if arguments.short else 5_000
    with Scene(arguments) as scene:
        with scene.load() as load:
            load.wait_for_more()
            for number in range(count):
                scene.mapping.write_text(RULE.replace("counted", ("counted", "other")[number % 2]), encoding="utf-8")
                scene.daemon.process.send_signal(signal.SIGHUP)
            load.wait_for_more()
        # Nothing is under way any more when one more reload is done.
        before = scene.watch.value(RELOADS % "success")
        scene.daemon.signal(signal.SIGHUP)
        scene.wait_for(lambda: scene.watch.value(RELOADS % "success") > before, "the last reload")
        return f"{scene.check_all_applied(load.sent)}, {count} signals"


# Descriptors and connections.

@fault
def descriptors_run_out(arguments):
    with Scene(arguments) as scene:
        with scene.load() as load:
            load.wait_for_more()
            with system_faults.no_descriptors_left(scene.daemon.process.pid):
                waiting = [socket.create_connection(("127.0.0.1", scene.daemon.tcp_port), SECONDS_MAX) for _ in range(5)]
                for client in waiting:
                    client.sendall(LINE)
                errors = 'weir_accept_errors_total{listener="tcp"}'
                scene.wait_for(lambda: scene.watch.value(errors) >= 2, "failures to accept")
                # A reload cannot open its file, and the connections that are there go on.
                failures = scene.watch.value(RELOADS % "failure")
                scene.daemon.signal(signal.SIGHUP)
                scene.wait_for(lambda: scene.watch.value(RELOADS % "failure") > failures, "a failed reload")
                load.wait_for_more()
            scene.wait_for(lambda: scene.outcomes(CONNECTIONS, listener="tcp") == {"taken": 1 + len(waiting)}, "those that waited")
        accept_errors = scene.watch.value(errors)
        text = scene.check_all_applied(load.sent + len(waiting))
        for client in waiting:
            client.close()
        return f"{text}, {accept_errors:.0f} accepts failed, {len(waiting)} connections waited and were taken"


@fault
def connections_by_the_thousand(arguments):
    wanted, limit = (1_500, 1_000) if arguments.short else (10_000, 8_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(wanted, hard - 500)
    limit = min(limit, wanted * 4 // 5)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with Scene(arguments, f"--limits.tcp-connections={limit}") as scene, contextlib.ExitStack() as clients:
            sent = refused = 0
            for number in range(wanted):
                client = clients.enter_context(socket.create_connection(("127.0.0.1", scene.daemon.tcp_port), SECONDS_MAX))
                if number < limit:
                    client.sendall(LINE)
                    sent += 1
                else:
                    refused += 1
            # Which of those that connect at once are the last to be let in is the kernel's to say only past the limit.
            expected = {"taken": limit, "too_many": refused}
            scene.wait_for(lambda: sum(scene.outcomes(CONNECTIONS, listener="tcp").values()) >= wanted, f"{wanted} connections")
            check(scene.outcomes(CONNECTIONS, listener="tcp") == expected, f"{scene.outcomes(CONNECTIONS, listener='tcp')}, not {expected}")
            check(scene.watch.value("weir_tcp_connections") == limit, "open connections")
            text = scene.check_all_applied(sent)
            megabytes = scene.daemon.memory_bytes() / 2**20
            return f"{text}, {limit} connections taken, {refused} too_many, {megabytes:.0f} MiB"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# Who does not take what is sent.

@fault
def relay_target_is_gone(arguments):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{sink.getsockname()[1]}"
        with Scene(arguments, f"--statsd.relay.address={target}") as scene:
            with scene.load() as load:
                load.wait_for_more()
                sink.close()
                load.wait_for_more(5_000)
            text = scene.check_all_applied(load.sent)
            values = scene.watch.values()
            relayed = values[f'statsd_exporter_relay_lines_relayed_total{{target="{target}"}}']
            check(relayed == load.sent, f"{relayed} relayed, {load.sent} sent")
            # What leaves over UDP is out of sight: the kernel took all of it.
            check(values[f'weir_relay_lines_dropped_total{{target="{target}"}}'] == 0, "lines dropped")
            return f"{text}, {relayed:.0f} relayed, 0 dropped"


@fault
def relay_sends_are_refused(arguments):
    if system_faults.missing(call_refusal=True):
        return "skipped: " + system_faults.missing(call_refusal=True)
    target = "127.0.0.1:9"
    refusing = system_faults.refusing("sendto", system_faults.REFUSED)
    with Scene(arguments, f"--statsd.relay.address={target}", before_exec=refusing) as scene:
        with scene.load() as load:
            load.wait_for_more(5_000)
        text = scene.check_all_applied(load.sent)
        lost = f'weir_relay_lines_dropped_total{{target="{target}"}}'
        scene.wait_for(lambda: scene.watch.value(lost) == load.sent, f"all of {load.sent} lines to be counted as dropped")
        return f"{text}, {load.sent} relay_lines_dropped"


@fault
def scraper_stops_reading(arguments):
    scrapers = 3
    with Scene(arguments) as scene, contextlib.ExitStack() as clients:
        names = 5_000 if arguments.short else 20_000
        text = b"".join(b"%s%d:1|c\n" % (b"x" * 200, number) for number in range(names))
        statsd_client.send_tcp(scene.daemon.tcp_port, [text[:-1]])
        scene.wait_for(lambda: scene.outcomes(LINES) == {"sample": names}, "the series")
        with scene.load() as load:
            for _ in range(scrapers):
                client = clients.enter_context(socket.socket())
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.connect(("127.0.0.1", scene.daemon.http_port))
                client.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            scene.wait_for(lambda: scene.watch.value("promhttp_metric_handler_requests_in_flight") == scrapers + 1, "scrapes under way")
            load.wait_for_more(2_000)
            # The others are answered, in whole.
            page = scene.daemon.scrape_text()
            check(page.count("\n" + "x" * 200) >= names, "a page beside those that are not read")
        scene.wait_for(lambda: sum(scene.outcomes(LINES).values()) >= names + load.sent, "all lines")
        check(scene.outcomes(EVENTS) == {"applied": names + load.sent}, scene.outcomes(EVENTS))
        return f"{names + load.sent} lines sent, {names + load.sent} applied, {scrapers} scrapes under way"


# Time that passes without the daemon.

@fault
def stopped_and_continued_under_udp(arguments):
    rounds, together = (3, 2_000) if arguments.short else (30, 20_000)
    with Scene(arguments, "--statsd.read-buffer=100000") as scene:
        for _ in range(rounds):
            scene.daemon.signal(signal.SIGSTOP)
            statsd_client.send_udp(scene.daemon.udp_port, [LINE[:-1]] * together)
            scene.daemon.signal(signal.SIGCONT)
        sent = rounds * together
        scene.wait_for(lambda: sum(scene.outcomes(DATAGRAMS, listener="udp").values()) >= sent, f"{sent} datagrams")
        outcomes = scene.outcomes(DATAGRAMS, listener="udp")
        check(sum(outcomes.values()) == sent, f"{outcomes}, sent {sent}")
        scene.check_all_applied(outcomes["read"])
        return f"{sent} datagrams sent, {outcomes['read']} applied, {outcomes.get('kernel_drop', 0)} kernel_drop"


@fault
def stopped_for_longer_than_connections_may_be_idle(arguments):
    connections = 300 if arguments.short else 900
    with Scene(arguments, "--limits.tcp-idle-timeout=500ms") as scene, contextlib.ExitStack() as clients:
        port = scene.daemon.tcp_port
        held = [clients.enter_context(socket.create_connection(("127.0.0.1", port), SECONDS_MAX)) for _ in range(connections)]
        scene.wait_for(lambda: scene.outcomes(CONNECTIONS, listener="tcp") == {"taken": connections}, "connections")
        scene.daemon.signal(signal.SIGSTOP)
        # The check for idle ones is due before they send.
        time.sleep(1.5)
        for client in held:
            client.sendall(LINE * 10)
        scene.daemon.signal(signal.SIGCONT)
        text = scene.check_all_applied(10 * connections)
        closed = "weir_tcp_connections_idle_closed_total"
        scene.wait_for(lambda: scene.watch.value(closed) == connections, "them to be idle")
        return f"{text}, {connections} connections closed after it"


@fault
def stopped_and_continued_again_and_again_under_tcp(arguments):
    rounds = 10 if arguments.short else 100
    with Scene(arguments, "--statsd.workers=2") as scene:
        with scene.load() as load, scene.load() as other:
            for _ in range(rounds):
                load.wait_for_more(LINES_OF_A_PORTION)
                scene.daemon.signal(signal.SIGSTOP)
                time.sleep(0.02)
                scene.daemon.signal(signal.SIGCONT)
        return f"{scene.check_all_applied(load.sent + other.sent)}, {rounds} stops"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("parts", nargs="*", help="parts of the names of those to run")
    arguments = parser.parse_args()
    chosen = [each for each in FAULTS if not arguments.parts or any(part in each.__name__ for part in arguments.parts)]
    failed = 0
    print(f"1..{len(chosen)}")
    for number, each in enumerate(chosen, 1):
        started = time.monotonic()
        try:
            print(f"# {each.__name__}: {each(arguments)} ({time.monotonic() - started:.1f} s)")
            print(f"ok {number} - {each.__name__}")
        except Exception:  # pylint: disable=broad-except  # all faults are tried
            failed += 1
            print(f"not ok {number} - {each.__name__}\n# " + traceback.format_exc().replace("\n", "\n# "))
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
