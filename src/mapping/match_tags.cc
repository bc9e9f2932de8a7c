// SPDX-License-Identifier: Apache-2.0
#include "mapping/match_tags.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "mapping/fields.h"

namespace weir::mapping {

namespace {

// More tags in one rule are refused.
constexpr std::size_t kMatchTagsMax = 100;

TagCondition read_condition(const YamlNode& key, const YamlNode& value, Findings& findings) {
  if (key.text.empty()) findings.fault(key.place, "a key of match_tags is empty", "name the tag");
  if (value.kind == NodeKind::Null) {
    findings.fault(key.place,
                   fmt::format("match_tags does not say what \"{}\" must be", shown(key.text)),
                   "write the value, or \"*\" for any");
  }
  const auto pattern = read_text(value, findings).value_or("");
  // In no dialect: such a tag is malformed.
  if (pattern.empty() && value.kind == NodeKind::Scalar) {
    findings.fault(value.place, "invalid pattern in match_tags: \"\", no tag has an empty value",
                   "write the value, or \"*\" for any");
  }
  if (std::ranges::count(pattern, '*') > 1) {
    findings.fault(value.place, fmt::format("invalid pattern in match_tags: {}", shown(pattern)),
                   "use one `*`, which covers any run of characters");
  }
  return {key.text, std::string(pattern)};
}

}  // namespace

std::vector<TagCondition> read_match_tags(const YamlNode& value, Findings& findings) {
  std::vector<TagCondition> conditions;
  if (!is_map(value, "match_tags", findings)) return conditions;
  if (value.entries.size() > kMatchTagsMax) {
    findings.fault(value.entries[kMatchTagsMax].key->place,
                   fmt::format("more than {} tags in match_tags", kMatchTagsMax), "remove some");
    return conditions;
  }
  for (const auto& [key, pattern] : value.entries) {
    conditions.push_back(read_condition(*key, *pattern, findings));
  }
  std::ranges::sort(conditions, {}, &TagCondition::key);
  return conditions;
}

}  // namespace weir::mapping
