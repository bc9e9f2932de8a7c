// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "app/refusal_log.h"
#include "weir/base/clock.h"
#include "weir/base/guarded.h"
#include "weir/base/tally.h"
#include "weir/insight/refused_lines.h"
#include "weir/pipeline/refusal.h"

namespace weir::app {

// Keeps some of what senders send in vain, a hundred a second at most, for another thread to take,
// and hands all on. What is past that costs a comparison. One worker.
class RefusalSampler final : public pipeline::RefusalSink {
 public:
  static constexpr std::size_t kPerSecond = 100;
  // What a budget refuses is looked into under the lock of the store.
  static constexpr std::size_t kOfBudgetsPerSecond = 1;

  // `next` outlives it. With `is_enabled` false it only hands on.
  RefusalSampler(bool is_enabled, pipeline::RefusalSink& next)
      : is_enabled_(is_enabled), next_(next) {}

  // Before each batch. Borrows `source` until the next call.
  void begin_batch(const OriginSource& source, base::TimePoint now) {
    source_ = &source;
    now_ = now;
    wants_senders_ = false;
  }

  [[nodiscard]] bool wants(pipeline::RefusalReason reason) override;
  void on_refusal(const pipeline::Refusal& refusal) override;

  // The sender of something that was refused in the last batch was not known.
  [[nodiscard]] bool wants_senders() const { return wants_senders_; }

  // What was kept since the last call. Any thread.
  [[nodiscard]] std::vector<insight::RefusedLine> take();

 private:
  [[nodiscard]] bool is_wanted(pipeline::RefusalReason reason);
  [[nodiscard]] insight::RefusedLine record_of(const pipeline::Refusal& refusal);

  const bool is_enabled_;
  pipeline::RefusalSink& next_;
  const OriginSource* source_ = nullptr;
  base::TimePoint now_{};
  // The second under way.
  base::TimePoint second_begins_{};
  std::size_t kept_ = 0;
  std::size_t kept_of_budgets_ = 0;
  bool wants_senders_ = false;
  // The answers to the last question.
  bool is_wanted_here_ = false;
  bool is_wanted_next_ = false;
  // At most those of some seconds: what comes while they are not taken is not kept.
  base::Guarded<std::vector<insight::RefusedLine>> lines_;
};

}  // namespace weir::app
