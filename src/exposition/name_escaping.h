// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "weir/exposition/negotiation.h"

namespace weir::exposition {

// True for a name that every scraper can read: ASCII letters, digits, `_` and `:`, and no digit
// first. The reference asks no more of label names.
[[nodiscard]] bool is_legacy_name(std::string_view name);

// Appends `name`, which is UTF-8, not empty and no legacy name, as `escaping` has it,
// as the library of the reference does.
void append_name(std::string& out, std::string_view name, Escaping escaping);

}  // namespace weir::exposition
