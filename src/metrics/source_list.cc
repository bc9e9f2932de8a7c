// SPDX-License-Identifier: Apache-2.0
#include "metrics/source_list.h"

namespace weir::metrics {

SourceList::Number SourceList::add(const DefinitionSource& source) {
  const Key key{source.origin, source.generation};
  const auto [known, is_new] = numbers_.try_emplace(key, static_cast<Number>(entries_.size()));
  if (is_new && !free_.empty()) {
    known->second = free_.back();
    free_.pop_back();
  } else if (is_new) {
    entries_.emplace_back();
  }
  Entry& entry = entries_[known->second];
  entry.source = {source.origin, source.generation, nullptr};
  ++entry.users;
  return known->second;
}

void SourceList::remove(Number number) {
  Entry& entry = entries_[number];
  if (--entry.users > 0) return;
  numbers_.erase(Key{entry.source.origin, entry.source.generation});
  free_.push_back(number);
}

}  // namespace weir::metrics
