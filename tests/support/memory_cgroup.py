# SPDX-License-Identifier: Apache-2.0
"""A control group with a limit of memory, of either version, where the machine lets one be made."""

import contextlib
import os
import pathlib
import time

ROOT = pathlib.Path("/sys/fs/cgroup")
REMOVE_SECONDS_MAX = 10
POLL_SECONDS = 0.05


def _hierarchy():
    """Where groups are made, and the file of their limit."""
    if (ROOT / "memory" / "memory.limit_in_bytes").exists():
        return ROOT / "memory", "memory.limit_in_bytes"
    return ROOT, "memory.max"


class MemoryCgroup:
    """Use it in a `with`. `join` is for `before_exec`; without `is_real` it does nothing."""

    def __init__(self, limit_bytes):
        self._limit = limit_bytes
        parent, self._file = _hierarchy()
        self._folder = parent / f"weir-test-{os.getpid()}-{limit_bytes >> 20}"
        self.is_real = False

    def __enter__(self):
        try:
            self._folder.mkdir()
            (self._folder / self._file).write_text(str(self._limit))
            self.is_real = True
        except OSError:
            with contextlib.suppress(OSError):
                self._folder.rmdir()
        return self

    def __exit__(self, *_):
        end = time.monotonic() + REMOVE_SECONDS_MAX
        while self.is_real and self._folder.exists() and time.monotonic() < end:
            with contextlib.suppress(OSError):
                self._folder.rmdir()
            time.sleep(POLL_SECONDS)

    def join(self):
        if self.is_real:
            (self._folder / "cgroup.procs").write_text(str(os.getpid()))
