// SPDX-License-Identifier: Apache-2.0
#include "app/flag_values.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "app/flags.h"
#include "weir/base/text.h"

namespace weir::app {

namespace {

struct Unit {
  std::string_view name;
  double nanoseconds;
};

constexpr std::array<Unit, 9> kUnits = {{{"ns", 1},
                                         {"us", 1e3},
                                         {"µs", 1e3},
                                         {"ms", 1e6},
                                         {"s", 1e9},
                                         {"m", 60e9},
                                         {"h", 3600e9},
                                         {"d", 86400e9},
                                         {"w", 7 * 86400e9}}};

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

[[noreturn]] void fail_unsigned(std::string_view text, std::string_view why) {
  throw FlagError(fmt::format("strconv.ParseUint: parsing \"{}\": {}", text, why));
}

// One `NUMBER UNIT` from the front of `rest`, in nanoseconds.
double take_part(std::string_view& rest, std::string_view whole) {
  const auto digits = rest.find_first_not_of("0123456789.");
  const auto number = base::parse_number(rest.substr(0, digits));
  if (digits == 0 || number.fault != base::NumberFault::None) {
    throw FlagError(fmt::format("time: invalid duration \"{}\"", whole));
  }
  if (digits == std::string_view::npos) {
    throw FlagError(fmt::format("time: missing unit in duration \"{}\"", whole));
  }
  rest.remove_prefix(digits);
  const std::string_view name = rest.substr(0, rest.find_first_of("0123456789."));
  for (const auto& unit : kUnits) {
    if (unit.name == name) {
      rest.remove_prefix(name.size());
      return number.value * unit.nanoseconds;
    }
  }
  throw FlagError(fmt::format("time: unknown unit \"{}\" in duration \"{}\"", name, whole));
}

}  // namespace

std::int64_t parse_truncated(std::string_view text) {
  const auto number = base::parse_number(text);
  if (number.fault != base::NumberFault::None) {
    throw FlagError(fmt::format(
        "strconv.ParseFloat: parsing \"{}\": {}", text,
        number.fault == base::NumberFault::Range ? "value out of range" : "invalid syntax"));
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
  // An underscore stands between digits, or between a prefix and a digit.
  char before = prefix > 0 ? '0' : '_';
  for (const char c : text.substr(prefix)) {
    if (c == '_' && before == '_') fail_unsigned(text, "invalid syntax");
    if (c != '_') digits += c;
    before = c;
  }
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error == std::errc::result_out_of_range) fail_unsigned(text, "value out of range");
  if (error != std::errc{} || end != digits.data() + digits.size() || before == '_') {
    fail_unsigned(text, "invalid syntax");
  }
  return value;
}

std::chrono::nanoseconds parse_duration(std::string_view text) {
  std::string_view rest = text;
  const bool is_negative = rest.starts_with('-');
  if (is_negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return std::chrono::nanoseconds(0);
  if (rest.empty()) throw FlagError(fmt::format("time: invalid duration \"{}\"", text));
  double total = 0;
  while (!rest.empty()) total += take_part(rest, text);
  constexpr double kBound = 9223372036854775807.0;
  if (total >= kBound) throw FlagError(fmt::format("time: invalid duration \"{}\"", text));
  const auto nanoseconds = static_cast<std::int64_t>(std::llround(total));
  return std::chrono::nanoseconds(is_negative ? -nanoseconds : nanoseconds);
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
