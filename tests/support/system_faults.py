# SPDX-License-Identifier: Apache-2.0
"""Lets the system fail a daemon: calls that the kernel refuses, descriptors that run out, host names that change. Linux alone."""

import contextlib
import ctypes
import errno
import os
import pathlib
import platform
import resource
import struct
import tempfile

CLONE_NEWNS = 0x20000
MS_RDONLY = 1
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SECCOMP_RET_ERRNO, SECCOMP_RET_ALLOW = 0x00050000, 0x7FFF0000
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
# In `struct seccomp_data`.
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
# The kernel's name of the architecture, and the numbers of its calls.
CALLS = {
    "x86_64": (0xC000003E, {"recvfrom": 45, "recvmmsg": 299, "sendto": 44}),
    "aarch64": (0xC00000B7, {"recvfrom": 207, "recvmmsg": 243, "sendto": 206}),
}
# Of these only calls with such an argument: a relay's datagrams have an address, and StatsD's connections, other than HTTP's, are read
# without waiting. `sendto(fd, bytes, size, flags, address, ...)`, and so `recvfrom`.
ARGUMENTS_MEANT = {"sendto": 4, "recvfrom": 3}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def _check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def can_refuse_calls():
    return platform.machine() in CALLS


def refusing(call, number):
    """For `before_exec`: from its start on the kernel answers each such call of the daemon with this errno."""
    architecture, numbers = CALLS[platform.machine()]
    argument = []
    if call in ARGUMENTS_MEANT:
        argument = [(LOAD_WORD, 0, 0, ARGUMENTS_AT + 8 * ARGUMENTS_MEANT[call]), (JUMP_IF_EQUAL, 1, 0, 0)]
    instructions = [
        (LOAD_WORD, 0, 0, ARCHITECTURE_AT), (JUMP_IF_EQUAL, 0, 3 + len(argument), architecture),
        (LOAD_WORD, 0, 0, NUMBER_AT), (JUMP_IF_EQUAL, 0, 1 + len(argument), numbers[call]),
        *argument, (RETURN, 0, 0, SECCOMP_RET_ERRNO | number), (RETURN, 0, 0, SECCOMP_RET_ALLOW),
    ]
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)

    def install():
        libc = _libc()
        program = _Program(len(instructions), code)
        _check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
        _check(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0), "seccomp")

    return install


@contextlib.contextmanager
def no_descriptors_left(pid):
    """While it is used no file can be opened and no connection be taken by the process."""
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    open_ones = {int(number) for number in os.listdir(f"/proc/{pid}/fd")}
    # The kernel gives the lowest that is free.
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (min(set(range(len(open_ones) + 1)) - open_ones), hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))


def own_mounts():
    """From here on this process's mounts are its own, and nobody else sees new ones."""
    libc = _libc()
    _check(libc.unshare(CLONE_NEWNS), "unshare")
    _check(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount")


def can_mount():
    """Whether this process may give a child a view of the files of its own. In a chroot whose root is no mount point nobody may."""
    child = os.fork()
    if child == 0:
        try:
            own_mounts()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def mount_empty(path, options):
    """An empty file system of its own at `path`, with options of tmpfs(5): `size=64k`, or `ro`. For `before_exec`."""
    def mount():
        own_mounts()
        flags = MS_RDONLY if options == "ro" else 0
        data = None if options == "ro" else options.encode()
        _check(_libc().mount(b"tmpfs", str(path).encode(), b"tmpfs", flags, data), "mount")
    return mount


class HostNames:
    """Host names of a daemon's own, and nobody else to ask: give `mount` to `before_exec`. Use it in a `with`."""

    # However many names, so that what is read is all of the old or all of the new.
    BYTES = 1024

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="weir-hosts-")
        self._hosts, self._servers = (pathlib.Path(self._folder.name, name) for name in ("hosts", "resolv.conf"))
        self._hosts.touch()
        # Where nobody answers, and says so at once.
        self._servers.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n", encoding="ascii")
        self.put({})
        return self

    def __exit__(self, kind, value, trace):
        self._folder.cleanup()

    def put(self, addresses):
        """Name -> address; all other names but localhost are gone. In place: the mount shows this very file."""
        text = "".join(f"{address} {name}\n" for name, address in {"localhost": "127.0.0.1", **addresses}.items())
        with self._hosts.open("r+b", buffering=0) as file:
            file.write(text.encode("ascii").ljust(self.BYTES, b"\n"))

    def mount(self):
        own_mounts()
        libc = _libc()
        for path in (self._hosts, self._servers):
            _check(libc.mount(str(path).encode(), f"/etc/{path.name}".encode(), None, MS_BIND, None), "mount")


def missing(call_refusal=False, mounts=False):
    """Why these cannot be had here; empty when they can."""
    if call_refusal and not can_refuse_calls():
        return f"no numbers of system calls for {platform.machine()}"
    if mounts and not can_mount():
        return "needs CAP_SYS_ADMIN and a root that is a mount point, for host names of the daemon's own"
    return ""


REFUSED = errno.EPERM
NO_BUFFERS = errno.ENOBUFS
BROKEN = errno.EIO
