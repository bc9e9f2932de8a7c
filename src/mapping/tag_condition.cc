// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/tag_condition.h"

#include <algorithm>

#include "mapping/wildcard_pattern.h"

namespace weir::mapping {

bool satisfy(std::span<const Tag> tags, std::span<const TagCondition> conditions) {
  return std::ranges::all_of(conditions, [tags](const TagCondition& condition) {
    const auto tag = std::find_if(tags.rbegin(), tags.rend(), [&condition](const Tag& sent) {
      return sent.key == condition.key;
    });
    return tag != tags.rend() && WildcardPattern(condition.pattern).match(tag->value);
  });
}

// A literal pattern has no `*`, so only a pattern with one covers such a value, and then what is
// around its `*` is part of what is around the value's.
std::vector<Tag> as_tags(std::span<const TagCondition> conditions) {
  std::vector<Tag> tags;
  for (const auto& [key, pattern] : conditions) tags.push_back({key, pattern});
  return tags;
}

}  // namespace weir::mapping
