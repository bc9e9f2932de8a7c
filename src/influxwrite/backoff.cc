// SPDX-License-Identifier: Apache-2.0
#include "weir/influxwrite/backoff.h"

#include <algorithm>

namespace weir::influxwrite {

Backoff::Time Backoff::next(std::optional<std::chrono::seconds> asked_for) {
  std::uniform_int_distribution<Time::rep> part(longest_.count() / 2, longest_.count());
  const Time own(part(random_));
  longest_ = std::min(2 * longest_, kLongest);
  return asked_for ? std::max<Time>(own, *asked_for) : own;
}

}  // namespace weir::influxwrite
