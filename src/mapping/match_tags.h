// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapping/findings.h"
#include "mapping/yaml_document.h"
#include "weir/mapping/tag_condition.h"

namespace weir::mapping {

// The value of `match_tags`, sorted by key; null is no conditions.
std::vector<TagCondition> read_match_tags(const YamlNode& value, Findings& findings);

}  // namespace weir::mapping
