# SPDX-License-Identifier: Apache-2.0
"""weir itself: what comes in, what becomes of it, what is lost, and what that takes."""

from panels import dashboard, graph, query_variable, stat, table

SELECTOR = 'job=~"$job", instance=~"$instance"'
VARIABLES = [
    query_variable("job", "Job", "label_values(weir_series, job)"),
    query_variable("instance", "Instance", 'label_values(weir_series{job=~"$job"}, instance)'),
]
RATE = "[$__rate_interval]"
WHO = "{{instance}}"

# Each is something that a sender sent and nobody will see under its name.
LOST = " + ".join(f"(sum(increase({name}{{@}}[1h])) or vector(0))" for name in (
    "weir_udp_kernel_drops_total", "weir_lines_too_long_total", "weir_tcp_connections_refused_total", "weir_unixstream_connections_refused_total",
    "statsd_exporter_sample_errors_total", "statsd_exporter_events_error_total", "statsd_exporter_events_conflict_total", "weir_events_refused_total"))


def rates(unit, title, *names, legend=WHO, **options):
    return graph(title, unit, *((f"sum by (instance) (rate({name}{{@}}{RATE}))", f"{WHO} {text}") for name, text in names), **options)


OVERVIEW = [
    stat("Up", "none", "min(up{@} and on (job, instance) weir_series{@})", bad=1, low_is_bad=True),
    stat("Lines", "cps", f"sum(rate(statsd_exporter_lines_total{{@}}{RATE}))"),
    stat("Lost in an hour", "short", LOST, warn=1, bad=1000,
         description="Dropped by the kernel, refused, in conflict, or past a limit. The section on losses tells which."),
    stat("Series", "short", "sum(weir_series{@})"),
    stat("Resident memory", "bytes", "sum(process_resident_memory_bytes{@} and on (job, instance) weir_series{@})"),
    stat("Up since", "dtdurations", "min(time() - (process_start_time_seconds{@} and on (job, instance) weir_series{@}))",
         description="Time since the youngest process began."),
]

INTAKE = [
    rates("cps", "Lines and samples", ("statsd_exporter_lines_total", "lines"), ("statsd_exporter_samples_total", "samples")),
    graph("Events by type", "cps", (f"sum by (type) (rate(statsd_exporter_events_total{{@}}{RATE}))", "{{type}}"), stack=True),
    rates("pps", "Packets", ("statsd_exporter_udp_packets_total", "UDP"), ("statsd_exporter_unixgram_packets_total", "Unix datagrams"),
          ("weir_unixstream_packets_total", "Unix streams")),
    graph("Connections open", "short", ("sum by (instance) (weir_tcp_connections{@})", f"{WHO} TCP"),
          ("sum by (instance) (weir_unixstream_connections{@})", f"{WHO} Unix streams")),
    graph("Events by outcome", "cps",
          (f"sum by (action) (rate(statsd_exporter_events_actions_total{{@}}{RATE}))", "by a rule: {{action}}"),
          (f"sum(rate(statsd_exporter_events_unmapped_total{{@}}{RATE}))", "by no rule"), stack=True,
          description="What the mapping file says about them."),
    graph("Share without a rule", "percentunit",
          (f"sum by (instance) (rate(statsd_exporter_events_unmapped_total{{@}}{RATE})) / sum by (instance) (rate(statsd_exporter_events_total{{@}}{RATE}))", WHO),
          description="Their names are made from what was sent. With a mapping for all that comes in it is 0."),
]

LOSSES = [
    rates("pps", "Datagrams lost", ("weir_udp_kernel_drops_total", "dropped by the kernel"), ("weir_datagrams_truncated_total", "cut"),
          ("weir_datagram_read_errors_total", "read errors"), description="The kernel drops what its receive buffer cannot hold: raise net.core.rmem_max."),
    graph("Samples refused", "cps", (f"sum by (reason) (rate(statsd_exporter_sample_errors_total{{@}}{RATE}))", "{{reason}}"),
          (f"sum(rate(statsd_exporter_tag_errors_total{{@}}{RATE}))", "tags"), description="They could not be read. --log.level=debug shows the lines."),
    graph("Events refused", "cps", (f"sum by (reason) (rate(statsd_exporter_events_error_total{{@}}{RATE}))", "{{reason}}")),
    table("Names in conflict", "short", ("topk(20, sum by (metric_name, type) (statsd_exporter_events_conflict_total{@}))", "Events"), width=8,
          description="Sent as one type, held as another."),
    table("Names past a budget", "short", ("topk(20, sum by (metric_name) (weir_events_overflowed_total{@}))", "Into the overflow series"),
          ("topk(20, sum by (metric_name) (weir_events_refused_total{@}))", "Lost"), width=8,
          description="Totals stay right in the overflow series; gauges have none and are lost."),
    rates("cps", "Long lines, capped samples, messages", ("weir_lines_too_long_total", "lines too long"),
          ("weir_sampling_weights_capped_total", "sampling weights capped"), ("weir_dogstatsd_messages_total", "DogStatsD events and checks")),
    rates("cps", "Connections refused or broken", ("weir_tcp_connections_refused_total", "TCP refused"),
          ("weir_unixstream_connections_refused_total", "Unix refused"), ("statsd_exporter_tcp_connection_errors_total", "TCP errors"),
          ("weir_unixstream_connection_errors_total", "Unix errors"), ("weir_accept_errors_total", "accept errors"),
          ("weir_connections_out_of_descriptors_total", "out of descriptors"), width=12),
    rates("cps", "Connections closed for silence", ("weir_tcp_connections_idle_closed_total", "TCP"),
          ("weir_unixstream_connections_idle_closed_total", "Unix streams"), width=12),
]

STORE = [
    graph("Series and names", "short", ("sum by (instance) (weir_series{@})", f"{WHO} series"), ("sum by (instance) (weir_families{@})", f"{WHO} families"),
          ("sum by (instance) (weir_bindings{@})", f"{WHO} bindings"), description="Bindings are names as sent, held for the fast way."),
    graph("Metrics made, by type", "short", ("sum by (type) (statsd_exporter_metrics_total{@})", "{{type}}"), stack=True),
    graph("Memory", "bytes", ("sum by (instance) (process_resident_memory_bytes{@} and on (job, instance) weir_series{@})", f"{WHO} resident"),
          ("sum by (instance) (weir_store_bytes{@})", f"{WHO} series")),
    rates("cps", "Series gone or made anew", ("weir_series_expired_total", "expired"), ("weir_definitions_replaced_total", "replaced by a reload")),
    rates("cps", "Samples on the slow way", ("weir_unbound_samples_total", "without a binding"), description="More names than --limits.bindings."),
    graph("CPU", "percentunit", (f"sum by (instance) (rate(process_cpu_seconds_total{{@}}{RATE}) and on (job, instance) weir_series{{@}})", WHO)),
]

SCRAPES = [
    graph("Scrape duration", "s", ("max by (instance) (scrape_duration_seconds{@} and on (job, instance) weir_series{@})", WHO),
          description="As Prometheus measures it. Probes that ask /metrics give up after their timeout."),
    graph("Samples of a scrape", "short", ("max by (instance) (scrape_samples_scraped{@} and on (job, instance) weir_series{@})", WHO)),
    graph("Answers by status", "reqps", (f"sum by (code) (rate(promhttp_metric_handler_requests_total{{@}}{RATE}) and on (job, instance) weir_series{{@}})", "{{code}}")),
    rates("cps", "HTTP connections lost", ("weir_http_connections_refused_total", "refused"), ("weir_http_timeouts_total", "timed out")),
    graph("File descriptors used", "percentunit",
          ("max by (instance) (process_open_fds{@} / process_max_fds{@} and on (job, instance) weir_series{@})", WHO)),
    graph("HTTP connections open", "short", ("sum by (instance) (weir_http_connections{@})", WHO)),
]

MAPPING = [
    stat("Rules loaded", "short", "sum(statsd_exporter_loaded_mappings{@})", width=6),
    stat("Reloads that failed", "short", 'sum(statsd_exporter_config_reloads_total{@, outcome="failure"}) or vector(0)', width=6, bad=1,
         description="The rules of the last good load stay in use."),
    stat("Reloads that worked", "short", 'sum(statsd_exporter_config_reloads_total{@, outcome="success"}) or vector(0)', width=6),
    stat("Last good load", "dateTimeFromNow", "max(weir_config_last_reload_success_timestamp_seconds{@}) * 1000", width=6),
]

RELAY = [
    graph("Lines passed on and lost", "cps", (f"sum by (target) (rate(statsd_exporter_relay_lines_relayed_total{{@}}{RATE}))", "{{target}} passed on"),
          (f"sum by (target) (rate(weir_relay_lines_dropped_total{{@}}{RATE}))", "{{target}} lost"),
          (f"sum by (target) (rate(statsd_exporter_relay_long_lines_total{{@}}{RATE}))", "{{target}} too long")),
    graph("Datagrams", "pps", (f"sum by (target) (rate(statsd_exporter_relay_packets_total{{@}}{RATE}))", "{{target}} sent"),
          (f"sum by (target) (rate(weir_relay_packets_dropped_total{{@}}{RATE}))", "{{target}} dropped"),
          (f"sum by (target) (rate(weir_relay_send_errors_total{{@}}{RATE}))", "{{target}} send errors"),
          (f"sum by (target) (rate(weir_relay_resolve_errors_total{{@}}{RATE}))", "{{target}} look-ups that failed")),
    graph("Datagrams that wait", "short", ("sum by (target) (weir_relay_queue_packets{@})", "{{target}}")),
]

DASHBOARDS = {
    "weir-health": dashboard(
        "weir-health", "weir: health", "Is anything lost, and how much room is left?", SELECTOR, VARIABLES,
        [("At a glance", OVERVIEW), ("What comes in", INTAKE), ("What is lost", LOSSES), ("What is held", STORE), ("Scrapes", SCRAPES),
         ("Mapping", MAPPING), ("Relay", RELAY)]),
}
