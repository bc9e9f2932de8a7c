# SPDX-License-Identifier: Apache-2.0
"""Traffic as a small shop with old clients sends it, with every kind of trouble that the status page shows, for the browser to look at."""

import random
import socket
import threading

MAPPING = """mappings:
- match: shop.*.orders.*
  name: shop_orders_total
  help: Orders by shop and state.
  labels: {shop: $1, state: $2}
- match: shop.*.checkout.latency
  name: shop_checkout_seconds
  observer_type: histogram
  labels: {shop: $1}
- match: web.*.requests.*
  name: web_requests_total
  labels: {page: $1, status: $2}
- match: web.*.bytes
  name: web_response_bytes_total
  labels: {page: $1}
- match: cache.*.*
  name: cache_events_total
  labels: {cache: $1, event: $2}
- match: debug.**
  name: dropped
  action: drop
- match: batch.*.rows
  name: batch_rows_total
  labels: {batch: $1}
- match: reports.nightly.*
  name: reports_nightly_total
  labels: {report: $1}
"""
BROKEN_MAPPING = MAPPING.replace("labels: {batch: $1}", "lables: {batch: $1}")
SHOPS = ("berlin", "bonn", "cologne", "hamburg", "leipzig", "munich")
PAGES = ("cart", "checkout", "home", "product", "search")

# What a sender might try: markup, other directions of writing, controls of terminals, and length.
HOSTILE = (
    "<script>window.hostile=1</script>", "<img/src=x/onerror=window.hostile=1>", "'\"><svg/onload=window.hostile=1>", "{{version}}",
    "javascript:window.hostile=1", "\u202egnp.exe\u202c", "\u05e9\u05dc\u05d5\u05dd.\u0639\u0627\u0644\u0645", "\x1b]0;title\x07",
    "y" * 4_000, "x" * 10_000)
STEP_SECONDS = 0.1
# Of the sender that then is silent: only who was there in three different minutes is missed.
REGULAR_SECONDS = 125


def lines_of_shops(chance):
    for shop in SHOPS:
        yield f"shop.{shop}.orders.{chance.choice(('paid', 'paid', 'open', 'failed'))}:1|c"
        yield f"shop.{shop}.checkout.latency:{chance.lognormvariate(5, 0.6):.1f}|ms"


def lines_of_web(chance):
    for page in PAGES:
        yield f"web.{page}.requests.{chance.choice((200, 200, 200, 304, 404, 500))}:{chance.randint(1, 4)}|c"
        yield f"web.{page}.bytes:{chance.randint(800, 90_000)}|c"
    yield f"cache.pages.{chance.choice(('hit', 'hit', 'miss'))}:1|c"
    yield "debug.trace.web:1|c"


def unmapped_lines(chance):
    worker = chance.randint(1, 9)
    yield f"legacy.worker{worker}.queue.length:{chance.randint(0, 40)}|g"
    yield f"legacy.worker{worker}.job.duration:{chance.randint(5, 900)}|ms"
    yield f"sessions.active:{chance.randint(40, 60)}|g|#region:eu-{chance.randint(1, 3)},pod:web-{chance.randint(1, 400)}"


def bad_lines():
    return ("shop.berlin.orders:|c", "web.cart.requests.200:many|c", "batch.import.rows:17|x", "no value at all",
            "legacy.worker1.queue.length:3|c")


def hostile_lines():
    for name in HOSTILE:
        yield f"{name}:1|c"
        yield f"{name}:x|c"
        yield f"tagged:1|c|#{name.replace(',', '')}:1"


class Sender:
    """A UDP socket with an address of its own, as each host has one."""

    def __init__(self, host, port):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self._target = ("127.0.0.1", port)

    def send(self, lines):
        for line in lines:
            self._socket.sendto(line.encode("utf-8", "surrogateescape"), self._target)

    def close(self):
        self._socket.close()


class Traffic:
    """Sends from the beginning to the end of a `with`, in a thread of its own, to the ports of `daemon`.

    `unixgram` is the path of its Unix socket. `is_hostile` adds names that somebody makes up to harm the page.
    """

    def __init__(self, daemon, unixgram, is_hostile=True):
        self._daemon = daemon
        self._unixgram = unixgram
        self._is_hostile = is_hostile
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.error = None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._ends.set()
        self._thread.join()
        if self.error:
            raise self.error

    def _run(self):
        try:
            self._send_all()
        except OSError as error:
            self.error = error

    def _send_all(self):
        chance = random.Random(7)
        hosts = [Sender(f"127.0.0.{10 + number}", self._daemon.udp_port) for number in range(5)]
        with socket.create_connection(("127.0.0.1", self._daemon.tcp_port)) as stream, \
             socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
            local.connect(self._unixgram)
            step = 0
            while not self._ends.wait(STEP_SECONDS):
                self._send_step(chance, hosts, step)
                if self._is_hostile and step % 20 == 0:
                    hosts[3].send(hostile_lines())
                stream.sendall("".join(line + "\n" for line in unmapped_lines(chance)).encode())
                local.send(b"cache.sessions.hit:1|c")
                step += 1
        for host in hosts:
            host.close()

    @staticmethod
    def _send_step(chance, hosts, step):
        # It rises and falls, so that the charts have something to show.
        busy = 2 + round(6 * abs(step % 2400 - 1200) / 1200) + chance.randint(0, 2)
        for _ in range(busy):
            hosts[0].send(["\n".join(lines_of_shops(chance))])
            hosts[1].send(["\n".join(lines_of_web(chance))])
        hosts[2].send(unmapped_lines(chance))
        if step % (4 if step % 1800 < 300 else 12) == 0:
            hosts[3].send(bad_lines())
        if step % 10 == 0 and step * STEP_SECONDS < REGULAR_SECONDS:
            hosts[4].send([f"batch.import.rows:{chance.randint(100, 900)}|c"])
