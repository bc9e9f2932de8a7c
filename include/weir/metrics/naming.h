// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::metrics {

// Appends the Prometheus form of a StatsD name or tag key (behaviour name.*): letters, digits and
// `_` stay, a run of `-` becomes one `_`, every other code point becomes one `_`, and a leading
// digit gets a `_` in front. `raw` is UTF-8. Empty stays empty.
void append_escaped_name(std::string& out, std::string_view raw);

// Appends the same name where UTF-8 is allowed in names (behaviour name.unicode): as it is, but for
// bytes that are no UTF-8, each of which becomes one `_`. Empty stays empty.
void append_utf8_name(std::string& out, std::string_view raw);

// `name` as a scraper is shown it that cannot read UTF-8 in names: each character but ASCII
// letters, digits, `_` and `:` is one `_`, and so is a digit at the beginning (behaviour
// page.escaping).
[[nodiscard]] std::string underscored_name(std::string_view name);

// True for names of ASCII letters, digits and `_` that begin with no digit. Not for empty ones.
[[nodiscard]] bool is_legacy_name(std::string_view name);

// Appends the name of a label as it is in a label body and in a list of label names: in quotes and
// escaped as a value is, unless it is a legacy name. `name` is UTF-8.
void append_label_name(std::string& out, std::string_view name);

// Appends `value` as it is between the quotes of a label: `\\`, `\"` and `\n` are escaped.
void append_escaped_label_value(std::string& out, std::string_view value);

// True when `value` is there as it is: it has nothing to escape.
[[nodiscard]] bool is_plain_label_value(std::string_view value);

// Appends `text` as it is in a HELP line: backslash and newline are escaped.
void append_escaped_help(std::string& out, std::string_view text);

}  // namespace weir::metrics
