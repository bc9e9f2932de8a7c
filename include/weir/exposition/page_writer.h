// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "weir/exposition/negotiation.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// What makes Unix time of the time since the epoch of `base::Clock`, when added. Taken once per
// process: the time at which a series was created must not move from scrape to scrape.
using UnixOffset = std::chrono::nanoseconds;

// The writer of a format. It appends to `out`, which must outlive it; the caller may empty `out`
// between two calls. Everything is written once the last family has ended.
[[nodiscard]] std::unique_ptr<metrics::ReadingVisitor> make_writer(Format format, std::string& out,
                                                                   UnixOffset unix_offset);

}  // namespace weir::exposition
