// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/naming.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "weir/base/ascii.h"
#include "weir/base/bytes.h"
#include "weir/base/utf8.h"

namespace weir::metrics {
namespace {

constexpr auto kIsWord = [] {
  std::array<bool, 256> is_word{};
  for (std::size_t c = 0; c < is_word.size(); ++c)
    is_word.at(c) = base::is_word(static_cast<char>(c));
  return is_word;
}();

std::size_t kept_bytes(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && kIsWord[static_cast<unsigned char>(text[end])]) ++end;
  return end - at;
}

// Sixteen bytes at once; an extension that GCC and clang share on every processor.
using Bytes = unsigned char __attribute__((vector_size(16)));

// 0xff where a label value needs an escape.
Bytes escapes_in(const char* block) {
  Bytes bytes;
  std::memcpy(&bytes, block, sizeof bytes);
  return static_cast<Bytes>((bytes == '\\') | (bytes == '"') | (bytes == '\n'));
}

bool is_zero(Bytes bytes) {
  std::uint64_t halves[2];
  static_assert(sizeof halves == sizeof bytes);
  std::memcpy(halves, &bytes, sizeof halves);
  return (halves[0] | halves[1]) == 0;
}

enum class Quotes : std::uint8_t { Keep, Escape };

void append_escaped(std::string& out, std::string_view text, Quotes quotes) {
  std::size_t written = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c != '\\' && c != '\n' && (c != '"' || quotes == Quotes::Keep)) continue;
    out.append(text, written, at - written);
    out.push_back('\\');
    out.push_back(c == '\n' ? 'n' : c);
    written = at + 1;
  }
  out.append(text, written, text.size() - written);
}

}  // namespace

void append_escaped_name(std::string& out, std::string_view raw) {
  if (raw.empty()) return;
  if (base::is_digit(raw.front())) out.push_back('_');
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t kept = kept_bytes(raw, at);
    out.append(raw, at, kept);
    at += kept;
    if (at == raw.size()) return;
    out.push_back('_');
    if (raw[at] == '-') {
      while (at < raw.size() && raw[at] == '-') ++at;
    } else {
      at += std::max(std::size_t{1}, base::first_code_point(raw.substr(at)).size);
    }
  }
}

void append_utf8_name(std::string& out, std::string_view raw) {
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t size = base::first_code_point(raw.substr(at)).size;
    out += size == 0 ? "_" : raw.substr(at, size);
    at += std::max(std::size_t{1}, size);
  }
}

std::string underscored_name(std::string_view name) {
  std::string shown;
  for (std::size_t at = 0; at < name.size();) {
    const char c = name[at];
    shown += (base::is_word(c) || c == ':') && !(at == 0 && base::is_digit(c)) ? c : '_';
    at += std::max(std::size_t{1}, base::first_code_point(name.substr(at)).size);
  }
  return shown;
}

bool is_legacy_name(std::string_view name) {
  return !name.empty() && !base::is_digit(name.front()) && kept_bytes(name, 0) == name.size();
}

void append_label_name(std::string& out, std::string_view name) {
  if (is_legacy_name(name)) {
    out += name;
    return;
  }
  out += '"';
  append_escaped(out, name, Quotes::Escape);
  out += '"';
}

bool is_plain_label_value(std::string_view value) {
  if (value.size() < sizeof(Bytes)) {
    char padded[sizeof(Bytes)] = {};
    base::copy_bytes(padded, value.data(), value.size());
    return is_zero(escapes_in(padded));
  }
  Bytes found = {};
  for (std::size_t at = 0; at + sizeof(Bytes) <= value.size(); at += sizeof(Bytes)) {
    found |= escapes_in(value.data() + at);
  }
  // The last block may overlap the one before.
  return is_zero(found | escapes_in(value.data() + value.size() - sizeof(Bytes)));
}

void append_escaped_label_value(std::string& out, std::string_view value) {
  append_escaped(out, value, Quotes::Escape);
}

void append_escaped_help(std::string& out, std::string_view text) {
  // Every family of a page has one: two searches for a byte are faster than a look at each.
  if (text.find('\\') == std::string_view::npos && text.find('\n') == std::string_view::npos) {
    out += text;
    return;
  }
  append_escaped(out, text, Quotes::Keep);
}

}  // namespace weir::metrics
