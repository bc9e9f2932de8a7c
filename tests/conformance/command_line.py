# SPDX-License-Identifier: Apache-2.0
"""Both programs get each line of command-lines.txt: they must end with the same code or both start, and say the same.

Ports and folders differ, so they are named before texts are compared, and so are the programs. Help texts are in own words: their flags,
types and defaults are compared.
"""

import contextlib
import http.client
import json
import pathlib
import re
import shlex
import socket
import subprocess
import tempfile
import time
import typing

import pair
import program_log

LINES = pathlib.Path(__file__).resolve().parent / "command-lines.txt"
PORTS = ("web", "udp", "tcp", "port")
PORTS_END = 65536
FILES = {
    "mapping": "mappings:\n- match: a.*\n  name: ab\n"
    + "- match: a.b.*\n  name: cd\n  match_metric_type: counter\n- match: c.d.e\n  name: ef\n",
    "regexes": "mappings:\n- match: a(.*)\n  match_type: regex\n  name: ab\n",
    "empty": "",
    "bad": "mappings:\n- match: a.*\n",
    "args": "# a comment\n\n--log.level=warn\n--no-web.enable-lifecycle\n",
    "more-args": "--statsd.mapping-config=\n--web.telemetry-path=/with blank\n  --indented\n",
}
# What the reference logs on its way (behaviour start.log).
MESSAGES = (
    "Starting StatsD -> Prometheus Exporter", "Build context", "Start dumping FSM", "Finish dumping FSM",
    "Configuration check successful, exiting", "Accepting StatsD Traffic", "Accepting Prometheus Requests",
)
MESSAGE_OF_BAD_MAPPING = "error loading config"
HELP_FLAG = re.compile(r"^  (?:-h, |    )(--\S+)", re.MULTILINE)
VERSION_FIELD = re.compile(r"^  (.{17} )", re.MULTILINE)
EDGE = re.compile(r'(\d+) -> (\d+)\s+\[label = "(.*)"\];')
COLOURS = re.compile(r"(\d+) \[(.*)\];")


class Ending(typing.NamedTuple):
    """How a program took its command line."""

    end: str
    output: str
    errors: str
    dump: str


class Shared:
    """What both programs find in their way: files, and an address that is taken. Use it in a `with`."""

    def __enter__(self):
        self._scratch = tempfile.TemporaryDirectory(prefix="conformance-")
        self.folder = pathlib.Path(self._scratch.name)
        self.values = {"missing": str(self.folder / "missing")}
        for name, text in FILES.items():
            path = self.folder / name
            path.write_text(text)
            self.values[name] = str(path)
        # Bound is taken enough, and nobody waits for an answer there.
        self._tcp, self._udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        self._tcp.bind((pair.HOST, 0))
        address = self._tcp.getsockname()
        self._udp.bind(address)
        self.values["busy"] = "%s:%d" % address
        return self

    def __exit__(self, kind, value, trace):
        self._tcp.close()
        self._udp.close()
        self._scratch.cleanup()


class Run:
    """One program with one line."""

    def __init__(self, binary, line, shared):
        self._binary = pathlib.Path(binary)
        self._process = self._stderr = self._stdout = None
        self._scratch = tempfile.TemporaryDirectory(prefix="conformance-")
        self.folder = pathlib.Path(self._scratch.name)
        self.ports = {name: pair.next_port() for name in PORTS}
        self._names = {str(self.folder): "FOLDER", str(shared.folder): "SHARED", shared.values["busy"]: "BUSY", **{f"{pair.HOST}:{port}": name.upper() for name, port in self.ports.items()}}
        self._names.update({str(port): name.upper() for name, port in self.ports.items()})
        self.values = dict(shared.values, folder=str(self.folder), port=str(self.ports["port"]), http=f"{pair.HOST}:{self.ports['web']}")
        listen = {"web": "--web.listen-address", "udp": "--statsd.listen-udp", "tcp": "--statsd.listen-tcp"}
        self.values |= {name: f"{flag}={pair.HOST}:{self.ports[name]}" for name, flag in listen.items()}
        self.arguments = [self._filled(word) for word in shlex.split(line.replace("{listen}", "{web} {udp} {tcp}"))]

    def _filled(self, word):
        for name, value in self.values.items():
            word = word.replace("{" + name + "}", value)
        return word

    def start(self):
        self._stderr = open(self.folder / "stderr", "w+b")
        self._stdout = open(self.folder / "stdout", "w+b")
        self._process = subprocess.Popen([self._binary, *self.arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self._stdout,
                                         stderr=self._stderr, env={"COLUMNS": "200"})

    def ending(self):
        """Waits until it serves HTTP or ends."""
        deadline = time.monotonic() + pair.START_SECONDS_MAX
        end = "neither"
        while end == "neither" and time.monotonic() < deadline:
            code = self._process.poll()
            end = f"exit {code}" if code is not None else "started" if self._serves() else end
            time.sleep(pair.POLL_SECONDS)
        return Ending(end, self._text(self._stdout), self._text(self._stderr), self._dump())

    def _web_place(self):
        """(host, port) of the HTTP server."""
        addresses = [word.partition("=")[2] for word in self.arguments if word.startswith("--web.listen-address=")]
        host, _, port = (addresses or [f"{pair.HOST}:{self.ports['web']}"])[0].rpartition(":")
        return host.strip("[]") or "127.0.0.1", int(port) if port.isdigit() and int(port) < PORTS_END else None

    def _serves(self):
        host, port = self._web_place()
        if port is None:
            return False
        connection = http.client.HTTPConnection(host, port, timeout=pair.HTTP_SECONDS_MAX)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/-/healthy")
            return connection.getresponse().status == 200
        return False

    def _text(self, file):
        file.seek(0)
        text = file.read().decode(errors="replace")
        for value, name in self._names.items():
            text = text.replace(value, name)
        text = re.sub(rf"\b({self._binary.name}|statsd_exporter|weir)\b", "NAME", text)
        return re.sub(r"lookup (\S+) on \S+:", r"lookup \1:", text)

    def _dump(self):
        path = self.folder / "fsm.dot"
        return path.read_text() if path.exists() else ""

    def close(self):
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for file in (self._stderr, self._stdout):
            if file is not None:
                file.close()
        self._scratch.cleanup()


def read_lines():
    return [line for line in LINES.read_text().splitlines() if line and not line.startswith("#")]


def said(ending):
    """What stands on stderr, in a form that can be compared."""
    if "\ngoroutine " in ending.errors:
        return "a crash"
    if "NAME: error: " in ending.errors:
        return ending.errors.strip()
    words = []
    for line in ending.errors.splitlines():
        try:
            record = program_log.read_record(line)
        except ValueError:
            words.append("no log line: " + line)
            continue
        if record.message == MESSAGE_OF_BAD_MAPPING:
            # In own words.
            record = record._replace(attributes=dict.fromkeys(record.attributes, "*"))
        if is_compared(record, ending):
            words.append(str(record))
    return " / ".join(words)


def is_compared(record, ending):
    # How often health is asked for depends on the machine.
    if record.level == "DEBUG":
        return False
    # What the reference says before it fails are plans, and weir may tell more than the reference does where nothing is wrong.
    return record.level != "INFO" or (ending.end != "exit 1" and record.message in MESSAGES)


def printed(output):
    """What stands on stdout: (what kind, its details)."""
    if output.startswith("usage: "):
        return "help", set(HELP_FLAG.findall(output)) | {repr(output.splitlines()[:3])}
    if output.startswith(".TH"):
        return "manual page", set()
    if ", version " in output.partition("\n")[0]:
        head = re.fullmatch(r"NAME, version \S* \(branch: \S*, revision: \S*\)", output.partition("\n")[0])
        return "version", {"first line" if head else output.partition("\n")[0], *VERSION_FIELD.findall(output)}
    if output.startswith("--"):
        return "list", set(output.split())
    return "text" if output else "nothing", set()


def automaton(dump):
    """The paths of labels from the root with the colours of their ends: nodes are numbered and ordered at random in the reference."""
    colours, paths = dict(COLOURS.findall(dump)), {"0": ""}
    found = {("", colours.get("0"))} if dump else set()
    # Every edge stands after those that lead to its beginning.
    for begin, end, label in EDGE.findall(dump):
        paths[end] = f"{paths[begin]}/{label}"
        found.add((paths[end], colours.get(end)))
    return found | {("head", *dump.splitlines()[:3]), ("end", dump[-1:])}


def compare_sets(case, what, reference, weir):
    for item in sorted(reference - weir, key=str):
        case.equal(f"{what} {item}", "present", "absent")
    for item in sorted(weir - reference, key=str):
        case.equal(f"{what} {item}", "absent", "present")


class Told(typing.NamedTuple):
    """What is compared of an ending."""

    end: str
    stderr: str
    stdout: str
    details: set
    dump: set


def told_by(ending):
    return Told(ending.end, said(ending), *printed(ending.output), automaton(ending.dump))


def store(told):
    """Sets in an order, and tuples in them as text."""
    return [*told[:3], sorted(told.details), sorted(map(json.dumps, told.dump))]


def load(stored):
    end, stderr, stdout, details, dump = stored
    return Told(end, stderr, stdout, set(details), {tuple(json.loads(item)) for item in dump})


def compare(case, reference, weir, is_version):
    case.equal("end", reference.end, weir.end)
    case.equal("stderr", reference.stderr, weir.stderr)
    case.equal("stdout", reference.stdout, weir.stdout)
    if (reference.stdout, weir.stdout) == ("version", "version"):
        # Once is enough.
        if is_version:
            compare_sets(case, "stdout", reference.details, weir.details)
    elif reference.stdout == weir.stdout:
        # weir has more flags.
        compare_sets(case, "stdout", reference.details, reference.details & weir.details)
    compare_sets(case, "dump", reference.dump, weir.dump)


def take(binary, line, shared):
    with contextlib.closing(Run(binary, line, shared)) as run_of_one:
        run_of_one.start()
        return told_by(run_of_one.ending())


def check(context, line, shared):
    binaries = context.binaries
    with context.report.case(f"command_line: {line}") as case:
        reference = binaries.recording.told("ending", lambda: take(binaries.reference, line, shared), store=store, load=load)
        compare(case, reference, take(binaries.weir, line, shared), line == "--version")


def run(context):
    with Shared() as shared:
        context.for_each(lambda line: check(context, line, shared), read_lines())
