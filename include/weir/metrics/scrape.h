// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/clock.h"
#include "weir/metrics/reading.h"
#include "weir/metrics/store.h"

namespace weir::metrics {

// One sample of a family that is not kept in the store: the daemon's own metrics.
struct SelfSample {
  // Label body, sorted and escaped, or "".
  std::string labels;
  double value = 0;
};

struct SelfFamily {
  std::string name;
  std::string help;
  Type type = Type::Counter;
  std::vector<SelfSample> samples;
  // As in FamilyReading; the text outlives the family.
  std::string_view unit = {};
};

// One pass over everything a store holds, in the order of the exposition (behaviour page.*):
// families by name, and inside a family fewer labels first, then by label values. Takes what exists
// when it gets there, in slices, so that neither a lock nor memory is held in proportion to the
// page. While it lives nothing it may still look at is freed. Main thread.
class Scrape {
 public:
  // Whether the family of a name is wanted.
  using NameFilter = std::function<bool(std::string_view)>;

  // `self_families` are merged in by name. `is_wanted` limits the pass; null means all. `store`
  // must outlive the scrape.
  Scrape(Store& store, std::vector<SelfFamily> self_families, NameFilter is_wanted);
  ~Scrape();
  Scrape(const Scrape&) = delete;
  Scrape& operator=(const Scrape&) = delete;

  // Visits `budget` more series, or fewer: one with long names and labels, or with many buckets,
  // counts as several, so that what is written of them stays small. Returns false when nothing is
  // left, which the visitor has heard of by then.
  bool advance(ReadingVisitor& visitor, base::TimePoint now, std::size_t budget);

  // What is on its page, as FamilyReading::page; also before the first family.
  [[nodiscard]] const PageDirectory& directory() const;

 private:
  struct Cursor;
  std::unique_ptr<Cursor> cursor_;
};

}  // namespace weir::metrics
