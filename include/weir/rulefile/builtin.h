// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

// Mapping files that are compiled in: the *.yml of mappings/, and those that the build makes of
// mappings/airflow/. They are stored compressed; what is returned is the file, byte for byte.
namespace weir::rulefile {

// The names of all, sorted. They live as long as the program.
[[nodiscard]] std::vector<std::string_view> builtin_names();

// What comes before the name of such a file where the path of a file is expected.
inline constexpr std::string_view kBuiltinPrefix = "builtin:";

// Whether `path` names a file that is compiled in, or would.
[[nodiscard]] inline bool is_builtin(std::string_view path) {
  return path.starts_with(kBuiltinPrefix);
}

// The text of the file `name`; each call decompresses it, so keep it where it is needed again.
// Throws ConfigError, which says what names there are.
[[nodiscard]] std::string builtin_text(std::string_view name);

// The first comment line of a mapping file that says something, without its `#`; "" when it has
// none.
[[nodiscard]] std::string_view summary(std::string_view text);

}  // namespace weir::rulefile
