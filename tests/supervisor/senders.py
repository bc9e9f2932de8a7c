# SPDX-License-Identifier: Apache-2.0
"""What applications send: a recorded Airflow scheduler, and a made-up shop with a client of every tag dialect.

A piece of traffic is a list of (transport, payload), the same in each run.
"""

import ast
import pathlib
import random

CAPTURE = pathlib.Path(__file__).resolve().parent.parent / "captures" / "airflow-2.11.0-statsd-plain.tsv"
SEED = 9125
REQUESTS = 400
PAGES = ("home", "cart", "checkout")
STATUSES = (200, 200, 200, 302, 404, 500)
PROVIDERS = ("bank", "card", "points")

# Once a round: everything but plain requests. One datagram each.
OCCASIONS = (
    # Gauges, set and moved, and a sign that means to move.
    b"queue.mail_0.length:17|g", b"queue.mail_1.length:3|g", b"queue.mail_0.length:-4|g", b"queue.mail_1.length:+2.5|g",
    # Tags of all dialects, a rule's label against a tag of the same name, a name that no rule knows.
    b"shop.tagged.view:1|c|#env:live,page:home", b"shop.tagged.view:1|c|#page:home",
    b"shop.tagged.buy,env=live,page=cart:2|c", b"shop.tagged.buy#env=live,page=cart:3|c", b"shop.tagged.buy[env=live,page=cart]:4|c",
    "shop.tagged.view:1|c|#page:café \"ünï\\code\"".encode(), b"shop.unmapped-name.1st:5|c|#page:home", b"other:1|c|#bad-tag!:x,9th:y",
    # Several values in a line, sampled ones, all the observer kinds.
    b"shop.home.latency:12:34:560|ms", b"shop.home.latency:70|ms|@0.5", b"shop.cart.latency:0.09|h", b"shop.cart.latency:0.4|d|#region:eu",
    b"shop.visits:1|c|@0.1", b"shop.sizes.upload:3.5|h", b"shop.sizes.upload:80|h",
    # Refused, in several ways.
    b"users:7|s", b"no value", b"shop.home.requests.200:x|c", b"shop.home.requests.200:-1|c", b":1|c", b"a:1", b"bad\xff:1|c",
    b"shop.tagged.view,env=live:1|c|#page:home", b"debug.noise:1|c",
    # A name under two types.
    b"shop.stock:5|c", b"shop.stock:5|g", b"shop.stock:5|ms",
    # A container that tells its id.
    b"shop.tagged.view:1|c|#page:home|c:ci-abc",
)

# What newer DogStatsD clients send besides. The reference refuses it.
NEWER = tuple(("udp", payload) for payload in (
    b"shop.tagged.pod:1|c|c:ci-abc", b"shop.tagged.entity:1|c|#page:home|e:it-false", b"_e{5,4}:title|text|#env:live", b"_sc|shop.up|0",
))


def airflow():
    rows = [line.split("\t") for line in CAPTURE.read_text(encoding="utf-8").splitlines()]
    return [("udp", ast.literal_eval(payload)) for _, _, payload in rows]


def requests():
    """Packed datagrams, as a buffering client sends them."""
    chance = random.Random(SEED)
    for _ in range(REQUESTS):
        page = chance.choice(PAGES)
        lines = [f"shop.{page}.requests.{chance.choice(STATUSES)}:1|c", f"shop.{page}.latency:{chance.lognormvariate(4.5, 1):.3f}|ms"]
        if page == "checkout":
            lines.append(f"shop.checkout.payment.{chance.choice(PROVIDERS)}:{chance.lognormvariate(5, 0.7):.2f}|ms")
        yield "\n".join(lines).encode()


def shop():
    packed = list(requests())
    over_tcp = b"\n".join(packed[1::2]) + b"\n"
    return [("udp", payload) for payload in (*packed[::2], *OCCASIONS)] + [("tcp", over_tcp)]
