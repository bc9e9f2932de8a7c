# SPDX-License-Identifier: Apache-2.0
"""Records into tests/spring/captures what Micrometer and the Spring applications send: all lines of the first, of the others one for each series.

Beside the lines of the web application are the families of its own Prometheus page.
"""

import pathlib
import re
import socket
import tempfile
import threading
import time

import java_programs
import micrometer
import running_daemon
import task_case
import web_case

CAPTURES = pathlib.Path(__file__).resolve().parent.parent / "spring" / "captures"
DATAGRAM_BYTES_MAX = 65536
RECEIVE_BUFFER_BYTES = 1 << 22


class Recorder:
    """Keeps the lines that come to a UDP port."""

    def __enter__(self):
        self.lines = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._receive)
        self._thread.start()
        return self

    def _receive(self):
        while (datagram := self._socket.recv(DATAGRAM_BYTES_MAX)) != b"end":
            self.lines += [line for line in datagram.split(b"\n") if line]

    def __exit__(self, kind, value, trace):
        self._socket.sendto(b"end", self._socket.getsockname())
        self._thread.join()
        self._socket.close()


def write(name, lines):
    CAPTURES.mkdir(exist_ok=True)
    (CAPTURES / name).write_bytes(b"".join(line + b"\n" for line in lines))


def one_of_each(lines):
    """The first line of each series."""
    found = {}
    for line in lines:
        found.setdefault(re.sub(rb":-?[0-9.]+[|]", b":|", line), line)
    return found.values()


def record_micrometer(version, program, flavor):
    with Recorder() as recorder:
        program.run([flavor.upper(), "UDP", "127.0.0.1", str(recorder.port), "true"])
    write(f"micrometer-{version}-{flavor}.txt", recorder.lines)


def record_web(program, flavor):
    port = running_daemon.free_port()
    with tempfile.TemporaryDirectory(prefix="weir-spring-") as folder, Recorder() as recorder:
        application = web_case.Application(port)
        with program.running(web_case.arguments(flavor, recorder.port, port), application.base + "/actuator/health", pathlib.Path(folder, "log")):
            application.work()
            time.sleep(3 * web_case.POLL_SECONDS)
            names = [name for name in application.prometheus_names() if not web_case.OTHERWISE.fullmatch(name)]
    write(f"web-{flavor}.txt", one_of_each(recorder.lines))
    write("web-families.txt", [name.encode() for name in sorted(names)])


def record_task(program, flavor):
    with Recorder() as recorder:
        program.run(task_case.arguments(flavor, recorder.port, "task1", 1))
    write(f"task-{flavor}.txt", one_of_each(recorder.lines))


def recordings(micrometers, cache):
    """(name, what records it) of each."""
    web = java_programs.Program(cache, "web", "weir.web.WebApp")
    task = java_programs.Program(cache, "task", "weir.task.TaskApp")
    for flavor in micrometer.FLAVORS:
        for version, program in micrometers.items():
            yield f"Micrometer {version}, {flavor}", lambda v=version, p=program, f=flavor: record_micrometer(v, p.build(), f)
        yield f"Spring Boot 3.5 web application, {flavor}", lambda f=flavor: record_web(web.build(), f)
        yield f"Spring Cloud Task with Spring Batch, {flavor}", lambda f=flavor: record_task(task.build(), f)
