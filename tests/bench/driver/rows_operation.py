# SPDX-License-Identifier: Apache-2.0
"""Rows about the daemon's life: start, idling, reload, and several workers."""

import contextlib
import datetime
import http.client
import itertools
import os
import pathlib
import signal
import socket
import subprocess
import time

import mappings
import processes
import running_daemon
import servers
from bench import MEASURED, NOT_AVAILABLE, Row, mapping_file, median, verdict

START_PATIENCE_SECONDS = 10


def start_seconds(binary, flags, cpus):
    """From the start of the process to its first answer."""
    port = running_daemon.free_port()
    command = [str(binary), f"--web.listen-address=127.0.0.1:{port}", "--statsd.listen-udp=127.0.0.1:0", "--statsd.listen-tcp=127.0.0.1:0", *flags]
    start = time.perf_counter()
    process = subprocess.Popen(["taskset", "-c", ",".join(map(str, cpus)), *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - start < START_PATIENCE_SECONDS:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_PATIENCE_SECONDS)
                with contextlib.closing(connection):
                    connection.request("GET", "/-/ready")
                    if connection.getresponse().status == 200:
                        return time.perf_counter() - start
            time.sleep(0.0002)
    finally:
        process.terminate()
        process.wait()
    raise TimeoutError("the daemon does not serve")


def start(bench):
    path = bench.airflow_mapping
    if not path.exists():
        return Row("start", "start with the Airflow mapping", "serving within 30 ms", f"no {path.name}", NOT_AVAILABLE)
    times = [start_seconds(bench.weir, [f"--statsd.mapping-config={path}"], bench.server_cpus) for _ in range(bench.scaled(20, 5))]
    return Row("start", f"start with mappings/{path.name}", "serving within 30 ms", f"{median(times) * 1000:.1f} ms (slowest {max(times) * 1000:.1f})",
               verdict(median(times) <= 0.030), ["- from the start of the process to its first answer to `/-/ready`, asked for without pause"], run=f"{len(times)} starts")


def start_with_rules(bench):
    rules = 10_000
    with mapping_file(mappings.globs(rules)) as path:
        times = [start_seconds(bench.weir, [f"--statsd.mapping-config={path}"], bench.server_cpus) for _ in range(bench.scaled(10, 2))]
    return Row("start-rules", f"start with {rules:,} rules", "serving within 200 ms", f"{median(times) * 1000:.0f} ms (slowest {max(times) * 1000:.0f})",
               verdict(median(times) <= 0.200), [f"- {rules:,} globs, each with a name and a label; as the start with the Airflow mapping"], run=f"{len(times)} starts")


def idle(bench):
    seconds = bench.scaled(30, 3)
    with bench.run_weir() as server:
        server.settle()
        meter = server.meter()
        time.sleep(seconds)
        share, size = meter.read().total / seconds, server.resident_bytes()
    return Row("idle", "idle", "under 0.1 % CPU, under 12 MiB", f"{share:.4%} CPU, {size / 2**20:.1f} MiB", verdict(share < 0.001, size < 12 * 2**20),
               run=f"once, {seconds} s")


def logged_moment(log, text):
    """When the last line with `text` was written."""
    lines = [line for line in log.splitlines() if text in line]
    return datetime.datetime.fromisoformat(running_daemon.attributes(lines[-1])["time"]).timestamp() if lines else None


def watched(bench, server, seconds, rate, is_reloading):
    """(what the sender saw, seconds the reload took) under a load of `rate` lines per second."""
    with bench.load(unixgram=server.unixgram, series=10_000, families=10_000, services=10_000, datagram_bytes=1432) as load:
        load.order("watch", seconds=seconds, rate=rate)
        time.sleep(seconds / 2)
        if not is_reloading:
            return load.finish(), None
        server.daemon.signal(signal.SIGHUP)
        waits = load.finish()
    running_daemon.wait_until(lambda: "reloaded successfully" in server.log(), START_PATIENCE_SECONDS, "the reload")
    return waits, logged_moment(server.log(), "reloaded successfully") - logged_moment(server.log(), "attempting reload")


def milliseconds(seconds):
    return ", ".join(f"{each * 1000:.3f}" for each in seconds) + " ms"


def reload(bench):
    """How long lines lie in the socket while rules are loaded, told by the kernel to their sender; and whether any is lost."""
    if not bench.has_flag("statsd.listen-unixgram"):
        return Row("reload", "reload of 10,000 rules", "", "no unixgram listener", NOT_AVAILABLE)
    rules, rate, seconds = 10_000, 200_000, bench.scaled(4, 2)
    times, waits, calm, lost = [], [], [], 0
    with mapping_file(mappings.globs(rules)) as path:
        for _ in range(bench.rounds):
            with bench.run_weir([f"--statsd.mapping-config={path}"], has_unixgram=True) as server:
                bench.fill(server, series=10_000, families=10_000, services=10_000)
                calm.append(watched(bench, server, seconds, rate, False)[0])
                before = server.lines()
                wait, took = watched(bench, server, seconds, rate, True)
                server.settle()
                lost += wait.lines - (server.lines() - before)
                waits.append(wait)
                times.append(took)
                server.check_totals()
    took, longest = median(times), median(wait.longest_wait for wait in waits)
    worst = max(wait.longest_wait for wait in waits)
    details = [f"- load: {rate:,} lines per second in 1432-byte Unix datagrams, worker and loader on one core",
               "- the time is the log's; a pause is how long a datagram lay, told by the kernel",
               f"- with the reload: longest {milliseconds(wait.longest_wait for wait in waits)}, usual {milliseconds(wait.median_wait for wait in waits)}",
               f"- without: longest {milliseconds(wait.longest_wait for wait in calm)}",
               f"- the sender's own longest pause: {milliseconds(wait.longest_blink for wait in waits)}"]
    return Row("reload", f"reload of {rules:,} rules", "at most 150 ms, off every hot thread; not one line lost, the longest pause of a worker under 5 ms",
               f"{took * 1000:.0f} ms; {lost:.0f} lines lost; median of the longest pauses {longest * 1000:.2f} ms (the worst of {len(waits)}: {worst * 1000:.2f})",
               verdict(took <= 0.150, lost == 0, longest < 0.005), details)


def drained(bench, server, ports, datagrams, cpus=None, **workload):
    """(lines, seconds, CPU seconds) of working up what waited in the sockets while the server was stopped."""
    sources = 64
    with bench.load(udp=",".join(map(str, ports)), sources=sources, cpus=cpus, **workload) as load:
        os.kill(server.pid, signal.SIGSTOP)
        dropped = processes.udp_sockets(set(ports))[1]
        sent = load.send(lines=datagrams * load.lap.lines // load.lap.datagrams)
        dropped = processes.udp_sockets(set(ports))[1] - dropped
    meter = server.meter()
    started = time.monotonic()
    os.kill(server.pid, signal.SIGCONT)
    seconds = processes.seconds_until_idle(server.pid, started)
    return sent.lines * (1 - dropped / sent.datagrams), seconds, meter.read().total


# Small enough for one receive buffer of 16 MiB, which holds 20,000 small datagrams.
DRAIN_DATAGRAMS = 18_000


def drain(bench):
    """The pure cost of receiving and working, without a sender beside it."""
    costs = {}
    for name, workload in (("one line per datagram, 10 k series", {"series": 10_000}),
                           ("one line per datagram, 1 M series", {"series": bench.scaled(1_000_000, 50_000)}),
                           ("1432-byte datagrams, 10 k series", {"series": 10_000, "datagram_bytes": 1432})):
        for program, run in bench.programs("bare", "weir"):
            with run() as server:
                if program == "weir":
                    bench.fill(server, **workload)
                datagrams = DRAIN_DATAGRAMS if not workload.get("datagram_bytes") else DRAIN_DATAGRAMS // 4
                runs = [drained(bench, server, [server.udp_port], datagrams, **workload) for _ in range(bench.scaled(10, 3))]
                costs[name, program] = median(cpu / lines * 1e9 for lines, _, cpu in runs)
    details = ["| case | loop, ns/line | weir, ns/line | ratio |", "|---|---|---|---|"]
    names = list(dict.fromkeys(name for name, _ in costs))
    for name in names:
        bare, weir = costs[name, "bare"], costs[name, "weir"]
        details.append(f"| {name} | {bare:.0f} | {weir:.0f} | {weir / bare:.2f} |")
    first = names[0]
    ratio = costs[first, "weir"] / costs[first, "bare"]
    return Row("drain", "draining a filled socket on one core", "", f"{ratio:.2f} x a loop that discards, one line per datagram", MEASURED, details,
               run=f"{bench.scaled(10, 3)} times each")


def pin_workers(pid, cpus):
    """Each worker to a core of its own: left alone, two of them now and then begin on one."""
    threads = [int(task.name) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
               if (task / "comm").read_text(encoding="ascii").strip() == "weir-worker"]
    for thread, cpu in zip(sorted(threads), itertools.cycle(sorted(cpus))):
        os.sched_setaffinity(thread, {cpu})


def bare_pair(bench):
    """How much more two loops that discard drain together than one alone: what the kernel lets two workers gain."""
    datagrams, buffer_bytes, rates = 40_000, 200_000_000, {1: [], 2: []}
    for _ in range(bench.rounds):
        for count, found in rates.items():
            with contextlib.ExitStack() as stack:
                loops = [stack.enter_context(servers.bare_server(bench.bare_receiver, {core}, receive_buffer=buffer_bytes))
                         for core in sorted(bench.all_cpus)[:count]]
                ports = {loop.udp_port for loop in loops}
                with bench.load(udp=",".join(map(str, ports)), cpus=bench.all_cpus, series=10_000, datagram_bytes=1432) as load:
                    for loop in loops:
                        os.kill(loop.pid, signal.SIGSTOP)
                    sent = load.send(lines=datagrams * count * load.lap.lines // load.lap.datagrams)
                arrived = sent.datagrams - processes.udp_sockets(ports)[1]
                started = time.monotonic()
                for loop in loops:
                    os.kill(loop.pid, signal.SIGCONT)
                while processes.udp_sockets(ports)[0] > 0:
                    time.sleep(0.0005)
                found.append(arrived / (time.monotonic() - started))
    return median(rates[2]) / median(rates[1])


def quiet_ports(count):
    """UDP ports that are free, and that the kernel gives nobody who does not ask for them."""
    found = []
    for port in range(20_000, 32_000):
        with contextlib.suppress(OSError), socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise OSError("no ports are free")


def drained_rates(bench, flag, workload):
    """Lines per second by the number of workers, which drain the same full sockets."""
    sockets, rates = SOCKETS, {1: [], 2: []}
    for _ in range(bench.rounds):
        for count, found in rates.items():
            ports = quiet_ports(sockets)
            flags = [f"--{flag}={count}"] + [f"--statsd.listen-udp=127.0.0.1:{port}" for port in ports]
            with bench.run_weir(flags, cpus=bench.all_cpus) as server:
                bench.fill(server, **workload)
                pin_workers(server.pid, bench.all_cpus)
                # More than all buffers hold: every socket is full.
                lines, seconds, _ = drained(bench, server, ports, 12_000 * sockets * count, cpus=bench.all_cpus, **workload)
                found.append(lines / seconds)
    return rates


SOCKETS = 24


def workers(bench):
    flag = "statsd.workers"
    work, aim = "two workers", "at least 1.8 x one, draining sockets filled beforehand, with 10,000 counters and when all lines are of one"
    if not bench.has_flag(flag) or len(bench.all_cpus) < 2:
        return Row("two-workers", work, aim, f"no --{flag}" if len(bench.all_cpus) > 1 else "one core", NOT_AVAILABLE)
    cases = {"10,000 counters": {"series": 10_000, "datagram_bytes": 1432}, "the same counter": {"series": 1, "datagram_bytes": 1432}}
    found = {name: drained_rates(bench, flag, workload) for name, workload in cases.items()}
    ratios = {name: median(rates[2]) / median(rates[1]) for name, rates in found.items()}
    details = [f"- {SOCKETS} addresses, the receive buffers of all full; both workers get lines of every series"]
    details += [f"- {name}, lines per second with {count} worker{'s' * (count - 1)}: " + ", ".join(f"{rate:,.0f}" for rate in rates[count])
                for name, rates in found.items() for count in rates]
    details.append(f"- two loops that only receive and discard, each a process with one socket, drain {bare_pair(bench):.2f} x what one of them does")
    measured = "; ".join(f"{name} {ratio:.2f} x ({median(found[name][2]) / 1e6:.2f} M lines/s beside {median(found[name][1]) / 1e6:.2f} M)"
                         for name, ratio in ratios.items())
    return Row("two-workers", work, aim, measured, verdict(*(ratio >= 1.8 for ratio in ratios.values())), details)


ROWS = {"start": start, "start-rules": start_with_rules, "reload": reload, "two-workers": workers, "drain": drain, "idle": idle}
