// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/named_tallies.h"

namespace weir::pipeline {

std::string_view event_kind_name(sample::EventKind kind) {
  switch (kind) {
    case sample::EventKind::Counter: return "counter";
    case sample::EventKind::Gauge: return "gauge";
    case sample::EventKind::Observer: return "observer";
    case sample::EventKind::Set: return "set";
  }
  return "";
}

bool NamedTallies::has_room_for(std::string_view name) const {
  return tallies_.size() < names_max_ && name_bytes_ + name.size() <= names_max_ * kNameBytesMean;
}

base::Tally& NamedTallies::at(sample::EventKind kind, std::string_view name) {
  const std::scoped_lock lock(mutex_);
  std::pair key(std::string(name), kind);
  const auto known = tallies_.find(key);
  if (known != tallies_.end()) return known->second.tally;
  if (has_room_for(name)) {
    name_bytes_ += name.size();
  } else {
    key.first = kOtherName;
  }
  const std::size_t place = tallies_.size();
  const auto [added, is_new] = tallies_.try_emplace(std::move(key));
  if (is_new) added->second.place = place;
  return added->second.tally;
}

void NamedTallies::visit(const Visitor& visitor) const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [key, entry] : tallies_) visitor(key.second, key.first, entry.tally.value());
}

void NamedTallies::visit_first(std::size_t names_max, const NameVisitor& visitor) const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [key, entry] : tallies_) {
    visitor(entry.place < names_max ? std::string_view(key.first) : kOtherName,
            entry.tally.value());
  }
}

}  // namespace weir::pipeline
