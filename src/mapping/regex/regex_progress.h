// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace weir::mapping {

// How far a regex that does not match a name gets.
struct RegexProgress {
  // How many bytes of the regex, from its first, would match alone.
  std::size_t regex_bytes = 0;
  // Where in the name that match ends.
  std::size_t name_place = 0;
};

// Nothing where that is not known: of long regexes, and of those with alternatives, which have more
// than one way to go on. Compiles a part of `regex`, which compiles, some times: for messages.
[[nodiscard]] std::optional<RegexProgress> regex_progress(std::string_view regex,
                                                          std::string_view name);

}  // namespace weir::mapping
