// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::mapping {

// A tag that becomes a label of another name.
struct TagRename {
  // The tag's key as sent.
  std::string from;
  // A valid label name.
  std::string to;
  bool operator==(const TagRename&) const = default;
};

// Which tags of a sample become labels, and under which names: `drop_tags` and `rename_tags` of a
// rule. Keys are compared as sent, before they are escaped. Immutable once built; any thread.
struct TagRules {
  std::vector<std::string> dropped_keys;
  // What is before the `*` of an entry; "" drops every tag.
  std::vector<std::string> dropped_prefixes;
  std::vector<TagRename> renames;
  bool operator==(const TagRules&) const = default;

  [[nodiscard]] bool drops(std::string_view key) const;
  // The label name that `key` is given; "" when it keeps its own.
  [[nodiscard]] std::string_view new_name(std::string_view key) const;
};

}  // namespace weir::mapping
