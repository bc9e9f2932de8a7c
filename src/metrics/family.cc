// SPDX-License-Identifier: Apache-2.0
#include "metrics/family.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <memory>

#include "weir/base/arena.h"

namespace weir::metrics {

bool FamilySeries::add(SeriesHandle series) {
  if (low_ == 0 && high_ == 0) {
    low_ = kIsSingle;
    high_ = series;
    return false;
  }
  const bool is_single = low_ == kIsSingle;
  if (is_single) {
    auto made = std::make_unique<SeriesLists>();
    made->fresh = {high_};
    made->fresh_sorted = 1;
    const auto address = std::bit_cast<std::uint64_t>(made.release());
    low_ = static_cast<std::uint32_t>(address);
    high_ = static_cast<std::uint32_t>(address >> 32);
  }
  lists()->fresh.push_back(series);
  return is_single;
}

std::span<const SeriesHandle> FamilySeries::fresh() const {
  if (low_ == kIsSingle) return {&high_, 1};
  if (const SeriesLists* const all = lists(); all != nullptr) return all->fresh;
  return {};
}

std::uint32_t FamilySeries::fresh_sorted() const {
  if (const SeriesLists* const all = lists(); all != nullptr) return all->fresh_sorted;
  return low_ == kIsSingle ? 1 : 0;
}

Shared<SeriesList> FamilySeries::order() const {
  const SeriesLists* const all = lists();
  return all == nullptr ? nullptr : all->order;
}

bool FamilySeries::is_empty() const {
  const Shared<SeriesList> sorted = order();
  return fresh().empty() && (!sorted || sorted->empty());
}

Family* Family::make(char* block, std::string_view name) {
  static_assert(sizeof(Family) == 56 && alignof(Family) <= base::Arena::kUnitBytes);
  auto* const family = std::construct_at(reinterpret_cast<Family*>(block));
  char* const begin = reinterpret_cast<char*>(&family->is_dead) + sizeof is_dead;
  assert(begin == block + kNamePlace);
  assert(reinterpret_cast<char*>(&family->name_size) == block + kSizePlace);
  family->name_size = static_cast<std::uint32_t>(name.size());
  std::ranges::copy(name, begin);
  return family;
}

void Family::destroy(Family* family) { std::destroy_at(family); }

}  // namespace weir::metrics
