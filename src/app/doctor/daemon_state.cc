// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/daemon_state.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "app/commands/json_document.h"
#include "app/listen_plan.h"
#include "weir/base/clock.h"
#include "weir/base/take_until.h"

namespace weir::app {

namespace {

// A daemon that answers no sooner is no daemon that an operator would wait for.
constexpr HttpPatience kPatience{.time = std::chrono::seconds(3)};
constexpr int kOk = 200;
constexpr int kNotFound = 404;

double unix_seconds() {
  return std::chrono::duration<double>(base::unix_now().time_since_epoch()).count();
}

std::string shown_url(const HttpUrl& url) {
  return fmt::format("{}://{}{}", url.is_tls ? "https" : "http", url.authority, url.prefix);
}

// `Sun, 29 Nov 2026 22:44:34 GMT` (RFC 9110 5.6.7).
std::optional<double> date_seconds(const std::string& text) {
  std::tm date{};
  if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr) return std::nullopt;
  return static_cast<double>(::timegm(&date));
}

[[noreturn]] void refuse(const HttpUrl& url, const HttpAnswer& answer) {
  throw std::runtime_error(fmt::format("{}: status {}: {}", url.authority, answer.status,
                                       answer.body.substr(0, answer.body.find('\n'))));
}

void read_status(const JsonValue& status, DaemonState& state) {
  state.answer.version = status.at("version").text();
  state.answer.uptime_seconds = status.at("uptime_seconds").number();
  state.answer.is_ready = status.at("is_ready").is_true();
  state.answer.not_ready_reason = status.at("not_ready_reason").text();
  state.mapping_path = status.at("mapping").at("file").text();
  state.refused_senders = status.at("losses").at("refused_sender").count();
  state.workers = status.at("workers").count();
  state.skew_seconds = status.at("now").number() - unix_seconds();
  const auto scrapes = status.at("scrapes");
  state.scrapes.total = scrapes.at("total").count();
  state.scrapes.uptime_seconds = state.answer.uptime_seconds;
  if (!scrapes.at("last").has_value()) return;
  state.scrapes.last_age_seconds = status.at("now").number() - scrapes.at("last").number();
  state.scrapes.last_took_seconds = scrapes.at("last_seconds").number();
}

ListenerState read_listener(const JsonValue& listener, double now) {
  ListenerState read{.kind = std::string(listener.at("transport").text()),
                     .address = std::string(listener.at("address").text())};
  const auto packets = listener.at("packets");
  read.arrived = packets.has_value() ? packets.count() : listener.at("connections").count();
  const auto last = listener.at("last_seen");
  if (last.has_value()) read.silent_seconds = now - last.number();
  const auto buffer = listener.at("buffer_bytes");
  if (buffer.has_value()) read.buffer_bytes = buffer.count();
  return read;
}

void ask_api(const HttpUrl& url, std::string_view status_text, DaemonState& state) {
  const JsonDocument status(status_text);
  read_status(status.root(), state);
  const auto answer = http_get(url, "/api/v1/listeners", kPatience);
  if (answer.status != kOk) refuse(url, answer);
  const JsonDocument listeners(answer.body);
  for (const auto& listener : listeners.root().at("listeners").items()) {
    // A port that the kernel chose is not said.
    if (listener.at("address").text().ends_with(":0")) continue;
    // An empty line is StatsD's alone.
    const auto kind = kind_named(listener.at("transport").text());
    if (kind && protocol_of(*kind) != sample::Protocol::Statsd) continue;
    state.listeners.push_back(read_listener(listener, status.root().at("now").number()));
  }
}

// The value of a line of the page that begins with `series` and a blank.
std::optional<double> value_on_page(std::string_view page, std::string_view series) {
  while (!page.empty()) {
    auto line = base::take_until(page, '\n');
    if (!line.starts_with(series)) continue;
    line.remove_prefix(series.size());
    if (line.starts_with(' ')) return std::strtod(std::string(line).c_str(), nullptr);
  }
  return std::nullopt;
}

// Of a kind, whatever the number of its addresses.
struct CountOfKind {
  std::string_view kind;
  std::string_view metric;
  const std::vector<std::string>& addresses;
};

void ask_page(const HttpUrl& url, const Options& options, DaemonState& state) {
  const CountOfKind counts[] = {
      {"udp", "statsd_exporter_udp_packets_total", options.udp_addresses},
      {"tcp", "statsd_exporter_tcp_connections_total", options.tcp_addresses},
      {"unixgram", "statsd_exporter_unixgram_packets_total", options.unixgram_paths}};
  constexpr std::string_view kScrapes = "promhttp_metric_handler_requests_total";
  constexpr std::string_view kStart = "process_start_time_seconds";
  auto target = fmt::format("{}?name[]={}&name[]={}", options.telemetry_path, kScrapes, kStart);
  for (const auto& count : counts) target += fmt::format("&name[]={}", count.metric);
  const auto answer = http_get(url, target, kPatience);
  if (answer.status != kOk) refuse(url, answer);
  const auto started = value_on_page(answer.body, kStart);
  if (!started) throw std::runtime_error(url.authority + ": what answers there is no weir");
  state.answer.version = "of an unknown release, without its API,";
  state.answer.uptime_seconds = unix_seconds() - *started;
  state.scrapes.has_count_only = true;
  state.scrapes.uptime_seconds = state.answer.uptime_seconds;
  const auto scrapes = value_on_page(answer.body, fmt::format("{}{{code=\"200\"}}", kScrapes));
  state.scrapes.total = static_cast<std::uint64_t>(scrapes.value_or(0));
  for (const auto& count : counts) {
    const auto value = value_on_page(answer.body, count.metric);
    if (!value) continue;
    for (const auto& address : count.addresses) {
      state.listeners.push_back({.kind = std::string(count.kind),
                                 .address = address,
                                 .arrived = static_cast<std::uint64_t>(*value)});
    }
  }
}

void ask(const HttpUrl& url, const Options& options, DaemonState& state) {
  const auto answer = http_get(url, "/api/v1/status", kPatience);
  if (const auto date = date_seconds(std::string(answer.header("Date")))) {
    state.skew_seconds = *date - unix_seconds();
  }
  if (answer.status == kNotFound) {
    ask_page(url, options, state);
  } else if (answer.status == kOk) {
    ask_api(url, answer.body, state);
  } else {
    refuse(url, answer);
  }
}

}  // namespace

DaemonState ask_daemon(const HttpUrl& url, const Options& options) {
  DaemonState state;
  state.answer.url = shown_url(url);
  state.scrapes.target = url.authority;
  try {
    ask(url, options, state);
  } catch (const std::runtime_error& error) {
    state.answer.failure = error.what();
  }
  return state;
}

}  // namespace weir::app
