// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "metrics/name_keys.h"

namespace weir::metrics {

// Divides names into parts that follow one another in the order of names, of about the same size as
// far as a sample of them tells. Names that begin alike in many places get a part of their own, in
// which another division sees further.
class NameParts {
 public:
  using Part = std::uint8_t;
  static constexpr unsigned kPartBits = 8;
  static constexpr std::size_t kPartsMax = std::size_t{1} << kPartBits;

  // `sample` is in order, and not empty; nothing of it is kept.
  explicit NameParts(std::span<const std::string_view> sample);

  // Of a name with this key of `keys`. Inline, as a million in a row are asked for: a call takes as
  // long as a name does.
  [[nodiscard]] Part part_of(NameKeys::Key key) const {
    // How many borders are not after it, without a branch: each would be a guess.
    std::size_t part = 0;
    for (unsigned bit = kPartBits; bit-- > 0;) {
      const std::size_t step = std::size_t{1} << bit;
      part += std::size_t{borders_[part + step - 1] <= key} << bit;
    }
    return static_cast<Part>(std::min(part, border_count_));
  }
  [[nodiscard]] const NameKeys& keys() const { return keys_; }

 private:
  using Key = NameKeys::Key;
  void add_border(Key key);

  NameKeys keys_;
  // The first keys of all parts but the first, in order; what there is no part for is the greatest.
  std::array<Key, kPartsMax> borders_;
  std::size_t border_count_ = 0;
};

}  // namespace weir::metrics
