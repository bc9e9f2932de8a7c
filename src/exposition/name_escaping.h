// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "weir/exposition/negotiation.h"

namespace weir::exposition {

// True for a metric name that every scraper can read: ASCII letters, digits, `_` and `:`, and no
// digit first.
[[nodiscard]] bool is_legacy_metric_name(std::string_view name);

// Appends `name`, which is UTF-8, not empty and no legacy name, as `escaping` has it,
// as the library of the reference does (behaviour page.escaping).
void append_name(std::string& out, std::string_view name, Escaping escaping);

// The same for a label name. The library of the reference leaves a `:` in it, which no scraper
// takes for part of a name that is not in quotes; here it becomes `_`.
void append_label_name(std::string& out, std::string_view name, Escaping escaping);

}  // namespace weir::exposition
