// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/fields.h"
#include "weir/rulefile/unknown_key.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

// A key that a map of the file may have, and how its value goes into a draft.
template <class Draft>
struct Key {
  std::string_view name;
  void (*read)(const YamlNode& value, Draft& draft, Diagnostics& diagnostics);
  // For a key of older releases: what to write now (difference Q43).
  std::string_view replacement = {};
};

void warn_old_key(const YamlNode& key, std::string_view replacement, Diagnostics& diagnostics);

// Reads every entry of `map` by its key; null is an empty map. `where` is what messages call the
// map.
template <class Draft>
void read_map(const YamlNode& map, std::string_view where, std::span<const Key<Draft>> keys,
              Draft& draft, Diagnostics& diagnostics) {
  if (!is_map(map, where, diagnostics)) return;
  for (const auto& entry : map.entries) {
    const auto& [key, value] = entry;
    const auto found = std::ranges::find(keys, std::string_view(key->text), &Key<Draft>::name);
    if (found == keys.end()) {
      std::vector<std::string_view> known;
      for (const auto& candidate : keys) {
        if (candidate.replacement.empty()) known.push_back(candidate.name);
      }
      fault_unknown_key({entry, map, where, known}, diagnostics);
      continue;
    }
    if (!found->replacement.empty()) warn_old_key(*key, found->replacement, diagnostics);
    found->read(*value, draft, diagnostics);
  }
}

}  // namespace weir::rulefile
