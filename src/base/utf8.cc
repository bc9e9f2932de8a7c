// SPDX-License-Identifier: Apache-2.0
#include "weir/base/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir::base {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::uint64_t kHighBits = 0x8080808080808080;

std::uint64_t load_word(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, kWord);
  return word;
}

// True for ASCII text; `text` is at least one word long.
bool is_ascii(std::string_view text) {
  std::uint64_t seen = 0;
  const char* const last = text.data() + text.size() - kWord;
  const char* bytes = text.data();
  for (; bytes + kWord <= last; bytes += 2 * kWord) {
    seen |= load_word(bytes) | load_word(bytes + kWord);
  }
  // The last words may overlap those before.
  if (bytes < last) seen |= load_word(bytes);
  return ((seen | load_word(last)) & kHighBits) == 0;
}

// The second byte of a sequence is what rules out overlong forms, surrogates and code points that
// are too large (Unicode, table 3-7).
bool is_second_byte(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return second >= 0x80 && second <= 0xBF;
  }
}

std::size_t length_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  if (text.empty()) return {};
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::size_t size = length_by_lead(byte(0));
  if (size == 1) return {byte(0), 1};
  if (size == 0 || size > text.size() || !is_second_byte(byte(0), byte(1))) return {};
  char32_t value = byte(0) & (0x7FU >> size);
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xC0U) != 0x80) return {};
    value = (value << 6U) | (byte(at) & 0x3FU);
  }
  return {value, size};
}

void append_code_point(std::string& out, char32_t value) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((value >> shift) & 0x3FU));
  };
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xC0U | (value >> 6U));
    tail(0);
  } else if (value < 0x10000) {
    out += static_cast<char>(0xE0U | (value >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (value >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_utf8(std::string_view text) {
  if (text.size() >= kWord && is_ascii(text)) return true;
  while (!text.empty()) {
    const bool is_word = text.size() >= kWord && (load_word(text.data()) & kHighBits) == 0;
    const std::size_t length = is_word ? kWord : first_code_point(text).size;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace weir::base
