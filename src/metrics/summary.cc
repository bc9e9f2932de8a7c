// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/summary.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstdint>
#include <limits>
#include <mutex>

namespace weir::metrics {
namespace {

using std::chrono::nanoseconds;

// The first allocation of a buffer; a series observed once between two scrapes should cost little.
constexpr std::size_t kFirstCapacity = 4;

// Spread by the place of the summary.
std::uint32_t buffer_size_of(const Summary& summary, const Definition& definition) {
  constexpr std::uint64_t kOddFraction = 0x9e3779b97f4a7c15;
  const std::uint64_t spread = definition.buffer_size / 4 + 1;
  const std::uint64_t mixed = reinterpret_cast<std::uintptr_t>(&summary) * kOddFraction >> 32U;
  return definition.buffer_size - static_cast<std::uint32_t>(mixed * spread >> 32U);
}

}  // namespace

Summary::Summary(const Definition& definition, base::TimePoint created)
    : definition_(definition),
      hot_(PeriodEnd(created + age_period(definition)), buffer_size_of(*this, definition)),
      window_(definition.objectives.empty() ? nullptr
                                            : std::make_unique<QuantileWindow>(
                                                  definition.objectives, definition.age_buckets)) {
  assert(definition.age_buckets > 0 && definition.buffer_size > 0);
  assert(definition.max_age > nanoseconds(0));
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
      case Outcome::Filled: flush(now, hot_.size_max); return;
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
  return buffer.size() == hot_.size_max ? Outcome::Filled : Outcome::Appended;
}

void Summary::add_to_totals(double value, std::uint32_t weight) {
  hot_.sum += value * weight;
  hot_.count += weight;
}

bool Summary::is_due(base::TimePoint now) const {
  return hot_.period_end.has_passed(now) || hot_.buffer.size() == hot_.size_max;
}

// Allocates and frees outside the lock; a thread that comes second finds the room made.
void Summary::grow() {
  std::size_t capacity = 0;
  {
    const std::scoped_lock lock(hot_.lock);
    capacity = std::max(hot_.buffer.capacity() * 2, kFirstCapacity);
  }
  std::vector<Observation> roomier;
  roomier.reserve(std::min<std::size_t>(capacity, hot_.size_max));
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
      steps = hot_.period_end.advance(now, age_period(definition_));
    }
    insert(window, taken, steps);
  });
}

void Summary::insert(Window& window, std::span<const Observation> taken, std::uint64_t steps) {
  if (window == nullptr) return;
  // In this order: what was buffered belongs to the periods that have ended.
  window->insert(taken);
  window->advance(steps);
}

template <class Totals>
void Summary::advance(Window& window, base::TimePoint now, const Totals& copy_totals) {
  std::vector<Observation> taken;
  std::uint64_t steps = 0;
  {
    const std::scoped_lock lock(hot_.lock);
    hot_.buffer.swap(taken);
    steps = hot_.period_end.advance(now, age_period(definition_));
    copy_totals(hot_);
  }
  insert(window, taken, steps);
}

void Summary::read(base::TimePoint now, Reading& reading) {
  window_.with([this, now, &reading](Window& window) {
    advance(window, now, [&reading](const Hot& hot) {
      reading.sum = hot.sum;
      reading.count = hot.count;
    });
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

Summary::State Summary::state(base::TimePoint now) {
  State state;
  window_.with([this, now, &state](Window& window) {
    advance(window, now, [now, &state](const Hot& hot) {
      state.sum = hot.sum;
      state.count = hot.count;
      state.period_left = hot.period_end.left(now);
    });
    if (window != nullptr) state.window = window->state();
  });
  return state;
}

void Summary::restore(const State& state, base::TimePoint now) {
  window_.with([this, now, &state](Window& window) {
    const std::scoped_lock lock(hot_.lock);
    hot_.sum = state.sum;
    hot_.count = state.count;
    hot_.period_end = PeriodEnd(now + state.period_left);
    if (!state.window || definition_.objectives.empty()) return;
    window = std::make_unique<QuantileWindow>(definition_.objectives, definition_.age_buckets);
    window->restore(*state.window);
  });
}

}  // namespace weir::metrics
