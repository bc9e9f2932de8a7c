// SPDX-License-Identifier: Apache-2.0
// Which label of a family has the most values.
#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "metrics/store_state.h"
#include "weir/metrics/label_body.h"
#include "weir/metrics/store.h"

namespace weir::metrics {

namespace {

// Enough to tell a request's number from a zone.
constexpr std::size_t kLookedAtMax = 256;

// The values of each label, as they are in label bodies.
using Values = std::map<std::string_view, boost::unordered_flat_set<std::string_view>>;

void add_labels(std::string_view body, Values& values) {
  visit_labels(body, [&values](std::string_view name, std::string_view value) {
    values[name].insert(value);
  });
}

// Some of a family's series, from all over its lists.
template <class Look>
void look_at_some(const SeriesIndex& index, const Family& family, const Look& look) {
  const Lists<SeriesList> aside = index.series_set_aside.of(&family);
  std::vector<std::span<const SeriesHandle>> lists{family.listed.fresh()};
  const Shared<SeriesList> order = family.listed.order();
  if (order) lists.emplace_back(*order);
  for (const auto& list : aside) lists.emplace_back(*list);
  std::size_t all = 0;
  for (const auto list : lists) all += list.size();
  const std::size_t step = (all + kLookedAtMax - 1) / kLookedAtMax;
  std::size_t next = 0;
  for (const auto list : lists) {
    for (; next < list.size(); next += step) look(list[next]);
    next -= list.size();
  }
}

}  // namespace

std::optional<LabelSpread> Store::widest_label(std::string_view name) const {
  return state_->index.with([&](const SeriesIndex& index) -> std::optional<LabelSpread> {
    const Family* const family = index.find_family(name);
    if (family == nullptr) return std::nullopt;
    Values values;
    LabelSpread spread;
    look_at_some(index, *family, [&](SeriesHandle series) {
      if (series == family->overflow) return;
      add_labels(index.memory.at(series)->labels(), values);
      ++spread.series;
    });
    if (values.empty()) return std::nullopt;
    const auto widest =
        std::ranges::max_element(values, {}, [](const auto& label) { return label.second.size(); });
    spread.label = widest->first;
    spread.values = widest->second.size();
    return spread;
  });
}

}  // namespace weir::metrics
