// SPDX-License-Identifier: Apache-2.0
#include "weir/exposition/name_filter.h"

#include <functional>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "exposition/name_escaping.h"

namespace weir::exposition {

metrics::Scrape::NameFilter name_filter(std::vector<std::string> names, Escaping escaping) {
  if (names.empty()) return {};
  std::set<std::string, std::less<>> wanted(std::make_move_iterator(names.begin()),
                                            std::make_move_iterator(names.end()));
  return
      [wanted = std::move(wanted), escaping, shown = std::string()](std::string_view name) mutable {
        if (wanted.contains(name)) return true;
        if (is_legacy_metric_name(name)) return false;
        shown.clear();
        append_name(shown, name, escaping);
        return wanted.contains(shown);
      };
}

}  // namespace weir::exposition
