// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/name_template.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>

#include <fmt/core.h>

#include "weir/base/ascii.h"
#include "weir/base/utf8.h"

namespace weir::mapping {

namespace {

// A reference that can never be filled.
constexpr int kEmpty = std::numeric_limits<int>::max();

std::string_view leading_word(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, base::is_word);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::optional<int> integer_of(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

struct Range {
  char32_t first;
  char32_t last;
};
// Blocks without letters or digits that a person may put after a reference: punctuation, symbols,
// private use, emoji.
constexpr std::array<Range, 14> kNoLetters{{{0x80, 0xA9},
                                            {0xAB, 0xB4},
                                            {0xB6, 0xB9},
                                            {0xBB, 0xBF},
                                            {0xD7, 0xD7},
                                            {0xF7, 0xF7},
                                            {0x2000, 0x2070},
                                            {0x2072, 0x207E},
                                            {0x20A0, 0x2101},
                                            {0x2190, 0x2BFF},
                                            {0x3000, 0x3004},
                                            {0x3007, 0x3020},
                                            {0xE000, 0xF8FF},
                                            {0x1F000, 0x1FAFF}}};

// Go asks Unicode for letters and digits; here every code point beyond ASCII is one unless it is in
// `kNoLetters`.
bool is_name_part(char32_t c) {
  if (c < 0x80) return base::is_word(static_cast<char>(c));
  return std::ranges::none_of(kNoLetters,
                              [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// The longest run of `_`, letters and digits of any script.
std::string_view leading_name(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    const auto next = base::first_code_point(text.substr(size));
    if (next.size == 0 || !is_name_part(next.value)) break;
    size += next.size;
  }
  return text.substr(0, size);
}

// What a name means in a regex template: a group's number, or that of the group of this name.
int group_of(std::string_view name, std::span<const std::string> group_names) {
  const bool has_leading_zero = name.size() > 1 && name[0] == '0';
  if (!has_leading_zero) {
    const auto number = integer_of(name);
    if (number) return static_cast<std::size_t>(*number) < group_names.size() ? *number : kEmpty;
  }
  const auto found = std::ranges::find(group_names, name);
  return found == group_names.end() ? kEmpty : static_cast<int>(found - group_names.begin());
}

// How to read what follows a `$`: a reference, or by default a literal `$` that takes nothing more.
struct Reading {
  int capture = -1;
  std::size_t size = 0;
};

Reading read_glob_reference(std::string_view behind, std::size_t capture_count) {
  const std::size_t open = behind.starts_with('{') ? 1 : 0;
  const auto word = leading_word(behind.substr(open));
  if (word.empty()) return {};
  // As in the reference, a brace is taken whether or not it has a partner.
  const std::size_t close = behind.substr(open + word.size()).starts_with('}') ? 1 : 0;
  const auto number = integer_of(word);
  const bool is_known = number && static_cast<std::size_t>(*number) <= capture_count;
  return {is_known ? *number : kEmpty, open + word.size() + close};
}

Reading read_regex_reference(std::string_view behind, std::span<const std::string> group_names) {
  if (behind.starts_with('$')) return {-1, 1};
  const bool is_braced = behind.starts_with('{');
  const std::size_t brace = is_braced ? 1 : 0;
  const auto name = leading_name(behind.substr(brace));
  if (name.empty()) return {};
  if (is_braced && !behind.substr(1 + name.size()).starts_with('}')) return {};
  return {group_of(name, group_names), name.size() + 2 * brace};
}

}  // namespace

template <class Read>
NameTemplate NameTemplate::compile(std::string_view source, Read read) {
  NameTemplate compiled;
  compiled.source_ = source;
  auto rest = source;
  for (auto dollar = rest.find('$'); dollar != std::string_view::npos; dollar = rest.find('$')) {
    compiled.add_literal(rest.substr(0, dollar));
    rest.remove_prefix(dollar + 1);
    const Reading reading = read(rest);
    if (reading.capture < 0) {
      compiled.add_literal("$");
    } else {
      compiled.parts_.push_back(
          {reading.capture, fmt::format("${}", rest.substr(0, reading.size))});
    }
    rest.remove_prefix(reading.size);
  }
  compiled.add_literal(rest);
  const bool is_reference = compiled.parts_.size() == 1 && compiled.parts_[0].capture >= 0;
  if (source.find('$') != std::string_view::npos) {
    compiled.sole_part_ = is_reference ? compiled.parts_[0].capture : kSeveralParts;
  }
  return compiled;
}

void NameTemplate::add_literal(std::string_view text) {
  if (text.empty()) return;
  if (parts_.empty() || parts_.back().capture >= 0) parts_.emplace_back();
  parts_.back().text += text;
}

bool NameTemplate::refers_to(std::size_t capture) const {
  return std::ranges::any_of(parts_, [capture](const Part& part) {
    return part.capture >= 0 && static_cast<std::size_t>(part.capture) == capture;
  });
}

bool NameTemplate::expands_as(const NameTemplate& other) const {
  return std::ranges::equal(parts_, other.parts_, [](const Part& a, const Part& b) {
    return a.capture == b.capture && (a.capture >= 0 || a.text == b.text);
  });
}

std::vector<std::string_view> NameTemplate::empty_references() const {
  std::vector<std::string_view> references;
  for (const auto& part : parts_) {
    if (part.capture == kEmpty) references.emplace_back(part.text);
  }
  return references;
}

NameTemplate NameTemplate::for_glob(std::string_view source, std::size_t capture_count) {
  return compile(
      source, [=](std::string_view behind) { return read_glob_reference(behind, capture_count); });
}

NameTemplate NameTemplate::for_regex(std::string_view source,
                                     std::span<const std::string> group_names) {
  return compile(
      source, [=](std::string_view behind) { return read_regex_reference(behind, group_names); });
}

std::optional<std::string_view> NameTemplate::known_expansion(
    std::span<const std::string_view> captures) const {
  if (sole_part_ == kSeveralParts) return std::nullopt;
  if (sole_part_ == kLiteral) return source_;
  const auto capture = static_cast<std::size_t>(sole_part_);
  return capture < captures.size() ? captures[capture] : std::string_view();
}

void NameTemplate::expand(std::span<const std::string_view> captures, std::string& out) const {
  for (const auto& part : parts_) {
    if (part.capture < 0) {
      out += part.text;
    } else if (static_cast<std::size_t>(part.capture) < captures.size()) {
      out += captures[static_cast<std::size_t>(part.capture)];
    }
  }
}

}  // namespace weir::mapping
