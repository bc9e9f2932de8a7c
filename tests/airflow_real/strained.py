# SPDX-License-Identifier: Apache-2.0
"""A second weir, to which everything happens that a healthy one never shows: refusals, conflicts, budgets, failed reloads, a dead relay target."""

import contextlib
import pathlib
import signal
import socket
import threading

import running_daemon
import statsd_client

ROUND_SECONDS = 1
RULES = "mappings:\n- {match: strained.noise, name: dropped, action: drop}\n- {match: strained.*.mapped, name: strained_mapped, labels: {part: $1}}\n"
BROKEN_RULES = "mappings:\n- {match: strained, nane: misspelt}\n"
# More series than a family may have, as counters and as gauges.
CROWD = [f"strained.{part}.mapped:1|c".encode() for part in range(8)]
CROWDED_GAUGE = [f"strained.gauge:{part}|g|#part:{part}".encode() for part in range(8)]
LINES = [b"strained.noise:1|c", b"strained.other:3|g", b"strained.latency:12|ms", b"no value", b"strained.down:-1|c",
         b"strained.stock:1|c", b"strained.stock:1|g", *CROWD, *CROWDED_GAUGE]


@contextlib.contextmanager
def running(weir, folder):
    """Strained until the end of the `with`."""
    mapping = pathlib.Path(folder, "mapping.yml")
    mapping.write_text(RULES)
    stream = str(pathlib.Path(folder, "stream"))
    # Nobody listens there, so what is sent comes back as an error.
    flags = [f"--statsd.mapping-config={mapping}", "--limits.series-per-family=3", "--limits.bindings=8", f"--statsd.listen-unixstream={stream}",
             "--statsd.relay.address=localhost:9"]
    done = threading.Event()
    with running_daemon.RunningDaemon(weir, flags) as daemon:
        thread = threading.Thread(target=strain, args=(daemon, mapping, stream, done))
        thread.start()
        try:
            yield daemon
        finally:
            done.set()
            thread.join()


def strain(daemon, mapping, stream, done):
    is_broken = False
    while not done.wait(ROUND_SECONDS):
        is_broken = not is_broken
        mapping.write_text(BROKEN_RULES if is_broken else RULES)
        daemon.signal(signal.SIGHUP)
        statsd_client.send_udp(daemon.udp_port, LINES)
        statsd_client.send_tcp(daemon.tcp_port, [b"strained.tcp:1|c"])
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(stream)
            connection.sendall(b"strained.stream:1|c\n")
