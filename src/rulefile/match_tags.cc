// SPDX-License-Identifier: Apache-2.0
#include "rulefile/match_tags.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/core.h>

#include "weir/rulefile/fields.h"

namespace weir::rulefile {

namespace {

// More tags in one rule are refused.
constexpr std::size_t kMatchTagsMax = 100;

mapping::TagCondition read_condition(const YamlNode& key, const YamlNode& value,
                                     Diagnostics& diagnostics) {
  if (key.text.empty())
    diagnostics.error(key.position, "a key of match_tags is empty", "name the tag");
  if (value.kind == NodeKind::Null) {
    diagnostics.error(
        key.position,
        fmt::format("match_tags does not say what \"{}\" must be", printable(key.text)),
        "write the value, or \"*\" for any");
  }
  const auto pattern = read_text(value, diagnostics).value_or("");
  // In no dialect: such a tag is malformed.
  if (pattern.empty() && value.kind == NodeKind::Scalar) {
    diagnostics.error(value.position,
                      "invalid pattern in match_tags: \"\", no tag has an empty value",
                      "write the value, or \"*\" for any");
  }
  if (std::ranges::count(pattern, '*') > 1) {
    diagnostics.error(value.position,
                      fmt::format("invalid pattern in match_tags: {}", printable(pattern)),
                      "use one `*`, which covers any run of characters");
  }
  return {key.text, std::string(pattern)};
}

}  // namespace

std::vector<mapping::TagCondition> read_match_tags(const YamlNode& value,
                                                   Diagnostics& diagnostics) {
  std::vector<mapping::TagCondition> conditions;
  if (!is_map(value, "match_tags", diagnostics)) return conditions;
  if (value.entries.size() > kMatchTagsMax) {
    diagnostics.error(value.entries[kMatchTagsMax].key->position,
                      fmt::format("more than {} tags in match_tags", kMatchTagsMax), "remove some");
    return conditions;
  }
  for (const auto& [key, pattern] : value.entries) {
    conditions.push_back(read_condition(*key, *pattern, diagnostics));
  }
  std::ranges::sort(conditions, {}, &mapping::TagCondition::key);
  return conditions;
}

}  // namespace weir::rulefile
