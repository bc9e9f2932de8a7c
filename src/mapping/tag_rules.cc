// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/tag_rules.h"

#include <algorithm>

namespace weir::mapping {

bool TagRules::drops(std::string_view key) const {
  return std::ranges::find(dropped_keys, key) != dropped_keys.end() ||
         std::ranges::any_of(dropped_prefixes,
                             [key](const std::string& prefix) { return key.starts_with(prefix); });
}

std::string_view TagRules::new_name(std::string_view key) const {
  const auto found = std::ranges::find(renames, key, &TagRename::from);
  return found == renames.end() ? std::string_view() : std::string_view(found->to);
}

}  // namespace weir::mapping
