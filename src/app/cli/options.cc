// SPDX-License-Identifier: Apache-2.0
#include "app/cli/options.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "app/cli/flag_help.h"
#include "app/commands/command.h"
#include "app/version.h"
#include "app/web/http_paths.h"

namespace weir::app {

namespace {

base::LogLevel log_level(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warn", "error"};
  const auto at = std::find(kNames.begin(), kNames.end(), lower);
  if (at == kNames.end()) throw BadValue("one of debug, info, warn, error");
  return static_cast<base::LogLevel>(at - kNames.begin());
}

base::LogFormat log_format(std::string_view text) {
  if (text == "logfmt") return base::LogFormat::Logfmt;
  if (text == "json") return base::LogFormat::Json;
  throw BadValue("one of logfmt, json");
}

void add_listen_flags(FlagSet& flags, Options& options) {
  flags.add("statsd.listen-udp", "UDP address for StatsD lines; empty turns it off. Repeatable.",
            options.udp_addresses);
  flags.add("statsd.listen-tcp", "TCP address for StatsD lines; empty turns it off. Repeatable.",
            options.tcp_addresses);
  flags.add("statsd.listen-unixgram",
            "Unix datagram socket for StatsD lines: a path, or @NAME for an abstract one. "
            "Repeatable.",
            options.unixgram_paths);
  flags.add("statsd.unixsocket-mode", "Permission bits of Unix sockets, octal.",
            options.unixsocket_mode);
}

// In the order of the reference's help, then what only weir has.
void add_reference_flags(FlagSet& flags, Options& options) {
  flags.add("web.listen-address", "Address on which to serve metrics and the web page.",
            options.web_listen_address);
  flags.add("web.enable-lifecycle", "Serve /-/reload and /-/quit.", options.is_lifecycle_enabled);
  flags.add("web.telemetry-path", "Path under which to serve metrics.", options.telemetry_path);
  add_listen_flags(flags, options);
  flags.add(
      "statsd.mapping-config",
      "Mapping file (YAML), or builtin:NAME for one that is compiled in (weir mappings list).",
      options.mapping_path);
  flags.show_no_default();
  flags.add("statsd.read-buffer",
            "Receive buffer in bytes to ask of the kernel for UDP and Unix datagrams; 0 asks for a "
            "large one for UDP.",
            options.read_buffer_bytes);
  flags.show_no_default();
  flags.add(
      "statsd.workers",
      "Threads that receive and work up lines. More than one share the UDP and TCP ports; all "
      "lines of one sender go to the same.",
      options.workers);
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
  flags.add("debug.dump-fsm", "Write the automaton of the globs to this file, in DOT.",
            options.fsm_dump_path);
  flags.add("check-config", "Check the mapping file and exit.", options.is_check_only);
  flags.add("statsd.parse-dogstatsd-tags", "Read DogStatsD tags, `|#key:value`.",
            options.dialects.dogstatsd);
  flags.add("statsd.parse-influxdb-tags", "Read InfluxDB tags, `name,key=value`.",
            options.dialects.influxdb);
  flags.add("statsd.parse-librato-tags", "Read Librato tags, `name#key=value`.",
            options.dialects.librato);
  flags.add("statsd.parse-signalfx-tags", "Read SignalFX tags, `name[key=value]`.",
            options.dialects.signalfx);
  flags.add("statsd.relay.address",
            "Send every line on to this UDP address (host:port), or several with commas between.",
            options.relay_address);
  flags.show_no_default();
  flags.add("statsd.relay.packet-length", "Largest datagram that the relay sends.",
            options.relay_packet_length);
  flags.add("statsd.udp-packet-queue-size", "Accepted and without effect: there is no such queue.",
            options.udp_packet_queue_size);
  flags.add_parsed("log.level", "Least severe messages to log: debug, info, warn or error.", "info",
                   {"debug", "info", "warn", "error"},
                   [&options](std::string_view text) { options.log_level = log_level(text); });
  flags.add_parsed("log.format", "Form of log lines: logfmt or json.", "logfmt", {"logfmt", "json"},
                   [&options](std::string_view text) { options.log_format = log_format(text); });
}

void add_extension_flags(FlagSet& flags, Options& options) {
  flags.add("statsd.listen-unixstream",
            "Unix stream socket for StatsD lines, as --statsd.listen-unixgram. Repeatable.",
            options.unixstream_paths);
  flags.add_choice("statsd.unixstream-framing",
                   "What separates lines on Unix stream sockets: a newline, or length, DogStatsD's "
                   "four bytes before each packet.",
                   {"newline", "length"}, options.unixstream_framing);
  flags.add("statsd.parse-graphite-tags", "Read Graphite tags, `name;key=value;key=value`.",
            options.dialects.graphite);
  flags.add(
      "statsd.parse-colons-in-names",
      "End the name at the last `:` before the first `|`, not at the first one, so that names "
      "and the values of tags in names may hold colons. Packed values, `name:1:2|ms`, are "
      "then taken for such a name.",
      options.dialects.colons_in_names);
  flags.add("statsd.parse-meters", "Read meters, `name:1|m`, as counters.",
            options.dialects.meters);
  flags.add("statsd.trim-spaces",
            "Take spaces off around values, types and sampling factors and before other fields, "
            "`name: 1 | c | #key:value`.",
            options.dialects.spaces);
  flags.add(
      "statsd.mapping-config-watch",
      "How often to check the mapping file for changes; it is loaded when two looks in a row find "
      "the same change. 0s disables it.",
      options.mapping_watch_interval);
  flags.add("statsd.refuse-non-finite-counters",
            "Count NaN and infinite counter increments as errors instead of adding them.",
            options.refuses_non_finite_counters);
  flags.add("statsd.relay.resolve-interval",
            "How often to look the relay's addresses up again; 0s disables it.",
            options.relay_resolve_interval);
}

void add_limit_flags(FlagSet& flags, Options::Limits& limits) {
  flags.add_bytes("limits.line-bytes", "Longest line taken; a longer one is skipped and counted.",
                  limits.line_bytes);
  flags.add("limits.series",
            "Most series kept; past it counters and observations go to their "
            "family's overflow series.",
            limits.series);
  flags.add("limits.series-per-family", "The same for the series of one metric name.",
            limits.series_per_family);
  flags.add_bytes("limits.store-bytes", "The same for the memory of all series.",
                  limits.store_bytes);
  flags.add("limits.labels", "Most labels of one series; events with more are counted as errors.",
            limits.labels);
  flags.add_bytes("limits.series-bytes", "Longest name and labels of one series together.",
                  limits.series_bytes);
  flags.add("limits.bindings", "Most names, as sent, that are remembered for the fast path.",
            limits.bindings);
  flags.add_bytes("limits.binding-bytes", "The same for their bytes.", limits.binding_bytes);
  flags.add("limits.refused-names", "Most metric names counted apart in conflicts and refusals.",
            limits.refused_names);
  flags.add("limits.sampling-weight", "Most observations that one sampled timer stands for.",
            limits.sampling_weight);
  flags.add("limits.tcp-connections", "Most StatsD connections open at once, for each TCP address.",
            limits.tcp_connections);
  flags.add("limits.tcp-idle-timeout", "Close StatsD connections silent for this long; 0s never.",
            limits.tcp_idle_timeout);
  flags.add("limits.unixstream-connections", "The same for each Unix stream socket.",
            limits.unixstream_connections);
  flags.add("limits.unixstream-idle-timeout", "The same for Unix stream sockets.",
            limits.unixstream_idle_timeout);
  flags.add_bytes(
      "limits.frame-bytes",
      "Longest packet taken with --statsd.unixstream-framing=length; a longer one is skipped "
      "and counted.",
      limits.frame_bytes);
  flags.add("limits.relay-queue",
            "Most datagrams that wait for one slow relay target; more are dropped and counted.",
            limits.relay_queue);
  flags.add("limits.http-connections", "Most HTTP connections open at once.",
            limits.http_connections);
  flags.add_bytes("limits.http-header-bytes", "Largest header of an HTTP request.",
                  limits.http_header_bytes);
  flags.add("limits.http-request-timeout", "Longest time that an HTTP request may take to arrive.",
            limits.http_request_timeout);
  flags.add("limits.stop-timeout", "Longest time to take in what the sockets hold on exit.",
            limits.stop_timeout);
}

void require(const FlagSet& flags, bool condition, std::string_view flag, std::string_view what) {
  if (!condition) flags.refuse(flag, what);
}

// Values that would crash the reference are refused here (Q22).
void check_values(const FlagSet& flags, const Options& options) {
  constexpr std::uint64_t kWorkersMax = 256;
  require(flags, options.workers >= 1 && options.workers <= kWorkersMax, "statsd.workers",
          "1 to 256");
  require(flags, options.cache_size >= 0, "statsd.cache-size", "0 or more");
  // As far as the reference has memory for.
  constexpr std::uint64_t kQueueMax = 1'000'000'000'000;
  require(flags, options.event_queue_size <= kQueueMax, "statsd.event-queue-size", "at most 1e12");
  require(flags, options.event_flush_threshold >= 0, "statsd.event-flush-threshold", "0 or more");
  require(flags, options.event_flush_interval.count() > 0, "statsd.event-flush-interval",
          "above 0");
  require(flags, options.udp_packet_queue_size >= 0, "statsd.udp-packet-queue-size", "0 or more");
  require(flags, options.mapping_watch_interval.count() >= 0, "statsd.mapping-config-watch",
          "0s or more");
  // No datagram is longer than 64 KiB; the reference takes more, and so each send fails (Q19).
  constexpr std::uint64_t kPacketMax = 1'048'576;
  require(flags, options.relay_packet_length <= kPacketMax, "statsd.relay.packet-length",
          "at most 1048576");
  require(flags, options.relay_resolve_interval.count() >= 0, "statsd.relay.resolve-interval",
          "0s or more");
  if (const auto error =
          telemetry_path_error(options.telemetry_path, options.is_lifecycle_enabled)) {
    throw FlagError(fmt::format("flag 'web.telemetry-path' must be a path to serve: {}", *error));
  }
  constexpr std::int64_t kIntMax = std::numeric_limits<int>::max();
  require(flags, options.read_buffer_bytes <= kIntMax && options.read_buffer_bytes >= -kIntMax,
          "statsd.read-buffer", "a number of bytes below 2^31");
}

void check_limits(const FlagSet& flags, const Options::Limits& limits) {
  // Handles and weights are 32 bits wide.
  constexpr std::uint64_t kWideMax = std::numeric_limits<std::uint32_t>::max();
  const auto in_range = [](std::uint64_t value) { return value > 0 && value <= kWideMax; };
  constexpr std::string_view kRange = "from 1 to 4294967295";
  require(flags, in_range(limits.line_bytes), "limits.line-bytes", kRange);
  require(flags, in_range(limits.series), "limits.series", kRange);
  require(flags, in_range(limits.series_per_family), "limits.series-per-family", kRange);
  require(flags, in_range(limits.labels), "limits.labels", kRange);
  require(flags, limits.series_bytes > 0 && limits.series_bytes <= 1'000'000, "limits.series-bytes",
          "from 1 to 1000000");
  require(flags, in_range(limits.bindings), "limits.bindings", kRange);
  require(flags, in_range(limits.refused_names), "limits.refused-names", kRange);
  require(flags, in_range(limits.sampling_weight), "limits.sampling-weight", kRange);
  require(flags, in_range(limits.tcp_connections), "limits.tcp-connections", kRange);
  require(flags, in_range(limits.unixstream_connections), "limits.unixstream-connections", kRange);
  require(flags, in_range(limits.frame_bytes), "limits.frame-bytes", kRange);
  require(flags, in_range(limits.relay_queue), "limits.relay-queue", kRange);
  require(flags, in_range(limits.http_connections), "limits.http-connections", kRange);
  require(flags, in_range(limits.http_header_bytes), "limits.http-header-bytes", kRange);
  require(flags, limits.tcp_idle_timeout.count() >= 0, "limits.tcp-idle-timeout", "0s or more");
  require(flags, limits.unixstream_idle_timeout.count() >= 0, "limits.unixstream-idle-timeout",
          "0s or more");
  require(flags, limits.http_request_timeout.count() > 0, "limits.http-request-timeout",
          "above 0s");
  require(flags, limits.stop_timeout.count() >= 0, "limits.stop-timeout", "0s or more");
}

// What could stand at the end of a command line.
std::string offered(std::span<const Flag> flags, std::span<const std::string> words) {
  auto of_commands = command_completions(words);
  return of_commands ? *std::move(of_commands) : completions(flags, words);
}

// What a request other than to run prints.
std::string answer(FlagSet::Request request, std::span<const Flag> flags,
                   std::span<const std::string> arguments, std::string_view program,
                   std::size_t columns) {
  switch (request) {
    case FlagSet::Request::Version: return version_text(program);
    case FlagSet::Request::HelpLong:
      return fmt::format("{}{}\n", long_usage_text(flags, program, columns),
                         commands_text(commands(), columns));
    case FlagSet::Request::HelpMan: return man_page(flags, commands(), program, kVersion);
    case FlagSet::Request::Completion: return offered(flags, arguments.subspan(1));
    case FlagSet::Request::BashScript: return bash_completion_script(program);
    case FlagSet::Request::ZshScript: return zsh_completion_script(program);
    case FlagSet::Request::Help:
      return fmt::format("{}{}\n", usage_text(flags, program, columns),
                         commands_text(commands(), columns));
    case FlagSet::Request::Run: break;
  }
  return {};
}

}  // namespace

std::vector<std::string> comma_separated(std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    if (comma > 0) pieces.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return pieces;
}

CommandLine parse_command_line(const std::vector<std::string>& arguments, std::string_view program,
                               std::size_t columns) {
  CommandLine line;
  FlagSet flags(command_words());
  add_reference_flags(flags, line.options);
  add_extension_flags(flags, line.options);
  add_limit_flags(flags, line.options.limits);
  line.request = flags.parse(arguments);
  if (line.request == FlagSet::Request::Run) {
    check_values(flags, line.options);
    check_limits(flags, line.options.limits);
  } else {
    line.text = answer(line.request, flags.flags(), arguments, program, columns);
  }
  return line;
}

}  // namespace weir::app
