// SPDX-License-Identifier: Apache-2.0
#include "app/options.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

#include <fmt/format.h>

namespace weir::app {

namespace {

// Log flags are read as text first: their errors are worded differently from those of other
// choices.
struct LogFlags {
  std::string level = "info";
  std::string format = "logfmt";
};

void add_reference_flags(FlagSet& flags, Options& options, LogFlags& log) {
  flags.add("web.listen-address", "Address on which to serve metrics and the web page.",
            options.web_listen_address);
  flags.add("web.enable-lifecycle", "Serve /-/reload and /-/quit.", options.is_lifecycle_enabled);
  flags.add("web.telemetry-path", "Path under which to serve metrics.", options.telemetry_path);
  flags.add("statsd.listen-udp", "UDP address for StatsD lines; empty turns it off.",
            options.udp_address);
  flags.add("statsd.listen-tcp", "TCP address for StatsD lines; empty turns it off.",
            options.tcp_address);
  flags.add("statsd.mapping-config", "Mapping file (YAML).", options.mapping_path);
  flags.add("statsd.read-buffer",
            "Receive buffer in bytes to ask of the kernel for UDP; 0 asks for a large one.",
            options.read_buffer_bytes);
  flags.add("statsd.cache-size",
            "Largest value that the cache length metric shows; 0 leaves the cache metrics out. "
            "There is no cache to size: every name seen is remembered (--limits.bindings).",
            options.cache_size);
  flags.add_choice("statsd.cache-type", "Accepted and without effect.", {"lru", "random"},
                   options.cache_type);
  flags.add("statsd.event-queue-size", "Accepted and without effect: there is no event queue.",
            options.event_queue_size);
  flags.add("statsd.event-flush-threshold", "Accepted and without effect: there is no event queue.",
            options.event_flush_threshold);
  flags.add("statsd.event-flush-interval", "Accepted and without effect: there is no event queue.",
            options.event_flush_interval);
  flags.add("check-config", "Check the mapping file and exit.", options.is_check_only);
  flags.add("statsd.parse-dogstatsd-tags", "Read DogStatsD tags, `|#key:value`.",
            options.dialects.dogstatsd);
  flags.add("statsd.parse-influxdb-tags", "Read InfluxDB tags, `name,key=value`.",
            options.dialects.influxdb);
  flags.add("statsd.parse-librato-tags", "Read Librato tags, `name#key=value`.",
            options.dialects.librato);
  flags.add("statsd.parse-signalfx-tags", "Read SignalFX tags, `name[key=value]`.",
            options.dialects.signalfx);
  flags.add("statsd.udp-packet-queue-size", "Accepted and without effect: there is no such queue.",
            options.udp_packet_queue_size);
  flags.add("log.level", "Least severe messages to log: debug, info, warn or error.", log.level);
  flags.add("log.format", "Form of log lines: logfmt or json.", log.format);
}

void add_limit_flags(FlagSet& flags, Options::Limits& limits) {
  flags.add("limits.line-bytes", "Longest line taken; a longer one is skipped and counted.",
            limits.line_bytes);
  flags.add("limits.series",
            "Most series kept; past it counters and observations go to their "
            "family's overflow series.",
            limits.series);
  flags.add("limits.series-per-family", "The same for the series of one metric name.",
            limits.series_per_family);
  flags.add("limits.store-bytes", "The same for the memory of all series.", limits.store_bytes);
  flags.add("limits.labels", "Most labels of one series; events with more are counted as errors.",
            limits.labels);
  flags.add("limits.series-bytes", "Longest name and labels of one series together.",
            limits.series_bytes);
  flags.add("limits.bindings", "Most names, as sent, that are remembered for the fast way.",
            limits.bindings);
  flags.add("limits.binding-bytes", "The same for their bytes.", limits.binding_bytes);
  flags.add("limits.refused-names", "Most metric names counted apart in conflicts and refusals.",
            limits.refused_names);
  flags.add("limits.sampling-weight", "Most observations that one sampled timer stands for.",
            limits.sampling_weight);
  flags.add("limits.tcp-connections", "Most StatsD connections open at once.",
            limits.tcp_connections);
  flags.add("limits.tcp-idle-timeout", "Close StatsD connections silent for so long; 0s never.",
            limits.tcp_idle_timeout);
  flags.add("limits.http-connections", "Most HTTP connections open at once.",
            limits.http_connections);
  flags.add("limits.http-header-bytes", "Largest header of an HTTP request.",
            limits.http_header_bytes);
  flags.add("limits.http-request-timeout", "Longest time that an HTTP request may take to arrive.",
            limits.http_request_timeout);
  flags.add("limits.stop-timeout", "Longest time to take in what the sockets hold on exit.",
            limits.stop_timeout);
}

base::LogLevel log_level(const std::string& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warn", "error"};
  const auto at = std::find(kNames.begin(), kNames.end(), lower);
  if (at == kNames.end()) throw FlagError(fmt::format("unrecognized log level {}", text));
  return static_cast<base::LogLevel>(at - kNames.begin());
}

base::LogFormat log_format(const std::string& text) {
  if (text == "logfmt") return base::LogFormat::Logfmt;
  if (text == "json") return base::LogFormat::Json;
  throw FlagError(fmt::format("unrecognized log format {}", text));
}

void require(bool condition, std::string_view flag, std::string_view what) {
  if (!condition) throw FlagError(fmt::format("flag '{}' must be {}", flag, what));
}

// Values that would crash the reference are refused here (Q22).
void check_values(const Options& options) {
  require(options.cache_size >= 0, "statsd.cache-size", "0 or more");
  require(options.event_flush_threshold >= 0, "statsd.event-flush-threshold", "0 or more");
  require(options.event_flush_interval.count() > 0, "statsd.event-flush-interval", "above 0");
  require(options.udp_packet_queue_size >= 0, "statsd.udp-packet-queue-size", "0 or more");
  require(options.telemetry_path.starts_with('/') &&
              options.telemetry_path.find(' ') == std::string::npos,
          "web.telemetry-path", "a path that begins with / and has no blanks");
  require(options.telemetry_path != "/-/healthy" && options.telemetry_path != "/-/ready" &&
              options.telemetry_path != "/-/reload" && options.telemetry_path != "/-/quit",
          "web.telemetry-path", "no path that is served already");
  constexpr std::int64_t kIntMax = std::numeric_limits<int>::max();
  require(options.read_buffer_bytes <= kIntMax && options.read_buffer_bytes >= -kIntMax,
          "statsd.read-buffer", "a number of bytes below 2^31");
}

void check_limits(const Options::Limits& limits) {
  // Handles and weights are 32 bits wide.
  constexpr std::uint64_t kWideMax = std::numeric_limits<std::uint32_t>::max();
  const auto in_range = [](std::uint64_t value) { return value > 0 && value <= kWideMax; };
  constexpr std::string_view kRange = "from 1 to 4294967295";
  require(in_range(limits.line_bytes), "limits.line-bytes", kRange);
  require(in_range(limits.series), "limits.series", kRange);
  require(in_range(limits.series_per_family), "limits.series-per-family", kRange);
  require(in_range(limits.labels), "limits.labels", kRange);
  require(limits.series_bytes > 0 && limits.series_bytes <= 1'000'000, "limits.series-bytes",
          "from 1 to 1000000");
  require(in_range(limits.bindings), "limits.bindings", kRange);
  require(in_range(limits.refused_names), "limits.refused-names", kRange);
  require(in_range(limits.sampling_weight), "limits.sampling-weight", kRange);
  require(in_range(limits.tcp_connections), "limits.tcp-connections", kRange);
  require(in_range(limits.http_connections), "limits.http-connections", kRange);
  require(in_range(limits.http_header_bytes), "limits.http-header-bytes", kRange);
  require(limits.tcp_idle_timeout.count() >= 0, "limits.tcp-idle-timeout", "0s or more");
  require(limits.http_request_timeout.count() > 0, "limits.http-request-timeout", "above 0s");
  require(limits.stop_timeout.count() >= 0, "limits.stop-timeout", "0s or more");
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments, std::string_view program,
                               std::size_t columns) {
  CommandLine line;
  LogFlags log;
  FlagSet flags;
  add_reference_flags(flags, line.options, log);
  add_limit_flags(flags, line.options.limits);
  line.usage = flags.usage(program, columns);
  line.request = flags.parse(arguments);
  if (line.request == FlagSet::Request::Version) return line;
  line.options.log_level = log_level(log.level);
  line.options.log_format = log_format(log.format);
  check_values(line.options);
  check_limits(line.options.limits);
  return line;
}

}  // namespace weir::app
