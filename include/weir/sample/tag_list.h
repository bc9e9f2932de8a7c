// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::sample {

// Tags of a sample of a protocol whose own form of them is not worth keeping: one identity field,
// this marker alone or before each key and each value, which are plain and hold none.
inline constexpr char kTagListMarker = '\0';

// Whether an identity field of a sample is such a list; those of other protocols begin otherwise.
constexpr bool is_tag_list(std::string_view field) { return field.starts_with(kTagListMarker); }

// Calls `visit(key, value)` for each tag of a list.
template <typename Visit>
void for_each_tag(std::string_view list, const Visit& visit) {
  list.remove_prefix(1);
  while (!list.empty()) {
    const std::size_t key_size = list.find(kTagListMarker);
    if (key_size == std::string_view::npos) return;
    const std::string_view key = list.substr(0, key_size);
    list.remove_prefix(key_size + 1);
    const std::string_view value = list.substr(0, list.find(kTagListMarker));
    list.remove_prefix(value.size() == list.size() ? value.size() : value.size() + 1);
    visit(key, value);
  }
}

}  // namespace weir::sample
