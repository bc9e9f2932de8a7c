// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::app {

// Text for a terminal, which moves its cursor by columns and not by bytes. What senders chose is
// made visible first: no control character, no change of the writing's direction gets through.

// The columns that a character takes: 0 for one that is written over the one before it, 2 for the
// wide ones of East Asia and for emoji, else 1.
[[nodiscard]] std::size_t columns_of(char32_t character);
// Of UTF-8 text.
[[nodiscard]] std::size_t columns_of(std::string_view text);

// As much of `text` as fits, and `~` at the end where it is cut. No newline, no escape sequence.
[[nodiscard]] std::string cut(std::string_view text, std::size_t columns);
// The same, filled up with blanks after it, or before it.
[[nodiscard]] std::string left(std::string_view text, std::size_t columns);
[[nodiscard]] std::string right(std::string_view text, std::size_t columns);

// `text` with `?` for what is not ASCII, for a terminal without UTF-8.
[[nodiscard]] std::string ascii_of(std::string_view text);

// `0`, `0.4`, `12`, `1.23k`, `45.6M`: five columns at most below 10^15.
[[nodiscard]] std::string short_number(double number);
// `17 B`, `1.2 MiB`
[[nodiscard]] std::string short_bytes(double bytes);
// `12 s`, `4 min`, `3 h`, `9 d`
[[nodiscard]] std::string short_time(double seconds);

}  // namespace weir::app
