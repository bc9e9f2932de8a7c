// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "weir/base/clock.h"
#include "weir/base/guarded.h"
#include "weir/base/spin_lock.h"
#include "weir/metrics/age_period.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/quantile_window.h"

namespace weir::metrics {

// One summary series: quantiles over a sliding window of `age_buckets` sketches, and lifetime sum
// and count (behaviour value.summary-window). Observing appends to a small buffer under a spin lock
// that covers the append or a swap and nothing else; flushing and reading work on the swapped-out
// part. Any thread may observe; any thread may read. Every value is accepted, NaN and infinities
// too.
//
// Buffers of summaries have different sizes, the definition's at most and three quarters of it at
// least: a client that sends its series in turn would fill all of them at the same time, and a
// thousand flushes in a row are some 20 ms in which nothing is received. No answer depends on when
// a buffer is flushed.
class Summary {
 public:
  // `definition` must outlive the summary. Its ages and sizes are positive.
  Summary(const Definition& definition, base::TimePoint created);
  Summary(const Summary&) = delete;
  Summary& operator=(const Summary&) = delete;

  // `weight` observations of the same value, 1 at least.
  void observe(double value, std::uint32_t weight, base::TimePoint now);

  // Observations that fill its buffer.
  [[nodiscard]] std::uint32_t buffer_size() const { return hot_.size_max; }

  // Begins to load the place of the next observation. Any thread.
  void prefetch() const { __builtin_prefetch(hot_.next.load(std::memory_order_relaxed), 1); }

  [[nodiscard]] const Definition& definition() const { return definition_; }

  struct Reading {
    // One per objective, in their order. NaN when the window is empty.
    std::vector<double> quantiles;
    double sum = 0;
    std::uint64_t count = 0;
  };
  // Flushes what is buffered, then reads. `reading` is reused to spare allocations.
  void read(base::TimePoint now, Reading& reading);

  // All of a summary, for another one of the same definition to go on with.
  struct State {
    double sum = 0;
    std::uint64_t count = 0;
    // Until the present period ends; negative when it has ended.
    std::chrono::nanoseconds period_left{0};
    // None before the first observation that has quantiles.
    std::optional<QuantileWindow::State> window;
  };
  // Flushes what is buffered; no later answer changes.
  [[nodiscard]] State state(base::TimePoint now);
  // `state` is possible for the definition; nothing was observed yet.
  void restore(const State& state, base::TimePoint now);

 private:
  enum class Outcome : std::uint8_t { Appended, Filled, Due, NeedsRoom };

  // What observing threads write, guarded by `lock`.
  struct Hot {
    Hot(PeriodEnd end, std::uint32_t most) : size_max(most), period_end(end) {}

    base::SpinLock lock;
    const std::uint32_t size_max;
    // Grows from nothing to `size_max`.
    std::vector<Observation> buffer;
    // Where in the buffer the next observation goes, for `prefetch` alone.
    std::atomic<const Observation*> next{nullptr};
    // Later observations belong after a flush and a rotation of the window.
    PeriodEnd period_end;
    double sum = 0;
    std::uint64_t count = 0;
  };
  // Null without objectives. Made at once: a scrape of many that were never read takes no memory.
  using Window = std::unique_ptr<QuantileWindow>;

  void add_to_totals(double value, std::uint32_t weight);
  [[nodiscard]] Outcome append(double value, std::uint32_t weight, base::TimePoint now);
  void grow();
  // Leaves a buffer with `room` in place of the flushed one.
  void flush(base::TimePoint now, std::size_t room);
  // Need `hot_.lock`.
  [[nodiscard]] bool is_due(base::TimePoint now) const;
  // Need the window's guard.
  static void insert(Window& window, std::span<const Observation> taken, std::uint64_t steps);
  // Takes all that was observed into the window. `copy_totals(hot_)` sees the totals of that
  // moment.
  template <class Totals>
  void advance(Window& window, base::TimePoint now, const Totals& copy_totals);
  void read_quantiles(QuantileWindow* window, std::vector<double>& quantiles) const;

  const Definition& definition_;
  Hot hot_;
  // Taken before `hot_.lock` where both are needed, so that buffers reach the window in their
  // order.
  base::Guarded<Window> window_;
};

}  // namespace weir::metrics
