// SPDX-License-Identifier: Apache-2.0
#include "metrics/former_label_names.h"

#include <algorithm>

namespace weir::metrics {

FormerLabelNames::FormerLabelNames(std::size_t bytes_max)
    : size_max_(std::min(kSizeMax, bytes_max / kEntryBytes)) {}

bool FormerLabelNames::add(Identity identity, std::uint32_t number) {
  return numbers_.size() < size_max_ && numbers_.emplace(identity, number).second;
}

std::optional<std::uint32_t> FormerLabelNames::take(Identity identity) {
  const auto known = numbers_.find(identity);
  if (known == numbers_.end()) return std::nullopt;
  const std::uint32_t number = known->second;
  numbers_.erase(known);
  return number;
}

}  // namespace weir::metrics
