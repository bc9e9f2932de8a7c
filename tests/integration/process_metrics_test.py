#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the daemon tells about its process is what the kernel tells about it, and who built it."""

import contextlib
import os
import pathlib
import resource
import socket
import subprocess
import sys
import time
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import exposition  # noqa: E402
import running_daemon  # noqa: E402
import self_page  # noqa: E402
import tap  # noqa: E402

CLOCK_SECONDS_MAX = 60
# Of time in the kernel, so that a sum can be told from a difference.
SYSTEM_TICKS = 5
WORK_SECONDS_MAX = 60
# The kernel counts memory per thread and adds up now and then; sanitizers take some for each scrape.
MEMORY_SLACK_BYTES = (256 if tap.is_sanitized() else 2) << 20
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# What /proc/cpuinfo calls the instructions of each level, the best first.
CPU_LEVELS = {
    "avx512": {"avx2", "bmi1", "bmi2", "popcnt", "aes", "avx512bw", "avx512vl", "avx512vbmi", "avx512_vbmi2"},
    "avx2": {"avx2", "bmi1", "bmi2", "popcnt", "aes"},
}
LEVEL_VARIABLE = "WEIR_CPU_LEVEL"


def cpu_level():
    """The best level of the processor, as the kernel sees it, or the one that all tests are to run on."""
    if LEVEL_VARIABLE in os.environ:
        return os.environ[LEVEL_VARIABLE]
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    flags = {flag for line in lines if line.startswith("flags") for flag in line.partition(":")[2].split()}
    return next((level for level, needed in CPU_LEVELS.items() if needed <= flags), "baseline")


class Process(unittest.TestCase):
    @contextlib.contextmanager
    def watched(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon, self_page.Watch(daemon) as watch:
            self.proc = pathlib.Path(f"/proc/{daemon.process.pid}")
            self.daemon, self.watch = daemon, watch
            yield

    def cpu_ticks(self):
        """(user, system)"""
        fields = (self.proc / "stat").read_text().rpartition(")")[2].split()
        return int(fields[11]), int(fields[12])

    def memory_bytes(self):
        """(virtual, resident)"""
        pages = (self.proc / "statm").read_text().split()
        return tuple(int(count) * os.sysconf("SC_PAGESIZE") for count in pages[:2])

    def network_bytes(self):
        """(received, sent)"""
        lines = [line.split() for line in (self.proc / "net" / "netstat").read_text().splitlines() if line.startswith("IpExt:")]
        counts = dict(zip(*lines))
        return int(counts["InOctets"]), int(counts["OutOctets"])

    def test_cpu_time_is_that_of_the_program_and_of_the_kernel_for_it(self):
        with self.watched():
            running_daemon.wait_until(lambda: self.watch.values() and self.cpu_ticks()[1] >= SYSTEM_TICKS, WORK_SECONDS_MAX, "time in the kernel")
            before = sum(self.cpu_ticks())
            told = self.watch.value("process_cpu_seconds_total")
            after = sum(self.cpu_ticks())
            self.assertTrue(before <= round(told * TICKS_PER_SECOND) <= after, (before, told, after))

    def test_start_is_a_moment_ago(self):
        with self.watched():
            started = self.watch.value("process_start_time_seconds")
            self.assertLess(abs(time.time() - started), CLOCK_SECONDS_MAX)
            self.assertEqual(self.watch.value("process_start_time_seconds"), started)

    def test_descriptors_are_those_open(self):
        with self.watched(), contextlib.ExitStack() as clients:
            self.assertEqual(self.watch.value("process_open_fds"), len(list((self.proc / "fd").iterdir())))
            with self.watch.moves({"process_open_fds": 3, "weir_tcp_connections": 3, "statsd_exporter_tcp_connections_total": 3}):
                for _ in range(3):
                    clients.enter_context(socket.create_connection(("127.0.0.1", self.daemon.tcp_port)))

    def test_limits_are_those_set(self):
        with self.watched():
            pid = self.daemon.process.pid
            soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            self.assertEqual(self.watch.value("process_max_fds"), soft)
            with self.watch.moves({"process_max_fds": -1}):
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft - 1, hard))
            virtual = 1 << 50
            resource.prlimit(pid, resource.RLIMIT_AS, (virtual, resource.RLIM_INFINITY))
            self.assertEqual(self.watch.value("process_virtual_memory_max_bytes"), virtual)
            with self.watch.moves({"process_virtual_memory_max_bytes": virtual}):
                resource.prlimit(pid, resource.RLIMIT_AS, (2 * virtual, resource.RLIM_INFINITY))

    def test_memory_is_what_the_kernel_counts(self):
        with self.watched():
            for at, name in enumerate(("process_virtual_memory_bytes", "process_resident_memory_bytes")):
                before = self.memory_bytes()[at]
                told = self.watch.value(name)
                after = self.memory_bytes()[at]
                self.assertTrue(min(before, after) - MEMORY_SLACK_BYTES <= told <= max(before, after) + MEMORY_SLACK_BYTES, (name, before, told, after))

    def test_network_is_what_the_kernel_counts(self):
        with self.watched():
            before = self.network_bytes()
            page = self.watch.values()
            after = self.network_bytes()
            for at, name in enumerate(("process_network_receive_bytes_total", "process_network_transmit_bytes_total")):
                self.assertTrue(before[at] <= page[name] <= after[at], (name, before, page[name], after))


class Build(unittest.TestCase):
    def test_is_what_the_program_says_of_itself(self):
        said = subprocess.run([str(tap.weir()), "--version"], capture_output=True, text=True, timeout=WORK_SECONDS_MAX, check=True).stdout
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            series, = exposition.self_values({"": daemon.scrape()["statsd_exporter_build_info"]}).items()
        version = said.split("version ")[1].split(" ")[0]
        self.assertIn(f'version="{version}"', series[0])
        self.assertIn('goos="linux"', series[0])
        self.assertEqual(series[1], 1)

    def test_tells_the_level_of_the_processor(self):
        with running_daemon.RunningDaemon(tap.weir()) as daemon:
            series, = exposition.self_values({"": daemon.scrape()["weir_build_info"]}).items()
        self.assertIn(f'cpu_level="{cpu_level()}"', series[0])
        self.assertIn('version="', series[0])
        self.assertEqual(series[1], 1)
        line, = (line for line in daemon.log_lines if "Build context" in line)
        self.assertIn(f", cpu_level={cpu_level()}, ", line)

    def test_runs_on_the_level_that_the_environment_names(self):
        with unittest.mock.patch.dict(os.environ, {LEVEL_VARIABLE: "baseline"}), running_daemon.RunningDaemon(tap.weir()) as daemon:
            series, = exposition.self_values({"": daemon.scrape()["weir_build_info"]}).items()
        self.assertIn('cpu_level="baseline"', series[0])
        refused = subprocess.run([str(tap.weir())], env={**os.environ, LEVEL_VARIABLE: "avx1024"}, capture_output=True, text=True, timeout=WORK_SECONDS_MAX, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(f"error: {LEVEL_VARIABLE}: this processor has no 'avx1024'", refused.stderr)


if __name__ == "__main__":
    tap.main()
