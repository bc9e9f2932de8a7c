# SPDX-License-Identifier: Apache-2.0
"""One run of the bench: what it measures, with which programs, how long, and the measurement that most rows share."""

import contextlib
import dataclasses
import pathlib
import statistics
import subprocess
import tempfile

import machine
import peers
import processes
import servers
from load import Load

# Lines per second that every program keeps up with, new series or not.
WARM_UP_RATE = 20_000

REACHED, MISSED, MEASURED, NOT_AVAILABLE = "reached", "**missed**", "measured", "not available"


@dataclasses.dataclass
class Row:
    """A row of the report. `details` are lines of Markdown."""

    name: str
    work: str
    aim: str
    measured: str
    verdict: str
    details: list = dataclasses.field(default_factory=list)
    # How often it was measured, where that differs from the run's.
    run: str = ""
    # What was measured on lesser levels of the processor, by their name.
    on_level: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Taken:
    """What one server made of one send."""

    sent: object
    lines: float
    cpu: processes.Cpu
    drops: int

    @property
    def lost(self):
        """The share of lines that did not arrive."""
        return 1 - self.lines / self.sent.lines

    @property
    def lines_per_second(self):
        return self.lines / self.sent.seconds

    def ns(self, share="total"):
        """CPU per line that was taken."""
        return getattr(self.cpu, share) / max(self.lines, 1) * 1e9


def measure(server, send):
    """`send()` sends and returns what was sent."""
    lines_before, drops_before, meter = server.lines(), server.drops(), server.meter()
    sent = send()
    server.settle()
    cpu, drops = meter.read(), server.drops() - drops_before
    lines = server.lines()
    taken = sent.lines * (1 - drops / sent.datagrams) if lines is None else server.lines_of(lines - lines_before, sent)
    return Taken(sent, taken, cpu, drops)


def median(values):
    return statistics.median(list(values))


class Runs:
    """What several rounds of several programs measured, taking turns."""

    def __init__(self):
        self.by_program = {}

    def add(self, program, taken):
        self.by_program.setdefault(program, []).append(taken)

    def extend(self, others):
        for program, taken in others.by_program.items():
            self.by_program.setdefault(program, []).extend(taken)

    def __contains__(self, program):
        return program in self.by_program

    def ns(self, program, share="total"):
        return median(taken.ns(share) for taken in self.by_program[program])

    def spread(self, program, share="total"):
        values = [taken.ns(share) for taken in self.by_program[program]]
        return min(values), max(values)

    def lost(self, program):
        return median(taken.lost for taken in self.by_program[program])

    def ratio(self, above, below, share="total"):
        return self.ns(above, share) / self.ns(below, share)

    def table(self, is_udp=True):
        """What was kept and lost is of interest where it can be lost."""
        yield "| program | CPU ns/line | user | kernel | lowest-highest |" + (" lines/s kept | lost |" if is_udp else "")
        yield "|---|---|---|---|---|" + ("---|---|" if is_udp else "")
        for name, runs in self.by_program.items():
            low, high = self.spread(name)
            kept = f" {median(taken.lines_per_second for taken in runs):,.0f} | {self.lost(name):.2%} |" if is_udp else ""
            yield f"| {name} | {self.ns(name):,.0f} | {self.ns(name, 'user'):,.0f} | {self.ns(name, 'kernel'):,.0f} | {low:,.0f}-{high:,.0f} |{kept}"


@dataclasses.dataclass
class Bench:
    source: pathlib.Path
    weir: pathlib.Path
    reference: pathlib.Path
    load_generator: pathlib.Path
    bare_receiver: pathlib.Path
    build_type: str
    is_own_build: bool
    is_quick: bool
    rounds: int
    airflow_mapping: pathlib.Path
    # Levels of the processor, the best first, on which weir is measured.
    levels: list
    # The other programs by name, and where each is.
    peers: dict

    def __post_init__(self):
        self.seconds = 1.0 if self.is_quick else 4.0
        self.sender_cpus, self.server_cpus = ({core} for core in machine.cores())
        self.all_cpus = self.sender_cpus | self.server_cpus

    def scaled(self, number, quick):
        """`number`, or in a quick run that only shows that the row works, `quick`."""
        return quick if self.is_quick else number

    def has_flag(self, flag):
        return f"--{flag}" in help_of(self.weir)

    def load(self, cpus=None, **flags):
        return Load(self.load_generator, cpus or self.sender_cpus, **flags)

    def run_weir(self, flags=(), cpus=None, name="weir", has_unixgram=False):
        return servers.daemon_server(name, self.weir, cpus or self.server_cpus, flags, has_unixgram=has_unixgram, environment=on_level(self.levels[0]))

    def run_reference(self, flags=(), cpus=None, has_unixgram=False):
        return servers.daemon_server("reference", self.reference, cpus or self.server_cpus, flags, is_reference=True, has_unixgram=has_unixgram)

    def run_weir_on(self, level):
        return servers.daemon_server(f"weir {level}", self.weir, self.server_cpus, environment=on_level(level))

    def weirs(self):
        """(level, name, a function that runs it) of weir on each level; the best has its usual name."""
        best, *others = self.levels
        return [(best, "weir", self.run_weir)] + [(level, f"weir {level}", lambda level=level: self.run_weir_on(level)) for level in others]

    def run_peer(self, name):
        return peers.peer_server(name, self.peers[name], self.server_cpus)

    def describe_peers(self):
        return ", ".join(f"{name} {peers.PEERS[name].version(path)}" for name, path in self.peers.items()) or "none installed"

    def run_bare(self, cpus=None):
        return servers.bare_server(self.bare_receiver, cpus or self.server_cpus)

    def programs(self, *names):
        """(name, a function that runs it) of those that are installed; "weirs" is weir on every level."""
        found = {"bare": [("bare", self.run_bare)], "weir": [("weir", self.run_weir)],
                 "weirs": [(name, run) for _, name, run in self.weirs()],
                 "reference": [("reference", self.run_reference)] if self.reference else [],
                 **{name: [(name, lambda name=name: self.run_peer(name))] if name in self.peers else [] for name in peers.PEERS}}
        return [runner for name in names for runner in found[name]]

    def full_speed(self, runners, warm=True, rounds=None, **workload):
        """The receiving measurement: UDP at full sender speed, every series seen before, programs taking turns."""
        runs = Runs()
        for _ in range(rounds or self.rounds):
            for name, run in runners:
                with run() as server:
                    filled = self.fill(server, **workload) if warm and server.tcp_port else None
                    with self.load(udp=server.udp_port, **workload) as load:
                        if warm and not filled:
                            load.send(lines=workload["series"], rate=WARM_UP_RATE)
                        taken = measure(server, lambda: load.send(seconds=self.seconds))
                    runs.add(name, taken)
                    server.check_totals(filled.sent if filled else None, taken)
        return runs

    def fill(self, server, **workload):
        """One lap through TCP, which loses nothing; returns what was sent and what it cost."""
        with self.load(tcp=server.tcp_port, **{**workload, "lines_min": 1}) as load:
            taken = measure(server, load.send_lap)
        if taken.lines != taken.sent.lines:
            raise AssertionError(f"{server.name} took {taken.lines} of {taken.sent.lines} lines over TCP")
        return taken


@contextlib.contextmanager
def mapping_file(text):
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        path = pathlib.Path(folder, "mapping.yml")
        path.write_text(text, encoding="utf-8")
        yield path


def help_of(binary):
    done = subprocess.run([str(binary), "--help"], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def on_level(level):
    return {machine.LEVEL_VARIABLE: level} if level in machine.LEVELS else {}


def verdict(*conditions):
    return REACHED if all(conditions) else MISSED
