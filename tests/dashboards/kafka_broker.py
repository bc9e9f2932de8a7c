# SPDX-License-Identifier: Apache-2.0
"""A Kafka broker from Maven Central, out of the libraries of tests/spring_real/kafka."""

import contextlib
import pathlib
import socket
import subprocess

import java_programs
import running_daemon

PORT = 9092
CLUSTER = "d2VpciBkYXNoYm9hcmRzIQ"
START_SECONDS_MAX = 180
STOP_SECONDS_MAX = 60
CONFIG = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:9093
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
log.dirs={folder}/data
num.partitions=1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
"""


def answers():
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=1):
        return True
    return False


@contextlib.contextmanager
def running(program, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "server.properties"
    config.write_text(CONFIG.format(folder=folder), encoding="ascii")
    java = [*java_programs.JVM, "-cp", f"{program.place}/lib/*"]
    with open(folder / "log.txt", "wb") as log:
        subprocess.run([*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(config)], stdout=log, stderr=log, check=True)
        process = subprocess.Popen([*java, "kafka.Kafka", str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        running_daemon.wait_until(lambda: process.poll() is not None or answers(), START_SECONDS_MAX, "Kafka")
        assert process.poll() is None, (folder / "log.txt").read_text(encoding="utf-8")[-3000:]
        yield
    finally:
        process.terminate()
        process.wait(STOP_SECONDS_MAX)
