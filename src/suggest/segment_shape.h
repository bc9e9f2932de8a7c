// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::suggest {

// What a segment of a name looks like, whatever its meaning.
enum class Shape : std::uint8_t {
  Word,         // none of the others
  Number,       // digits alone
  StatusCode,   // three digits, 100 to 599
  StatusClass,  // `2xx`
  Method,       // of HTTP, in capitals
  Uuid,
  Hex,      // 8 or more, with a digit and a letter
  Date,     // `2026-11-29`, and the digits of a day or a Unix time
  Address,  // an IPv4 address, of which dots were made part of the segment, or with `_` or `-`
};

[[nodiscard]] Shape shape_of(std::string_view segment);

// An id: whatever it is of, no metric is called so.
[[nodiscard]] inline bool is_id(Shape shape) { return shape != Shape::Word; }
// There is no end of ids of this shape.
[[nodiscard]] inline bool is_endless(Shape shape) {
  return shape == Shape::Uuid || shape == Shape::Hex || shape == Shape::Date;
}

// How many characters of `segment` come before the number that it ends in: 3 of `web01`, 6 of
// `shard_7`. Its length when it ends in no number, and 0 for a number.
[[nodiscard]] std::size_t stem_length(std::string_view segment);

// How many of the segments at the begin of `name` are an IPv4 address, a port after it included:
// 4, or 0.
[[nodiscard]] std::size_t address_segments(std::string_view name);

}  // namespace weir::suggest
