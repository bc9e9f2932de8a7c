// SPDX-License-Identifier: Apache-2.0
#include "weir/net/activity.h"

#include <algorithm>

namespace weir::net {
namespace {

constexpr unsigned kShareBits = 16;
constexpr std::uint64_t kShareMax = (1U << kShareBits) - 1;

// The first is 1: a word of 0 is of no window.
std::uint64_t window_at(base::TimePoint now) {
  return static_cast<std::uint64_t>(now.time_since_epoch() / Activity::kWindow) + 1;
}

std::uint64_t window_of(std::uint64_t word) { return word >> kShareBits; }

std::uint64_t word_of(std::uint64_t window, double share) {
  const double scaled = std::clamp(share, 0.0, 1.0) * static_cast<double>(kShareMax);
  return (window << kShareBits) | static_cast<std::uint64_t>(scaled);
}

}  // namespace

void Activity::note(base::TimePoint now, double share) {
  last_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  const std::uint64_t window = window_at(now);
  const std::uint64_t word = word_of(window, share);
  const std::uint64_t current = current_.load(std::memory_order_relaxed);
  if (window_of(current) != window) before_.store(current, std::memory_order_relaxed);
  // Of one window the larger word has the larger share; that of a later window is larger anyway.
  if (word > current) current_.store(word, std::memory_order_relaxed);
}

std::optional<base::TimePoint> Activity::last() const {
  const auto last = last_.load(std::memory_order_relaxed);
  if (last == 0) return std::nullopt;
  return base::TimePoint(base::Clock::duration(last));
}

double Activity::pressure(base::TimePoint now) const {
  const std::uint64_t oldest = window_at(now) - 1;
  std::uint64_t largest = 0;
  for (const auto* const each : {&current_, &before_}) {
    const std::uint64_t word = each->load(std::memory_order_relaxed);
    if (window_of(word) >= oldest) largest = std::max(largest, word & kShareMax);
  }
  return static_cast<double>(largest) / static_cast<double>(kShareMax);
}

}  // namespace weir::net
