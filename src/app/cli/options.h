// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/flags.h"
#include "app/influx/influx_options.h"
#include "app/influx_out/write_options.h"
#include "app/push/push_options.h"
#include "app/rsocket/rsocket_options.h"
#include "app/state_keeper.h"
#include "app/wavefront/wavefront_options.h"
#include "weir/base/log.h"
#include "weir/http/server.h"
#include "weir/metrics/store.h"
#include "weir/net/datagram_listener.h"
#include "weir/net/stream_listener.h"
#include "weir/pipeline/pipeline.h"
#include "weir/relay/relay.h"
#include "weir/rulefile/loader.h"

namespace weir::app {

// What separates the lines that a Unix stream socket brings.
enum class StreamFraming : std::uint8_t { Newline, Length };
// As the flag and the log name them.
inline constexpr std::array<std::string_view, 2> kStreamFramings = {"newline", "length"};

// Names the networks that may send over UDP and TCP.
inline constexpr std::string_view kAllowFromFlag = "--statsd.allow-from";

// The memory that budgets are derived from.
struct MemoryOption {
  enum class Kind : std::uint8_t {
    Auto,  // the control group's limit or the machine's memory
    Bytes,
    Off,
  };
  Kind kind = Kind::Auto;
  std::uint64_t bytes = 0;
};

// Of a cache that weir does not have.
enum class CacheType : std::uint8_t { Lru, Random };

// The command line, read: the options of the layers, and what the daemon itself needs. Each default
// stands where the option is declared; those of the reference's flags are the reference's
// (behaviour flag.defaults).
struct Options {
  // Empty: port 80 of every address (behaviour listen.web-address).
  std::vector<std::string> web_listen_addresses = {":9102"};
  // Instead of those addresses HTTP is served on sockets from the service manager.
  bool is_http_inherited = false;
  // TLS, users and the like, as exporter-toolkit has them; "" for none.
  std::string web_config_path;
  bool is_lifecycle_enabled = false;
  // Neither the status page nor anything under /api/v1/ is served.
  bool is_status_disabled = false;
  std::string telemetry_path = "/metrics";
  // OpenMetrics and the text format 1.0.0 are among the formats that a scraper may choose from.
  bool is_openmetrics_enabled = false;
  bool has_created_samples = false;
  http::Limits http{.connections_flag = "--limits.http-connections"};

  std::vector<std::string> udp_addresses = {":9125"};
  std::vector<std::string> tcp_addresses = {":9125"};
  std::vector<std::string> unixgram_paths;
  // The reference has no stream sockets but TCP.
  std::vector<std::string> unixstream_paths;
  // Octal, as written: what cannot be read is a warning, not an error (behaviour listen.unix-mode).
  std::string unixsocket_mode = "755";
  net::DatagramListener::Options datagram{.allow_from = net::AllowList(kAllowFromFlag)};
  net::StreamListener::Options tcp{.connections_flag = "--limits.tcp-connections",
                                   .allow_from = net::AllowList(kAllowFromFlag)};
  // TLS for those connections, in the format of `web_config_path`; "" for none.
  std::string tcp_tls_config_path;
  net::StreamListener::Options unixstream{.connections_flag = "--limits.unixstream-connections"};
  StreamFraming unixstream_framing = StreamFraming::Newline;
  std::size_t frame_bytes_max = 65'536;

  InfluxOptions influx;
  WavefrontOptions wavefront;
  WavefrontWriteOptions wavefront_write;
  InfluxWriteOptions influx_write;
  PushOptions push;
  RsocketOptions rsocket;

  std::string mapping_path;
  // How often to look for a changed mapping file; 0 never.
  std::chrono::nanoseconds mapping_watch_interval{0};
  [[nodiscard]] rulefile::LoadOptions load_options() const {
    return {.names = pipeline.names, .reads_sets = rule_fallbacks.sets == pipeline::Sets::Gauge};
  }
  // Threads that receive.
  std::uint64_t workers = 1;
  // What all workers have in common.
  pipeline::PipelineOptions pipeline;
  pipeline::RuleFallbacks rule_fallbacks;
  metrics::Budgets store;
  MemoryOption memory;
  // Flags of limits that the command line has, without dashes: these are not derived.
  std::set<std::string> given_limits;
  relay::Relay::Options relay;
  StateKeeper::Options state;

  // Describe a cache that weir does not have; the size still caps what `..._cache_length` says
  // (difference Q42).
  std::int64_t cache_size = 1000;
  CacheType cache_type = CacheType::Lru;
  // Describe queues that weir does not have: read, checked and without effect.
  std::uint64_t event_queue_size = 10000;
  std::int64_t event_flush_threshold = 1000;
  std::chrono::nanoseconds event_flush_interval{std::chrono::milliseconds(200)};
  std::int64_t udp_packet_queue_size = 10000;

  std::string fsm_dump_path;
  bool is_check_only = false;
  base::LogLevel log_level = base::LogLevel::Info;
  base::LogFormat log_format = base::LogFormat::Logfmt;
  std::chrono::nanoseconds stop_timeout{std::chrono::seconds(5)};
};

// What the command line asks for.
struct CommandLine {
  FlagSet::Request request = FlagSet::Request::Run;
  Options options;
  // What every request but Run prints.
  std::string text;
};

// All flags of the daemon. `options` must outlive the set.
void add_flags(FlagSet& flags, Options& options);

// `arguments` without the program's name, `columns` the width of help texts. Throws FlagError.
[[nodiscard]] CommandLine parse_command_line(const std::vector<std::string>& arguments,
                                             std::string_view program, std::size_t columns);

// Splits a list written with commas; empty pieces are left out.
[[nodiscard]] std::vector<std::string> comma_separated(std::string_view text);

}  // namespace weir::app
