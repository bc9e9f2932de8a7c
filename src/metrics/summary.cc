// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/summary.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <limits>
#include <mutex>

namespace weir::metrics {
namespace {

using std::chrono::nanoseconds;

// The first allocation of a buffer; a series observed once between two scrapes should cost little.
constexpr std::size_t kFirstCapacity = 4;
// Keeps points in time far from overflow; the reference takes ages up to 292 years.
constexpr nanoseconds kPeriodMax = std::chrono::hours(24 * 365 * 50);

nanoseconds period_of(const Definition& definition) {
  return std::clamp(definition.max_age / definition.age_buckets, nanoseconds(1), kPeriodMax);
}

}  // namespace

Summary::Summary(const Definition& definition, base::TimePoint created) : definition_(definition) {
  assert(definition.age_buckets > 0 && definition.buffer_size > 0);
  assert(definition.max_age > nanoseconds(0));
  hot_.expires = created + period_of(definition);
}

void Summary::observe(double value, std::uint32_t weight, base::TimePoint now) {
  assert(weight > 0);
  if (definition_.objectives.empty()) {
    const std::scoped_lock lock(hot_.lock);
    add_to_totals(value, weight);
    return;
  }
  while (true) {
    switch (append(value, weight, now)) {
      case Outcome::Appended: return;
      // A buffer that filled up will do so again.
      case Outcome::Filled: flush(now, definition_.buffer_size); return;
      case Outcome::Due: flush(now, 0); break;
      case Outcome::NeedsRoom: grow(); break;
    }
  }
}

Summary::Outcome Summary::append(double value, std::uint32_t weight, base::TimePoint now) {
  const std::scoped_lock lock(hot_.lock);
  if (is_due(now)) return Outcome::Due;
  std::vector<Observation>& buffer = hot_.buffer;
  if (buffer.size() == buffer.capacity()) return Outcome::NeedsRoom;
  buffer.push_back({value, weight, 0});
  hot_.next.store(buffer.data() + buffer.size(), std::memory_order_relaxed);
  add_to_totals(value, weight);
  return buffer.size() == definition_.buffer_size ? Outcome::Filled : Outcome::Appended;
}

void Summary::add_to_totals(double value, std::uint32_t weight) {
  hot_.sum += value * weight;
  hot_.count += weight;
}

bool Summary::is_due(base::TimePoint now) const {
  return now > hot_.expires || hot_.buffer.size() == definition_.buffer_size;
}

// Allocates and frees outside the lock; a thread that comes second finds the room made.
void Summary::grow() {
  std::size_t capacity = 0;
  {
    const std::scoped_lock lock(hot_.lock);
    capacity = std::max(hot_.buffer.capacity() * 2, kFirstCapacity);
  }
  std::vector<Observation> roomier;
  roomier.reserve(std::min<std::size_t>(capacity, definition_.buffer_size));
  const std::scoped_lock lock(hot_.lock);
  if (hot_.buffer.capacity() >= roomier.capacity()) return;
  roomier.assign(hot_.buffer.begin(), hot_.buffer.end());
  hot_.buffer.swap(roomier);
}

void Summary::flush(base::TimePoint now, std::size_t room) {
  window_.with([this, now, room](Window& window) {
    std::vector<Observation> taken;
    taken.reserve(room);
    std::uint64_t steps = 0;
    {
      const std::scoped_lock lock(hot_.lock);
      // Another thread may have been first.
      if (!is_due(now)) return;
      hot_.buffer.swap(taken);
      steps = expire(now);
    }
    insert(window, taken, steps);
  });
}

// How many periods have ended; the observation that comes next belongs to the present one.
std::uint64_t Summary::expire(base::TimePoint now) {
  if (now <= hot_.expires) return 0;
  const nanoseconds period = period_of(definition_);
  const auto steps = (now - hot_.expires + period - nanoseconds(1)) / period;
  hot_.expires += steps * period;
  return static_cast<std::uint64_t>(steps);
}

void Summary::insert(Window& window, std::span<const Observation> taken,
                     std::uint64_t steps) const {
  if (window == nullptr) {
    if (taken.empty()) return;
    window = std::make_unique<QuantileWindow>(definition_.objectives, definition_.age_buckets);
  }
  // In this order: what was buffered belongs to the periods that have ended.
  window->insert(taken);
  window->advance(steps);
}

void Summary::read(base::TimePoint now, Reading& reading) {
  window_.with([this, now, &reading](Window& window) {
    std::vector<Observation> taken;
    std::uint64_t steps = 0;
    {
      const std::scoped_lock lock(hot_.lock);
      hot_.buffer.swap(taken);
      steps = expire(now);
      reading.sum = hot_.sum;
      reading.count = hot_.count;
    }
    insert(window, taken, steps);
    read_quantiles(window.get(), reading.quantiles);
  });
}

void Summary::read_quantiles(QuantileWindow* window, std::vector<double>& quantiles) const {
  quantiles.clear();
  for (const Objective& objective : definition_.objectives) {
    quantiles.push_back(window == nullptr ? std::numeric_limits<double>::quiet_NaN()
                                          : window->query(objective.quantile));
  }
}

}  // namespace weir::metrics
