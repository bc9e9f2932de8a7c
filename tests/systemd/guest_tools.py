# SPDX-License-Identifier: Apache-2.0
"""What the cases of guest.py use: commands that are shown, weir with lines for its units, senders and counts."""

import contextlib
import http.client
import pathlib
import re
import shutil
import socket
import subprocess
import threading
import time

MAPPING = pathlib.Path("/etc/weir/mapping.yml")
RULE = "mappings:\n- match: a.*\n  name: %s\n"
BROKEN = "mappings:\n- match: a.*\n  nam: x\n"
DROP_IN = pathlib.Path("/etc/systemd/system/weir.service.d/trial.conf")
SOCKET_DROP_IN = pathlib.Path("/etc/systemd/system/weir.socket.d/trial.conf")
SOCKETS = ("weir.socket", "weir-http.socket")
EXPOSURE_MAX = 1.2
SECONDS_MAX = 60
RELAY_PORT = 9999
# For the last packet of the relay, which is sent within a second.
RELAY_SECONDS_MAX = 10


def run(*command):
    """(exit code, all that it printed), shown."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    print("# $ " + " ".join(command) + f"   -> {done.returncode}")
    for line in done.stdout.splitlines()[-12:]:
        print("#   " + line)
    return done.returncode, done.stdout


def succeed(*command):
    code, text = run(*command)
    assert code == 0, f"{' '.join(command)}: {code}"
    return text


def shown(unit, name):
    return subprocess.run(["systemctl", "show", "-P", name, unit], capture_output=True, text=True, check=True).stdout.strip()


def wait_until(condition, what):
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if result := condition():
                return result
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.02)


def fetch(path):
    connection = http.client.HTTPConnection("127.0.0.1", 9102, timeout=SECONDS_MAX)
    with contextlib.closing(connection):
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()


def value(series):
    """0 while it is absent."""
    found = re.search(rf"^{re.escape(series)} (\S+)$", fetch("/metrics")[1], re.MULTILINE)
    return float(found.group(1)) if found else 0


def states(process):
    """Of its threads, as /proc has them; none when it has gone."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return {(task / "stat").read_text().rpartition(")")[2].split()[0] for task in pathlib.Path(f"/proc/{process}/task").iterdir()}
    return set()


def send(*lines):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for line in lines:
            client.sendto(line, ("127.0.0.1", 9125))


def journal_since(moment):
    return subprocess.run(["journalctl", "-q", "-o", "cat", "-u", "weir", "--since", f"@{moment:.3f}"], capture_output=True, text=True, check=True).stdout


def show_journal(since, pattern):
    """Waits for a line that matches, and shows those that do."""
    lines = wait_until(lambda: [line for line in journal_since(since).splitlines() if re.search(pattern, line)], f"{pattern!r} in the journal")
    for line in lines[-4:]:
        print("#   journal: " + line)


def drop_in(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


@contextlib.contextmanager
def weir(service="", sockets=SOCKETS, socket_text="", mapping=RULE % "first"):
    """Started, with more lines for its units."""
    MAPPING.parent.mkdir(exist_ok=True)
    MAPPING.write_text(mapping)
    # Of the case before.
    shutil.rmtree("/var/lib/private/weir", ignore_errors=True)
    drop_in(DROP_IN, service)
    drop_in(SOCKET_DROP_IN, socket_text)
    succeed("systemctl", "daemon-reload")
    subprocess.run(["systemctl", "reset-failed"], check=True)
    try:
        succeed("systemctl", "start", *sockets, "weir.service")
        yield
    finally:
        subprocess.run(["systemctl", "stop", *SOCKETS, "weir.service"], check=False)


def flags(text):
    return f"[Service]\nExecStart=\nExecStart=/usr/local/bin/weir --statsd.mapping-config=/etc/weir/mapping.yml --state.file=/var/lib/weir/state {text}\n"


class Sink:
    """Counts the lines that weir relays, whichever process of it does."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
        self._socket.bind(("127.0.0.1", RELAY_PORT))
        self._socket.settimeout(0.2)
        self._is_over = threading.Event()
        self.lines = 0
        self._thread = threading.Thread(target=self._count)
        self._thread.start()

    def _count(self):
        while not self._is_over.is_set():
            with contextlib.suppress(TimeoutError):
                self.lines += self._socket.recv(65536).count(b"load:1|c")

    def close(self):
        self._is_over.set()
        self._thread.join()
        self._socket.close()


def send_steadily(client, is_over, sent):
    """About 4,000 datagrams a second, in bursts."""
    while not is_over.is_set():
        for _ in range(40):
            client.sendto(b"load:1|c", ("127.0.0.1", 9125))
            sent[0] += 1
        time.sleep(0.01)


def restarts_under_load(restart, times):
    """(datagrams sent, lines relayed)"""
    sink, is_over, sent = Sink(), threading.Event(), [0]
    with contextlib.closing(sink), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        sender = threading.Thread(target=send_steadily, args=(client, is_over, sent))
        sender.start()
        for _ in range(times):
            time.sleep(0.5)
            restart()
        time.sleep(0.5)
        is_over.set()
        sender.join()
        deadline = time.monotonic() + RELAY_SECONDS_MAX
        while sink.lines < sent[0] and time.monotonic() < deadline:
            time.sleep(0.1)
        return sent[0], sink.lines
