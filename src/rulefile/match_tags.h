// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rulefile/diagnostics.h"
#include "rulefile/yaml_document.h"
#include "weir/mapping/tag_condition.h"

namespace weir::rulefile {

// The value of `match_tags`, sorted by key; null is no conditions.
std::vector<mapping::TagCondition> read_match_tags(const YamlNode& value, Diagnostics& diagnostics);

}  // namespace weir::rulefile
