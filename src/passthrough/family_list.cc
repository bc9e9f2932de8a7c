// SPDX-License-Identifier: Apache-2.0
#include "passthrough/family_list.h"

#include <utility>

namespace weir::passthrough {

OpenFamily* FamilyList::find(std::string_view name) {
  const auto place = by_name_.find(name);
  return place == by_name_.end() ? nullptr : place->second;
}

OpenFamily& FamilyList::find_or_add(std::string_view name) {
  if (OpenFamily* const known = find(name); known != nullptr) return *known;
  OpenFamily& made = families_.emplace_back();
  made.family.name = name;
  by_name_.emplace(name, &made);
  return made;
}

std::vector<Family> FamilyList::take() {
  std::vector<Family> taken;
  taken.reserve(families_.size());
  for (OpenFamily& open : families_) {
    if (!open.family.samples.empty()) taken.push_back(std::move(open.family));
  }
  by_name_.clear();
  families_.clear();
  return taken;
}

}  // namespace weir::passthrough
