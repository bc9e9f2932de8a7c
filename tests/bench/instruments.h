// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "weir/metrics/store.h"

namespace weir::bench {

// Definitions of every instrument, as the daemon makes them by default.
[[nodiscard]] metrics::Definition counter_definition();
[[nodiscard]] metrics::Definition gauge_definition();
[[nodiscard]] metrics::Definition summary_definition();
[[nodiscard]] metrics::Definition histogram_definition();

// Makes `count` series of `definition` with three labels, spread over families like the standard
// line's, and returns them in seeded random order. `definition` must outlive the store.
std::vector<metrics::SeriesHeader*> make_series(metrics::Store& store,
                                                const metrics::Definition& definition,
                                                std::size_t count, base::TimePoint now);

// Latencies between 1 ms and 4 s, in seconds, seeded.
[[nodiscard]] std::vector<double> latencies(std::size_t count);

}  // namespace weir::bench
