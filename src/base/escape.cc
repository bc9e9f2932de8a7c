// SPDX-License-Identifier: Apache-2.0
#include "weir/base/escape.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "weir/base/number.h"
#include "weir/base/utf8.h"

namespace weir::base {

namespace {

constexpr char32_t kDelete = 0x7F;

struct Range {
  char32_t first;
  char32_t last;
};

// Beyond ASCII, in order: Unicode's control and format characters, its spaces and fillers, and the
// areas of private use.
constexpr auto kInvisible = std::to_array<Range>(
    {{0x80, 0xA0},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x600, 0x605},
     {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},
     {0x8E2, 0x8E2},     {0x115F, 0x1160},   {0x1680, 0x1680},   {0x17B4, 0x17B5},
     {0x180E, 0x180E},   {0x2000, 0x200F},   {0x2028, 0x202F},   {0x205F, 0x206F},
     {0x2800, 0x2800},   {0x3000, 0x3000},   {0x3164, 0x3164},   {0xE000, 0xF8FF},
     {0xFDD0, 0xFDEF},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
     {0xFFFE, 0xFFFF},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F},
     {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF}});

bool is_visible(char32_t c) {
  if (c < 0x80) return c >= ' ' && c != kDelete;
  const auto* const range = std::ranges::lower_bound(kInvisible, c, {}, &Range::last);
  return range == kInvisible.end() || c < range->first;
}

// What follows the backslash of a short escape; 0 where there is none.
char short_escape(char32_t c) {
  constexpr std::string_view kShort = "abtnvfr";  // of 7 to 13
  return c >= 7 && c < 7 + kShort.size() ? kShort[c - 7] : '\0';
}

void append_numbered(std::string& out, char letter, std::uint32_t number, std::size_t digits) {
  out += '\\';
  out += letter;
  append_hex(out, number, digits);
}

void append_escape(std::string& out, char32_t c) {
  const auto number = static_cast<std::uint32_t>(c);
  if (const char letter = short_escape(c); letter != '\0') {
    out += '\\';
    out += letter;
  } else if (c < 0x80) {
    append_numbered(out, 'x', number, 2);
  } else if (c < 0x10000) {
    append_numbered(out, 'u', number, 4);
  } else {
    append_numbered(out, 'U', number, 8);
  }
}

void append_byte(std::string& out, char c) {
  append_numbered(out, 'x', static_cast<unsigned char>(c), 2);
}

void append_json_escape(std::string& out, char32_t c) {
  const auto unit = [&out](std::uint32_t value) { append_numbered(out, 'u', value, 4); };
  if (c == '\n' || c == '\r' || c == '\t') {
    out += '\\';
    out += short_escape(c);
  } else if (c < 0x10000) {
    unit(c);
  } else {
    unit(0xD800 + ((c - 0x10000) >> 10U));
    unit(0xDC00 + ((c - 0x10000) & 0x3FFU));
  }
}

// Hands `text` on in pieces: what is shown as it is, a character that is not, a byte that is no
// UTF-8.
template <typename OnPlain, typename OnInvisible, typename OnByte>
void split(std::string_view text, OnPlain on_plain, OnInvisible on_invisible, OnByte on_byte) {
  while (!text.empty()) {
    const auto [value, size] = first_code_point(text);
    if (size == 0) {
      on_byte(text.front());
    } else if (is_visible(value)) {
      on_plain(text.substr(0, size));
    } else {
      on_invisible(value);
    }
    text.remove_prefix(std::max(size, std::size_t{1}));
  }
}

// What comes first and looks the same in JSON. Most texts are nothing else.
std::string_view plain_ascii(std::string_view text) {
  const auto ends = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < ' ' || byte >= kDelete || c == '"' || c == '\\';
  };
  const auto* const end = std::ranges::find_if(text, ends);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

void append_plain(std::string& out, std::string_view character) {
  if (character == "\"" || character == "\\") out += '\\';
  out += character;
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  split(
      text, [&](std::string_view character) { out += character; },
      [&](char32_t c) { append_escape(out, c); }, [&](char byte) { append_byte(out, byte); });
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  split(
      text, [&](std::string_view character) { append_plain(out, character); },
      [&](char32_t c) { append_escape(out, c); }, [&](char byte) { append_byte(out, byte); });
  out += '"';
}

bool needs_escapes(std::string_view text) {
  bool needs = false;
  split(
      text, [&](std::string_view character) { needs |= character == "\""; },
      [&](char32_t) { needs = true; }, [&](char) { needs = true; });
  return needs;
}

void append_json_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    const std::string_view plain = plain_ascii(text);
    out += plain;
    text.remove_prefix(plain.size());
    if (text.empty()) break;
    const std::string_view other =
        text.substr(0, std::max(first_code_point(text).size, std::size_t{1}));
    split(
        other, [&](std::string_view character) { append_plain(out, character); },
        [&](char32_t c) { append_json_escape(out, c); }, [&](char) { out += "\\ufffd"; });
    text.remove_prefix(other.size());
  }
  out += '"';
}

std::string_view beginning_of(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  constexpr std::size_t kTailBytesMax = 3;
  // A character that the cut would part begins at most three bytes before it.
  for (std::size_t back = 1; back <= std::min(kTailBytesMax, bytes_max); ++back) {
    if (first_code_point(text.substr(bytes_max - back)).size > back) {
      return text.substr(0, bytes_max - back);
    }
  }
  return text.substr(0, bytes_max);
}

}  // namespace weir::base
