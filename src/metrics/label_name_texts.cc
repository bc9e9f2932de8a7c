// SPDX-License-Identifier: Apache-2.0
#include "metrics/label_name_texts.h"

#include "metrics/label_order.h"
#include "weir/base/hash.h"

namespace weir::metrics {

std::uint32_t LabelNameTexts::hash_of(std::string_view names) const {
  return static_cast<std::uint32_t>(base::hash_bytes(names, seed_));
}

LabelNameTexts::Number LabelNameTexts::find(std::string_view names) const {
  return numbers_.find(hash_of(names), [&](Number number) { return at(number) == names; });
}

LabelNameTexts::Number LabelNameTexts::add(std::string_view names, base::Arena::Reuse reuse) {
  Number number = find(names);
  if (number == 0) {
    if (free_.empty()) {
      entries_.emplace_back();
      number = static_cast<Number>(entries_.size());
    } else {
      number = free_.back();
      free_.pop_back();
    }
    entries_[number - 1] = {strings_.add(names, reuse), count_label_names(names), 0};
    numbers_.insert(hash_of(names), number);
  }
  ++entries_[number - 1].users;
  return number;
}

void LabelNameTexts::remove(Number number) {
  Entry& gone = entries_[number - 1];
  if (--gone.users > 0) return;
  numbers_.erase(hash_of(at(number)), number);
  strings_.remove(gone.text);
  gone = {};
  free_.push_back(number);
}

}  // namespace weir::metrics
