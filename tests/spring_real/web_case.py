# SPDX-License-Identifier: Apache-2.0
"""A Spring Boot web application: what weir counts of it is what its own /actuator/metrics says, and no name of its Prometheus page is missing."""

import json
import math
import pathlib
import re
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import running_daemon

REQUESTS = 100
FAILURES = 10
POLL_SECONDS = 1
# Of sums of times, which are sent with six decimals of a millisecond.
TOLERANCE_RATIO = 1e-6
SETTLE_SECONDS_MAX = 30
COMMON = {"application": "shop", "instance.index": "0", "stream.name": "s1", "application.name": "web", "application.guid": "g1"}
# Meters that count: Micrometer's name, the labels looked at, the series without its ending, and whether ETSY has a rule for it.
COUNTED = (
    ("http.server.requests", {"uri": "/items/{name}"}, "http_server_requests_seconds", True),
    ("http.server.requests", {"uri": "/fail"}, "http_server_requests_seconds", True),
    ("spring.integration.send", {}, "spring_integration_send_seconds", True),
    ("spring.integration.receive", {}, "spring_integration_receive_total", True),
    ("hikaricp.connections.usage", {}, "hikaricp_connections_usage_seconds", True),
    ("hikaricp.connections.acquire", {}, "hikaricp_connections_acquire_seconds", True),
    ("hibernate.statements", {}, "hibernate_statements_total", True),
    ("hibernate.transactions", {}, "hibernate_transactions_total", True),
    ("hibernate.entities.inserts", {}, "hibernate_entities_inserts_total", True),
    ("logback.events", {}, "logback_events_total", True),
    ("spring.data.repository.invocations", {}, "spring_data_repository_invocations_seconds", False),
    ("shop.items", {}, "shop_items_total", False),
    ("shop.item.size", {}, "shop_item_size", False),
)
# Gauges that do not move.
STILL = (("process.start.time", "process_start_time_seconds", True), ("system.cpu.count", "system_cpu_count", True),
         ("hikaricp.connections.max", "hikaricp_connections_max", True), ("tomcat.threads.config.max", "tomcat_threads_config_max_threads", False))
# What Micrometer's Prometheus registry has and its StatsD registry does not send, or sends otherwise: long task timers as histograms, and a
# counter or timer of which nothing came, which may be any of these.
OTHERWISE = re.compile(r"http_server_requests_active_seconds(_gcount|_gsum)?|hikaricp_connections_(creation_seconds(_max)?|timeout_total)|jvm_gc_pause_.*")


def sanitised(flavor, labels):
    return {key: re.sub(r"[^\w._]", "_", text) if flavor == "sysdig" else text for key, text in labels.items()}


def arguments(flavor, statsd_port, http_port):
    settings = {
        "server.port": http_port,
        "server.tomcat.mbeanregistry.enabled": "true",
        "spring.jpa.properties.hibernate.generate_statistics": "true",
        "management.endpoints.web.exposure.include": "*",
        "management.influx.metrics.export.enabled": "false",
        "management.statsd.metrics.export.flavor": flavor,
        "management.statsd.metrics.export.port": statsd_port,
        "management.statsd.metrics.export.polling-frequency": f"{POLL_SECONDS}s",
        "management.metrics.distribution.percentiles-histogram.http.server.requests": "true",
        **{f"management.metrics.tags.{key}": value for key, value in COMMON.items()},
    }
    return [f"--{key}={value}" for key, value in settings.items()]


class Application:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"

    def get(self, path):
        try:
            with urllib.request.urlopen(self.base + path, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def measurements(self, meter, tags):
        """statistic -> value, of all series with these tags; times in seconds."""
        query = "".join(f"&tag={urllib.parse.quote(f'{key}:{text}')}" for key, text in tags.items())
        text = self.get(f"/actuator/metrics/{meter}?{query.lstrip('&')}")
        # A meter that is not there yet.
        answer = json.loads(text or '{"measurements": []}')
        factor = 0.001 if answer.get("baseUnit") == "milliseconds" else 1
        return {one["statistic"]: one["value"] * (1 if one["statistic"] == "COUNT" else factor) for one in answer["measurements"]}

    def work(self):
        for number in range(REQUESTS):
            self.get(f"/items/name{number % 7}")
        for _ in range(FAILURES):
            self.get("/fail")
        self.get("/collect")

    def prometheus_names(self):
        return re.findall(r"^# TYPE (\S+) ", self.get("/actuator/prometheus"), re.MULTILINE)


def total(families, name, labels):
    """Of all series of the application with these labels."""
    wanted = {"application_guid": "g1", **labels}.items()
    return math.fsum(float(value) for family in families.values() for (sample, found), value in family.samples.items()
                     if sample == name and wanted <= dict(found).items())


def readings(application, families, flavor):
    """(meter, labels, statistic) -> (what the application says, what weir says)"""
    found = {}
    for meter, labels, series, is_in_etsy in COUNTED:
        if flavor == "etsy" and not is_in_etsy:
            continue
        said = application.measurements(meter, labels)
        names = {"COUNT": series if series.endswith("_total") else series + "_count", "TOTAL_TIME": series + "_sum", "TOTAL": series + "_sum"}
        for statistic in said.keys() & names.keys():
            found[meter, tuple(labels.items()), statistic] = (said[statistic], total(families, names[statistic], sanitised(flavor, labels)))
    return found


def is_alike(said, shown):
    return abs(said - shown) <= TOLERANCE_RATIO * max(1, abs(said))


def differences(before, after):
    """What moved otherwise. What is counted before there is a connection is never sent, so the movement is compared."""
    for key, (said, shown) in after.items():
        said_before, shown_before = before.get(key, (0, 0))
        if not is_alike(said - said_before, shown - shown_before):
            yield f"{key}: the application counts {said - said_before}, weir {shown - shown_before}"
        if said == said_before:
            yield f"{key}: nothing was counted"


def settled(application, daemon, flavor):
    """Readings that two polls did not change."""
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    found, last = None, None
    while time.monotonic() < deadline:
        time.sleep(2.5 * POLL_SECONDS)
        found = readings(application, daemon.scrape(), flavor)
        if found == last:
            return found
        found, last = last, found
    moving = {key: (values, last.get(key)) for key, values in found.items() if values != last.get(key)}
    raise AssertionError(f"the counts do not settle: {moving}")


def gauge_faults(application, families, flavor):
    for meter, name, is_in_etsy in STILL:
        if flavor == "etsy" and not is_in_etsy:
            continue
        said = application.measurements(meter, {})["VALUE"]
        shown = total(families, name, {})
        if not is_alike(said, shown):
            yield f"{meter}: the application says {said}, weir {shown}"
    unlimited = {float(value) for family in families.values() for (name, labels), value in family.samples.items()
                 if name == "jvm_memory_max_bytes" and dict(labels)["id"] == "Metaspace"}
    if unlimited != {-1.0}:
        yield f"jvm_memory_max_bytes of the metaspace: {unlimited}"


def name_faults(application, families):
    """Of the tagged flavors. weir has count, sum and maximum in the families that Micrometer has them in."""
    missing = {name for name in application.prometheus_names() if name not in families and not OTHERWISE.fullmatch(name)}
    return [f"weir does not have {name}" for name in sorted(missing)]


def loss_faults(families, flavor):
    values = running_daemon.exposition.self_values(families)
    losses = r"statsd_exporter_(events_(error|conflict)|sample_errors|tag_errors)_total|weir_(udp_kernel_drops|events_refused|events_overflowed)_total"
    found = {name: value for name, value in values.items() if value and re.match(losses, name)}
    if found:
        yield f"{flavor}: {found}"


def check(weir, program, flavor):
    """What is wrong, a text each."""
    http_port = running_daemon.free_port()
    with tempfile.TemporaryDirectory(prefix="weir-spring-") as folder, \
            running_daemon.RunningDaemon(weir, ["--statsd.mapping-config=builtin:scdf"]) as daemon:
        application = Application(http_port)
        with program.running(arguments(flavor, daemon.udp_port, http_port), application.base + "/actuator/health", pathlib.Path(folder, "log")):
            application.get("/actuator/prometheus")
            application.get("/stop")
            before = settled(application, daemon, flavor)
            application.get("/start")
            application.work()
            application.get("/stop")
            after = settled(application, daemon, flavor)
            families = daemon.scrape()
            names = [] if flavor == "etsy" else name_faults(application, families)
            return [*differences(before, after), *gauge_faults(application, families, flavor), *names, *loss_faults(families, flavor)]
