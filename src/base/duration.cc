// SPDX-License-Identifier: Apache-2.0
#include "weir/base/duration.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "weir/base/ascii.h"

namespace weir::base {

namespace {

// One beyond the largest duration: the smallest has this magnitude.
constexpr std::uint64_t kMagnitudeMax = std::uint64_t{1} << 63U;

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};
// Both micro signs, U+00B5 and U+03BC, as Go has it. Those for `DurationUnits::ToWeeks` alone are
// the last.
constexpr std::size_t kUnitsToHours = 8;
constexpr std::array<Unit, 10> kUnits{{{"ns", 1},
                                       {"us", 1'000},
                                       {"\u00B5s", 1'000},
                                       {"\u03BCs", 1'000},
                                       {"ms", 1'000'000},
                                       {"s", 1'000'000'000},
                                       {"m", 60'000'000'000},
                                       {"h", 3'600'000'000'000},
                                       {"d", 86'400'000'000'000},
                                       {"w", 604'800'000'000'000}}};

// Digits before a point; too many of them are more than `kMagnitudeMax`.
std::uint64_t take_whole(std::string_view& text) {
  std::uint64_t value = 0;
  while (!text.empty() && is_digit(text[0])) {
    if (value <= kMagnitudeMax / 10) {
      value = value * 10 + static_cast<std::uint64_t>(text[0] - '0');
    } else {
      value = kMagnitudeMax + 1;
    }
    text.remove_prefix(1);
  }
  return value;
}

struct Fraction {
  std::uint64_t digits = 0;
  double scale = 1;
};

// Digits after a point. Those that no longer fit cannot change the nanosecond.
Fraction take_fraction(std::string_view& text) {
  Fraction fraction;
  while (!text.empty() && is_digit(text[0])) {
    if (fraction.digits < kMagnitudeMax / 10 - 1) {
      fraction.digits = fraction.digits * 10 + static_cast<std::uint64_t>(text[0] - '0');
      fraction.scale *= 10;
    }
    text.remove_prefix(1);
  }
  return fraction;
}

// In nanoseconds; nothing when there is none by that name.
std::optional<std::uint64_t> take_unit(std::string_view& text, std::span<const Unit> units) {
  std::size_t size = 0;
  while (size < text.size() && text[size] != '.' && !is_digit(text[size])) ++size;
  const auto name = text.substr(0, size);
  text.remove_prefix(size);
  for (const auto& unit : units) {
    if (unit.name == name) return unit.nanoseconds;
  }
  return std::nullopt;
}

// One number with its unit, in nanoseconds.
Result<std::uint64_t, DurationFault> take_term(std::string_view& text,
                                               std::span<const Unit> units) {
  const auto size_before = text.size();
  const std::uint64_t whole = take_whole(text);
  bool has_digits = text.size() != size_before;
  Fraction fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const auto size_behind_point = text.size();
    fraction = take_fraction(text);
    has_digits = has_digits || text.size() != size_behind_point;
  }
  if (!has_digits) return DurationFault::Syntax;
  const auto unit = take_unit(text, units);
  if (!unit) return DurationFault::Syntax;
  if (whole > kMagnitudeMax / *unit) return DurationFault::Range;
  const double part =
      static_cast<double>(fraction.digits) * (static_cast<double>(*unit) / fraction.scale);
  return whole * *unit + static_cast<std::uint64_t>(part);
}

}  // namespace

Result<std::chrono::nanoseconds, DurationFault> parse_duration(std::string_view text,
                                                               DurationUnits units) {
  const std::span<const Unit> allowed =
      std::span(kUnits).first(units == DurationUnits::ToWeeks ? kUnits.size() : kUnitsToHours);
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return DurationFault::Syntax;

  std::uint64_t magnitude = 0;
  while (!text.empty()) {
    const auto term = take_term(text, allowed);
    if (!term) return term.error();
    if (*term > kMagnitudeMax - magnitude) return DurationFault::Range;
    magnitude += *term;
  }
  if (is_negative) return std::chrono::nanoseconds(static_cast<std::int64_t>(0 - magnitude));
  if (magnitude == kMagnitudeMax) return DurationFault::Range;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(magnitude));
}

}  // namespace weir::base
