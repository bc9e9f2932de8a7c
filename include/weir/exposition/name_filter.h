// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "weir/exposition/negotiation.h"
#include "weir/metrics/scrape.h"

namespace weir::exposition {

// Takes the families that `names` name, as they are called in the store or as `escaping` shows them
// to the scraper (behaviour http.names). Null, which takes all, where there are no names.
[[nodiscard]] metrics::Scrape::NameFilter name_filter(std::vector<std::string> names,
                                                      Escaping escaping);

}  // namespace weir::exposition
