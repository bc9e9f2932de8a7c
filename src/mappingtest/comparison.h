// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "weir/mappingtest/page_sample.h"
#include "weir/mappingtest/runner.h"

namespace weir::mappingtest {

// Holds what was expected against a page of Prometheus text. Of a series of which the expectation
// has no bucket or quantile these do not count.
[[nodiscard]] std::vector<SeriesResult> compare(const std::vector<PageSample>& expected,
                                                std::string_view page);

}  // namespace weir::mappingtest
