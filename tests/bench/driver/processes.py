# SPDX-License-Identifier: Apache-2.0
"""What a process costs, read from the kernel."""

import dataclasses
import os
import pathlib
import time

# The kinds of a process's CPU clock, the low bits of its number (clock_getcpuclockid(3)).
CLOCK_ALL_TICKS, CLOCK_USER_TICKS, CLOCK_EXACT = 0, 1, 2
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
NANOSECONDS = 1e-9
QUIET_SHARE_MAX = 0.03


def cpu_seconds(pid, kind=CLOCK_EXACT):
    """All threads, those that ended too."""
    return time.clock_gettime_ns((~pid << 3) | kind) * NANOSECONDS


@dataclasses.dataclass
class Cpu:
    """Seconds between two moments."""

    total: float
    user: float

    @property
    def kernel(self):
        return self.total - self.user


class CpuMeter:
    """Runs from its making. The total is exact; the kernel may tell user from kernel time by looking once a tick, so a
    share of a short run is a guess."""

    def __init__(self, pid):
        self._pid = pid
        self._before = self._read()

    def _read(self):
        return [cpu_seconds(self._pid, kind) for kind in (CLOCK_EXACT, CLOCK_USER_TICKS, CLOCK_ALL_TICKS)]

    def read(self):
        total, user, ticks = (now - before for now, before in zip(self._read(), self._before))
        return Cpu(total, total * user / ticks if ticks > 0 else total)


def resident_bytes(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def forget_highest_resident(pid):
    """What `highest_resident_bytes` tells begins anew; see proc(5), clear_refs."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def highest_resident_bytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM"))


def udp_sockets(ports):
    """(bytes waiting, datagrams dropped) of all UDP sockets bound to one of `ports` of this host."""
    waiting = dropped = 0
    for family in ("udp", "udp6"):
        for line in pathlib.Path("/proc/net", family).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            # Connected sockets are senders.
            if int(fields[1].rpartition(":")[2], 16) in ports and fields[2].endswith(":0000"):
                waiting += int(fields[4].partition(":")[2], 16)
                dropped += int(fields[-1])
    return waiting, dropped


def is_at_rest(pid):
    """No thread runs or wants to."""
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            state = status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state in "RD":
            return False
    return True


def wait_until_quiet(pid, ports, window, windows=3, patience=900):
    """Until nothing waits in the sockets, and the process used almost no CPU, in several windows one after another."""
    deadline = time.monotonic() + patience
    quiet = 0
    while quiet < windows:
        before = cpu_seconds(pid)
        time.sleep(window)
        # On a busy machine a timer's thread may wait for the core, again and again.
        is_idle = cpu_seconds(pid) - before < QUIET_SHARE_MAX * window and any(is_at_rest(pid) or time.sleep(0.003) for _ in range(10))
        quiet = quiet + 1 if is_idle and udp_sockets(ports)[0] == 0 else 0
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {pid} does not come to rest")


def seconds_until_idle(pid, started, idle_after=0.05, patience=60):
    """When the process last did work, as seconds behind `started` (time.monotonic); exact to a few milliseconds: looking more often would take a core from it."""
    last_cpu, last_change = cpu_seconds(pid), started
    while time.monotonic() - last_change < idle_after or not is_at_rest(pid):
        time.sleep(0.004)
        now, cpu = time.monotonic(), cpu_seconds(pid)
        if cpu - last_cpu > 0.00002:
            last_change = now
        last_cpu = cpu
        if now - started > patience:
            raise TimeoutError("the server does not come to rest")
    return last_change - started
