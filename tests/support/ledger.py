# SPDX-License-Identifier: Apache-2.0
"""The equations of docs/ledger.md, held against a page of the daemon's own metrics."""

import re

# A metric, and the one that says the same in parts or in other words. A part is a series, or a name whose series are summed up.
EQUATIONS = (
    (("statsd_exporter_udp_packets_total",), ('weir_ledger_datagrams_total{listener="udp",outcome="read"}',)),
    (("weir_udp_kernel_drops_total",), ('weir_ledger_datagrams_total{listener="udp",outcome="kernel_drop"}',)),
    (("statsd_exporter_unixgram_packets_total",), ('weir_ledger_datagrams_total{listener="unixgram",outcome="read"}',)),
    (("statsd_exporter_tcp_connections_total",), ('weir_ledger_connections_total{listener="tcp",outcome="taken"}',)),
    (("weir_tcp_connections_refused_total",), ('weir_ledger_connections_total{listener="tcp",outcome="too_many"}',)),
    (("weir_unixstream_connections_total",), ('weir_ledger_connections_total{listener="unixstream",outcome="taken"}',)),
    (("weir_unixstream_connections_refused_total",), ('weir_ledger_connections_total{listener="unixstream",outcome="too_many"}',)),
    (("statsd_exporter_lines_total", "weir_lines_too_long_total"), ("weir_ledger_lines_total",)),
    (("weir_lines_too_long_total",), ('weir_ledger_lines_total{outcome="too_long"}',)),
    (("weir_dogstatsd_messages_total",), ('weir_ledger_lines_total{outcome="message"}',)),
    (("statsd_exporter_samples_total",), ("weir_ledger_samples_total",)),
    (("statsd_metric_mapper_cache_gets_total",), ("weir_ledger_events_total",)),
    (("statsd_exporter_events_total",), ('weir_ledger_events_total{outcome="applied"}',)),
    (("statsd_exporter_events_error_total",), ('weir_ledger_events_total{outcome="error"}',)),
    (('statsd_exporter_events_actions_total{action="drop"}',), ('weir_ledger_events_total{outcome="dropped"}',)),
)
# Left out by a flag.
MAY_BE_ABSENT = {"statsd_metric_mapper_cache_gets_total"}
NAME = re.compile(r"[a-z_]+")


def sum_of(values, parts):
    return sum(value for series, value in values.items() if series in parts or ("{" in series and NAME.match(series)[0] in parts))


def imbalances(values):
    """What does not add up on a page that was written while nothing came in."""
    wrong = []
    for left, right in EQUATIONS:
        if MAY_BE_ABSENT.intersection(left) and not any(series in values for series in left):
            continue
        sums = sum_of(values, left), sum_of(values, right)
        if sums[0] != sums[1]:
            wrong.append(f"{' + '.join(left)} is {sums[0]:.0f}, {' + '.join(right)} is {sums[1]:.0f}")
    return wrong


def outcomes(values, name, **labels):
    """outcome -> count, of the series of a name whose other labels are these; those that are 0 are left out."""
    found = {}
    for series, value in values.items():
        if not series.startswith(name + "{"):
            continue
        given = dict(re.findall(r'([a-z_]+)="([^"]*)"', series))
        outcome = given.pop("outcome", None) or given.pop("reason", None)
        if given == labels and value != 0:
            found[outcome] = found.get(outcome, 0) + int(value)
    return found
