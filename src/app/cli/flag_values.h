// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::app {

// The choices for base::NameValidation, in its order.
inline constexpr std::array<std::string_view, 2> kNameValidations = {"legacy", "utf8"};

// Values of flags as the reference reads them (behaviour flag.values). All throw BadValue.

// A float, truncated; what an int64 cannot hold becomes its minimum, as on the reference's usual
// machine.
[[nodiscard]] std::int64_t parse_truncated(std::string_view text);

// Digits with an optional base prefix (`0x`, `0o`, `0b`, `0`) and single underscores; no sign.
[[nodiscard]] std::uint64_t parse_unsigned(std::string_view text);

// A number of bytes: as parse_unsigned, or a decimal number with a unit, of 1024 (`KiB`, `Mi`, ...)
// or of 1000 (`kB`, `MB`, ...), in any case. A lone `k` or `M` is refused: it means either.
[[nodiscard]] std::uint64_t parse_bytes(std::string_view text);

// `64KiB`, `4GiB`: the largest unit that divides it.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

// What is wrong with `value`, as an operator reads it: the flag, what it must be, the value, and a
// hint when quotes or blanks of a file got into it.
[[nodiscard]] std::string value_error(std::string_view flag, std::string_view allowed,
                                      std::string_view value);

// Says so when a Compose or unit file left its quotes around `text`; else "".
[[nodiscard]] std::string_view quotes_hint(std::string_view text);

// `200ms`, `1h30m`: the shortest form that `parse_duration` reads back.
[[nodiscard]] std::string duration_text(std::chrono::nanoseconds duration);

}  // namespace weir::app
