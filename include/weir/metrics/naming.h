// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::metrics {

// Appends the Prometheus form of a StatsD name or tag key (behaviour name.*): letters, digits and
// `_` stay, a run of `-` becomes one `_`, every other code point becomes one `_`, and a leading
// digit gets a `_` in front. `raw` is UTF-8. Empty stays empty.
void append_escaped_name(std::string& out, std::string_view raw);

// Appends `value` as it is between the quotes of a label: `\\`, `\"` and `\n` are escaped.
void append_escaped_label_value(std::string& out, std::string_view value);

// Appends `text` as it is in a HELP line: backslash and newline are escaped.
void append_escaped_help(std::string& out, std::string_view text);

}  // namespace weir::metrics
