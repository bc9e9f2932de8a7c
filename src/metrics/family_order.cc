// SPDX-License-Identifier: Apache-2.0
#include "metrics/family_order.h"

#include <algorithm>
#include <utility>

namespace weir::metrics {

namespace {

// Passes that are broken off leave more of them. Each costs a pass a comparison for each family.
constexpr std::size_t kRunsMax = 8;

}  // namespace

void FamilyOrder::add(const SeriesMemory& memory, FamilyList newcomers) {
  if (newcomers.empty()) return;
  runs_.push_back(std::make_shared<FamilyRun>(std::make_shared<FamilyList>(std::move(newcomers)),
                                              FamilyRun::Order::None));
  if (runs_.size() <= kRunsMax) return;
  // The first has most of them, by far.
  FamilyOrder others;
  others.runs_.assign(runs_.begin() + 1, runs_.end());
  for (FamilyCursor pass(memory, others); pass.family() != nullptr;) pass.next();
  runs_ = {runs_.front(), others.runs_.front()};
}

Lists<FamilyList> FamilyOrder::lists() const {
  Lists<FamilyList> lists;
  lists.reserve(runs_.size());
  for (const Shared<FamilyRun>& run : runs_) lists.push_back(run->list());
  return lists;
}

void FamilyOrder::join(const Runs& runs, FamilyList families) {
  // One that lost families is another by now.
  if (runs.size() > runs_.size() || !std::equal(runs.begin(), runs.end(), runs_.begin())) return;
  const auto end = runs_.begin() + static_cast<std::ptrdiff_t>(runs.size());
  runs_.erase(runs_.begin() + 1, end);
  runs_.front() = std::make_shared<FamilyRun>(std::make_shared<FamilyList>(std::move(families)),
                                              FamilyRun::Order::ByName);
}

FamilyCursor::FamilyCursor(const SeriesMemory& memory, FamilyOrder& order)
    : memory_(memory), order_(order) {
  places_.reserve(order.runs().size());
  for (const Shared<FamilyRun>& run : order.runs()) places_.push_back({run, 0});
}

Family& FamilyCursor::at(Place& place, std::size_t next) {
  return memory_.family(place.run->at(memory_, next));
}

bool FamilyCursor::prepare(std::size_t& work) {
  return std::ranges::all_of(places_, [&](Place& place) {
    return place.is_over() || place.run->prepare(memory_, place.next, work);
  });
}

Family* FamilyCursor::family() {
  if (first_ == kNone) {
    Family* first = nullptr;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i].is_over()) continue;
      Family& next = at(places_[i], places_[i].next);
      if (first != nullptr && first->name() <= next.name()) continue;
      first = &next;
      first_ = i;
    }
    return first;
  }
  return &at(places_[first_], places_[first_].next);
}

void FamilyCursor::next() {
  const bool has_several = places_.size() > 1;
  if (has_several) passed_.push_back(family()->handle);
  ++places_[first_].next;
  first_ = kNone;
  if (!has_several || !std::ranges::all_of(places_, &Place::is_over)) return;
  FamilyOrder::Runs runs;
  runs.reserve(places_.size());
  for (const Place& place : places_) runs.push_back(place.run);
  order_.join(runs, std::move(passed_));
}

bool FamilyCursor::has_live(std::string_view name) {
  for (Place& place : places_) {
    for (std::size_t next = place.next; next < place.run->size(); ++next) {
      const Family& family = at(place, next);
      if (family.name() != name) break;
      if (!family.is_dead) return true;
    }
  }
  return false;
}

}  // namespace weir::metrics
