# SPDX-License-Identifier: Apache-2.0
"""One scenario folder: what it holds, and how it is played against a running daemon."""

import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import exposition
import running_daemon
import statsd_client

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
# Of these, what a scenario does not name in expected.self must not have moved.
LOSSES = ("statsd_exporter_sample_errors_total", "statsd_exporter_tag_errors_total", "statsd_exporter_events_error_total",
          "statsd_exporter_events_conflict_total")


def lines_of(path):
    return path.read_bytes().removesuffix(b"\n").split(b"\n")


def words_of(path):
    """The lines of an optional text file that are neither empty nor comments."""
    if not path.exists():
        return []
    return [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


class Mismatch(AssertionError):
    pass


class Scenario:
    def __init__(self, folder):
        self.folder = folder
        self.name = folder.name
        self.rules = words_of(folder / "rules")
        self.flags = words_of(folder / "flags")
        self.steps = words_of(folder / "steps") or ["send input.statsd", "expect expected.prom"]
        self.is_load_error = (folder / "expected.error").exists()

    def play(self, binary, transport, is_reference=False, record=False):
        """Raises Mismatch or DaemonError when the daemon does anything but what the folder says."""
        with tempfile.TemporaryDirectory(prefix="weir-scenario-") as scratch:
            mapping = pathlib.Path(scratch, "mapping.yml")
            if (self.folder / "mapping.yml").exists():
                shutil.copy(self.folder / "mapping.yml", mapping)
            if self.is_load_error:
                LoadError(self.folder, binary, mapping, is_reference).check(record)
            else:
                Play(self, binary, transport, mapping, is_reference, record).run()


class LoadError:
    """A mapping file that must be refused: by --check-config and by a start, in the same words."""

    def __init__(self, folder, binary, mapping, is_reference):
        self.seconds_max = REFERENCE_REFUSE_SECONDS_MAX if is_reference else REFUSE_SECONDS_MAX
        self.expected = folder / "expected.error"
        self.binary = str(binary)
        self.mapping = mapping

    def check(self, record):
        for mode in ([], ["--check-config"]):
            messages = self.messages(mode)
            if record:
                self.expected.write_text(messages + "\n")
            if messages != self.expected.read_text().rstrip("\n"):
                raise Mismatch(f"expected\n{self.expected.read_text()}but got\n{messages}")

    def messages(self, mode):
        listen = [f"--{flag}=127.0.0.1:0" for flag in ("web.listen-address", "statsd.listen-udp", "statsd.listen-tcp")]
        command = [self.binary, f"--statsd.mapping-config={self.mapping}", *listen, *mode]
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

    def __init__(self, scenario, binary, transport, mapping, is_reference, record):
        self.scenario = scenario
        self.folder = scenario.folder
        self.transport = transport
        self.mapping = mapping
        self.is_reference = is_reference
        self.record = record
        flags = [*scenario.flags, *([f"--statsd.mapping-config={mapping}"] if mapping.exists() else [])]
        self.daemon = running_daemon.RunningDaemon(binary, flags, is_reference)
        self.lines_sent = 0
        self.sent_at = time.monotonic()

    def run(self):
        with self.daemon:
            before = exposition.self_values(self.daemon.scrape())
            for step in self.scenario.steps:
                verb, *arguments = step.split()
                getattr(self, "do_" + verb.replace("-", "_"))(*arguments)
            after = exposition.self_values(self.daemon.scrape())
            self.compare_warnings()
        self.compare_self_metrics({name: value - before.get(name, 0) for name, value in after.items()})

    def do_send(self, file):
        lines = lines_of(self.folder / file)
        send, port, burst = {
            "udp": (statsd_client.send_udp, self.daemon.udp_port, DATAGRAMS_AT_ONCE),
            "tcp": (statsd_client.send_tcp, self.daemon.tcp_port, len(lines)),
        }[self.transport]
        for first in range(0, len(lines), burst):
            send(port, lines[first:first + burst])
            self.lines_sent += len(lines[first:first + burst])
            self.daemon.wait_for_self_value("statsd_exporter_lines_total", self.lines_sent)
        self.sent_at = time.monotonic()

    def do_sleep(self, seconds):
        time.sleep(float(seconds))

    def do_reload(self, file, outcome="success"):
        counter = RELOADS % outcome
        done = self.daemon.self_value(counter)
        shutil.copy(self.folder / file, self.mapping)
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_for_self_value(counter, done + 1)

    def do_reload_fails(self, file):
        self.do_reload(file, "failure")

    def do_expect(self, file):
        """The exposition becomes exactly what `file` says."""
        if self.record:
            (self.folder / file).write_text(exposition.user_text(self.daemon.scrape()))
        self.wait_for_page(file, time.monotonic() + (REFERENCE_MATCH_SECONDS_MAX if self.is_reference else MATCH_SECONDS_MAX))

    def do_expire(self, seconds, file):
        """Series expire so many seconds after the last lines were in, and the exposition is what `file` says then."""
        if self.record:
            time.sleep(float(seconds) + EXPIRY_SECONDS_MAX)
            (self.folder / file).write_text(exposition.user_text(self.daemon.scrape()))
        self.wait_for_page(file, self.sent_at + float(seconds) + EXPIRY_SECONDS_MAX)

    def wait_for_page(self, file, deadline):
        expected = (self.folder / file).read_text()
        while (found := exposition.user_text(self.daemon.scrape())) != expected:
            if time.monotonic() > deadline:
                raise Mismatch(f"{file}:\n" + difference(expected, found))
            time.sleep(0.05)

    def compare_warnings(self):
        file = self.folder / "expected.warnings"
        if not file.exists() or self.is_reference:
            return
        lines = [running_daemon.attributes(line) for line in list(self.daemon.log_lines)]
        found = [line["msg"].replace(str(self.mapping), "mapping.yml") for line in lines if line.get("level") == "WARN"]
        # Others are about the machine, such as a receive buffer that an ordinary user may not enlarge.
        found = [message for message in found if message.startswith("mapping.yml:")]
        if found != file.read_text().splitlines():
            raise Mismatch("expected.warnings, but found:\n" + "\n".join(found))

    def compare_self_metrics(self, moved):
        file = self.folder / "expected.self"
        if self.record:
            record_losses(file, moved)
        expected = {}
        for line in words_of(file):
            series, value = line.rsplit(" ", 1)
            expected[series] = float(value)
        wrong = [f"{series} moved by {moved.get(series, 0):g}, not {value:g}" for series, value in expected.items()
                 if moved.get(series, 0) != value]
        wrong += [f"{series} moved by {value:g}" for series, value in moved.items()
                  if series.startswith(LOSSES) and value != 0 and series not in expected]
        if wrong:
            raise Mismatch("\n".join(wrong))


def record_losses(file, moved):
    losses = [f"{series} {value:g}\n" for series, value in moved.items() if series.startswith(LOSSES) and value != 0]
    named = {line.rsplit(" ", 1)[0] for line in words_of(file)}
    losses += [f"{series} {moved.get(series, 0):g}\n" for series in sorted(named) if not series.startswith(LOSSES)]
    if losses:
        file.write_text("".join(sorted(losses)))


def difference(expected, found):
    """What is missing with -, what is too much with +."""
    expected_lines, found_lines = expected.splitlines(), found.splitlines()
    missing = ["-" + line for line in expected_lines if line not in found_lines]
    extra = ["+" + line for line in found_lines if line not in expected_lines]
    return "\n".join(missing + extra) or "the order differs:\n" + found
