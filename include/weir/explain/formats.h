// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "weir/explain/explanation.h"

namespace weir::explain {

// For people: some lines of UTF-8 that end in a newline. What senders wrote is shown as
// `base::visible` shows it. `mapping_file` is what messages call the mapping file.
[[nodiscard]] std::string text_of(const Explanation& explanation, std::string_view mapping_file);

// For programs: one JSON object (docs/explain.md), without a newline. A byte that is no UTF-8 reads
// as U+FFFD.
[[nodiscard]] std::string json_of(const Explanation& explanation, std::string_view mapping_file);

}  // namespace weir::explain
