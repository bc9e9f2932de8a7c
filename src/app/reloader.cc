// SPDX-License-Identifier: Apache-2.0
#include "app/reloader.h"

#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "weir/mapping/config_error.h"
#include "weir/mapping/rule_loader.h"

namespace weir::app {

namespace {

double seconds_since_epoch() {
  using Seconds = std::chrono::duration<double>;
  return Seconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::shared_ptr<const mapping::RuleSet> load(const std::string& path, const base::Log& log) {
  if (path.empty()) return mapping::RuleSet::empty();
  auto loaded = mapping::load_rules(path);
  for (const auto& warning : loaded.warnings) log.warn(warning);
  return std::move(loaded.rules);
}

}  // namespace

Reloader::Reloader(std::string path, boost::asio::io_context& main, const base::Log& log)
    : path_(std::move(path)),
      main_(main),
      log_(log),
      rules_(pipeline::prepare(load(path_, log), generation_)) {
  if (has_file()) last_success_seconds_ = seconds_since_epoch();
}

Reloader::~Reloader() {
  if (loader_.joinable()) loader_.join();
}

Reloader::Attempt Reloader::attempt(std::uint32_t generation, const Rules& before) const {
  try {
    return {pipeline::prepare(load(path_, log_), generation, before.get()), {}};
  } catch (const mapping::ConfigError& error) {
    return {nullptr, error.what()};
  }
}

bool Reloader::settle(const Attempt& attempt) {
  if (!attempt.rules) {
    ++failures_;
    log_.error("Error reloading config", {{"error", attempt.error}});
    return false;
  }
  rules_ = attempt.rules;
  ++successes_;
  last_success_seconds_ = seconds_since_epoch();
  if (apply_) apply_(rules_);
  log_.info("Config reloaded successfully");
  return true;
}

void Reloader::reload() {
  if (is_loading_) {
    is_asked_again_ = true;
    return;
  }
  if (loader_.joinable()) loader_.join();
  is_loading_ = true;
  loader_ = std::thread([this, generation = ++generation_, before = rules_] {
    Attempt made = attempt(generation, before);
    boost::asio::post(main_, [this, made = std::move(made)] { finish(made); });
  });
}

void Reloader::finish(const Attempt& attempt) {
  is_loading_ = false;
  settle(attempt);
  if (std::exchange(is_asked_again_, false)) reload();
}

bool Reloader::reload_now() { return settle(attempt(++generation_, rules_)); }

}  // namespace weir::app
