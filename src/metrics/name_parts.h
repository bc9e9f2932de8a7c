// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

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

  [[nodiscard]] Part part_of(std::string_view name) const;

 private:
  // What follows the beginning that all have, as a number that orders names as they are ordered.
  using Key = std::uint64_t;
  // Of a name with that beginning.
  [[nodiscard]] Key key_of(std::string_view name) const;
  void add_border(Key key);

  // What all of the sample begin with.
  std::string beginning_;
  // The first keys of all parts but the first, in order; what there is no part for is the greatest.
  std::array<Key, kPartsMax> borders_;
  std::size_t border_count_ = 0;
};

}  // namespace weir::metrics
