# SPDX-License-Identifier: Apache-2.0
"""The rows and columns of the matrix: a scraper, a way to be asked and a format are one row of a table each."""

import dataclasses
import itertools

OPENMETRICS_1, OPENMETRICS_0 = "openmetrics 1.0.0", "openmetrics 0.0.1"
TEXT_1, TEXT_0 = "text 1.0.0", "text 0.0.4"
PROTOBUF = "protobuf"
# Of `Content-Type`, without its parameter `escaping`.
CONTENT_TYPES = {
    OPENMETRICS_1: "application/openmetrics-text; version=1.0.0; charset=utf-8",
    OPENMETRICS_0: "application/openmetrics-text; version=0.0.1; charset=utf-8",
    TEXT_1: "text/plain; version=1.0.0; charset=utf-8",
    TEXT_0: "text/plain; version=0.0.4; charset=utf-8",
    PROTOBUF: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
}
# Of `scrape_protocols`.
PROTOCOLS = {
    OPENMETRICS_1: "OpenMetricsText1.0.0",
    OPENMETRICS_0: "OpenMetricsText0.0.1",
    TEXT_1: "PrometheusText1.0.0",
    TEXT_0: "PrometheusText0.0.4",
    PROTOBUF: "PrometheusProto",
}
TEXTS_FIRST = (OPENMETRICS_1, OPENMETRICS_0, TEXT_1, TEXT_0)
PROTOBUF_FIRST = (PROTOBUF, *TEXTS_FIRST)


@dataclasses.dataclass(frozen=True)
class Daemon:
    """A weir under certain flags."""

    name: str
    flags: tuple
    offers: tuple
    has_utf8: bool = False
    has_created: bool = False


OPENMETRICS = "--web.enable-openmetrics"
DAEMONS = (
    Daemon("usual", (), (PROTOBUF, TEXT_0)),
    Daemon("OpenMetrics", (OPENMETRICS,), PROTOBUF_FIRST),
    Daemon("created samples", (OPENMETRICS, "--web.openmetrics-created-samples"), PROTOBUF_FIRST, has_created=True),
    Daemon("UTF-8 names", ("--metrics.name-validation=utf8",), (PROTOBUF, TEXT_0), has_utf8=True),
    Daemon("UTF-8 names in OpenMetrics", ("--metrics.name-validation=utf8", OPENMETRICS, "--web.openmetrics-created-samples"), PROTOBUF_FIRST,
           has_utf8=True, has_created=True),
)


@dataclasses.dataclass(frozen=True)
class Server:
    """A Prometheus under certain flags. `usual` is what it asks for, in this order, where a job says nothing."""

    name: str
    is_3: bool
    flags: tuple = ()
    usual: tuple = TEXTS_FIRST
    # Takes a histogram's native buckets whenever it gets them.
    wants_native: bool = False
    injects_zeros: bool = False


SERVERS = (
    Server("2.42", False, usual=(OPENMETRICS_1, OPENMETRICS_0, TEXT_0)),
    Server("2.42 native-histograms", False, ("--enable-feature=native-histograms",), (PROTOBUF, OPENMETRICS_1, OPENMETRICS_0, TEXT_0), True),
    Server("3", True),
    Server("3 created-timestamp-zero-ingestion", True, ("--enable-feature=created-timestamp-zero-ingestion",), PROTOBUF_FIRST, injects_zeros=True),
)


@dataclasses.dataclass(frozen=True)
class Request:
    """A job's settings, and what they make the scraper ask for; None: what the server usually does."""

    name: str
    settings: dict
    asks: tuple = None
    # Of a name that a scraper cannot take; None: what the answer says.
    escaping: str = None
    wants_native: bool = False
    wants_classic: bool = False
    is_zipped: bool = True

    def asked_of(self, server):
        return self.asks or server.usual


def protocols(*formats):
    return {"scrape_protocols": [PROTOCOLS[each] for each in formats]}


def escapings():
    """Each scheme with each protocol that has a word for it."""
    for scheme, asked in itertools.product(("allow-utf-8", "underscores", "dots", "values"), (OPENMETRICS_1, TEXT_1)):
        yield Request(f"{PROTOCOLS[asked]} {scheme}", {**protocols(asked), "metric_name_escaping_scheme": scheme}, (asked,), scheme)


USUAL = Request("no settings", {})
# 2.42 has no settings for any of this.
REQUESTS = (
    USUAL,
    *(Request(PROTOCOLS[asked], protocols(asked), (asked,)) for asked in PROTOCOLS),
    Request("scrape_native_histograms", {"scrape_native_histograms": True}, PROTOBUF_FIRST, wants_native=True),
    Request("scrape_native_histograms always_scrape_classic_histograms", {"scrape_native_histograms": True, "always_scrape_classic_histograms": True},
            PROTOBUF_FIRST, wants_native=True, wants_classic=True),
    Request("scrape_native_histograms PrometheusText0.0.4", {"scrape_native_histograms": True, **protocols(TEXT_0)}, (TEXT_0,)),
    Request("no compression", {"enable_compression": False}, is_zipped=False),
    Request("legacy names", {"metric_name_validation_scheme": "legacy"}, escaping="underscores"),
    *escapings(),
)


def requests_of(server):
    return REQUESTS if server.is_3 else (USUAL,)


def answer_to(request, server, daemon):
    """The format of the best clause that the daemon has; text 0.0.4, which any of them takes, where it has none of them."""
    return next((each for each in request.asked_of(server) if each in daemon.offers), TEXT_0)
