// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/rulefile/diagnostic.h"
#include "weir/rulefile/loader.h"

namespace weir::app {

// How a reload ended.
struct ReloadRecord {
  base::UnixTime ended;
  bool is_success = false;
  // Those in use afterwards.
  std::size_t rules = 0;
  // What was wrong with the file, as the log has it: the first of them, in lines of bounded length.
  std::vector<std::string> errors;
};

// Loads the mapping file at start and again on request. A reload runs on a thread of its own; what
// it made is handed over on the main thread, and a failed one changes nothing. A file that has
// become empty fails: most likely it is about to be written. Main thread.
class Reloader {
 public:
  // Of the records that are kept; of each the errors, and of an error the bytes.
  static constexpr std::size_t kRecordsMax = 20;
  static constexpr std::size_t kErrorsMax = 20;
  static constexpr std::size_t kErrorBytesMax = 500;

  using Rules = std::shared_ptr<const pipeline::PreparedRules>;
  using Apply = std::function<void(const Rules&)>;
  // What was wrong with the file; nothing when its rules are used now.
  using Errors = std::vector<rulefile::Diagnostic>;
  using OnEnd = std::function<void(const Errors& errors)>;

  // `path` is empty when there is no mapping file. `main` and `log` must outlive the reloader.
  // Throws rulefile::ConfigError when the file is bad.
  Reloader(std::string path, const rulefile::LoadOptions& options,
           pipeline::RuleFallbacks fallbacks, boost::asio::io_context& main, const base::Log& log);
  ~Reloader();
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // Who gets new rules. Before the first reload.
  void on_success(Apply apply) { apply_ = std::move(apply); }

  // Called when loading begins and when it has come to an end, of one reload or several in a row.
  // Before the first reload.
  void on_loading(std::function<void()> on_begin, OnEnd on_end) {
    on_begin_ = std::move(on_begin);
    on_end_ = std::move(on_end);
  }

  // Begins a reload; one that comes while another is under way follows it. `on_end` is called when
  // a load that started after this call has succeeded or failed.
  void reload(OnEnd on_end = {});

  [[nodiscard]] bool has_file() const { return !path_.empty(); }
  [[nodiscard]] const Rules& rules() const { return rules_; }
  [[nodiscard]] std::size_t loaded_mappings() const { return rules_->rules->rules().size(); }
  [[nodiscard]] std::uint64_t successes() const { return successes_; }
  [[nodiscard]] std::uint64_t failures() const { return failures_; }
  // Since the epoch; 0 without a mapping file.
  [[nodiscard]] double last_success_seconds() const { return last_success_seconds_; }
  // The last reloads, oldest first.
  [[nodiscard]] const std::deque<ReloadRecord>& records() const { return records_; }

 private:
  // What a load came to: rules, or the reasons why there are none.
  struct LoadResult {
    Rules rules;
    bool is_blank = false;
    Errors errors;
  };

  [[nodiscard]] LoadResult load_rules(std::uint32_t generation, const Rules& before,
                                      bool was_blank) const;
  void begin();
  // Uses the rules, or reports the errors.
  void adopt(const LoadResult& loaded);
  void finish(const LoadResult& loaded);
  void keep_record(const LoadResult& loaded);

  const std::string path_;
  // Both the same for each load.
  const rulefile::LoadOptions options_;
  const pipeline::RuleFallbacks fallbacks_;
  boost::asio::io_context& main_;
  const base::Log& log_;
  Apply apply_;
  std::function<void()> on_begin_;
  OnEnd on_end_;
  std::uint32_t generation_ = 1;
  Rules rules_;
  // Whether the file was when they were loaded.
  bool is_blank_ = true;
  std::uint64_t successes_ = 0;
  std::uint64_t failures_ = 0;
  double last_success_seconds_ = 0;
  std::deque<ReloadRecord> records_;
  using Waiting = std::vector<OnEnd>;
  bool is_loading_ = false;
  // Who waits for the load under way, and who asked after it had begun.
  Waiting waiting_;
  Waiting next_;
  std::thread loader_;
};

}  // namespace weir::app
