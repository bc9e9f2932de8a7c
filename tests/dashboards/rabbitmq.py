# SPDX-License-Identifier: Apache-2.0
"""A RabbitMQ on its usual port, in a folder of its own."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess

import running_daemon

SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"
PORT = 5672
START_SECONDS_MAX = 180
STOP_SECONDS_MAX = 60


def is_installed():
    return pathlib.Path(SERVER).exists() and shutil.which("epmd") is not None


def answers():
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=1) as connection:
        # Anything that is no AMQP is answered with the version that it speaks.
        connection.sendall(b"AMQP\x00\x00\x00\x00")
        return connection.recv(4) == b"AMQP"
    return False


def environment(folder):
    plugins = folder / "plugins"
    plugins.write_text("[].\n", encoding="ascii")
    return {**os.environ, "HOME": str(folder), "RABBITMQ_NODENAME": "weir@localhost", "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(PORT), "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"), "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins), "ERL_EPMD_ADDRESS": "127.0.0.1"}


@contextlib.contextmanager
def running(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "log.txt", "wb") as log:
        process = subprocess.Popen([SERVER], env=environment(folder), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        running_daemon.wait_until(lambda: process.poll() is not None or answers(), START_SECONDS_MAX, "RabbitMQ")
        assert process.poll() is None, (folder / "log.txt").read_text(encoding="utf-8")[-2000:]
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        subprocess.run(["epmd", "-kill"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
