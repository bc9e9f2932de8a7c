// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/distinct_count.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <mutex>
#include <utility>

namespace weir::metrics {
namespace {

using std::chrono::nanoseconds;

// Keeps points in time far from overflow.
constexpr nanoseconds kPeriodLengthMax = std::chrono::hours(24 * 365 * 5);

nanoseconds period_length(nanoseconds window) {
  constexpr auto kPeriods = static_cast<std::int64_t>(RecentValues::kPeriods);
  return std::clamp(window / kPeriods, nanoseconds(1), kPeriodLengthMax);
}

}  // namespace

DistinctCount::DistinctCount(nanoseconds window, base::TimePoint created, HeapBudget& heap)
    : period_end_(created + period_length(window)),
      charge_(heap),
      period_length_(period_length(window)) {
  assert(window > nanoseconds(0));
}

bool DistinctCount::add(std::uint64_t hash, base::TimePoint now) {
  while (true) {
    switch (try_add(hash, now)) {
      case DistinctWindow::Added::Yes: return true;
      case DistinctWindow::Added::NeedsRoom:
        if (!grow()) return false;
        break;
      case DistinctWindow::Added::NeedsSketches:
        if (!make_sketches()) return false;
        break;
    }
  }
}

DistinctWindow::Added DistinctCount::try_add(std::uint64_t hash, base::TimePoint now) {
  std::unique_ptr<Sketches> unneeded;
  const std::scoped_lock lock(lock_);
  unneeded = turn_to(now);
  return window_.add(hash);
}

// An older `now` than another thread's belongs to the present period.
std::unique_ptr<DistinctCount::Sketches> DistinctCount::turn_to(base::TimePoint now) {
  if (!period_end_.has_passed(now)) return nullptr;
  period_ += period_end_.advance(now, period_length_);
  auto unneeded = window_.turn_to(period_);
  charge();
  return unneeded;
}

// Allocates and frees outside the lock; a thread that comes second finds the room made.
bool DistinctCount::grow() {
  std::size_t capacity = 0;
  {
    const std::scoped_lock lock(lock_);
    capacity = window_.next_capacity();
  }
  if (!charge_.budget().has_room_for(RecentValues::bytes_of(capacity))) return false;
  auto room = RecentValues::Room::of(capacity);
  const std::scoped_lock lock(lock_);
  window_.move_to(room);
  charge();
  return true;
}

bool DistinctCount::make_sketches() {
  if (!charge_.budget().has_room_for(sizeof(Sketches))) return false;
  auto sketches = std::make_unique<Sketches>();
  const std::scoped_lock lock(lock_);
  window_.use(sketches);
  charge();
  return true;
}

double DistinctCount::read(base::TimePoint now) {
  std::unique_ptr<Sketches> old;
  RecentValues::Room idle;
  {
    const std::scoped_lock lock(lock_);
    old = turn_to(now);
    if (!window_.is_estimated()) {
      const std::size_t count = window_.exact_count();
      if (count == 0) {
        idle = window_.give_back();
        charge();
      }
      return static_cast<double>(count);
    }
  }
  return estimate();
}

// A period at a time, so that who adds never waits for more. What a period gets meanwhile is
// counted or not.
double DistinctCount::estimate() {
  HyperLogLog merged;
  for (std::uint64_t age = 0; age <= RecentValues::kPeriods; ++age) {
    const std::scoped_lock lock(lock_);
    if (!window_.is_estimated()) return static_cast<double>(window_.exact_count());
    window_.merge_period(age, merged);
  }
  return std::round(merged.estimate());
}

}  // namespace weir::metrics
