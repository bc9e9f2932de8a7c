// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/flags.h"
#include "weir/base/log.h"
#include "weir/statsd/dialect.h"

namespace weir::app {

// The command line, read. Names and defaults of the reference (behaviour flag.defaults); the limits
// are weir's own.
struct Options {
  std::string web_listen_address = ":9102";
  bool is_lifecycle_enabled = false;
  std::string telemetry_path = "/metrics";

  std::vector<std::string> udp_addresses = {":9125"};
  std::vector<std::string> tcp_addresses = {":9125"};
  std::vector<std::string> unixgram_paths;
  // The reference has no stream sockets but TCP.
  std::vector<std::string> unixstream_paths;
  std::string unixstream_framing = "newline";
  // Octal, as written: what cannot be read is a warning, not an error (behaviour listen.unix-mode).
  std::string unixsocket_mode = "755";
  std::string mapping_path;
  // How often to look for a changed mapping file; 0 never.
  std::chrono::nanoseconds mapping_watch_interval{0};
  std::int64_t read_buffer_bytes = 0;
  // Threads that receive.
  std::uint64_t workers = 1;
  statsd::Dialects dialects;

  // Describe a cache that weir does not have; the size still caps what `..._cache_length` says
  // (difference Q42).
  std::int64_t cache_size = 1000;
  std::string cache_type = "lru";
  // Describe queues that weir does not have: read, checked and without effect.
  std::uint64_t event_queue_size = 10000;
  std::int64_t event_flush_threshold = 1000;
  std::chrono::nanoseconds event_flush_interval{std::chrono::milliseconds(200)};
  std::int64_t udp_packet_queue_size = 10000;

  // `host:port`, several with commas between; empty relays nothing.
  std::string relay_address;
  std::uint64_t relay_packet_length = 1400;
  std::chrono::nanoseconds relay_resolve_interval{std::chrono::seconds(30)};

  // NaN and infinite counter increments are errors instead of values that stay (difference Q24).
  bool refuses_non_finite_counters = false;
  std::string fsm_dump_path;
  bool is_check_only = false;
  base::LogLevel log_level = base::LogLevel::Info;
  base::LogFormat log_format = base::LogFormat::Logfmt;

  struct Limits {
    std::uint64_t line_bytes = 65'536;
    std::uint64_t series = 2'000'000;
    std::uint64_t series_per_family = 1'000'000;
    std::uint64_t store_bytes = std::uint64_t{4} << 30;
    std::uint64_t labels = 100;
    std::uint64_t series_bytes = 8192;
    std::uint64_t bindings = 2'097'152;
    std::uint64_t binding_bytes = std::uint64_t{512} << 20;
    std::uint64_t refused_names = 10'000;
    std::uint64_t sampling_weight = 1'000'000;
    std::uint64_t tcp_connections = 1000;
    std::chrono::nanoseconds tcp_idle_timeout{0};
    std::uint64_t unixstream_connections = 1000;
    std::chrono::nanoseconds unixstream_idle_timeout{0};
    std::uint64_t frame_bytes = 65'536;
    std::uint64_t relay_queue = 1000;
    std::uint64_t http_connections = 512;
    std::uint64_t http_header_bytes = (1U << 20) + 4096;
    std::chrono::nanoseconds http_request_timeout{std::chrono::seconds(30)};
    std::chrono::nanoseconds stop_timeout{std::chrono::seconds(5)};
  } limits;
};

// What the command line asks for.
struct CommandLine {
  FlagSet::Request request = FlagSet::Request::Run;
  Options options;
  // What every request but Run prints.
  std::string text;
};

// `arguments` without the program's name, `columns` the width of help texts. Throws FlagError.
[[nodiscard]] CommandLine parse_command_line(const std::vector<std::string>& arguments,
                                             std::string_view program, std::size_t columns);

// Splits a list written with commas; empty pieces are left out.
[[nodiscard]] std::vector<std::string> comma_separated(std::string_view text);

}  // namespace weir::app
