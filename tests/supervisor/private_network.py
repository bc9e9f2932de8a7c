# SPDX-License-Identifier: Apache-2.0
"""A network of this process alone, so that daemons may have the ports that their deployments give them: 9102, 9125, 9090.

Only the loopback interface is in it, with all of 127.0.0.0/8 and ::1.
"""

import ctypes
import fcntl
import os
import socket
import struct

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1
# struct ifreq: name, flags, padding.
INTERFACE = "16sH22x"


def unshare(flags):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def unshare_as_user():
    """Without root: as the root of a user namespace, in which the user is the only one."""
    uid, gid = os.getuid(), os.getgid()
    unshare(CLONE_NEWUSER | CLONE_NEWNET)
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"0 {uid} 1")
    write("/proc/self/gid_map", f"0 {gid} 1")


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack(INTERFACE, b"lo", 0)
        flags = struct.unpack(INTERFACE, fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack(INTERFACE, b"lo", flags | IFF_UP))


def enter():
    """For the whole process: call it before there are threads. Raises OSError where the machine does not allow it."""
    try:
        unshare(CLONE_NEWNET)
    except PermissionError:
        unshare_as_user()
    raise_loopback()
