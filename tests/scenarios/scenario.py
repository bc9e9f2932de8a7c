# SPDX-License-Identifier: Apache-2.0
"""One scenario: what its file holds, and how it is played against a running daemon."""

import pathlib
import re
import signal
import subprocess
import tempfile
import time

import exposition
import running_daemon
import statsd_client
import text_archive

MATCH_SECONDS_MAX = 20
# Series are swept once a second, and a busy machine is slow.
EXPIRY_SECONDS_MAX = 2.5
REFERENCE_MATCH_SECONDS_MAX = 4
# Long enough to refuse a file. The reference runs on with some that weir refuses.
REFUSE_SECONDS_MAX = 60
REFERENCE_REFUSE_SECONDS_MAX = 2
# A default receive buffer holds 256 small datagrams.
DATAGRAMS_AT_ONCE = 100
RELOADS = 'statsd_exporter_config_reloads_total{outcome="%s"}'
# Of these, what a scenario does not name in `self` must not have moved.
LOSSES = ("statsd_exporter_sample_errors_total", "statsd_exporter_tag_errors_total", "statsd_exporter_events_error_total",
          "statsd_exporter_events_conflict_total")

SUFFIX = ".txtar"
STEPS = ("send", "expect", "expire", "sleep", "reload", "reload-fails")
EXPECTING = {"expect", "expire", "error"}
NO_TEXT = ("sleep",)
NEED_TEXT = ("rules", "send")
# Sections come in this order, each once; steps in any order, and as often as they are needed.
RANKS = {"rules": 0, "flags": 1, "headers": 2, "mapping.yml": 3} | dict.fromkeys(STEPS, 4) | {"self": 5, "warnings": 6, "error": 4}
SECONDS = re.compile(r"(?:expire|sleep) ([0-9]+(?:\.[0-9]+)?) s")


class Mismatch(AssertionError):
    pass


class ScenarioError(Exception):
    """A file that is no scenario; the text begins with its path and line."""


def all_below(root):
    """Every scenario of a folder's topics, in the order of their names."""
    paths = [path for path in root.rglob("*") if path.is_file() and path.parent != root and path.parent.name != "__pycache__"]
    scenarios = sorted((Scenario(root, path) for path in paths), key=lambda scenario: scenario.name)
    for scenario, following in zip(scenarios, scenarios[1:]):
        if scenario.name == following.name:
            raise ScenarioError(f"{following.path}:1: {scenario.path} has the same name, {scenario.name}")
    return scenarios


def verb_of(section):
    return section.name.split()[0]


def fault_of(section, previous):
    """None, or what is wrong with a section and its place."""
    verb = verb_of(section)
    if verb not in RANKS:
        return "unknown section"
    if (section.name != verb or verb in ("expire", "sleep")) and not SECONDS.fullmatch(section.name):
        return "write `expire SECONDS s` or `sleep SECONDS s`; other names are one word"
    if previous and (RANKS[verb] < RANKS[previous] or verb == previous and verb not in STEPS):
        return f"cannot come after `{previous}`"
    if verb in NO_TEXT and section.data or verb in NEED_TEXT and not section.data:
        return "has a text and needs none" if section.data else "is empty"
    if "error" in (verb, previous) and (verb in STEPS or previous in STEPS or verb in ("self", "warnings")):
        return "a file that is refused has no other outcome than `error`"
    return None


class Scenario:
    def __init__(self, root, path):
        if path.suffix != SUFFIX:
            raise ScenarioError(f"{path}:1: a scenario's name ends in {SUFFIX}")
        self.path = path
        parts = path.relative_to(root).with_suffix("").parts
        self.name = "-".join(parts)
        # A topic and the parts of it that have folders of their own.
        self.topics = {"-".join(parts[:size]) for size in range(1, len(parts))}
        self.archive = text_archive.read(path)
        self.check_sections()
        self.rules = self.words("rules")
        self.flags = self.words("flags")
        self.headers = dict(line.split(": ", 1) for line in self.words("headers"))
        self.steps = [section for section in self.archive.sections if verb_of(section) in STEPS]
        self.is_load_error = self.section("error") is not None

    def check_sections(self):
        previous = None
        for section in self.archive.sections:
            if fault := fault_of(section, previous):
                raise ScenarioError(f"{self.place(section)}: `{section.name}`: {fault}")
            previous = verb_of(section)
        if not any(verb_of(section) in EXPECTING for section in self.archive.sections):
            raise ScenarioError(f"{self.path}:1: expects nothing")

    def place(self, section):
        return f"{self.path}:{section.line}"

    def section(self, name):
        """The section, or None."""
        return next((section for section in self.archive.sections if section.name == name), None)

    def words(self, name):
        """The lines of an optional section that are neither empty nor comments."""
        section = self.section(name)
        return [line for line in section.text.splitlines() if line.strip() and not line.startswith("#")] if section else []

    def play(self, binary, transport, is_reference=False, record=False, flags=(), on_page=None):
        """Raises Mismatch or DaemonError when the daemon does anything but what the file says.

        `flags` are given to the daemon beside the file's; `on_page(daemon)` is called whenever a page is what the file expects.
        """
        with tempfile.TemporaryDirectory(prefix="weir-scenario-") as scratch:
            mapping = pathlib.Path(scratch, "mapping.yml")
            if section := self.section("mapping.yml"):
                mapping.write_bytes(section.data)
            if self.is_load_error:
                LoadError(self, binary, mapping, is_reference).check(record)
            else:
                Play(self, binary, transport, mapping, is_reference, record, flags, on_page).run()
        if record:
            self.archive.write(self.path)


class LoadError:
    """A mapping file that must be refused: by --check-config and by a start, in the same words."""

    def __init__(self, scenario, binary, mapping, is_reference):
        self.seconds_max = REFERENCE_REFUSE_SECONDS_MAX if is_reference else REFUSE_SECONDS_MAX
        self.scenario = scenario
        self.binary = str(binary)
        self.mapping = mapping

    def check(self, record):
        for mode in ([], ["--check-config"]):
            messages = self.messages(mode)
            expected = self.scenario.section("error")
            if record:
                expected.text = messages + "\n"
            if messages != expected.text.rstrip("\n"):
                raise Mismatch(f"{self.scenario.place(expected)}: expected\n{expected.text}but got\n{messages}")

    def messages(self, mode):
        listen = [f"--{flag}=127.0.0.1:0" for flag in ("web.listen-address", "statsd.listen-udp", "statsd.listen-tcp")]
        command = [self.binary, f"--statsd.mapping-config={self.mapping}", *listen, *self.scenario.flags, *mode]
        done = subprocess.run(command, capture_output=True, text=True, timeout=self.seconds_max, check=False)
        if done.returncode != 1:
            raise Mismatch(f"exit code {done.returncode}, not 1\n{done.stderr}")
        lines = done.stderr.replace(str(self.mapping), "mapping.yml").splitlines()
        # A start logs them, for --check-config they are bare.
        errors = [line if mode else running_daemon.attributes(line).get("error", "") for line in lines]
        errors = [error for error in errors if error.startswith("mapping.yml:")]
        if not errors:
            raise Mismatch(f"no error line:\n{done.stderr}")
        return "\n".join(errors)


class Play:
    """One run of the steps."""

    def __init__(self, scenario, binary, transport, mapping, is_reference, record, flags, on_page):
        self.scenario = scenario
        self.transport = transport
        self.mapping = mapping
        self.is_reference = is_reference
        self.record = record
        self.on_page = on_page
        given = {flag.split("=")[0] for flag in scenario.flags}
        flags = [*scenario.flags, *(flag for flag in flags if flag.split("=")[0] not in given), *([f"--statsd.mapping-config={mapping}"] if mapping.exists() else [])]
        self.daemon = running_daemon.RunningDaemon(binary, flags, is_reference)
        self.lines_sent = 0
        self.sent_at = time.monotonic()

    def run(self):
        with self.daemon:
            before = exposition.self_values(self.daemon.scrape())
            for section in self.scenario.steps:
                getattr(self, "do_" + verb_of(section).replace("-", "_"))(section)
            after = exposition.self_values(self.daemon.scrape())
            self.compare_warnings()
        self.compare_self_metrics({name: value - before.get(name, 0) for name, value in after.items()})

    def do_send(self, section):
        lines = section.data.removesuffix(b"\n").split(b"\n")
        send, port, burst = {
            "udp": (statsd_client.send_udp, self.daemon.udp_port, DATAGRAMS_AT_ONCE),
            "tcp": (statsd_client.send_tcp, self.daemon.tcp_port, len(lines)),
        }[self.transport]
        for first in range(0, len(lines), burst):
            send(port, lines[first:first + burst])
            self.lines_sent += len(lines[first:first + burst])
            self.daemon.wait_for_self_value("statsd_exporter_lines_total", self.lines_sent)
        self.sent_at = time.monotonic()

    def do_sleep(self, section):
        time.sleep(seconds_of(section))

    def do_reload(self, section, outcome="success"):
        counter = RELOADS % outcome
        done = self.daemon.self_value(counter)
        self.mapping.write_bytes(section.data)
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_for_self_value(counter, done + 1)

    def do_reload_fails(self, section):
        self.do_reload(section, "failure")

    def page(self):
        """The families that came from StatsD, as the scenario asks for them."""
        if not self.scenario.headers:
            return exposition.user_text(self.daemon.scrape())
        return exposition.user_lines(self.daemon.scrape_text(self.scenario.headers))

    def do_expect(self, section):
        """The exposition becomes exactly what the section says."""
        if self.record:
            section.text = self.page()
        self.wait_for_page(section, time.monotonic() + (REFERENCE_MATCH_SECONDS_MAX if self.is_reference else MATCH_SECONDS_MAX))

    def do_expire(self, section):
        """Series expire so many seconds after the last lines were in, and the exposition is what the section says then."""
        deadline = self.sent_at + seconds_of(section) + EXPIRY_SECONDS_MAX
        if self.record:
            time.sleep(max(0, deadline - time.monotonic()))
            section.text = self.page()
        self.wait_for_page(section, deadline)

    def wait_for_page(self, section, deadline):
        while (found := self.page()) != section.text:
            if time.monotonic() > deadline:
                raise Mismatch(f"{self.scenario.place(section)}: {section.name}:\n" + difference(section.text, found))
            time.sleep(0.05)
        if self.on_page:
            self.on_page(self.daemon)

    def compare_warnings(self):
        section = self.scenario.section("warnings")
        if not section or self.is_reference:
            return
        lines = [running_daemon.attributes(line) for line in list(self.daemon.log_lines)]
        found = [line["msg"].replace(str(self.mapping), "mapping.yml") for line in lines if line.get("level") == "WARN"]
        # Others are about the machine, such as a receive buffer that an ordinary user may not enlarge.
        found = [message for message in found if message.startswith("mapping.yml:")]
        if self.record:
            section.text = "".join(message + "\n" for message in found)
        if found != section.text.splitlines():
            raise Mismatch(f"{self.scenario.place(section)}: warnings, but found:\n" + "\n".join(found))

    def compare_self_metrics(self, moved):
        if self.record:
            record_losses(self.scenario, moved)
        expected = {series: float(value) for series, value in (line.rsplit(" ", 1) for line in self.scenario.words("self"))}
        wrong = [f"{series} moved by {moved.get(series, 0):g}, not {value:g}" for series, value in expected.items()
                 if moved.get(series, 0) != value]
        wrong += [f"{series} moved by {value:g}" for series, value in moved.items()
                  if series.startswith(LOSSES) and value != 0 and series not in expected]
        if wrong:
            raise Mismatch("\n".join(wrong))


def seconds_of(section):
    return float(SECONDS.fullmatch(section.name)[1])


def record_losses(scenario, moved):
    losses = [f"{series} {value:g}\n" for series, value in moved.items() if series.startswith(LOSSES) and value != 0]
    named = {line.rsplit(" ", 1)[0] for line in scenario.words("self")}
    losses += [f"{series} {moved.get(series, 0):g}\n" for series in sorted(named) if not series.startswith(LOSSES)]
    section = scenario.section("self")
    if losses and not section:
        section = text_archive.Section("self")
        scenario.archive.sections.insert(scenario.archive.sections.index(scenario.steps[-1]) + 1, section)
    if section:
        section.text = "".join(sorted(losses))
    if section and not losses:
        scenario.archive.sections.remove(section)


def difference(expected, found):
    """What is missing with -, what is too much with +."""
    expected_lines, found_lines = expected.splitlines(), found.splitlines()
    missing = ["-" + line for line in expected_lines if line not in found_lines]
    extra = ["+" + line for line in found_lines if line not in expected_lines]
    return "\n".join(missing + extra) or "the order differs:\n" + found
