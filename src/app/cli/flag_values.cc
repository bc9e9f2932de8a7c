// SPDX-License-Identifier: Apache-2.0
#include "app/cli/flag_values.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/core.h>

#include "app/cli/flags.h"
#include "weir/base/ascii.h"
#include "weir/base/duration.h"
#include "weir/base/escape.h"
#include "weir/base/number.h"

namespace weir::app {

namespace {

// Two characters of prefix, or one for the old octal form.
std::pair<int, std::size_t> base_of(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return {10, 0};
  switch (text[1]) {
    case 'x':
    case 'X': return {16, 2};
    case 'b':
    case 'B': return {2, 2};
    case 'o':
    case 'O': return {8, 2};
    default: return {8, 1};
  }
}

constexpr std::string_view kBytes = "a number of bytes, such as 65536, 512MiB or 2GB";

[[noreturn]] void fail_unsigned(bool is_range) {
  throw BadValue(is_range ? "a whole number below 2^64" : "a whole number, 0 or more");
}

constexpr std::string_view kPrefixes = "kmgt";

// What one `KiB`, `mb`, ... is; 0 for no unit.
double unit_bytes(std::string_view text) {
  std::string unit;
  for (const char c : text) unit += base::to_lower(c);
  if (unit == "b") return 1;
  const auto power = unit.empty() ? std::string_view::npos : kPrefixes.find(unit[0]);
  if (power == std::string_view::npos) return 0;
  const std::string_view rest = std::string_view(unit).substr(1);
  constexpr double kBinary = 1024;
  constexpr double kDecimal = 1000;
  const auto steps = static_cast<double>(power + 1);
  if (rest == "i" || rest == "ib") return std::pow(kBinary, steps);
  return rest == "b" ? std::pow(kDecimal, steps) : 0;
}

}  // namespace

std::int64_t parse_truncated(std::string_view text) {
  const auto number = base::parse_number(text);
  if (number.fault != base::NumberFault::None) {
    throw BadValue(number.fault == base::NumberFault::Range ? "a number that a double can hold"
                                                            : "a whole number");
  }
  constexpr double kBound = 9223372036854775808.0;
  if (!(number.value < kBound && number.value >= -kBound)) {
    return std::numeric_limits<std::int64_t>::min();
  }
  return static_cast<std::int64_t>(number.value);
}

std::uint64_t parse_unsigned(std::string_view text) {
  const auto [base, prefix] = base_of(text);
  std::string digits;
  // An underscore is between digits, or between a prefix and a digit.
  char before = prefix > 0 ? '0' : '_';
  for (const char c : text.substr(prefix)) {
    if (c == '_' && before == '_') fail_unsigned(false);
    if (c != '_') digits += c;
    before = c;
  }
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error == std::errc::result_out_of_range) fail_unsigned(true);
  if (error != std::errc{} || end != digits.data() + digits.size() || before == '_') {
    fail_unsigned(false);
  }
  return value;
}

std::uint64_t parse_bytes(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789.");
  const double unit = digits == std::string_view::npos ? 0 : unit_bytes(text.substr(digits));
  if (unit == 0) {
    try {
      return parse_unsigned(text);
    } catch (const BadValue&) {
      throw BadValue(std::string(kBytes));
    }
  }
  const auto number = base::parse_number(text.substr(0, digits));
  constexpr double kBound = 18446744073709551616.0;
  if (number.fault != base::NumberFault::None || !(number.value * unit < kBound)) {
    throw BadValue(std::string(kBytes));
  }
  return static_cast<std::uint64_t>(number.value * unit);
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kNames = {"", "KiB", "MiB", "GiB", "TiB"};
  constexpr std::uint64_t kStep = 1024;
  std::size_t power = 0;
  while (bytes != 0 && bytes % kStep == 0 && power + 1 < kNames.size()) {
    bytes /= kStep;
    ++power;
  }
  return fmt::format("{}{}", bytes, kNames[power]);
}

std::string_view quotes_hint(std::string_view text) {
  const bool is_quoted = text.starts_with('"') || text.starts_with('\'') || text.ends_with('"') ||
                         text.ends_with('\'');
  return is_quoted ? "; the quotes are part of it: take them out of the file that starts weir" : "";
}

std::string value_error(std::string_view flag, std::string_view allowed, std::string_view value) {
  return fmt::format("flag '{}' must be {}, got '{}'{}", flag, allowed, base::visible(value),
                     quotes_hint(value));
}

std::chrono::nanoseconds parse_duration(std::string_view text) {
  const auto duration = base::parse_duration(text, base::DurationUnits::ToWeeks);
  if (duration) return *duration;
  throw BadValue(duration.error() == base::DurationFault::Range
                     ? "a time of at most 292 years"
                     : "a time with its unit, such as 500ms, 30s or 1h30m");
}

std::string duration_text(std::chrono::nanoseconds duration) {
  using namespace std::chrono_literals;
  if (duration == 0ns) return "0s";
  if (duration % 1h == 0ns) return fmt::format("{}h0m0s", duration / 1h);
  if (duration % 1min == 0ns) return fmt::format("{}m0s", duration / 1min);
  if (duration % 1s == 0ns) return fmt::format("{}s", duration / 1s);
  if (duration % 1ms == 0ns) return fmt::format("{}ms", duration / 1ms);
  return fmt::format("{}ns", duration.count());
}

}  // namespace weir::app
