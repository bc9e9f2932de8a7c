// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/native_histogram.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <mutex>

namespace weir::metrics {
namespace {

constexpr std::size_t kFirstCapacity = 4;
constexpr std::size_t kGrowth = 4;
// Up to so many bounds it is cheaper to compare with all of them than to guess branches wrong.
constexpr std::size_t kComparedMax = 32;

}  // namespace

std::size_t classic_bucket(std::span<const double> bounds, double value) {
  if (bounds.size() <= kComparedMax) {
    std::size_t place = 0;
    for (const double bound : bounds) place += value <= bound ? 0 : 1;
    return place;
  }
  const auto place = std::partition_point(bounds.begin(), bounds.end(),
                                          [value](double bound) { return !(value <= bound); });
  return static_cast<std::size_t>(place - bounds.begin());
}

NativeHistogram::Cold::Cold(const Definition& definition, HeapBudget& heap)
    : bucket_counts(definition.bounds.size() + 1), native(*definition.native), charge(heap) {
  charge.set(bytes());
}

std::size_t NativeHistogram::Cold::bytes() const {
  return bucket_counts.size() * sizeof(std::uint64_t) + native.bytes();
}

NativeHistogram::NativeHistogram(const Definition& definition, HeapBudget& heap)
    : hot_(heap), definition_(definition), cold_(definition, heap) {}

void NativeHistogram::observe(double value, std::uint32_t weight) {
  assert(weight > 0);
  const auto flush_out = [this] { cold_.with([this](Cold& cold) { flush(cold); }); };
  while (true) {
    switch (append(value, weight)) {
      case Outcome::Appended: return;
      case Outcome::Filled: flush_out(); return;
      // The thread that filled it has not flushed it yet.
      case Outcome::Full: flush_out(); break;
      case Outcome::NeedsRoom: grow(); break;
    }
  }
}

NativeHistogram::Outcome NativeHistogram::append(double value, std::uint32_t weight) {
  const std::scoped_lock lock(hot_.lock);
  if (hot_.size == hot_.capacity) {
    return hot_.capacity == kBufferMax ? Outcome::Full : Outcome::NeedsRoom;
  }
  hot_.buffer[hot_.size++] = {value, weight};
  return hot_.size == kBufferMax ? Outcome::Filled : Outcome::Appended;
}

// Allocates and frees outside the lock; a thread that comes second finds the room made.
void NativeHistogram::grow() {
  std::size_t capacity = 0;
  {
    const std::scoped_lock lock(hot_.lock);
    capacity = std::clamp(hot_.capacity * kGrowth, kFirstCapacity, kBufferMax);
  }
  auto roomier = std::make_unique<Observed[]>(capacity);
  const std::scoped_lock lock(hot_.lock);
  if (hot_.capacity >= capacity) return;
  std::copy_n(hot_.buffer.get(), hot_.size, roomier.get());
  hot_.buffer.swap(roomier);
  hot_.capacity = static_cast<std::uint8_t>(capacity);
  hot_.charge.set(capacity * sizeof(Observed));
}

std::size_t NativeHistogram::take(std::array<Observed, kBufferMax>& taken) {
  const std::scoped_lock lock(hot_.lock);
  const std::size_t size = hot_.size;
  std::copy_n(hot_.buffer.get(), size, taken.data());
  hot_.size = 0;
  return size;
}

void NativeHistogram::flush(Cold& cold) {
  std::array<Observed, kBufferMax> taken;
  const std::size_t size = take(taken);
  for (std::size_t i = 0; i < size; ++i) sort_in(cold, taken[i]);
  cold.charge.set(cold.bytes());
}

void NativeHistogram::sort_in(Cold& cold, const Observed& observed) const {
  cold.bucket_counts[classic_bucket(definition_.bounds, observed.value)] += observed.weight;
  cold.sum += observed.value * observed.weight;
  if (!std::isnan(observed.value)) cold.native.add(observed.value, observed.weight);
}

void NativeHistogram::read(Reading& reading) {
  cold_.with([this, &reading](Cold& cold) {
    flush(cold);
    reading.bucket_counts = cold.bucket_counts;
    reading.sum = cold.sum;
    cold.native.read(reading.native);
  });
}

NativeHistogram::State NativeHistogram::state() {
  return cold_.with([this](Cold& cold) {
    flush(cold);
    return State{cold.bucket_counts, cold.sum, cold.native.state()};
  });
}

void NativeHistogram::restore(const State& state) {
  cold_.with([&state](Cold& cold) {
    cold.bucket_counts = state.bucket_counts;
    cold.sum = state.sum;
    cold.native.restore(state.native);
    cold.charge.set(cold.bytes());
  });
}

}  // namespace weir::metrics
