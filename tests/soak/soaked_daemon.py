# SPDX-License-Identifier: Apache-2.0
"""A daemon with everything on, what is sent to it, and what is done to it meanwhile."""

import base64
import contextlib
import gzip
import http.client
import os
import signal
import socket
import ssl
import subprocess
import threading
import time
import traceback

import certificates
import exposition
import ledger
import protobuf_page
import running_daemon
import senders

SETTLE_SECONDS_MAX = 120
SOCKET_SECONDS_MAX = 60
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
# What a reload changes: where the counts of lines go, of which the sum is what was sent.
RULES = """
defaults:
  observer_type: histogram
  histogram_options: {{buckets: [0.01, 0.1, 1]}}
mappings:
- match: soak.count.*.*
  name: soak_count_{turn}
  labels: {{kind: "$1", number: "$2"}}
- match: soak.time.*
  name: soak_time
  labels: {{kind: "$1", turn: "{turn}"}}
- match: soak.native.*
  name: soak_native
  histogram_options: {{buckets: [0.01, 0.1, 1], native_histogram_bucket_factor: 1.1}}
  labels: {{kind: "$1"}}
- match: soak.drop.*
  name: drop
  action: drop
"""
TURNS = ("one", "two")


def rules_of(turn):
    return RULES.format(turn=turn)


def authorization(password):
    return {"Authorization": "Basic " + base64.b64encode(f"soak:{password}".encode()).decode()}


def sum_of(page, family, name=None, **labels):
    """The sum of a family's samples of a name, with these labels."""
    if family not in page:
        return 0
    return sum(float(value.split()[0]) for (sample, pairs), value in page[family].samples.items()
               if sample == (name or family) and labels.items() <= dict(pairs).items())


class Repeated(threading.Thread):
    """Calls `task` again and again until it is stopped."""

    def __init__(self, task, pause):
        super().__init__(daemon=True)
        self._task, self._pause = task, pause
        self.is_over = threading.Event()
        self.count = 0
        self.fault = None

    def run(self):
        try:
            while not self.is_over.is_set():
                self._task(self.count)
                self.count += 1
                self.is_over.wait(self._pause)
        except Exception:  # pylint: disable=broad-except  # of any kind, it fails the run
            self.fault = traceback.format_exc()


class SoakedDaemon(running_daemon.RunningDaemon):
    """A daemon with everything on, over TLS or not, what is sent to it and what is done to it. Use it in a `with`."""

    def __init__(self, weir, folder, scene, is_secured):
        self.folder = folder
        folder.mkdir()
        self.weir, self.is_secured = weir, is_secured
        self.mapping = folder / "mapping.yml"
        self.mapping.write_text(rules_of(TURNS[0]))
        self.unixgram, self.unixstream = folder / "gram.sock", folder / "stream.sock"
        self.context = ssl.create_default_context(cafile=scene / "ca.pem")
        super().__init__(weir, self.flags(scene), before_exec=self.pose_as_service)

    def flags(self, scene, state=None):
        secured = [f"--web.config.file={scene}/web.yml", f"--statsd.tcp-tls-config={scene}/tcp.yml"]
        return ["--statsd.workers=2", "--web.enable-openmetrics", f"--statsd.mapping-config={self.mapping}", f"--statsd.listen-unixgram={self.unixgram}",
                f"--statsd.listen-unixstream={self.unixstream}", f"--state.file={state or self.folder / 'state'}", "--state.interval=100ms",
                "--statsd.allow-from=127.0.0.0/8", *(secured if self.is_secured else ())]

    def pose_as_service(self):
        """`weir reload` asks daemons of a service manager."""
        os.environ.update(RUNTIME_DIRECTORY=str(self.folder), NOTIFY_SOCKET="/nowhere/notify")

    def __enter__(self):
        super().__enter__()
        self.senders = self.make_senders()
        self.scraped = {turn: 0 for turn in TURNS}
        self.disturbers = [Repeated(self.reload, 0.1), Repeated(self.scrape_in_turn, 0.02), Repeated(self.scrape_alone, 0.2)]
        return self

    def make_senders(self):
        made = []
        for number in range(2):
            made += [senders.DatagramSender("udp", number, socket.AF_INET, ("127.0.0.1", self.udp_port)),
                     senders.DatagramSender("unixgram", 10 + number, socket.AF_UNIX, str(self.unixgram)),
                     senders.StreamSender("tcp", 20 + number, self.tcp_connection), senders.StreamSender("unixstream", 30 + number, self.unix_connection)]
        return made

    @contextlib.contextmanager
    def tcp_connection(self):
        with socket.create_connection(("127.0.0.1", self.tcp_port), timeout=SOCKET_SECONDS_MAX) as plain:
            if not self.is_secured:
                yield plain
                return
            with self.context.wrap_socket(plain, server_hostname="localhost") as secured:
                yield secured
                # Without it, what is still in flight might be lost with the connection.
                secured.unwrap()

    @contextlib.contextmanager
    def unix_connection(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(SOCKET_SECONDS_MAX)
            client.connect(str(self.unixstream))
            yield client

    def web_connection(self):
        if self.is_secured:
            return http.client.HTTPSConnection("localhost", self.http_port, timeout=SOCKET_SECONDS_MAX, context=self.context)
        return http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=SOCKET_SECONDS_MAX)

    def exchange(self, method, path, headers=None):
        with contextlib.closing(self.web_connection()) as connection:
            connection.request(method, path, headers={**self.credentials(), **(headers or {})})
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()

    def credentials(self):
        return authorization(certificates.PASSWORD) if self.is_secured else {}

    # What is done to it.

    def reload(self, number):
        """By `weir reload` and SIGHUP in turn; a bad file now and then, which changes nothing."""
        is_bad = number % 7 == 6
        new = self.folder / "new.yml"
        new.write_text("mappings: 5\n" if is_bad else rules_of(TURNS[(number + 1) % 2]))
        new.replace(self.mapping)
        if number % 2:
            self.process.send_signal(signal.SIGHUP)
            return
        done = subprocess.run([self.weir, "reload", str(self.folder)], capture_output=True, text=True, timeout=SETTLE_SECONDS_MAX, check=False)
        if (done.returncode == 0) == is_bad:
            raise AssertionError(f"weir reload ended with {done.returncode}, file {'bad' if is_bad else 'good'}: {done.stderr}{done.stdout}")

    def scrape_in_turn(self, number):
        """In each form; the counts of the text never fall and never exceed what was sent."""
        forms = ({"Accept": "text/plain;version=0.0.4"}, {"Accept": "application/openmetrics-text;version=1.0.0"}, {"Accept": PROTOBUF},
                 {"Accept": "text/plain;version=0.0.4", "Accept-Encoding": "gzip"}, {"Accept": "text/plain", "Accept-Encoding": "zstd"})
        form = forms[number % len(forms)]
        status, fields, body = self.exchange("GET", "/metrics", form)
        if status != 200:
            raise AssertionError(f"/metrics answered {status}")
        if form["Accept"] == PROTOBUF:
            protobuf_page.read_page(body)
        elif "openmetrics" in form["Accept"]:
            if not body.endswith(b"# EOF\n"):
                raise AssertionError(f"no end of the page: {body[-100:]!r}")
        elif form.get("Accept-Encoding") != "zstd":
            text = gzip.decompress(body) if fields.get("content-encoding") == "gzip" else body
            self.note_scraped(exposition.parse(text.decode()))

    def note_scraped(self, page):
        for turn in TURNS:
            total = sum_of(page, f"soak_count_{turn}")
            # Read after the page was made, so that all that the page has is in it.
            sent = sum(sender.sent.counters for sender in self.senders)
            if not self.scraped[turn] <= total <= sent:
                raise AssertionError(f"soak_count_{turn}: {total} after {self.scraped[turn]}, sent {sent}")
            self.scraped[turn] = total

    def scrape_alone(self, number):
        """One family, the landing page, and who is not let in."""
        status, _, body = self.exchange("GET", "/metrics?name[]=soak_time")
        if status != 200 or (b"soak_time" not in body and number > 100):
            raise AssertionError(f"{status}: {body[:200]!r}")
        if self.is_secured and self.exchange("GET", "/", authorization(f"guess {number}"))[0] != 401:
            raise AssertionError("let in with a wrong password")

    # What it must come to.

    def run_for(self, seconds):
        for thread in (*self.senders, *self.disturbers):
            thread.start()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.faults():
            time.sleep(0.1)

    def end(self):
        for thread in (*self.senders, *self.disturbers):
            thread.is_over.set()
        for thread in (*self.senders, *self.disturbers):
            thread.join(SETTLE_SECONDS_MAX)
            if thread.is_alive():
                raise AssertionError(f"{thread} does not end")

    def faults(self):
        return [thread.fault for thread in (*self.senders, *self.disturbers) if thread.fault]

    def sent(self, kind, what):
        return sum(getattr(sender.sent, what) for sender in self.senders if sender.kind == kind)

    def values(self):
        return exposition.self_values(self.scrape())

    def expected(self, lost):
        """Lines sent by what becomes of them, without the datagrams that the kernel had no room for."""
        total = senders.Sent()
        for sender in self.senders:
            for name, count in vars(sender.sent).items():
                setattr(total, name, getattr(total, name) + count)
        return total, total.lines() - lost

    def settle(self):
        """Waits until all that was sent is counted, and returns the last page's own values."""
        sent = self.sent("udp", "datagrams")
        running_daemon.wait_until(lambda: sum(ledger.outcomes(self.values(), "weir_ledger_datagrams_total", listener="udp").values()) >= sent,
                                  SETTLE_SECONDS_MAX, f"{sent} datagrams")
        lost = self.udp_lost(self.values())
        _, lines = self.expected(lost)
        running_daemon.wait_until(lambda: sum(ledger.outcomes(self.values(), "weir_ledger_lines_total").values()) >= lines,
                                  SETTLE_SECONDS_MAX, f"{lines} lines")
        running_daemon.wait_until(lambda: self.values()["weir_tcp_connections"] == 0, SETTLE_SECONDS_MAX, "connections to end")
        return self.values()

    @staticmethod
    def udp_lost(values):
        return ledger.outcomes(values, "weir_ledger_datagrams_total", listener="udp").get("kernel_drop", 0)
