// SPDX-License-Identifier: Apache-2.0
#include "metrics/name_parts.h"

namespace weir::metrics {

namespace {

// Two borders each: one before a key that many have, one after it.
constexpr std::size_t kCandidates = NameParts::kPartsMax / 2 - 1;

}  // namespace

NameParts::NameParts(std::span<const std::string_view> sample)
    : keys_(sample.front(), sample.back()) {
  borders_.fill(NameKeys::kLast);
  Key before = 0;
  for (std::size_t i = 1; i <= kCandidates; ++i) {
    const Key key = keys_.of(sample[i * (sample.size() - 1) / kCandidates]);
    if (key != before) {
      add_border(key);
    } else if (key < NameKeys::kLast) {
      add_border(key + 1);
    }
    before = key;
  }
}

void NameParts::add_border(Key key) {
  if (border_count_ > 0 && borders_.at(border_count_ - 1) >= key) return;
  borders_.at(border_count_++) = key;
}

}  // namespace weir::metrics
