# SPDX-License-Identifier: Apache-2.0
"""Runs `weir capture` and `weir replay`."""

import json
import pathlib
import re
import signal
import subprocess

import running_daemon

RUN_SECONDS_MAX = 60


def run(weir, *arguments, code=0):
    """Standard output and standard error of a command that must end with `code`."""
    done = subprocess.run([str(weir), *map(str, arguments)], capture_output=True, timeout=RUN_SECONDS_MAX, check=False)
    if done.returncode != code:
        raise AssertionError(f"exit code {done.returncode}, not {code}: {done.stdout[-500:]!r} {done.stderr.decode()}")
    return done.stdout.decode(), done.stderr.decode()


def records(file):
    """All lines of a capture but its head and its end, and the end."""
    head, *lines, end = [json.loads(line) for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()]
    assert head["weir_capture"] == 1 and "end" in end, (head, end)
    return lines, end


class Capture:
    """A `weir capture` that writes `file`. The `with` begins when it captures and ends it by `stop_signal`."""

    def __init__(self, weir, file, *arguments, stop_signal=signal.SIGTERM, code=0):
        self._command = [str(weir), "capture", f"--output={file}", "--format=json", *arguments]
        self._file = pathlib.Path(file)
        self._signal = stop_signal
        self._code = code
        self.totals = None

    def __enter__(self):
        self._file.unlink(missing_ok=True)
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        running_daemon.wait_until(self._has_head, RUN_SECONDS_MAX, "the head of the capture")
        return self

    def _has_head(self):
        if self.process.poll() is not None:
            raise AssertionError(self.process.communicate())
        return self._file.exists() and b"\n" in self._file.read_bytes()

    def port(self, transport):
        head = json.loads(self._file.read_text(encoding="utf-8").splitlines()[0])
        return int(re.search(rf"{transport} [^ ]*:(\d+)", head["source"]).group(1))

    def wait_for(self, text):
        running_daemon.wait_until(lambda: text in self._file.read_bytes(), RUN_SECONDS_MAX, f"{text} in the file")

    def wait_for_end(self):
        out, err = self.process.communicate(timeout=RUN_SECONDS_MAX)
        assert self._code in (None, self.process.returncode), (self.process.returncode, out, err)
        self.totals = json.loads(out)

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.send_signal(self._signal)
        if self.totals is None:
            try:
                self.wait_for_end()
            except BaseException:
                self.process.kill()
                raise
