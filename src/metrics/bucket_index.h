// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weir::metrics {

// The native bucket that `magnitude` falls into at `schema`, as Prometheus defines native
// histograms (behaviour value.native-buckets): bucket i ends at 2^(i / 2^schema), inclusive.
// Infinity has the bucket after that of the largest number. `magnitude` is above the smallest
// normal number; `schema` is one of those there are.
[[nodiscard]] std::int32_t bucket_index(double magnitude, int schema);

}  // namespace weir::metrics
