# SPDX-License-Identifier: Apache-2.0
"""Reads zstd, which Python 3.11 does not: by the program of that name."""

import subprocess

SECONDS_MAX = 60


def decompress(data):
    """All of `data` must be whole frames."""
    return subprocess.run(["zstd", "--decompress", "--stdout", "--quiet"], input=data, capture_output=True, timeout=SECONDS_MAX, check=True).stdout
