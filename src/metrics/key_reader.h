// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "metrics/family.h"
#include "metrics/name_keys.h"
#include "metrics/series_index.h"

namespace weir::metrics {

// Reads the keys of families in a list, some at a time, and asks ahead for their names.
class KeyReader {
 public:
  // Of the places from `begin` to `end`. All outlive it; what it has read may change in the list.
  KeyReader(const SeriesMemory& memory, const NameKeys& keys, const FamilyList& list,
            std::size_t begin, std::size_t end);

  // The next keys, until the next call; none at the end.
  [[nodiscard]] std::span<const NameKeys::Key> next();

 private:
  static constexpr std::size_t kAtOnce = 32;

  // How many of `left` come next.
  static std::size_t take(std::size_t& left);
  void ask_ahead();

  const SeriesMemory& memory_;
  const NameKeys& keys_;
  FamilyList::const_iterator next_;
  std::size_t left_ = 0;
  FamilyList::const_iterator ahead_;
  std::size_t left_ahead_ = 0;
  std::array<NameKeys::Key, kAtOnce> read_;
};

}  // namespace weir::metrics
