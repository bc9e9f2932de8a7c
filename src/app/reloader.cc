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
  for (const auto& warning : loaded.warnings) log.warn(mapping::text_of(warning));
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
    return {nullptr, error.errors()};
  }
}

void Reloader::settle(const Attempt& attempt) {
  if (!attempt.rules) {
    ++failures_;
    for (const auto& error : attempt.errors) {
      log_.error("Error reloading config", {{"error", mapping::text_of(error)}});
    }
    return;
  }
  rules_ = attempt.rules;
  ++successes_;
  last_success_seconds_ = seconds_since_epoch();
  if (apply_) apply_(rules_);
  log_.info("Config reloaded successfully");
}

void Reloader::reload(std::function<void()> on_end) {
  next_.push_back(std::move(on_end));
  if (!is_loading_) begin();
}

void Reloader::begin() {
  if (loader_.joinable()) loader_.join();
  is_loading_ = true;
  waiting_ = std::exchange(next_, {});
  loader_ = std::thread([this, generation = ++generation_, before = rules_] {
    Attempt made = attempt(generation, before);
    boost::asio::post(main_, [this, made = std::move(made)] { finish(made); });
  });
}

void Reloader::finish(const Attempt& attempt) {
  is_loading_ = false;
  settle(attempt);
  for (const auto& on_end : std::exchange(waiting_, {})) {
    if (on_end) on_end();
  }
  if (!next_.empty()) begin();
}

}  // namespace weir::app
