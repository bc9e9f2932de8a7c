// SPDX-License-Identifier: Apache-2.0
#include "exposition/openmetrics_names.h"

#include <algorithm>

#include "weir/metrics/sample_suffix.h"

namespace weir::exposition {

using metrics::kCreated;
using metrics::kTotal;
using metrics::without_suffix;

bool OpenMetricsNames::add(std::string_view name, metrics::Type type) {
  const auto same = std::ranges::mismatch(name, last_).in1 - name.begin();
  while (!prefixes_.empty() && prefixes_.back().size > static_cast<std::size_t>(same)) {
    prefixes_.pop_back();
  }
  last_ = name;
  const std::string_view base = without_suffix(name, kTotal);
  const bool is_short = type == metrics::Type::Counter && !base.empty() && is_free(base);
  const std::string_view created = without_suffix(is_short ? base : name, kCreated);
  if (!created.empty()) at(created.size()).has_created = true;
  Prefix& own = at(name.size());
  own.is_family = true;
  own.is_observed = metrics::is_observed(type);
  own.is_histogram = type == metrics::Type::Histogram;
  return is_short;
}

// `name` begins as the last one does.
bool OpenMetricsNames::is_free(std::string_view name) const {
  const Prefix* const same = find(name.size());
  if (same != nullptr && (same->is_family || same->has_created)) return false;
  for (const std::string_view suffix : metrics::kObserverSuffixes) {
    const Prefix* const owner = find(without_suffix(name, suffix).size());
    if (owner == nullptr) continue;
    if (suffix == metrics::kBucket ? owner->is_histogram : owner->is_observed) return false;
  }
  return true;
}

const OpenMetricsNames::Prefix* OpenMetricsNames::find(std::size_t size) const {
  const auto place = std::ranges::lower_bound(prefixes_, size, {}, &Prefix::size);
  return place != prefixes_.end() && place->size == size ? &*place : nullptr;
}

OpenMetricsNames::Prefix& OpenMetricsNames::at(std::size_t size) {
  const auto place = std::ranges::lower_bound(prefixes_, size, {}, &Prefix::size);
  if (place != prefixes_.end() && place->size == size) return *place;
  return *prefixes_.insert(place, Prefix{.size = size});
}

}  // namespace weir::exposition
