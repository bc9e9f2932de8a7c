// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "weir/base/name_validation.h"

namespace weir::mapping {

// Whether `text` may be the `name` of a rule: letters, digits, `_` and numbered references
// (behaviour valid.name-grammar); with UTF-8 all but control characters, and a `$` that begins no
// such reference (behaviour valid.unicode-names).
bool is_metric_name(std::string_view text, base::NameValidation validation);

// Whether `text` may be a label name: letters, digits and `_`, of which one letter is enough
// (difference Q26); with UTF-8 all but control characters.
bool is_label_name(std::string_view text, base::NameValidation validation);

// Whether no label may have this name: those that begin with `__` are Prometheus' own, and a name
// that some scraper is shown as `__name__`, since it cannot read all of its characters, would
// rename its series there (behaviour name.unicode-reserved).
bool is_reserved_label_name(std::string_view text);

// How many segments a glob or a name has.
std::size_t count_segments(std::string_view text);

// Takes the first segment and the dot after it off `rest`. An empty rest is one empty segment, so
// count first.
std::string_view take_segment(std::string_view& rest);

}  // namespace weir::mapping
