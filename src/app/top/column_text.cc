// SPDX-License-Identifier: Apache-2.0
#include "app/top/column_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

#include "weir/base/escape.h"
#include "weir/base/utf8.h"

namespace weir::app {

namespace {

struct Span {
  char32_t first;
  char32_t last;
};

// Combining marks of the scripts that have them most (Unicode, category Mn), and variation
// selectors.
constexpr std::array kNoColumn = {
    Span{0x0300, 0x036f}, Span{0x0483, 0x0489}, Span{0x0591, 0x05bd}, Span{0x0610, 0x061a},
    Span{0x064b, 0x065f}, Span{0x0900, 0x0902}, Span{0x093c, 0x093c}, Span{0x0941, 0x0948},
    Span{0x094d, 0x094d}, Span{0x0e31, 0x0e31}, Span{0x0e34, 0x0e3a}, Span{0x0e47, 0x0e4e},
    Span{0x1ab0, 0x1aff}, Span{0x1dc0, 0x1dff}, Span{0x20d0, 0x20ff}, Span{0x302a, 0x302d},
    Span{0x3099, 0x309a}, Span{0xfe00, 0xfe0f}, Span{0xfe20, 0xfe2f}, Span{0xe0100, 0xe01ef},
};

// East_Asian_Width W and F (Unicode, annex 11), and emoji that are shown as such.
constexpr std::array kTwoColumns = {
    Span{0x1100, 0x115f},   Span{0x231a, 0x231b},   Span{0x23e9, 0x23ec},   Span{0x23f0, 0x23f3},
    Span{0x25fd, 0x25fe},   Span{0x2614, 0x2615},   Span{0x2648, 0x2653},   Span{0x26aa, 0x26ab},
    Span{0x26bd, 0x26be},   Span{0x26c4, 0x26c5},   Span{0x26ce, 0x26ce},   Span{0x26d4, 0x26d4},
    Span{0x2705, 0x2705},   Span{0x270a, 0x270b},   Span{0x2728, 0x2728},   Span{0x274c, 0x274e},
    Span{0x2753, 0x2757},   Span{0x2795, 0x2797},   Span{0x2b1b, 0x2b1c},   Span{0x2b50, 0x2b55},
    Span{0x2e80, 0x303e},   Span{0x3041, 0x33ff},   Span{0x3400, 0x4dbf},   Span{0x4e00, 0x9fff},
    Span{0xa000, 0xa4cf},   Span{0xa960, 0xa97f},   Span{0xac00, 0xd7a3},   Span{0xf900, 0xfaff},
    Span{0xfe30, 0xfe6f},   Span{0xff00, 0xff60},   Span{0xffe0, 0xffe6},   Span{0x16fe0, 0x18aff},
    Span{0x1b000, 0x1b2ff}, Span{0x1f004, 0x1f004}, Span{0x1f0cf, 0x1f0cf}, Span{0x1f18e, 0x1f19a},
    Span{0x1f200, 0x1f64f}, Span{0x1f680, 0x1f6ff}, Span{0x1f900, 0x1faff}, Span{0x20000, 0x3fffd},
};

template <std::size_t kCount>
bool has(const std::array<Span, kCount>& ranges, char32_t character) {
  const auto at = std::ranges::lower_bound(ranges, character, {}, &Span::last);
  return at != ranges.end() && at->first <= character;
}

// Takes the next character off `text`, which is UTF-8.
std::string_view take_character(std::string_view& text, char32_t& value) {
  const auto point = base::first_code_point(text);
  const std::size_t size = std::max<std::size_t>(point.size, 1);
  value = point.size == 0 ? U'?' : point.value;
  const auto character = text.substr(0, size);
  text.remove_prefix(size);
  return character;
}

std::string with_unit(double number, std::string_view unit) {
  if (number < 9.995) return fmt::format("{:.2f}{}", number, unit);
  if (number < 99.95) return fmt::format("{:.1f}{}", number, unit);
  return fmt::format("{:.0f}{}", number, unit);
}

}  // namespace

std::size_t columns_of(char32_t character) {
  if (character < 0x300) return 1;
  if (has(kNoColumn, character)) return 0;
  return has(kTwoColumns, character) ? 2 : 1;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  char32_t value = 0;
  while (!text.empty()) {
    take_character(text, value);
    columns += columns_of(value);
  }
  return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
  std::string shown = base::visible(text);
  if (columns_of(std::string_view(shown)) <= columns) return shown;
  if (columns == 0) return {};
  std::string out;
  std::string_view rest = shown;
  std::size_t used = 0;
  while (true) {
    char32_t value = 0;
    const auto character = take_character(rest, value);
    used += columns_of(value);
    if (used > columns - 1) break;
    out += character;
  }
  return out + '~';
}

std::string left(std::string_view text, std::size_t columns) {
  auto out = cut(text, columns);
  out.append(columns - columns_of(std::string_view(out)), ' ');
  return out;
}

std::string right(std::string_view text, std::size_t columns) {
  const auto out = cut(text, columns);
  return std::string(columns - columns_of(std::string_view(out)), ' ') + out;
}

std::string ascii_of(std::string_view text) {
  std::string out;
  char32_t value = 0;
  while (!text.empty()) {
    take_character(text, value);
    out += value < 0x80 ? static_cast<char>(value) : '?';
  }
  return out;
}

std::string short_number(double number) {
  constexpr std::array<std::string_view, 5> kUnits{"k", "M", "G", "T", "P"};
  if (!(number > 0)) return "0";
  if (number < 0.05) return "0.0";
  if (number < 9.95) {
    const auto text = fmt::format("{:.1f}", number);
    return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
  }
  if (number < 999.5) return fmt::format("{:.0f}", number);
  std::size_t unit = 0;
  for (number /= 1000; number >= 999.5 && unit + 1 < kUnits.size(); ++unit) number /= 1000;
  return with_unit(number, kUnits[unit]);
}

std::string short_bytes(double bytes) {
  constexpr std::array<std::string_view, 4> kUnits{" KiB", " MiB", " GiB", " TiB"};
  constexpr double kStep = 1024;
  if (bytes < kStep) return fmt::format("{:.0f} B", std::max(bytes, 0.0));
  std::size_t unit = 0;
  for (bytes /= kStep; bytes >= kStep && unit + 1 < kUnits.size(); ++unit) bytes /= kStep;
  return with_unit(bytes, kUnits[unit]);
}

std::string short_time(double seconds) {
  constexpr double kMinute = 60;
  constexpr double kHour = 3600;
  constexpr double kDay = 86'400;
  seconds = std::max(seconds, 0.0);
  if (seconds < 2 * kMinute) return fmt::format("{:.0f} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{:.0f} min", seconds / kMinute);
  if (seconds < 2 * kDay) return fmt::format("{:.0f} h", seconds / kHour);
  return fmt::format("{:.0f} d", seconds / kDay);
}

}  // namespace weir::app
