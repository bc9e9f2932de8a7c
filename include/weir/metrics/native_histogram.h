// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "weir/base/guarded.h"
#include "weir/base/spin_lock.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/heap_charge.h"
#include "weir/metrics/native_buckets.h"
#include "weir/metrics/reading.h"

namespace weir::metrics {

// One histogram series with native buckets beside the classic ones (behaviour
// value.native-buckets). All of it goes through one buffer, so what is read is consistent: scrapers
// refuse a native histogram whose buckets do not add up to its count. Observing appends to the
// buffer under a spin lock that covers the append or a copy of the whole and nothing else; sorting
// observations into buckets and reading work outside it. Any thread may observe; any thread may
// read.
class NativeHistogram {
 public:
  // `definition` has native options. It and `heap`, which is charged with the memory beyond the
  // histogram itself, must outlive the histogram.
  NativeHistogram(const Definition& definition, HeapBudget& heap);
  NativeHistogram(const NativeHistogram&) = delete;
  NativeHistogram& operator=(const NativeHistogram&) = delete;

  // `weight` observations of the same value, 1 at least. NaN counts in the last classic bucket and
  // in no native one, and makes the sum NaN.
  void observe(double value, std::uint32_t weight);

  struct Reading {
    // Classic, not cumulative; one more than there are bounds.
    std::vector<std::uint64_t> bucket_counts;
    double sum = 0;
    NativeReading native;
  };
  // Sorts what is buffered, then reads. `reading` is reused to spare allocations.
  void read(Reading& reading);

  // All of a histogram, for another one of the same definition to go on with.
  struct State {
    // As in Reading.
    std::vector<std::uint64_t> bucket_counts;
    double sum = 0;
    NativeBuckets::State native;
  };
  // Sorts what is buffered; no later answer changes.
  [[nodiscard]] State state();
  // `state` is possible for the definition; nothing was observed yet.
  void restore(const State& state);

 private:
  // Enough to make what a flush costs by itself small against its observations.
  static constexpr std::size_t kBufferMax = 32;

  enum class Outcome : std::uint8_t { Appended, Filled, Full, NeedsRoom };

  struct Observed {
    double value;
    std::uint32_t weight;
  };

  // What observing threads write, guarded by `lock`.
  struct Hot {
    explicit Hot(HeapBudget& heap) : charge(heap) {}

    base::SpinLock lock;
    std::uint8_t size = 0;
    // Grows from nothing to `kBufferMax`: most series of a large store are seldom observed.
    std::uint8_t capacity = 0;
    std::unique_ptr<Observed[]> buffer;
    HeapCharge charge;
  };

  // Where observations end up.
  struct Cold {
    Cold(const Definition& definition, HeapBudget& heap);

    std::vector<std::uint64_t> bucket_counts;
    double sum = 0;
    NativeBuckets native;
    HeapCharge charge;

    [[nodiscard]] std::size_t bytes() const;
  };

  [[nodiscard]] Outcome append(double value, std::uint32_t weight);
  void grow();
  // Copies the buffer to `taken` and empties it. Returns how many there were.
  [[nodiscard]] std::size_t take(std::array<Observed, kBufferMax>& taken);
  // Needs the guard of `cold`.
  void flush(Cold& cold);
  void sort_in(Cold& cold, const Observed& observed) const;

  // First, to share a cache line with what the series is found by.
  Hot hot_;
  const Definition& definition_;
  // Taken before `hot_.lock` where both are needed, so that buffers are sorted in in their order.
  base::Guarded<Cold> cold_;
};

// The classic bucket that `value` falls into: the first whose bound is not below it, or the one
// after the last bound, where NaN goes too.
[[nodiscard]] std::size_t classic_bucket(std::span<const double> bounds, double value);

}  // namespace weir::metrics
