// SPDX-License-Identifier: Apache-2.0
#include "weir/exposition/name_filter.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "exposition/name_escaping.h"

namespace weir::exposition {

metrics::Scrape::NameFilter name_filter(std::vector<std::string> names, Escaping escaping) {
  if (names.empty()) return {};
  return [names = std::move(names), escaping](std::string_view name) {
    if (std::ranges::find(names, name) != names.end()) return true;
    if (is_legacy_name(name)) return false;
    std::string shown;
    append_name(shown, name, escaping);
    return std::ranges::find(names, shown) != names.end();
  };
}

}  // namespace weir::exposition
