// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/builtin.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rulefile/diagnostics.h"
#include "weir/rulefile/config_error.h"

namespace weir::rulefile {

const BuiltinMapping& builtin_mapping(std::string_view name) {
  const auto mappings = builtin_mappings();
  const auto found = std::ranges::find(mappings, name, &BuiltinMapping::name);
  if (found != mappings.end()) return *found;
  std::vector<std::string_view> names;
  for (const auto& mapping : mappings) names.push_back(mapping.name);
  throw ConfigError(
      std::string(kBuiltinPrefix) + printable(name), 0, 0,
      fmt::format("there is no such mapping, use one of: {}", fmt::join(names, ", ")));
}

std::string_view summary(const BuiltinMapping& mapping) {
  std::string_view rest = mapping.text;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto begin = line.find_first_not_of("# ");
    if (!line.starts_with('#') || begin == std::string_view::npos) continue;
    const auto words = line.substr(begin);
    // Which says nothing about the mapping.
    if (!words.starts_with("SPDX-")) return words;
  }
  return {};
}

}  // namespace weir::rulefile
