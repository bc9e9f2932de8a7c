// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "weir/mappingtest/coverage.h"
#include "weir/mappingtest/runner.h"

namespace weir::mappingtest {

// For people: each test that failed, and how many there were. UTF-8 that ends in a newline. What
// files hold is shown as `base::visible` shows it.
[[nodiscard]] std::string text_of(std::span<const FileResult> results);
// The rules that no test used.
[[nodiscard]] std::string text_of(const std::vector<Coverage::Mapping>& coverage);

// For programs: one JSON object (docs/testing-mappings.md), without a newline. `coverage` may be
// null.
[[nodiscard]] std::string json_of(std::span<const FileResult> results,
                                  const std::vector<Coverage::Mapping>* coverage);

}  // namespace weir::mappingtest
