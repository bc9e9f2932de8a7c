// SPDX-License-Identifier: Apache-2.0
#include "app/cli/options.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include <fmt/core.h>

#include "app/cli/flag_help.h"
#include "app/cli/flag_values.h"
#include "app/commands/command.h"
#include "app/influx/influx_flags.h"
#include "app/influx_out/write_flags.h"
#include "app/push/push_flags.h"
#include "app/rsocket/rsocket_flags.h"
#include "app/version.h"
#include "app/wavefront/wavefront_flags.h"
#include "app/web/http_paths.h"

namespace weir::app {

namespace {

constexpr std::array<std::string_view, 2> kSets = {"refuse", "gauge"};
constexpr std::array<std::string_view, 2> kCacheTypes = {"lru", "random"};
constexpr std::array<std::string_view, 4> kLogLevels = {"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> kLogFormats = {"logfmt", "json"};

using Counts = Range<std::uint64_t>;
using Numbers = Range<std::int64_t>;
using Times = Range<std::chrono::nanoseconds>;

// Handles and weights are 32 bits wide.
constexpr Counts kWide{1, std::numeric_limits<std::uint32_t>::max(), "from 1 to 4294967295"};
constexpr Counts kWorkers{1, 256, "1 to 256"};
// As far as the reference has memory for.
constexpr Counts kQueueSizes{0, 1'000'000'000'000, "at most 1e12"};
// No datagram is longer than 64 KiB; the reference takes more, and so each send fails (difference
// Q19).
constexpr Counts kPacketLengths{0, 1'048'576, "at most 1048576"};
constexpr Counts kSeriesLengths{1, 1'000'000, "from 1 to 1000000"};
constexpr std::int64_t kIntMax = std::numeric_limits<int>::max();
constexpr Numbers kReadBuffers{-kIntMax, kIntMax, "a number of bytes below 2^31"};
constexpr Numbers kFromZero{0, std::numeric_limits<std::int64_t>::max(), "0 or more"};
constexpr Times kAnyTime{std::chrono::nanoseconds(0), std::chrono::nanoseconds::max(),
                         "0s or more"};
constexpr Times kAboveZero{std::chrono::nanoseconds(1), std::chrono::nanoseconds::max(), "above 0"};
constexpr Times kAboveZeroSeconds{kAboveZero.min, kAboveZero.max, "above 0s"};

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
  flags.add("web.listen-address", "Address on which to serve metrics and the web page. Repeatable.",
            options.web_listen_addresses);
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
            options.datagram.receive_buffer_bytes, kReadBuffers);
  flags.show_no_default();
  flags.add(
      "statsd.workers",
      "Threads that receive and work up lines. More than one share the UDP and TCP ports; all "
      "lines of one sender go to the same.",
      options.workers, kWorkers);
  flags.add("statsd.cache-size",
            "Largest value that the cache length metric shows; 0 leaves the cache metrics out. "
            "There is no cache to size: every name seen is remembered (--limits.bindings).",
            options.cache_size, kFromZero);
  flags.add_choice("statsd.cache-type", "Accepted and without effect.", kCacheTypes,
                   options.cache_type);
  flags.add("statsd.event-queue-size", "Accepted and without effect: there is no event queue.",
            options.event_queue_size, kQueueSizes);
  flags.add("statsd.event-flush-threshold", "Accepted and without effect: there is no event queue.",
            options.event_flush_threshold, kFromZero);
  flags.add("statsd.event-flush-interval", "Accepted and without effect: there is no event queue.",
            options.event_flush_interval, kAboveZero);
  flags.add("debug.dump-fsm", "Write the automaton of the globs to this file, in DOT.",
            options.fsm_dump_path);
  flags.add("check-config", "Check the mapping file and exit.", options.is_check_only);
  flags.add("statsd.parse-dogstatsd-tags", "Read DogStatsD tags, `|#key:value`.",
            options.pipeline.dialects.dogstatsd);
  flags.add("statsd.parse-influxdb-tags", "Read InfluxDB tags, `name,key=value`.",
            options.pipeline.dialects.influxdb);
  flags.add("statsd.parse-librato-tags", "Read Librato tags, `name#key=value`.",
            options.pipeline.dialects.librato);
  flags.add("statsd.parse-signalfx-tags", "Read SignalFX tags, `name[key=value]`.",
            options.pipeline.dialects.signalfx);
  flags.add_parsed(
      "statsd.relay.address",
      "Send every line on to this UDP address (host:port), or several with commas between.", "", {},
      [&options](std::string_view text) { options.relay.targets = comma_separated(text); });
  flags.show_no_default();
  flags.add("statsd.relay.packet-length", "Largest datagram that the relay sends.",
            options.relay.packet_bytes_max, kPacketLengths);
  flags.add("statsd.udp-packet-queue-size", "Accepted and without effect: there is no such queue.",
            options.udp_packet_queue_size, kFromZero);
  flags.add_choice("log.level", "Least severe messages to log: debug, info, warn or error.",
                   kLogLevels, options.log_level, Case::Any);
  flags.add_choice("log.format", "Form of log lines: logfmt or json.", kLogFormats,
                   options.log_format);
}

void add_web_flags(FlagSet& flags, Options& options) {
  flags.add("web.systemd-socket",
            "Serve HTTP on sockets from the service manager instead of --web.listen-address; there "
            "has to be one.",
            options.is_http_inherited);
  flags.add("web.disable-status",
            "Serve neither the page /status nor the answers for programs under /api/v1/.",
            options.is_status_disabled);
}

void add_security_flags(FlagSet& flags, Options& options) {
  flags.add("web.config.file",
            "File (YAML, as exporter-toolkit's) that turns on TLS, users, a rate limit or header "
            "fields for HTTP.",
            options.web_config_path);
  flags.show_no_default();
  flags.add("statsd.tcp-tls-config",
            "File with a tls_server_config, as --web.config.file has it, for StatsD over TCP.",
            options.tcp_tls_config_path);
  flags.show_no_default();
}

net::Network parse_network(std::string_view text) {
  const auto network = net::Network::parse(text);
  if (network) return *network;
  switch (network.error()) {
    case net::NetworkError::NotAnAddress: break;
    case net::NetworkError::BadLength:
      throw BadValue(
          "a network whose length after the / is from 0 to 32 for IPv4, to 128 for IPv6");
    case net::NetworkError::BitsAfterEnd:
      throw BadValue("the first address of its network, all bits after its length 0");
  }
  throw BadValue("a network or an address, such as 10.0.0.0/8, fd00::/8 or 192.0.2.7");
}

void add_allow_from_flag(FlagSet& flags, Options& options) {
  flags.add_parsed(
      "statsd.allow-from",
      "Network whose senders may use UDP and TCP, such as 10.0.0.0/8 or fd00::/8; what "
      "others send is counted and not read. Without it every address may. Repeatable.",
      "", {}, [&options](std::string_view text) {
        const net::Network network = parse_network(text);
        options.datagram.allow_from.add(network);
        options.tcp.allow_from.add(network);
      });
  flags.show_no_default();
  flags.make_repeatable();
}

void add_extension_flags(FlagSet& flags, Options& options) {
  flags.add(
      "web.enable-openmetrics",
      "Serve OpenMetrics, and the text format 1.0.0, to scrapers that prefer them. Counters are "
      "then declared without their _total there, or as unknown where they have none.",
      options.is_openmetrics_enabled);
  flags.add("web.openmetrics-created-samples",
            "Write when each series was made as a sample _created in OpenMetrics. Needs "
            "--web.enable-openmetrics.",
            options.has_created_samples);
  flags.add("statsd.listen-unixstream",
            "Unix stream socket for StatsD lines, as --statsd.listen-unixgram. Repeatable.",
            options.unixstream_paths);
  flags.add_choice("statsd.unixstream-framing",
                   "What separates lines on Unix stream sockets: a newline, or length, DogStatsD's "
                   "four bytes before each packet.",
                   kStreamFramings, options.unixstream_framing);
  add_allow_from_flag(flags, options);
  flags.add("statsd.parse-graphite-tags", "Read Graphite tags, `name;key=value;key=value`.",
            options.pipeline.dialects.graphite);
  flags.add(
      "statsd.parse-colons-in-names",
      "End the name at the last `:` before the first `|`, not at the first one, so that names "
      "and the values of tags in names may hold colons. Packed values, `name:1:2|ms`, are "
      "then taken for such a name.",
      options.pipeline.dialects.colons_in_names);
  flags.add("statsd.parse-meters", "Read meters, `name:1|m`, as counters.",
            options.pipeline.dialects.meters);
  flags.add("statsd.trim-spaces",
            "Take spaces off around values, types and sampling factors and before other fields, "
            "`name: 1 | c | #key:value`.",
            options.pipeline.dialects.spaces);
  flags.add(
      "statsd.mapping-config-watch",
      "How often to check the mapping file for changes; it is loaded when two looks in a row find "
      "the same change. 0s disables it.",
      options.mapping_watch_interval, kAnyTime);
  flags.add_choice("metrics.name-validation",
                   "Names of metrics and labels: legacy, letters, digits and `_`, to which the "
                   "names of StatsD are escaped; or utf8, as they are sent.",
                   kNameValidations, options.pipeline.names);
  flags.add("statsd.refuse-non-finite-counters",
            "Count NaN and infinite counter increments as errors instead of adding them.",
            options.pipeline.refuses_non_finite_counters);
  flags.add("statsd.honor-timestamps",
            "Give gauges the times that senders send with them, `name:1|g|T1700000000`, unless the "
            "mapping file says otherwise.",
            options.rule_fallbacks.honors_timestamps);
  flags.add_choice("statsd.sets",
                   "What becomes of sets, `name:value|s`: refuse counts them as errors; gauge "
                   "counts their distinct values over a window. Rules for sets count them always.",
                   kSets, options.rule_fallbacks.sets);
  flags.add("statsd.set-window",
            "How long a value of a set counts, unless the mapping file says otherwise.",
            options.rule_fallbacks.set_window, kAboveZeroSeconds);
  flags.add("statsd.relay.resolve-interval",
            "How often to look the relay's addresses up again; 0s disables it.",
            options.relay.resolve_interval, kAnyTime);
}

void add_state_flags(FlagSet& flags, Options& options) {
  flags.add("state.file",
            "Keep counters, gauges, histograms and summaries over restarts in this file; empty "
            "turns it off.",
            options.state.path);
  flags.show_no_default();
  flags.add("state.interval",
            "How often to save to --state.file, beside the save on exit; 0s saves on exit alone.",
            options.state.interval, kAnyTime);
}

MemoryOption parse_memory(std::string_view text) {
  using Kind = MemoryOption::Kind;
  if (text == "auto") return {Kind::Auto, 0};
  if (text == "off") return {Kind::Off, 0};
  const std::uint64_t bytes = parse_bytes(text);
  if (bytes == 0) throw BadValue("auto, off or a number of bytes above 0");
  return {Kind::Bytes, bytes};
}

void add_limit_flags(FlagSet& flags, Options& options) {
  flags.add_parsed("limits.memory",
                   "Memory to fit into, from which limits that are not given are derived: auto, "
                   "that of the control group or the machine; a number of bytes; or off.",
                   "auto", {"auto", "off"},
                   [&options](std::string_view text) { options.memory = parse_memory(text); });
  flags.add_bytes("limits.line-bytes", "Longest line taken; a longer one is skipped and counted.",
                  options.pipeline.line_bytes_max, kWide);
  flags.add("limits.series",
            "Most series kept; past it counters and observations go to their "
            "family's overflow series.",
            options.store.series_max, kWide);
  flags.add("limits.series-per-family", "The same for the series of one metric name.",
            options.store.series_per_family_max, kWide);
  flags.add_bytes("limits.store-bytes", "The same for the memory of all series.",
                  options.store.bytes_max);
  flags.add("limits.labels", "Most labels of one series; events with more are counted as errors.",
            options.pipeline.labels_max, kWide);
  flags.add_bytes("limits.series-bytes", "Longest name and labels of one series together.",
                  options.pipeline.series_bytes_max, kSeriesLengths);
  flags.add("limits.bindings", "Most names, as sent, that are remembered for the fast path.",
            options.pipeline.bindings_max, kWide);
  flags.add_bytes("limits.binding-bytes", "The same for the memory they take.",
                  options.pipeline.binding_bytes_max);
  flags.add("limits.refused-names", "Most metric names counted apart in conflicts and refusals.",
            options.pipeline.refused_names_max, kWide);
  flags.add("limits.sampling-weight", "Most observations that one sampled timer stands for.",
            options.pipeline.parser.sampling_weight_max, kWide);
  flags.add("limits.tcp-connections", "Most StatsD connections open at once, for each TCP address.",
            options.tcp.connections_max, kWide);
  flags.add(
      "limits.tcp-idle-timeout",
      "Close StatsD connections silent for this long; 0s never. Wavefront's have five minutes "
      "without it.",
      options.tcp.idle_timeout, kAnyTime);
  flags.add("limits.unixstream-connections", "The same for each Unix stream socket.",
            options.unixstream.connections_max, kWide);
  flags.add("limits.unixstream-idle-timeout", "The same for Unix stream sockets.",
            options.unixstream.idle_timeout, kAnyTime);
  flags.add_bytes(
      "limits.frame-bytes",
      "Longest packet taken with --statsd.unixstream-framing=length; a longer one is skipped "
      "and counted.",
      options.frame_bytes_max, kWide);
  flags.add("limits.relay-queue",
            "Most datagrams that wait for one slow relay target; more are dropped and counted.",
            options.relay.queue_packets_max, kWide);
  flags.add("limits.http-connections", "Most HTTP connections open at once.",
            options.http.connections_max, kWide);
  flags.add_bytes("limits.http-header-bytes", "Largest header of an HTTP request.",
                  options.http.header_bytes_max, kWide);
  flags.add("limits.http-request-timeout", "Longest time that an HTTP request may take to arrive.",
            options.http.request_timeout, kAboveZeroSeconds);
  flags.add("limits.stop-timeout", "Longest time to take in what the sockets hold on exit.",
            options.stop_timeout, kAnyTime);
}

// Depends on other flags.
void check_telemetry_path(const Options& options) {
  const auto error = telemetry_path_error(options.telemetry_path, options.is_lifecycle_enabled);
  if (!error) return;
  throw FlagError(fmt::format("flag 'web.telemetry-path' must be a path to serve: {}", *error));
}

// What could come at the end of a command line.
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

void add_flags(FlagSet& flags, Options& options) {
  add_reference_flags(flags, options);
  add_web_flags(flags, options);
  add_security_flags(flags, options);
  add_extension_flags(flags, options);
  add_influx_flags(flags, options.influx);
  add_wavefront_flags(flags, options.wavefront);
  add_wavefront_write_flags(flags, options.wavefront_write);
  add_influx_write_flags(flags, options.influx_write);
  add_push_flags(flags, options.push);
  add_rsocket_flags(flags, options.rsocket);
  add_state_flags(flags, options);
  add_limit_flags(flags, options);
}

CommandLine parse_command_line(const std::vector<std::string>& arguments, std::string_view program,
                               std::size_t columns) {
  CommandLine line;
  FlagSet flags(command_words());
  add_flags(flags, line.options);
  line.request = flags.parse(arguments);
  for (const Flag& flag : flags.flags()) {
    if (flag.is_given && flag.name.starts_with("limits.")) {
      line.options.given_limits.insert(flag.name);
    }
  }
  if (line.request == FlagSet::Request::Run) {
    check_telemetry_path(line.options);
  } else {
    line.text = answer(line.request, flags.flags(), arguments, program, columns);
  }
  return line;
}

}  // namespace weir::app
