// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "weir/base/clock.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/heap_charge.h"
#include "weir/metrics/series.h"

namespace weir::metrics {

// What of the block of a series depends on its definition: everything between the header and the
// label body.

// The size of header and instrument, a multiple of the arena's units.
[[nodiscard]] std::size_t instrument_bytes(const Definition& definition);

// Fills in a new block, whose header is there. `definition` and `heap` must outlive the series.
void make_instrument(SeriesHeader* header, const Definition& definition, HeapBudget& heap,
                     base::TimePoint now);
void destroy_instrument(SeriesHeader* header, const Definition& definition);

// The window of a series of this definition; null without gauges beside it.
[[nodiscard]] PublishedWindow* window_of(SeriesHeader* header, const Definition& definition);

}  // namespace weir::metrics
