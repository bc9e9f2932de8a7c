// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "weir/metrics/definition.h"

namespace weir::pipeline {

struct SelfMetric {
  std::string_view name;
  metrics::Type type;
  std::string_view help;
};

inline constexpr auto kCounter = metrics::Type::Counter;
inline constexpr auto kGauge = metrics::Type::Gauge;

// Every metric of the daemon's own. Texts of the reference's metrics are interface (reference 8).
inline constexpr std::array kSelfMetrics = {
    SelfMetric{"statsd_exporter_build_info", kGauge,
               "A metric with a constant '1' value labeled by version, revision, branch, goversion "
               "from which statsd_exporter was built, and the goos and goarch for the build."},
    SelfMetric{"statsd_exporter_events_total", kCounter, "The total number of StatsD events seen."},
    SelfMetric{"statsd_exporter_events_unmapped_total", kCounter,
               "The total number of StatsD events no mapping was found for."},
    SelfMetric{"statsd_exporter_events_actions_total", kCounter,
               "The total number of StatsD events by action."},
    SelfMetric{"statsd_exporter_events_error_total", kCounter,
               "The total number of StatsD events discarded due to errors."},
    SelfMetric{"statsd_exporter_events_conflict_total", kCounter,
               "The total number of StatsD events with conflicting names."},
    SelfMetric{"statsd_exporter_event_queue_flushed_total", kCounter,
               "Number of times events were flushed to exporter"},
    SelfMetric{"statsd_exporter_metrics_total", kGauge, "The total number of metrics."},
    SelfMetric{"statsd_exporter_loaded_mappings", kGauge,
               "The current number of configured metric mappings."},
    SelfMetric{"statsd_exporter_config_reloads_total", kCounter,
               "The number of configuration reloads."},
    SelfMetric{"statsd_exporter_lines_total", kCounter,
               "The total number of StatsD lines received."},
    SelfMetric{"statsd_exporter_samples_total", kCounter,
               "The total number of StatsD samples received."},
    SelfMetric{"statsd_exporter_sample_errors_total", kCounter,
               "The total number of errors parsing StatsD samples."},
    SelfMetric{"statsd_exporter_tags_total", kCounter,
               "The total number of DogStatsD tags processed."},
    SelfMetric{"statsd_exporter_tag_errors_total", kCounter,
               "The number of errors parsing DogStatsD tags."},
    SelfMetric{"statsd_exporter_udp_packets_total", kCounter,
               "The total number of StatsD packets received over UDP."},
    SelfMetric{"statsd_exporter_udp_packet_drops_total", kCounter,
               "The total number of dropped StatsD packets which received over UDP."},
    SelfMetric{"statsd_exporter_unixgram_packets_total", kCounter,
               "The total number of StatsD packets received over Unixgram."},
    SelfMetric{"statsd_exporter_tcp_connections_total", kCounter,
               "The total number of TCP connections handled."},
    SelfMetric{"statsd_exporter_tcp_connection_errors_total", kCounter,
               "The number of errors encountered reading from TCP."},
    SelfMetric{"statsd_exporter_tcp_too_long_lines_total", kCounter,
               "The number of lines discarded due to being too long."},
    SelfMetric{"statsd_metric_mapper_cache_length", kGauge,
               "The count of unique metrics currently cached."},
    SelfMetric{"statsd_metric_mapper_cache_gets_total", kCounter,
               "The count of total metric cache gets."},
    SelfMetric{"statsd_metric_mapper_cache_hits_total", kCounter,
               "The count of total metric cache hits."},
    SelfMetric{"promhttp_metric_handler_requests_total", kCounter,
               "Total number of scrapes by HTTP status code."},
    SelfMetric{"promhttp_metric_handler_requests_in_flight", kGauge,
               "Current number of scrapes being served."},
    SelfMetric{"process_cpu_seconds_total", kCounter,
               "Total user and system CPU time spent in seconds."},
    SelfMetric{"process_open_fds", kGauge, "Number of open file descriptors."},
    SelfMetric{"process_max_fds", kGauge, "Maximum number of open file descriptors."},
    SelfMetric{"process_virtual_memory_bytes", kGauge, "Virtual memory size in bytes."},
    SelfMetric{"process_virtual_memory_max_bytes", kGauge,
               "Maximum amount of virtual memory available in bytes."},
    SelfMetric{"process_resident_memory_bytes", kGauge, "Resident memory size in bytes."},
    SelfMetric{"process_start_time_seconds", kGauge,
               "Start time of the process since unix epoch in seconds."},
    SelfMetric{"process_network_receive_bytes_total", kCounter,
               "Number of bytes received by the process over the network."},
    SelfMetric{"process_network_transmit_bytes_total", kCounter,
               "Number of bytes sent by the process over the network."},
    SelfMetric{"weir_bindings", kGauge, "Names, as sent, that are remembered for the fast way."},
    SelfMetric{"weir_config_last_reload_success_timestamp_seconds", kGauge,
               "When the mapping in use was loaded, in seconds since the epoch."},
    SelfMetric{"weir_definitions_replaced_total", kCounter,
               "Summaries and histograms made anew because a reload changed their definition."},
    SelfMetric{"weir_dogstatsd_messages_total", kCounter,
               "DogStatsD events and service checks, which become no series, by kind."},
    SelfMetric{"weir_events_overflowed_total", kCounter,
               "Events counted in a family's overflow series because a budget is used up."},
    SelfMetric{"weir_events_refused_total", kCounter,
               "Events lost because a budget is used up, by metric name."},
    SelfMetric{"weir_families", kGauge, "Metric names that have series."},
    SelfMetric{"weir_http_connections", kGauge, "HTTP connections open."},
    SelfMetric{"weir_http_connections_refused_total", kCounter,
               "HTTP connections closed at once because too many were open."},
    SelfMetric{"weir_http_timeouts_total", kCounter,
               "HTTP connections closed because a request or an answer took too long."},
    SelfMetric{"weir_lines_too_long_total", kCounter,
               "Lines skipped because they are longer than the limit, from all listeners."},
    SelfMetric{"weir_sampling_weights_capped_total", kCounter,
               "Sampled observations whose weight was cut down to the limit."},
    SelfMetric{"weir_series", kGauge, "Series kept."},
    SelfMetric{"weir_series_expired_total", kCounter, "Series removed because their TTL ran out."},
    SelfMetric{"weir_store_bytes", kGauge, "Memory of all series, about."},
    SelfMetric{"weir_tcp_connections", kGauge, "StatsD connections open."},
    SelfMetric{"weir_tcp_connections_idle_closed_total", kCounter,
               "StatsD connections closed because they were silent for too long."},
    SelfMetric{"weir_tcp_connections_refused_total", kCounter,
               "StatsD connections closed at once because too many were open."},
    SelfMetric{"weir_udp_kernel_drops_total", kCounter,
               "Datagrams that the kernel dropped because the receive buffer was full."},
    SelfMetric{"weir_udp_receive_buffer_bytes", kGauge,
               "Receive buffer that the kernel granted, as it counts."},
    SelfMetric{"weir_unbound_samples_total", kCounter,
               "Samples served the slow way because their name could not be remembered."},
};

}  // namespace weir::pipeline
