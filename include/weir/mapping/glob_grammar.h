// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::mapping {

// Longer globs are refused.
inline constexpr std::size_t kGlobSegmentsMax = 128;

// What a segment of a glob covers. In the order of preference with `glob_disable_ordering`.
enum class SegmentForm : std::uint8_t {
  Literal,  // itself
  Part,     // `x*y`: one segment, one character at least for the `*`
  Any,      // `*`: one segment, the empty one too
  Tail,     // `**`: one or more segments; of two the first as few as the text between them lets it
};
[[nodiscard]] SegmentForm form_of(std::string_view segment);

// Why `text` may not be the `match` of a glob rule, and what to write (behaviour valid.glob-grammar
// and wildcard.*); "" when it may.
[[nodiscard]] std::string glob_fault(std::string_view text);

// What is between the two `**` of a `glob` without fault, with the dots beside it: `.b.c.` of
// `a.**.b.c.**`. "" when it has one `**` at most.
[[nodiscard]] std::string_view between_tails(std::string_view glob);

// How many captures a match of `glob` has.
[[nodiscard]] std::size_t count_captures(std::string_view glob);

// What each wildcard of `glob`, which matches `name`, covers. Borrows from `name`.
void append_captures(std::string_view glob, std::string_view name,
                     std::vector<std::string_view>& captures);

}  // namespace weir::mapping
