# SPDX-License-Identifier: Apache-2.0
"""Holds one thread of a running daemon still while its other threads go on, as one that is stuck. Linux alone."""

import contextlib
import ctypes
import os
import pathlib
import platform

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17
WAIT_ALL = 0x40000000


def _ptrace(request, thread):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    if libc.ptrace(request, thread, None, None) != 0:
        raise OSError(ctypes.get_errno(), f"ptrace: {os.strerror(ctypes.get_errno())}")


def threads_named(process, name):
    """The ids of a process's threads of this name, as `top -H` shows it."""
    tasks = sorted(pathlib.Path(f"/proc/{process}/task").iterdir(), key=lambda task: int(task.name))
    return [int(task.name) for task in tasks if _name(task) == name]


def _name(task):
    # It may end meanwhile.
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return (task / "comm").read_text().strip()
    return None


@contextlib.contextmanager
def held(thread):
    """Until the end of the `with`, which has to be in the Python thread that began it, the thread does not run."""
    _ptrace(PTRACE_SEIZE, thread)
    _ptrace(PTRACE_INTERRUPT, thread)
    os.waitpid(thread, WAIT_ALL)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            _ptrace(PTRACE_DETACH, thread)


@contextlib.contextmanager
def held_apart(thread, others_go_on):
    """The same, but where it holds no lock that the others want: where `others_go_on()`."""
    while True:
        with held(thread):
            if others_go_on():
                yield
                return


def can_hold():
    return platform.system() == "Linux" and _may_trace()


def _may_trace():
    """Whether a child may be traced here, which some containers do not allow."""
    child = os.fork()
    if child == 0:
        while True:
            signal_pause()
    try:
        with held(child):
            return True
    except OSError:
        return False
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def signal_pause():
    ctypes.CDLL(None).pause()
