#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Becomes the daemon with open descriptors, as a service manager starts it: sd_listen_fds(3).

The environment's LAUNCH_DESCRIPTORS, numbers with commas between them, are made 3 and up; LAUNCH_NAMES are their names, with colons, where
it is set; WEIR is the daemon. The arguments are its own.
"""

import os
import sys

ABOVE_ALL = 512


def main():
    given = [int(number) for number in os.environ.pop("LAUNCH_DESCRIPTORS").split(",") if number]
    for place, descriptor in enumerate(given):
        os.dup2(descriptor, ABOVE_ALL + place)
    for place in range(len(given)):
        os.dup2(ABOVE_ALL + place, 3 + place)
        os.close(ABOVE_ALL + place)
    for descriptor in given:
        if descriptor >= 3 + len(given):
            os.close(descriptor)
    names = os.environ.pop("LAUNCH_NAMES", None)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(given)))
    if names is not None:
        os.environ["LISTEN_FDNAMES"] = names
    os.execv(os.environ["WEIR"], ["weir", *sys.argv[1:]])


if __name__ == "__main__":
    main()
