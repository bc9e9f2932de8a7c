// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/age_period.h"

#include <algorithm>

namespace weir::metrics {

using std::chrono::nanoseconds;

std::chrono::nanoseconds age_period(const Definition& definition) {
  // Keeps points in time far from overflow; the reference takes ages up to 292 years.
  constexpr nanoseconds kPeriodMax = std::chrono::hours(24 * 365 * 50);
  return std::clamp(definition.max_age / definition.age_buckets, nanoseconds(1), kPeriodMax);
}

std::uint64_t PeriodEnd::advance(base::TimePoint now, nanoseconds period) {
  if (!has_passed(now)) return 0;
  const auto steps = (now - end_ + period - nanoseconds(1)) / period;
  end_ += steps * period;
  return static_cast<std::uint64_t>(steps);
}

}  // namespace weir::metrics
