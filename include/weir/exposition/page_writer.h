// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "weir/exposition/negotiation.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// What pages went without because of their escaped names (behaviour page.escaping). Each page adds
// what it leaves out; a family counts once, with all its series.
struct LeftOutCounts {
  // They or their samples would be called like another family or its samples.
  std::uint64_t families = 0;
  // Two of their labels would be called the same, or all of them as those of another series.
  std::uint64_t series = 0;
  // More sets of label names than are compared would become the same.
  std::uint64_t series_past_limit = 0;
};

struct WriterOptions {
  Format format = Format::Text;
  Escaping escaping = Escaping::Underscores;
  // OpenMetrics: with a sample `_created` for each counter, histogram and summary. Protobuf always
  // says when they were made.
  bool has_created_samples = false;
  // There may be names that have to be escaped; without them that would only cost time.
  bool has_utf8_names = false;
  // Where the writer counts what it leaves out; outlives it. Null: nowhere.
  LeftOutCounts* left_out = nullptr;
};

// The writer of a format. It appends to `out`, which must outlive it; the caller may empty `out`
// between two calls. Everything is written once the end has been visited.
[[nodiscard]] std::unique_ptr<metrics::ReadingVisitor> make_writer(const WriterOptions& options,
                                                                   std::string& out);

}  // namespace weir::exposition
