// SPDX-License-Identifier: Apache-2.0
#include "app/daemon.h"

#include <csignal>
#include <cstdint>
#include <random>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "app/routes.h"
#include "app/version.h"
#include "weir/net/endpoint.h"
#include "weir/pipeline/self_metrics.h"

namespace weir::app {

namespace {

constexpr std::chrono::seconds kSweepPeriod{1};
// A batch takes far less; the worker that is in one is asked again after this.
constexpr std::chrono::milliseconds kFinishPause{5};

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

metrics::Budgets budgets(const Options::Limits& limits) {
  return {.series_max = limits.series,
          .series_per_family_max = limits.series_per_family,
          .bytes_max = limits.store_bytes};
}

// The address as the operator wrote it, with the port that port 0 became.
std::string shown_address(const std::string& address, std::uint16_t port) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || address.substr(colon) != ":0") return address;
  return fmt::format("{}:{}", address.substr(0, colon), port);
}

std::string_view signal_name(int number) {
  switch (number) {
    case SIGHUP: return "hangup";
    case SIGINT: return "interrupt";
    default: return "terminated";
  }
}

}  // namespace

Daemon::Daemon(const Options& options, const base::Log& log)
    : options_(options),
      log_(log),
      store_(budgets(options.limits), pipeline::self_metric_names(), random_seed(),
             base::Clock::now()),
      metrics_page_(options_, store_, workers_, reloader_),
      router_(make_routes(options_, {metrics_page_, reloader_, log_,
                                     [this] {
                                       log_.info("Received lifecycle api quit, exiting");
                                       quit(0);
                                     }})),
      main_(1),
      // Before anything that takes time, so that a signal during the start waits for the loop
      // instead of killing.
      signals_(main_, SIGINT, SIGTERM, SIGHUP),
      sweep_timer_(main_),
      finish_timer_(main_),
      reloader_(options.mapping_path, main_, log) {
  workers_.push_back(
      std::make_unique<Worker>(options_, random_seed(), reloader_.rules(), store_, log_));
  reloader_.on_success([this](const Reloader::Rules& rules) {
    for (const auto& worker : workers_) worker->use_rules(rules);
  });
  http::Limits limits;
  limits.header_bytes_max = options_.limits.http_header_bytes;
  limits.connections_max = options_.limits.http_connections;
  limits.request_timeout =
      std::chrono::duration_cast<std::chrono::milliseconds>(options_.limits.http_request_timeout);
  server_.emplace(
      main_, net::web_endpoint(options_.web_listen_address),
      [this](const http::Request& request) { return router_.respond(request); }, limits, log_);
  metrics_page_.watch(server_->stats());
}

// Threads end before anything they use does.
Daemon::~Daemon() { workers_.clear(); }

void Daemon::log_start() const {
  log_.info("Starting StatsD -> Prometheus Exporter",
            {{"version",
              fmt::format("(version={}, branch={}, revision={})", kVersion, kBranch, kRevision)}});
  log_.info(
      "Build context",
      {{"context", fmt::format("(compiler={}, platform=linux/{})", kCompiler, kArchitecture)}});
  const auto* udp = workers_.front()->udp();
  const auto* tcp = workers_.front()->tcp();
  log_.info("Accepting StatsD Traffic",
            {{"udp", udp ? shown_address(options_.udp_address, udp->local_port()) : ""},
             {"tcp", tcp ? shown_address(options_.tcp_address, tcp->local_port()) : ""},
             {"unixgram", ""}});
  log_.info("Accepting Prometheus Requests",
            {{"addr", shown_address(options_.web_listen_address, server_->local_port())}});
}

void Daemon::watch_signals() {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    on_signal(number);
    if (!is_stopping_) watch_signals();
  });
}

void Daemon::on_signal(int number) {
  if (number == SIGHUP) {
    if (!reloader_.has_file()) {
      log_.warn("Received signal but no mapping config to reload", {{"signal", "hangup"}});
      return;
    }
    log_.info("Received signal, attempting reload", {{"signal", "hangup"}});
    reloader_.reload();
    return;
  }
  log_.info("Received os signal, exiting", {{"signal", std::string(signal_name(number))}});
  quit(0);
}

void Daemon::sweep_every_second() {
  sweep_timer_.expires_after(kSweepPeriod);
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    store_.mark_expired(base::Clock::now());
    finish_expiry_soon();
    sweep_every_second();
  });
}

void Daemon::finish_expiry_soon() {
  if (store_.finish_expiry(base::Clock::now())) return;
  finish_timer_.expires_after(kFinishPause);
  finish_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) finish_expiry_soon();
  });
}

void Daemon::quit(int exit_code) {
  if (is_stopping_) return;
  is_stopping_ = true;
  exit_code_ = exit_code;
  // Not from inside a handler that is still to answer.
  boost::asio::post(main_, [this] { stop(); });
}

void Daemon::stop() {
  const auto deadline = base::Clock::now() + std::chrono::duration_cast<base::Clock::duration>(
                                                 options_.limits.stop_timeout);
  for (const auto& worker : workers_) worker->stop(deadline);
  sweep_timer_.cancel();
  finish_timer_.cancel();
  // From here on a signal kills: whoever asks twice does not want to wait for the last scrape.
  signals_.clear();
  signals_.cancel();
  server_->stop(deadline);
}

int Daemon::run() {
  watch_signals();
  sweep_every_second();
  server_->start();
  for (const auto& worker : workers_) {
    worker->start([this](const std::string& reason) {
      boost::asio::post(main_, [this, reason] {
        log_.error("StatsD listener failed", {{"error", reason}});
        quit(1);
      });
    });
  }
  log_start();
  main_.run();
  return exit_code_;
}

}  // namespace weir::app
