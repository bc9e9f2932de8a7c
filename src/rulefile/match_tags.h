// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "weir/mapping/tag_condition.h"
#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

// The value of `match_tags`, sorted by key; null is no conditions.
std::vector<mapping::TagCondition> read_match_tags(const YamlNode& value, Diagnostics& diagnostics);

}  // namespace weir::rulefile
