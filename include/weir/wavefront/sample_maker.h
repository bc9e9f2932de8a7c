// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/sample/sample.h"
#include "weir/wavefront/line.h"

namespace weir::wavefront {

// Takes what lines become.
class SampleVisitor {
 public:
  virtual ~SampleVisitor() = default;
  // `sample` borrows from the maker.
  virtual void on_sample(const sample::Sample& sample) = 0;
  // The texts of the samples so far are about to go.
  virtual void on_texts_full() = 0;
};

// From lines to samples (docs/wavefront.md). A metric is a gauge, unless Micrometer's tag
// `statistic` says that it is a count or total, which its counter is set to; a delta is added to a
// counter, and each centroid of a distribution observed. Without a source the tag `host` becomes
// it. One thread at a time.
class SampleMaker {
 public:
  // Returns how many events it makes: one, or the observations of the centroids.
  std::uint64_t make(const Line& line, SampleVisitor& visitor);
  // The texts of all samples made so far may go.
  void clear() { texts_.clear(); }

 private:
  // Those of a batch; longer ones have a place of their own.
  static constexpr std::size_t kTextsBytes = 65'536;

  void make_room(const Line& line, SampleVisitor& visitor);
  // The tags, as a list (sample/tag_list.h).
  [[nodiscard]] std::string_view add_tags(const Line& line);
  [[nodiscard]] std::string_view add(const Word& word);

  // Never grows while it is lent.
  std::string texts_;
};

}  // namespace weir::wavefront
