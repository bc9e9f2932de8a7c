// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::mapping {

// A tag of a sample, its key as sent. Borrows from the line.
struct Tag {
  std::string_view key;
  std::string_view value;
};

// One entry of `match_tags`: the sample has a tag of this key, with a value that the pattern
// covers: text with at most one `*`, which covers any run of characters, the empty one too.
struct TagCondition {
  std::string key;
  std::string pattern;
  bool operator==(const TagCondition&) const = default;
};

// Whether `tags`, in the order sent, satisfy every condition. Of several tags with one key the last
// counts, as it does for labels.
[[nodiscard]] bool satisfy(std::span<const Tag> tags, std::span<const TagCondition> conditions);

// The patterns taken for values: what these tags satisfy is satisfied by every sample that
// satisfies `conditions`. Borrows from them.
[[nodiscard]] std::vector<Tag> as_tags(std::span<const TagCondition> conditions);

}  // namespace weir::mapping
