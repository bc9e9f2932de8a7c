// SPDX-License-Identifier: Apache-2.0
#include "rulefile/duration.h"

#include <array>
#include <cstdint>

#include "weir/base/ascii.h"

namespace weir::rulefile {

namespace {

// One beyond the largest duration: the smallest has this magnitude.
constexpr std::uint64_t kMagnitudeMax = std::uint64_t{1} << 63U;

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};
// Both micro signs, U+00B5 and U+03BC, as Go has it.
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\u00B5s", 1'000},
                                      {"\u03BCs", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

// Digits before a point; nothing when they overflow.
std::optional<std::uint64_t> take_whole(std::string_view& text) {
  std::uint64_t value = 0;
  while (!text.empty() && base::is_digit(text[0])) {
    if (value > kMagnitudeMax / 10) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(text[0] - '0');
    if (value > kMagnitudeMax) return std::nullopt;
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
  while (!text.empty() && base::is_digit(text[0])) {
    if (fraction.digits < kMagnitudeMax / 10 - 1) {
      fraction.digits = fraction.digits * 10 + static_cast<std::uint64_t>(text[0] - '0');
      fraction.scale *= 10;
    }
    text.remove_prefix(1);
  }
  return fraction;
}

std::optional<std::uint64_t> take_unit(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && text[size] != '.' && !base::is_digit(text[size])) ++size;
  const auto name = text.substr(0, size);
  text.remove_prefix(size);
  for (const auto& unit : kUnits) {
    if (unit.name == name) return unit.nanoseconds;
  }
  return std::nullopt;
}

// One number with its unit, in nanoseconds.
std::optional<std::uint64_t> take_term(std::string_view& text) {
  const auto size_before = text.size();
  const auto whole = take_whole(text);
  if (!whole) return std::nullopt;
  bool has_digits = text.size() != size_before;
  Fraction fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const auto size_behind_point = text.size();
    fraction = take_fraction(text);
    has_digits = has_digits || text.size() != size_behind_point;
  }
  if (!has_digits) return std::nullopt;
  const auto unit = take_unit(text);
  if (!unit || *whole > kMagnitudeMax / *unit) return std::nullopt;
  const double part =
      static_cast<double>(fraction.digits) * (static_cast<double>(*unit) / fraction.scale);
  return *whole * *unit + static_cast<std::uint64_t>(part);
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return std::nullopt;

  std::uint64_t magnitude = 0;
  while (!text.empty()) {
    const auto term = take_term(text);
    if (!term || *term > kMagnitudeMax - magnitude) return std::nullopt;
    magnitude += *term;
  }
  if (is_negative) return std::chrono::nanoseconds(static_cast<std::int64_t>(0 - magnitude));
  if (magnitude == kMagnitudeMax) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(magnitude));
}

}  // namespace weir::rulefile
