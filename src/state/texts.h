// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::state {

// UTF-8 that a store has room for.
[[nodiscard]] bool is_text(std::string_view text);

// What may be the name of a family: UTF-8 that is not empty.
[[nodiscard]] bool is_family_name(std::string_view name);

// Whether `names` is a list of label names, as metrics::SeriesRequest has it.
[[nodiscard]] bool is_label_names(std::string_view names);

// Whether `body` is a label body with exactly these label names: what reads it looks for no ends.
[[nodiscard]] bool is_label_body(std::string_view body, std::string_view names);

}  // namespace weir::state
