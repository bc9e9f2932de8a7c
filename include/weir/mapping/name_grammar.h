// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::mapping {

// Whether `text` may be the `name` of a rule: letters, digits, `_` and numbered references
// (behaviour valid.name-grammar).
bool is_metric_name(std::string_view text);

// Whether `text` may be a label name; one letter is enough (difference Q26).
bool is_label_name(std::string_view text);

// How many segments a glob or a name has.
std::size_t count_segments(std::string_view text);

// Takes the first segment and the dot after it off `rest`. An empty rest is one empty segment, so
// count first.
std::string_view take_segment(std::string_view& rest);

}  // namespace weir::mapping
