# SPDX-License-Identifier: Apache-2.0
"""The load generator, as a process that waits for orders."""

import json
import os
import subprocess
import types

import machine


class Load:
    """Use it in a `with`. Keywords become its flags: Load(path, udp=port, series=1000, datagram_bytes=1432)."""

    def __init__(self, binary, cpus=None, **flags):
        words = [f"--{name.replace('_', '-')}={value}" for name, value in flags.items()]
        self._command = [str(binary), *words]
        self._cpus = {machine.cores()[0]} if cpus is None else cpus
        self.lap = None

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        os.sched_setaffinity(self._process.pid, self._cpus)
        # What a lap over all series holds.
        self.lap = self._answer()
        return self

    def __exit__(self, kind, value, trace):
        self._process.stdin.close()
        if kind is not None:
            self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator failed: " + " ".join(self._command))
        return types.SimpleNamespace(**json.loads(line))

    def order(self, verb, **amount):
        """Begins; `finish` waits for the end."""
        words = [verb] + [f"{name}={value}" for name, value in amount.items() if value]
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()

    def finish(self):
        return self._answer()

    def send(self, lines=0, seconds=0, rate=0):
        self.order("send", lines=lines, seconds=seconds, rate=rate)
        return self.finish()

    def send_lap(self, rate=0):
        return self.send(lines=self.lap.lines, rate=rate)
