// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/mappingtest/test_file.h"
#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::mappingtest {

// Reads what stands at `expect`, which is not null.
[[nodiscard]] Expectation read_expectation(const rulefile::YamlNode& node,
                                           rulefile::Diagnostics& diagnostics);

}  // namespace weir::mappingtest
