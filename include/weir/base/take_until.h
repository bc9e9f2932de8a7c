// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::base {

// The part of `rest` before the first `separator`, all of it where there is none. `rest` is left
// with what follows that. Borrows from what `rest` does.
constexpr std::string_view take_until(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return part;
}

}  // namespace weir::base
