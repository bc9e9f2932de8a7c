#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends known totals to daemons that reload, are scraped and save their state all the while, and holds every count against what was sent.

    run_soak.py --weir build/src/app/weir --seconds 600

Two daemons take lines at once, over UDP, TCP, Unix datagrams and Unix streams, one of them with TLS on TCP and on HTTP. None is restarted.
At the end each datagram, connection, byte and line is in its outcome of the ledger, each counter and histogram has what was sent, the saved
state holds the same, and neither the log nor a sanitizer has complained. Prints TAP.
"""

import argparse
import contextlib
import os
import pathlib
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import certificates  # noqa: E402
import ledger  # noqa: E402
import running_daemon  # noqa: E402
from senders import BOUNDS, TIMES  # noqa: E402
from soaked_daemon import TURNS, SoakedDaemon, rules_of, sum_of  # noqa: E402

COMPLAINTS = ("ThreadSanitizer", "AddressSanitizer", "LeakSanitizer", "MemorySanitizer", "runtime error:", "level=error", "Assertion")


class Report:
    def __init__(self):
        self.count = self.failures = 0

    def expect(self, name, found, wanted):
        self.count += 1
        self.failures += found != wanted
        print(f"{'ok' if found == wanted else 'not ok'} {self.count} - {name}" + ("" if found == wanted else f"\n# {found}, not {wanted}"), flush=True)


def check_sockets(report, title, daemon, values):
    for listener in ("udp", "unixgram"):
        outcomes = ledger.outcomes(values, "weir_ledger_datagrams_total", listener=listener)
        report.expect(f"{title}: {listener}: datagrams sent are read or dropped", sum(outcomes.values()), daemon.sent(listener, "datagrams"))
    report.expect(f"{title}: no datagram has another outcome", set(ledger.outcomes(values, "weir_ledger_datagrams_total", listener="udp")) - {"kernel_drop"},
                  {"read"})
    for listener in ("tcp", "unixstream"):
        report.expect(f"{title}: {listener}: connections", ledger.outcomes(values, "weir_ledger_connections_total", listener=listener),
                      {"taken": daemon.sent(listener, "connections")})
        report.expect(f"{title}: {listener}: bytes", ledger.outcomes(values, "weir_ledger_bytes_total", listener=listener),
                      {"read": daemon.sent(listener, "bytes")})


def check_lines(report, title, daemon, values):
    sent, lines = daemon.expected(daemon.udp_lost(values))
    found = ledger.outcomes(values, "weir_ledger_lines_total")
    report.expect(f"{title}: lines sent are in the ledger", sum(found.values()), lines)
    events = ledger.outcomes(values, "weir_ledger_events_total")
    report.expect(f"{title}: events", sum(events.values()), found.get("sample", 0))
    report.expect(f"{title}: outcomes of lines and events", (set(found), set(events)), ({"sample", "rejected"}, {"applied", "dropped"}))
    report.expect(f"{title}: the ledger agrees with itself", ledger.imbalances(values), [])
    if daemon.udp_lost(values) == 0:
        report.expect(f"{title}: lines rejected, events dropped", (found["rejected"], events["dropped"]), (sent.rejected, sent.dropped))


def check_series(report, title, daemon, page, values):
    """Counts of UDP are exact, too, where nothing was dropped; else all of them together are, with the ledger."""
    is_whole = daemon.udp_lost(values) == 0
    for kind in ("udp", "unixgram", "tcp", "unixstream"):
        if kind == "udp" and not is_whole:
            continue
        counted = sum(sum_of(page, f"soak_count_{turn}", kind=kind) for turn in TURNS)
        report.expect(f"{title}: {kind}: counters", counted, daemon.sent(kind, "counters"))
        times, natives = daemon.sent(kind, "times"), daemon.sent(kind, "natives")
        portions = times / len(TIMES)
        buckets = [sum_of(page, "soak_time", "soak_time_bucket", kind=kind, le=f"{bound:g}") for bound in BOUNDS]
        report.expect(f"{title}: {kind}: buckets", buckets, [portions, 2 * portions, 3 * portions])
        report.expect(f"{title}: {kind}: counts of histograms", (sum_of(page, "soak_time", "soak_time_count", kind=kind),
                                                                sum_of(page, "soak_native", "soak_native_count", kind=kind)), (times, natives))
        report.expect(f"{title}: {kind}: sum of a histogram", round(sum_of(page, "soak_time", "soak_time_sum", kind=kind), 3),
                      round(portions * sum(TIMES) / 1000, 3))
    # Of streams the last values of two connections may be applied in either order.
    last = {sender.seed: sender.sent.last_gauge for sender in daemon.senders if sender.kind == "unixgram"}
    report.expect(f"{title}: unixgram: last values of gauges", {seed: sum_of(page, f"soak_gauge_unixgram_{seed}") for seed in last}, last)
    applied = ledger.outcomes(values, "weir_ledger_events_total")["applied"]
    gauges = sum(sender.sent.gauges() for sender in daemon.senders)
    found = (sum(sum_of(page, f"soak_count_{turn}") for turn in TURNS) + sum_of(page, "soak_time", "soak_time_count")
             + sum_of(page, "soak_native", "soak_native_count"))
    if is_whole:
        report.expect(f"{title}: all that was applied is in series", found + gauges, applied)
    else:
        report.expect(f"{title}: all that was applied is in series, but for gauges", applied - gauges <= found <= applied, True)


def check_disturbance(report, title, daemon, values):
    done = [thread.count for thread in daemon.disturbers]
    report.expect(f"{title}: nothing that was done to it failed", daemon.faults(), [])
    report.expect(f"{title}: it was reloaded and scraped", min(done) > 0, True)
    report.expect(f"{title}: state was saved again and again", values["weir_state_saves_total"] > 1, True)
    report.expect(f"{title}: no save failed", values["weir_state_save_failures_total"], 0)
    print(f"# {title}: {done[0]} reloads, {done[1] + done[2]} scrapes, {values['weir_state_saves_total']:.0f} saves, "
          f"{sum(sender.sent.lines() for sender in daemon.senders)} lines, {daemon.udp_lost(values)} kernel_drop", flush=True)


def check_log(report, title, daemon):
    complaints = [line for line in daemon.log_lines if any(word in line for word in COMPLAINTS)]
    # Of the bad mapping files.
    report.expect(f"{title}: the log has no complaint", [line for line in complaints if "mapping.yml" not in line][:20], [])


def check_state(report, title, daemon, weir, before):
    """What the last save holds, with another daemon."""
    daemon.mapping.write_text(rules_of(TURNS[0]))
    flags = ["--statsd.listen-udp=", "--statsd.listen-tcp=", f"--state.file={daemon.folder / 'state'}", f"--statsd.mapping-config={daemon.mapping}",
             f"--statsd.listen-unixgram={daemon.unixgram}"]
    with running_daemon.RunningDaemon(weir, flags) as after:
        page = after.scrape()
    families = [*(f"soak_count_{turn}" for turn in TURNS), "soak_time", "soak_native"]
    for family in families:
        report.expect(f"{title}: the state holds {family}", page[family].samples if family in page else {},
                      before[family].samples if family in before else {})


def make_scene(folder):
    authority = certificates.Authority(folder)
    authority.sign("server")
    section = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
    (folder / "tcp.yml").write_text(section)
    (folder / "web.yml").write_text(f"{section}basic_auth_users:\n  soak: {certificates.HASHES[2]}\n")


def soak(report, arguments, folder):
    weir = os.path.abspath(arguments.weir)
    make_scene(folder)
    pages = {}
    with contextlib.ExitStack() as stack:
        daemons = {title: stack.enter_context(SoakedDaemon(weir, folder / title, folder, title == "secured")) for title in ("plain", "secured")}
        threads = [threading.Thread(target=daemon.run_for, args=(arguments.seconds,)) for daemon in daemons.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for title, daemon in daemons.items():
            daemon.end()
            values = daemon.settle()
            pages[title] = daemon.scrape()
            check_disturbance(report, title, daemon, values)
            check_sockets(report, title, daemon, values)
            check_lines(report, title, daemon, values)
            check_series(report, title, daemon, pages[title], values)
    # They have ended with 0, or it would not have come here.
    for title, daemon in daemons.items():
        check_log(report, title, daemon)
        check_state(report, title, daemon, weir, pages[title])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", required=True)
    parser.add_argument("--seconds", type=float, default=600)
    arguments = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="weir-soak-") as folder:
        soak(report, arguments, pathlib.Path(folder))
    print(f"1..{report.count}")
    sys.exit(report.failures > 0)


if __name__ == "__main__":
    main()
