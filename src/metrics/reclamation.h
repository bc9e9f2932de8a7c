// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <vector>

#include "metrics/series_index.h"
#include "weir/metrics/worker_epoch.h"

namespace weir::metrics {

// How a series is taken away while workers use it without a lock and a scrape visits it. What
// holds:
//
// 1. A worker uses a series only inside a batch, and only while the series has the version that the
//    worker remembers. It sets `touched` before it changes the value.
// 2. `mark_expired` changes the version of an overdue series (Alive to Dying) and notes each
//    worker's epoch. A worker that still uses the series is in the batch that it was in then.
// 3. Nothing is unlinked before every worker has passed that batch. After that `touched` is final
//    for all who looked before the mark, and who looks later misses and asks the index.
// 4. A Dying series that was touched, or that a miss asked for, is Alive again, with the version it
//    had: bindings to it are good again.
// 5. A series leaves the index under its lock (Dying or replaced, to Dead) and, before anything is
//    freed, the lists of its family: a scrape that begins later cannot meet it.
// 6. What left waits in a `Limbo` until every scrape that began before has ended.
// 7. A freed block goes on with a version that it never had, so a handle that is still kept
//    never fits its next series. What is cut off from it begins without a version, and no handle
//    names it yet.
// 8. Gauges that read the window of a series leave the index with it, under the same lock, and are
//    freed with the same sweep or a later one. While a gauge is not Dead its source is not, so the
//    main thread, which alone frees, may read the window.

// What was unlinked, until no scrape that began before can look at it.
struct Limbo {
  // Scrapes with smaller pins began before.
  std::uint64_t tag = 0;
  std::vector<SeriesHandle> series;
  std::vector<FamilyHandle> families;
};

// What the main thread alone knows of the series that go, and of the scrapes that hold them up. No
// lock.
struct Reclaimer {
  std::vector<const WorkerEpoch*> workers;
  // The epoch of each when `dying` were marked.
  std::vector<std::uint64_t> epochs;
  std::vector<SeriesHandle> dying;
  // Unlinked, but perhaps still in a worker's hands.
  std::vector<SeriesHandle> leaving;
  // One for each scrape under way.
  std::set<std::uint64_t> pins;
  std::uint64_t next_pin = 1;
  std::deque<Limbo> limbo;
};

}  // namespace weir::metrics
