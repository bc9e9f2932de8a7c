// SPDX-License-Identifier: Apache-2.0
#include "app/reloader.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "weir/base/escape.h"
#include "weir/rulefile/config_error.h"

namespace weir::app {

namespace {

double seconds_since_epoch() {
  using Seconds = std::chrono::duration<double>;
  return Seconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

rulefile::LoadedRules load(const std::string& path, const rulefile::LoadOptions& options,
                           const base::Log& log) {
  if (path.empty()) return {mapping::RuleSet::empty(), {}, true};
  auto loaded = rulefile::load_rules(path, options);
  for (const auto& warning : loaded.warnings) log.warn(rulefile::text_of(warning));
  return loaded;
}

}  // namespace

Reloader::Reloader(std::string path, const rulefile::LoadOptions& options,
                   pipeline::RuleFallbacks fallbacks, boost::asio::io_context& main,
                   const base::Log& log)
    : path_(std::move(path)), options_(options), fallbacks_(fallbacks), main_(main), log_(log) {
  const auto loaded = load(path_, options_, log);
  rules_ = pipeline::prepare(loaded.rules, generation_, nullptr, fallbacks_);
  is_blank_ = loaded.is_blank;
  if (has_file()) last_success_seconds_ = seconds_since_epoch();
}

Reloader::~Reloader() {
  if (loader_.joinable()) loader_.join();
}

Reloader::LoadResult Reloader::load_rules(std::uint32_t generation, const Rules& before,
                                          bool was_blank) const {
  try {
    const auto loaded = load(path_, options_, log_);
    // `mappings: []` says that there are no rules; an empty file is one that is about to be
    // written.
    if (loaded.is_blank && !was_blank) {
      throw rulefile::ConfigError(path_, 1, 1,
                                  "the file has become empty and the mapping in use stays, write "
                                  "`mappings: []` to have no rules");
    }
    return {
        pipeline::prepare(loaded.rules, generation, before.get(), fallbacks_), loaded.is_blank, {}};
  } catch (const rulefile::ConfigError& error) {
    return {nullptr, false, error.errors()};
  }
}

void Reloader::adopt(const LoadResult& loaded) {
  if (!loaded.rules) {
    ++failures_;
    for (const auto& error : loaded.errors) {
      log_.error("Error reloading config", {{"error", rulefile::text_of(error)}});
    }
    return;
  }
  rules_ = loaded.rules;
  is_blank_ = loaded.is_blank;
  ++successes_;
  last_success_seconds_ = seconds_since_epoch();
  if (apply_) apply_(rules_);
  log_.info("Config reloaded successfully");
}

void Reloader::keep_record(const LoadResult& loaded) {
  ReloadRecord record{base::unix_now(), loaded.rules != nullptr, loaded_mappings(), {}};
  const std::size_t kept = std::min(loaded.errors.size(), kErrorsMax);
  record.errors.reserve(kept);
  for (std::size_t i = 0; i < kept; ++i) {
    record.errors.emplace_back(
        base::beginning_of(rulefile::text_of(loaded.errors[i]), kErrorBytesMax));
  }
  records_.push_back(std::move(record));
  if (records_.size() > kRecordsMax) records_.pop_front();
}

void Reloader::reload(OnEnd on_end) {
  next_.push_back(std::move(on_end));
  if (is_loading_) return;
  if (on_begin_) on_begin_();
  begin();
}

void Reloader::begin() {
  if (loader_.joinable()) loader_.join();
  is_loading_ = true;
  waiting_ = std::exchange(next_, {});
  loader_ = std::thread([this, generation = ++generation_, before = rules_, blank = is_blank_] {
    LoadResult loaded = load_rules(generation, before, blank);
    boost::asio::post(main_, [this, loaded = std::move(loaded)] { finish(loaded); });
  });
}

void Reloader::finish(const LoadResult& loaded) {
  is_loading_ = false;
  adopt(loaded);
  keep_record(loaded);
  for (const auto& on_end : std::exchange(waiting_, {})) {
    if (on_end) on_end(loaded.errors);
  }
  // One of them may have asked again.
  if (is_loading_) return;
  if (!next_.empty()) {
    begin();
  } else if (on_end_) {
    on_end_(loaded.errors);
  }
}

}  // namespace weir::app
