// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace weir::rulefile {

// A mapping file that is compiled in: mappings/NAME.yml of the source tree.
struct BuiltinMapping {
  std::string_view name;
  std::string_view text;
};

// All of them, sorted by name.
[[nodiscard]] std::span<const BuiltinMapping> builtin_mappings();

// What stands before the name of such a file where the path of a file is expected.
inline constexpr std::string_view kBuiltinPrefix = "builtin:";

// Whether `path` names a file that is compiled in, or would.
[[nodiscard]] inline bool is_builtin(std::string_view path) {
  return path.starts_with(kBuiltinPrefix);
}

// Throws ConfigError, which says what names there are.
[[nodiscard]] const BuiltinMapping& builtin_mapping(std::string_view name);

// The first comment line of the file; "" when it has none.
[[nodiscard]] std::string_view summary(const BuiltinMapping& mapping);

}  // namespace weir::rulefile
