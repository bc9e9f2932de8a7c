// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "weir/exposition/negotiation.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

struct WriterOptions {
  Format format = Format::Text;
  Escaping escaping = Escaping::Underscores;
  // OpenMetrics: with a sample `_created` for each counter, histogram and summary. Protobuf always
  // says when they were made.
  bool has_created_samples = false;
  // There may be names that have to be escaped; without them that would only cost time.
  bool has_utf8_names = false;
};

// The writer of a format. It appends to `out`, which must outlive it; the caller may empty `out`
// between two calls. Everything is written once the end has been visited.
[[nodiscard]] std::unique_ptr<metrics::ReadingVisitor> make_writer(const WriterOptions& options,
                                                                   std::string& out);

}  // namespace weir::exposition
