# SPDX-License-Identifier: Apache-2.0
"""Stops a daemon while its supervisor does not read its log: it waits in the middle of handling SIGTERM, and all its timers run out."""

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
import time
import urllib.request

import running_daemon

F_SETPIPE_SZ = 1031
PIPE_BYTES = 4096
STOP_SECONDS_MAX = 20
# Longer than the period of anything that a daemon does by the clock.
STALL_SECONDS = 1.5
START_SECONDS_MAX = 60
READY = "http://127.0.0.1:9102/-/ready"


def fill(pipe):
    os.set_blocking(pipe, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(pipe, b"\n")
    os.set_blocking(pipe, True)


def drain(pipe):
    while os.read(pipe, PIPE_BYTES):
        pass


def is_serving():
    with contextlib.suppress(OSError), urllib.request.urlopen(READY) as response:
        return response.status == 200
    return False


def exit_code(command):
    """After SIGTERM; None when it does not end."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, F_SETPIPE_SZ, PIPE_BYTES)
    process = subprocess.Popen(command, cwd="/", env={}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=writer)
    running_daemon.wait_until(is_serving, START_SECONDS_MAX, READY)
    fill(writer)
    process.send_signal(signal.SIGTERM)
    time.sleep(STALL_SECONDS)
    os.close(writer)
    draining = threading.Thread(target=drain, args=(reader,))
    draining.start()
    try:
        return process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None
    finally:
        draining.join()
        os.close(reader)
