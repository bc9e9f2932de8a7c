// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::exposition {

// What OpenMetrics' samples have in addition to the name of their family.
inline constexpr std::string_view kTotal = "_total";
inline constexpr std::string_view kCreated = "_created";
inline constexpr std::string_view kSum = "_sum";
inline constexpr std::string_view kCount = "_count";
inline constexpr std::string_view kBucket = "_bucket";

// What is in front of `suffix`; "" for a name that does not end in it.
[[nodiscard]] constexpr std::string_view without_suffix(std::string_view name,
                                                        std::string_view suffix) {
  return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : std::string_view();
}

}  // namespace weir::exposition
