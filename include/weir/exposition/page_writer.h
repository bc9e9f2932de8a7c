// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "weir/exposition/negotiation.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// The writer of a format. It appends to `out`, which must outlive it; the caller may empty `out`
// between two calls. Everything is written once the last family has ended.
[[nodiscard]] std::unique_ptr<metrics::ReadingVisitor> make_writer(Format format, std::string& out);

}  // namespace weir::exposition
