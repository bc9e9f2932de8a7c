# SPDX-License-Identifier: Apache-2.0
"""Watches the daemon's own metrics: which of them something moves, by how much, and that it moves no other."""

import contextlib
import http.client
import time

import exposition
import ledger
import running_daemon

MOVE_SECONDS_MAX = 20
POLL_SECONDS = 0.02
# Leaves nothing out of a page, so that looking does not move the counts of that.
AS_IT_IS = {"Accept": "text/plain;version=0.0.4;escaping=allow-utf-8"}
# These move by themselves: with time, with memory, and because somebody looks.
RESTLESS = {
    "process_cpu_seconds_total", "process_virtual_memory_bytes", "process_resident_memory_bytes", "process_network_receive_bytes_total",
    "process_network_transmit_bytes_total", "weir_store_held_bytes", 'promhttp_metric_handler_requests_total{code="200"}', "statsd_exporter_event_queue_flushed_total",
}
# So do the figures of listeners, and a little after every line those of what the API says. The ledger says in other words what other metrics say: where it is not named it has to agree with them.
RESTLESS_PREFIXES = ("weir_ledger_", "weir_listener_", "weir_insight_")


class Between:
    """Stands for any amount from `least` to `most`: what a series takes in memory is nobody's to promise."""

    def __init__(self, least, most):
        self.least, self.most = least, most

    def __eq__(self, amount):
        return self.least <= amount <= self.most

    def __repr__(self):
        return f"{self.least} to {self.most}"


# Of one series with few labels, about.
BYTES_OF_A_SERIES = Between(50, 20_000)


def plus(*movements):
    """The movements together."""
    sums = {}
    for movement in movements:
        for series, amount in movement.items():
            sums[series] = sums[series] + amount if series in sums else amount
    return {series: amount for series, amount in sums.items() if amount != 0}


def udp(datagrams):
    return {"statsd_exporter_udp_packets_total": datagrams}


def read(lines, samples=None):
    """Lines that were parsed, one sample each if nothing else is said."""
    return {"statsd_exporter_lines_total": lines, "statsd_exporter_samples_total": lines if samples is None else samples}


def tagged(datagrams):
    """Datagrams of one line with tags each."""
    return plus(udp(datagrams), read(datagrams), {"statsd_exporter_tags_total": datagrams})


def found(events, known=0, bound=True, rule=False, action="map"):
    """Events whose names were looked up: `known` of them had been seen before, the others are remembered where there is room."""
    names = events - known if bound else 0
    how = f'statsd_exporter_events_actions_total{{action="{action}"}}' if rule else "statsd_exporter_events_unmapped_total"
    return plus({how: events, "statsd_metric_mapper_cache_gets_total": events, "statsd_metric_mapper_cache_hits_total": known,
                 "statsd_metric_mapper_cache_length": names, "weir_bindings": names})


def applied(kind, events, known=0, bound=True, rule=False):
    """The same of events that reached a series."""
    return plus({f'statsd_exporter_events_total{{type="{kind}"}}': events}, found(events, known, bound, rule))


def made(kind, families=1, series=None):
    """New families of a type, with one series each if nothing else is said. Series of one family have labels of the same names."""
    count = families if series is None else series
    return plus({f'statsd_exporter_metrics_total{{type="{kind}"}}': max(families, 1), "weir_families": families, "weir_series": count,
                 "weir_store_bytes": Between(BYTES_OF_A_SERIES.least * count, BYTES_OF_A_SERIES.most * count)})


def new_counters(count):
    """Counters of new names, one line each, over UDP, one a datagram."""
    return plus(udp(count), read(count), applied("counter", count), made("counter", count))


def known_counters(count):
    """The same of names seen before."""
    return plus(udp(count), read(count), applied("counter", count, known=count))


class Watch:
    """Looks at the daemon's own metrics over one connection that stays open, so that looking moves nothing. Use it in a `with`.

    `connection` is one for it, where plain HTTP will not do; `headers` are asked with.
    """

    def __init__(self, daemon, connection=None, headers=None):
        self.daemon = daemon
        self._headers = {**AS_IT_IS, **(headers or {})}
        self._descriptors = None
        self._connection = connection or http.client.HTTPConnection("127.0.0.1", daemon.http_port, timeout=running_daemon.HTTP_SECONDS_MAX)

    def __enter__(self):
        self._connection.connect()
        running_daemon.wait_until(self._is_alone, MOVE_SECONDS_MAX, "a single HTTP connection")
        return self

    def _is_alone(self):
        """Those who asked before are gone, with their descriptors."""
        values = self.values()
        descriptors_before, self._descriptors = self._descriptors, values["process_open_fds"]
        return values["weir_http_connections"] == 1 and self._descriptors == descriptors_before

    def __exit__(self, kind, value, trace):
        self._connection.close()

    def values(self):
        """Every own sample: `name{labels}` -> number."""
        self._connection.request("GET", "/metrics", headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise AssertionError(f"/metrics answered {response.status}: {body[:500]!r}")
        return exposition.self_values(exposition.parse(body.decode()))

    def value(self, series):
        return self.values().get(series, 0)

    @contextlib.contextmanager
    def moves(self, expected, seconds=MOVE_SECONDS_MAX):
        """What is done inside moves these samples by so much and no other; those that are not there count as 0."""
        before = self.values()
        yield
        self.wait_for_moves(before, expected, seconds)

    def wait_for_moves(self, before, expected, seconds=MOVE_SECONDS_MAX):
        deadline = time.monotonic() + seconds
        # Twice in a row, so that nothing follows.
        in_a_row = 0
        while True:
            after = self.values()
            moved = movement(before, after, set(expected))
            in_a_row = in_a_row + 1 if moved == expected and not ledger.imbalances(after) else 0
            if in_a_row == 2:
                return
            if time.monotonic() > deadline:
                raise AssertionError("\n".join([difference(expected, moved), *ledger.imbalances(after)]))
            time.sleep(POLL_SECONDS)


def movement(before, after, named):
    moved = {series: after.get(series, 0) - before.get(series, 0) for series in {*before, *after}}
    return {series: amount for series, amount in moved.items() if amount != 0 and (series in named or not is_restless(series))}


def is_restless(series):
    return series in RESTLESS or series.startswith(RESTLESS_PREFIXES)


def difference(expected, moved):
    rows = [f"  {series}: moved by {moved.get(series, 0)}, not {expected.get(series, 0)}" for series in sorted({*expected, *moved})
            if expected.get(series, 0) != moved.get(series, 0)]
    return "own metrics moved otherwise:\n" + "\n".join(rows)
