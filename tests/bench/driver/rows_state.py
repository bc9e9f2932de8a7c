# SPDX-License-Identifier: Apache-2.0
"""The row about saves of the state file: what one costs, and how long it holds up what else the daemon does."""

import os
import pathlib
import tempfile
import time

import micro
import running_daemon
from bench import Row, median, verdict
from rows_new_series import STANDARD
from rows_operation import milliseconds

CPU_SECONDS_MAX, PAUSE_MS_MAX = 0.300, 2
# Longer than a save takes, and shorter than a watch.
INTERVAL_SECONDS = 5
PATIENCE_SECONDS = 60
RATE = 200_000


def wait_for_save(path):
    """Until the file at `path` is another than it is now."""
    def identity():
        return path.stat().st_ino if path.exists() else None
    before = identity()
    running_daemon.wait_until(lambda: identity() not in (None, before), PATIENCE_SECONDS, "a save")


def cpu_per_save(server, path, saves):
    """Of a daemon that does nothing else: seconds of CPU from the end of one save to that of the last."""
    wait_for_save(path)
    server.settle()
    meter = server.meter()
    for _ in range(saves):
        wait_for_save(path)
    server.settle()
    return meter.read().total / saves


def slices(bench):
    """{case: what it counted} of the micro benchmark, which times each slice of the main thread, and each wait of a worker that asks the store
    for a series."""
    allowed = os.sched_getaffinity(0)
    cases = micro.run(bench.load_generator.with_name("state_bench"), ["--benchmark_filter=save_1m|saved", *(["--benchmark_repetitions=1"] if bench.is_quick else [])])
    os.sched_setaffinity(0, allowed)
    return {name: {key: max(one[key] for one in repetitions) for key in repetitions[0] if key.endswith("_ms")} for name, repetitions in cases.items()}


def watch(bench, server, seconds):
    """How long datagrams lay in the socket while the daemon received, and saved now and then."""
    with bench.load(unixgram=server.unixgram, series=10_000, datagram_bytes=1432, prefix="watched.service") as load:
        load.send_lap(rate=RATE)
        load.order("watch", seconds=seconds, rate=RATE)
        return load.finish()


def state_save(bench):
    series, saves, seconds = bench.scaled(1_000_000, 50_000), bench.scaled(3, 1), bench.scaled(2 * INTERVAL_SECONDS, INTERVAL_SECONDS + 1)
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        path = pathlib.Path(folder, "state")
        with bench.run_weir([f"--state.file={path}", f"--state.interval={INTERVAL_SECONDS}s"], has_unixgram=True) as server:
            bench.fill(server, series=series, **STANDARD)
            cpu = cpu_per_save(server, path, saves)
            started = time.monotonic()
            waits = [watch(bench, server, seconds) for _ in range(bench.scaled(3, 1))]
            saved = (time.monotonic() - started) / INTERVAL_SECONDS
            size = path.stat().st_size
        with bench.run_weir(has_unixgram=True) as server:
            bench.fill(server, series=series, **STANDARD)
            calm = [watch(bench, server, seconds) for _ in range(bench.scaled(3, 1))]
    measured_slices = slices(bench)
    longest = max(value for counted in measured_slices.values() for key, value in counted.items() if key == "longest_slice_ms")
    details = [f"- {size / 1e6:,.0f} MB; the CPU of the whole process, thread that writes included, of {saves} saves of a daemon that does nothing else",
               f"- load: {RATE:,} lines per second; a pause is how long a datagram lay, told by the kernel",
               f"- during {saved:.0f} saves: longest {milliseconds(wait.longest_wait for wait in waits)}, usual {milliseconds(wait.median_wait for wait in waits)}",
               f"- without: longest {milliseconds(wait.longest_wait for wait in calm)}",
               "- slices of the main thread, and a worker's waits for a new series, of the micro benchmark, the longest of all repetitions:"]
    details += [f"  - {name}: " + ", ".join(f"{key} {value:.2f}" for key, value in counted.items()) for name, counted in measured_slices.items()]
    return Row("state-save", f"save of the state of {series:,} counter series", "at most 300 ms of CPU, no pause above 2 ms",
               f"{cpu * 1000:.0f} ms of CPU; longest slice of the main thread {longest:.2f} ms; longest that a datagram lay, median of {len(waits)}, "
               f"{median(wait.longest_wait for wait in waits) * 1000:.2f} ms, without saves {median(wait.longest_wait for wait in calm) * 1000:.2f} ms",
               verdict(cpu <= CPU_SECONDS_MAX, longest <= PAUSE_MS_MAX), details, run=f"{saves} saves, {len(waits)} times {seconds} s")


ROWS = {"state-save": state_save}
