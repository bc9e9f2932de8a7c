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
// Classic buckets alone.
[[nodiscard]] metrics::Definition histogram_definition();
// The same with native buckets of the default factor.
[[nodiscard]] metrics::Definition native_definition();

// Makes `count` series of `definition` with three labels, spread over families like the standard
// line's, whose names end in `name_suffix`, in seeded random order, and returns them in another.
// `definition` must outlive the store.
std::vector<metrics::SeriesHeader*> make_series(metrics::Store& store,
                                                const metrics::Definition& definition,
                                                std::size_t count, base::TimePoint now,
                                                std::string_view name_suffix = "");

// Latencies between 1 ms and 4 s, in seconds, seeded.
[[nodiscard]] std::vector<double> latencies(std::size_t count);

}  // namespace weir::bench
