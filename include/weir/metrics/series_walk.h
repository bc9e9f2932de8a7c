// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "weir/base/clock.h"
#include "weir/metrics/series_state.h"
#include "weir/metrics/store.h"

namespace weir::metrics {

// How much of each series a walk shows.
enum class WalkDepth : std::uint8_t {
  // All, to go on with.
  States,
  // Labels alone, of gauges that are computed, too: fast whatever the series are.
  Labels,
};

// One pass over the states of everything a store holds, in no particular order and unsorted, so
// that no part of it takes long. Takes what exists when it gets there, in slices. Gauges that are
// published come with their source; gauges of sets are left out. While it lives nothing it may
// still look at is freed, so it must not wait for long. Main thread.
class SeriesWalk {
 public:
  // Idle times and windows are those at `now`. `store` must outlive the walk.
  SeriesWalk(Store& store, base::TimePoint now, WalkDepth depth = WalkDepth::States);
  ~SeriesWalk();
  SeriesWalk(const SeriesWalk&) = delete;
  SeriesWalk& operator=(const SeriesWalk&) = delete;

  // Visits the next series, or passes over a family without any. Returns false when nothing is
  // left.
  bool advance(StateVisitor& visitor);

 private:
  struct Cursor;
  std::unique_ptr<Cursor> cursor_;
};

}  // namespace weir::metrics
