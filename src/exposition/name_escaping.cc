// SPDX-License-Identifier: Apache-2.0
#include "exposition/name_escaping.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "weir/base/ascii.h"
#include "weir/base/number.h"
#include "weir/base/utf8.h"

namespace weir::exposition {
namespace {

// By its offset in the name, in bytes.
bool is_legacy(char32_t c, std::size_t offset) {
  if (c >= 0x80) return false;
  const char ascii = static_cast<char>(c);
  return ascii == ':' || (base::is_word(ascii) && (offset > 0 || !base::is_digit(ascii)));
}

// Looked up, since every family of a page is asked for.
constexpr auto kLegacyBytes = [] {
  std::array<bool, 256> is_legacy_byte{};
  for (std::size_t byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    is_legacy_byte[byte] = c == ':' || base::is_word(c);
  }
  return is_legacy_byte;
}();

void append_with_dots(std::string& out, base::CodePoint point, std::size_t offset) {
  if (point.value == '.') {
    out += "_dot_";
  } else if (point.value != '_' && is_legacy(point.value, offset)) {
    out += static_cast<char>(point.value);
  } else {
    out += "__";
  }
}

void append_with_values(std::string& out, base::CodePoint point, std::size_t offset) {
  if (point.value == '_') {
    out += "__";
  } else if (is_legacy(point.value, offset)) {
    out += static_cast<char>(point.value);
  } else {
    out += '_';
    base::append_hex(out, point.value);
    out += '_';
  }
}

}  // namespace

bool is_legacy_metric_name(std::string_view name) {
  if (name.empty() || base::is_digit(name.front())) return false;
  return std::ranges::all_of(name, [](unsigned char c) { return kLegacyBytes[c]; });
}

void append_name(std::string& out, std::string_view name, Escaping escaping) {
  if (escaping == Escaping::Values) out += "U__";
  for (std::size_t at = 0; at < name.size();) {
    const base::CodePoint point = base::first_code_point(name.substr(at));
    switch (escaping) {
      case Escaping::AllowUtf8: out.append(name, at, point.size); break;
      case Escaping::Underscores:
        out += is_legacy(point.value, at) ? static_cast<char>(point.value) : '_';
        break;
      case Escaping::Dots: append_with_dots(out, point, at); break;
      case Escaping::Values: append_with_values(out, point, at); break;
    }
    at += std::max<std::size_t>(1, point.size);
  }
}

void append_label_name(std::string& out, std::string_view name, Escaping escaping) {
  const std::size_t begin = out.size();
  if (is_legacy_metric_name(name)) {
    out += name;
  } else {
    append_name(out, name, escaping);
  }
  std::replace(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), ':', '_');
}

}  // namespace weir::exposition
