// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::base {

// For text that outsiders chose, in what people read: log lines and messages. Shown as they are:
// printable ASCII and all characters beyond it that leave a mark. Escaped: control characters,
// spaces other than U+0020, what has no width or turns the direction of writing (U+2028, U+202E,
// U+FEFF), private use, and bytes that are no UTF-8. What is appended is UTF-8 on one line.
// Any thread.

// `text` with escapes: `\n`, `\x1b`, `\u00a0`, `\U000e0001`. A backslash stays as it is, so doing
// it twice changes nothing.
[[nodiscard]] std::string visible(std::string_view text);

// Appends the same in double quotes, with quotes and backslashes escaped.
void append_quoted(std::string& out, std::string_view text);
// True when `append_quoted` escapes more than backslashes.
[[nodiscard]] bool needs_escapes(std::string_view text);

// Appends a JSON string. A byte that is no UTF-8 reads as U+FFFD, as JSON has nothing for it.
void append_json_quoted(std::string& out, std::string_view text);

// As much of the beginning of `text` as fits in `bytes_max`, without a cut through a character.
[[nodiscard]] std::string_view beginning_of(std::string_view text, std::size_t bytes_max);

}  // namespace weir::base
