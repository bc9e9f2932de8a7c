// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/history.h"

#include <utility>

namespace weir::insight {

namespace {

// Of a count that is read while it grows, the later look may be the smaller one.
double rate(std::uint64_t before, std::uint64_t now, double seconds) {
  return now < before ? 0 : static_cast<double>(now - before) / seconds;
}

}  // namespace

void History::add(HistoryPoint point, base::Instant at) {
  Step step{{}, {}, {}, point.series, point.resident_bytes, point.scrape_seconds};
  step.losses.resize(point.losses.size());
  const std::chrono::duration<double> passed = at.monotonic - last_at_.monotonic;
  if (last_ && passed.count() > 0) {
    step.lines = rate(last_->lines, point.lines, passed.count());
    step.datagrams = rate(last_->datagrams, point.datagrams, passed.count());
    for (std::size_t i = 0; i < point.losses.size(); ++i) {
      step.losses[i] = rate(last_->losses[i], point.losses[i], passed.count());
    }
  }
  steps_.push_back(std::move(step));
  if (steps_.size() > kPointsMax) steps_.pop_front();
  last_ = std::move(point);
  last_at_ = at;
}

std::optional<base::UnixTime> History::end() const {
  if (!last_) return std::nullopt;
  return last_at_.unix_time;
}

}  // namespace weir::insight
