// SPDX-License-Identifier: Apache-2.0
#include "app/insight/census_taker.h"

#include <algorithm>
#include <utility>

namespace weir::app {

namespace {

// A slice, and the time that others have before the next.
constexpr std::chrono::microseconds kSlice{1000};
constexpr std::chrono::microseconds kPause{1000};
// Between two looks at the clock.
constexpr int kSeriesPerStep = 64;
// Of a walk that takes long, so that those who ask all the time do not keep a processor busy.
constexpr int kRestPerWalk = 10;

}  // namespace

void CensusTaker::ask(OnEnd on_end) {
  if (is_stopped_) return on_end(nullptr);
  if (census_ && base::Clock::now() < fresh_until_) return on_end(census_.get());
  waiting_.push_back(std::move(on_end));
  if (!walk_) begin();
}

void CensusTaker::begin() {
  begun_ = base::Clock::now();
  census_.reset();
  counting_ = std::make_unique<insight::Census>(seed_);
  walk_ = std::make_unique<metrics::SeriesWalk>(store_, begun_, metrics::WalkDepth::Labels);
  go_on();
}

void CensusTaker::go_on() {
  const base::TimePoint end_of_slice = base::Clock::now() + kSlice;
  bool has_more = true;
  while (has_more && base::Clock::now() < end_of_slice) {
    for (int i = 0; i < kSeriesPerStep && has_more; ++i) has_more = walk_->advance(*counting_);
  }
  if (!has_more) {
    walk_.reset();
    counting_->finish();
    census_ = std::move(counting_);
    const base::TimePoint now = base::Clock::now();
    fresh_until_ = now + std::max<base::Clock::duration>(kFreshFor, kRestPerWalk * (now - begun_));
    return end(census_.get());
  }
  timer_.expires_after(kPause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    // A timer that ran out just before it was cancelled reports no error.
    if (!error && walk_) go_on();
  });
}

void CensusTaker::end(const insight::Census* census) {
  for (const auto& on_end : std::exchange(waiting_, {})) on_end(census);
}

void CensusTaker::stop() {
  is_stopped_ = true;
  timer_.cancel();
  walk_.reset();
  end(nullptr);
}

}  // namespace weir::app
