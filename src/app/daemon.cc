// SPDX-License-Identifier: Apache-2.0
#include "app/daemon.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <random>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "app/commands/fsm_dump.h"
#include "app/foreign_listeners.h"
#include "app/listen_plan.h"
#include "app/web/routes.h"
#include "app/web/self_metrics.h"
#include "weir/base/thread.h"
#include "weir/net/endpoint.h"
#include "weir/rulefile/builtin.h"

namespace weir::app {

namespace {

constexpr std::chrono::seconds kSweepPeriod{1};
// A batch takes far less; the worker that is in one is asked again after this.
constexpr std::chrono::milliseconds kFinishPause{5};

// Each at a stop, whatever was used of --limits.stop-timeout before.
constexpr std::chrono::seconds kSaveTimeMin{1};
constexpr std::chrono::seconds kAnswerTimeMin{1};
// A unit has no use for a longer one.
constexpr std::chrono::nanoseconds kStopTimeShown = std::chrono::hours(24);

// Why it is not ready any more, where nothing has failed.
constexpr std::string_view kStopping = "stopping";

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

// Times of series are whole ticks since the store was made. So that a later process can have the
// same ones, all begin at the same tick of the wall clock.
base::Instant start_of_tick(base::Instant now) {
  const auto into = now.unix_time.time_since_epoch() % metrics::kTick;
  return {now.monotonic - into, now.unix_time - into};
}

metrics::SampleSuffixes suffixes(const Options& options) {
  return options.is_openmetrics_enabled ? metrics::SampleSuffixes::OpenMetrics
                                        : metrics::SampleSuffixes::Prometheus;
}

ScrapeOptions scrape_options(const Options& options) {
  return {options.is_openmetrics_enabled ? exposition::Offer::All : exposition::Offer::Reference,
          options.has_created_samples, options.pipeline.names};
}

std::string_view signal_name(int number) {
  switch (number) {
    case SIGHUP: return "hangup";
    case SIGINT: return "interrupt";
    default: return "terminated";
  }
}

}  // namespace

Daemon::Daemon(const Options& options, MemoryLimit memory, const base::Log& log)
    : options_(options),
      memory_(memory),
      log_(log),
      started_(start_of_tick(base::Instant::now())),
      store_(options.store, self_metric_names(), random_seed(), started_, suffixes(options)),
      scrape_handler_(store_, scrape_options(options), [this] { return self_metrics(); }),
      explain_handler_(options_, reloader_, store_),
      tap_handler_(workers_, options.pipeline.dialects),
      main_(1),
      monitor_(main_, options, workers_, store_, scrape_handler_),
      census_(main_, store_, random_seed()),
      suggester_(main_),
      router_(routes()),
      // Before anything that takes time, so that a signal during the start waits for the loop
      // instead of killing.
      signals_(main_, SIGINT, SIGTERM, SIGHUP),
      sweep_timer_(main_),
      finish_timer_(main_),
      watch_(mapping_watch()),
      reloader_(options.mapping_path, options.load_options(), options.rule_fallbacks, main_, log),
      supervision_(main_, service_environment(), workers_, store_, log),
      systems_(
          options, main_, store_, [this] { return self_metrics(); }, log) {
  dump_fsm(options_, *reloader_.rules()->rules, log_);
  auto inherited = take_inherited_sockets(listen_variables(), options_);
  addresses_ = listen_addresses(options_, inherited);
  open_workers(std::move(inherited.statsd));
  reloader_.on_success([this](const Reloader::Rules& rules) {
    const auto retire = [this](Worker::Rules before) {
      boost::asio::post(main_, [before = std::move(before)] {});
    };
    for (const auto& worker : workers_) worker->use_rules(rules, retire);
    monitor_.use_rules(rules);
  });
  reloader_.on_loading(
      [this] { supervision_.begin_reload(); },
      [this](const Reloader::Errors& errors) { supervision_.end_reload(errors.empty()); });
  open_foreign_listeners(options_, *workers_.front(), shown_addresses_);
  systems_.add_routes(router_);
  systems_.serve_pushed(options_, scrape_handler_, supervision_, [this] { quit(0, kStopping); });
  systems_.set_page([this] { return scrape_handler_.scrape({}); });
  open_http(std::move(inherited.http));
  reload_socket_ = reload_socket();
  if (!options_.state.path.empty()) {
    state_ = std::make_unique<StateKeeper>(main_, store_, options_.state, log_);
    state_->keep(systems_.pushed_groups());
  }
}

http::Router Daemon::routes() {
  return make_routes(options_,
                     {scrape_handler_,
                      explain_handler_,
                      {options_, memory_, started_, workers_, store_, reloader_, supervision_,
                       scrape_handler_, monitor_, census_, suggester_},
                      tap_handler_,
                      reloader_,
                      supervision_,
                      log_,
                      [this](const std::function<void()>& on_end) {
                        reload([on_end](const Reloader::Errors& /*errors*/) { on_end(); });
                      },
                      [this] {
                        log_.info("Received lifecycle api quit, exiting");
                        quit(0, kStopping);
                      }});
}

void Daemon::open_workers(ListenSockets inherited) {
  if (addresses_.has_no_statsd() && inherited.empty() && !has_foreign_listeners(options_)) {
    throw StartError({}, {}, "At least one of UDP/TCP/Unixgram listeners must be specified.");
  }
  const ListenPlan plan = plan_listeners(addresses_);
  for (std::uint64_t i = 0; i < options_.workers; ++i) {
    workers_.push_back(
        std::make_unique<Worker>(options_, random_seed(), reloader_.rules(), store_, log_));
  }
  // After the workers, whose relays are the first to fail, as the reference's.
  auto sockets = open_listeners(plan, options_, log_);
  shown_addresses_ = shown_addresses(addresses_, sockets.front(), inherited);
  deal_out(std::move(inherited), sockets, log_);
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    workers_[i]->listen(options_, std::move(sockets[i]));
  }
}

void Daemon::open_http(std::vector<net::BoundSocket> inherited) {
  if (!options_.web_config_path.empty()) {
    guard_.emplace(options_.web_config_path, main_, router_, log_);
  }
  try {
    std::vector<net::BoundSocket> sockets;
    for (const auto& address : addresses_.web) {
      sockets.push_back(net::open_tcp(net::web_endpoint(address), net::PortSharing::Exclusive));
    }
    shown_addresses_.web = shown_addresses(addresses_.web, sockets, inherited);
    std::ranges::move(inherited, std::back_inserter(sockets));
    server_.emplace(main_, std::move(sockets), router_, options_.http, log_,
                    guard_ ? guard_->protection() : http::Protection{});
  } catch (const net::ListenError& error) {
    throw StartError({}, {}, error.what()).with_flag("--web.listen-address");
  }
}

std::unique_ptr<MappingWatch> Daemon::mapping_watch() {
  const auto& path = options_.mapping_path;
  // What is compiled in does not change.
  if (path.empty() || rulefile::is_builtin(path)) return nullptr;
  if (options_.mapping_watch_interval.count() == 0) return nullptr;
  const auto interval = options_.mapping_watch_interval;
  return std::make_unique<MappingWatch>(main_, path, interval, log_, [this] {
    log_.info("Mapping file changed, attempting reload");
    reloader_.reload();
  });
}

std::unique_ptr<ReloadSocket> Daemon::reload_socket() {
  const std::string folder = reload_socket_folder();
  if (folder.empty() || !reloader_.has_file()) return nullptr;
  return std::make_unique<ReloadSocket>(
      main_, folder, [this](Reloader::OnEnd on_end) { reload(std::move(on_end)); }, log_);
}

std::vector<metrics::SelfFamily> Daemon::self_metrics() const {
  const std::chrono::nanoseconds up = base::Clock::now() - started_.monotonic;
  return collect_self_metrics({
      .workers = workers_,
      .store = store_,
      .reloader = reloader_,
      .mapping_watch = watch_.get(),
      .http = server_ ? &server_->stats() : nullptr,
      .state = state_ ? &state_->counts() : nullptr,
      .limits = {options_, memory_},
      .scrapes = scrape_handler_.counts(),
      .guard = guard_ ? &*guard_ : nullptr,
      .monitor = &monitor_,
      .taps = &tap_handler_.hub(),
      .systems = &systems_,
      .cache_size = static_cast<std::uint64_t>(options_.cache_size),
      .idle_flushes = static_cast<std::uint64_t>(up / options_.event_flush_interval),
  });
}

// Threads end before anything they use does.
Daemon::~Daemon() { workers_.clear(); }

void Daemon::reload(Reloader::OnEnd on_end) {
  if (watch_) watch_->note_load();
  reloader_.reload(std::move(on_end));
}

void Daemon::watch_signals() {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    on_signal(number);
    if (!is_stopping_) watch_signals();
  });
}

void Daemon::on_signal(int number) {
  base::Attribute signal{"signal", std::string(signal_name(number))};
  if (number == SIGHUP) {
    // The reference logs this one as Go's signal, the others as text.
    signal.json_number = number;
    if (!reloader_.has_file()) {
      log_.warn("Received signal but no mapping config to reload", {signal});
      return;
    }
    log_.info("Received signal, attempting reload", {signal});
    reload();
    return;
  }
  log_.info("Received os signal, exiting", {signal});
  quit(0, kStopping);
}

void Daemon::sweep_every_second() {
  sweep_timer_.expires_after(kSweepPeriod);
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    // A timer that ran out just before it was cancelled reports no error.
    if (error || is_stopping_) return;
    store_.mark_expired(base::Clock::now());
    finish_expiry_soon();
    sweep_every_second();
  });
}

void Daemon::finish_expiry_soon() {
  if (store_.finish_expiry(base::Clock::now())) return;
  finish_timer_.expires_after(kFinishPause);
  finish_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !is_stopping_) finish_expiry_soon();
  });
}

void Daemon::quit(int exit_code, std::string_view reason) {
  if (is_stopping_) return;
  is_stopping_ = true;
  // For the sockets, the disk and the answers.
  const auto longest = 2 * std::min(options_.stop_timeout, kStopTimeShown) + kSaveTimeMin;
  supervision_.begin_stop(reason, longest + kAnswerTimeMin);
  exit_code_ = exit_code;
  // Not from inside a handler that is still to answer.
  boost::asio::post(main_, [this] { stop(); });
}

void Daemon::stop() {
  stop_deadline_ =
      base::Clock::now() + std::chrono::duration_cast<base::Clock::duration>(options_.stop_timeout);
  // From here on a signal kills: a second one asks not to wait.
  signals_.clear();
  signals_.cancel();
  if (is_ingesting_) {
    stop_workers();
  } else {
    // Its end finishes the stop.
    state_->give_up_restore(stop_deadline_);
  }
  if (watch_) watch_->stop();
  if (reload_socket_) reload_socket_->stop();
  sweep_timer_.cancel();
  finish_timer_.cancel();
  monitor_.stop();
  census_.stop();
}

void Daemon::stop_workers() {
  for (const auto& worker : workers_) {
    worker->stop(stop_deadline_, [this] {
      boost::asio::post(main_, [this] {
        if (++workers_drained_ == workers_.size()) finish_stop();
      });
    });
  }
}

// HTTP is served to the end, so that a health check sees why the daemon is not ready and Prometheus
// what came last.
void Daemon::finish_stop() {
  for (const auto& worker : workers_) worker->join();
  // They have seen everything.
  tap_handler_.hub().end_all();
  systems_.stop(std::max(stop_deadline_, base::Clock::now() + kAnswerTimeMin),
                [this] { save_state(); });
}

void Daemon::save_state() {
  // Of all that was received; a store that is half restored is not to take the place of the whole.
  if (!state_ || !is_ingesting_) return stop_http();
  state_->finish(base::Clock::now() + save_time_max(), [this] { stop_http(); });
}

// What senders and the disk took of the time is not to break answers off.
void Daemon::stop_http() {
  server_->stop(std::max(stop_deadline_, base::Clock::now() + kAnswerTimeMin),
                [this] { supervision_.end(); });
}

base::Clock::duration Daemon::save_time_max() const {
  return std::chrono::duration_cast<base::Clock::duration>(
      std::max<std::chrono::nanoseconds>(options_.stop_timeout, kSaveTimeMin));
}

int Daemon::run() {
  watch_signals();
  server_->start();
  systems_.log_start();
  log_listeners(options_, shown_addresses_, log_);
  if (state_) {
    supervision_.await("loading the state file");
    state_->restore(options_.pipeline.names, [this] { end_restore(); });
  } else {
    begin_ingest();
  }
  main_.run();
  // Everything else has ended, and what a disk never answers may not keep the process.
  if (state_ && state_->is_stuck()) std::_Exit(exit_code_);
  return exit_code_;
}

void Daemon::end_restore() {
  if (!is_stopping_) return begin_ingest();
  // After `stop`, which may still wait for its turn.
  boost::asio::post(main_, [this] { finish_stop(); });
}

void Daemon::begin_ingest() {
  is_ingesting_ = true;
  sweep_every_second();
  if (watch_) watch_->start();
  if (reload_socket_) reload_socket_->start();
  start_workers();
  if (!options_.is_status_disabled) monitor_.start(reloader_.rules());
  if (state_) state_->start();
  systems_.start();
  // After the start of the threads that receive.
  base::give_way();
  supervision_.start();
}

void Daemon::start_workers() {
  for (const auto& worker : workers_) {
    const auto on_failure = [this](const std::string& reason) {
      boost::asio::post(main_, [this, reason] {
        log_.error("StatsD listener failed", {{"error", reason}});
        quit(1, fmt::format("a listener has failed: {}", reason));
      });
    };
    worker->start(on_failure, supervision_.beat_period());
  }
}

}  // namespace weir::app
