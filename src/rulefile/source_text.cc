// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/source_text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/core.h>

#include "weir/base/utf8.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LittleMark = "\xFF\xFE";
constexpr std::string_view kUtf16BigMark = "\xFE\xFF";
constexpr char32_t kMarkInside = 0xFEFF;
constexpr char32_t kReplacement = 0xFFFD;

[[noreturn]] void fail_unreadable(const std::string& path, const std::string& reason) {
  throw ConfigError(path, 0, 0,
                    fmt::format("cannot be read: {}, check the path and its permissions", reason),
                    DiagnosticKind::Unreadable);
}

std::string reason_of(int error) { return std::generic_category().message(error); }

void check_size(std::size_t bytes, const std::string& file) {
  if (bytes <= kFileBytesMax) return;
  throw ConfigError(
      file, 0, 0,
      fmt::format("is larger than {} MiB, split or shorten the rules", kFileBytesMax >> 20U),
      DiagnosticKind::Unreadable);
}

Position position_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
  const auto line_break = before.rfind('\n');
  const auto line_begin = line_break == std::string_view::npos ? 0 : line_break + 1;
  return {line, offset - line_begin + 1};
}

// The printable characters of YAML 1.1, and the breaks and the tab.
bool is_allowed(char32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  if (c < 0x7F) return true;
  if (c < 0xA0) return c == 0x85;
  return c != kMarkInside && c != 0xFFFE && c != 0xFFFF;
}

// Nearly all there is in a mapping file.
bool is_ordinary(char c) { return (c >= ' ' && c <= '~') || c == '\n'; }

void check_characters(std::string_view text, const std::string& file) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    if (is_ordinary(text[offset])) {
      ++offset;
      continue;
    }
    const auto [value, size] = base::first_code_point(text.substr(offset));
    if (size != 0 && is_allowed(value)) {
      offset += size;
      continue;
    }
    const auto [line, column] = position_of(text, offset);
    throw ConfigError(file, line, column,
                      size == 0 ? "the text is not valid UTF-8, save the file as UTF-8"
                                : fmt::format("control characters are not allowed, remove U+{:04X} "
                                              "or write it as an escape in double quotes",
                                              static_cast<std::uint32_t>(value)),
                      DiagnosticKind::Unreadable);
  }
}

bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// A lone surrogate becomes U+FFFD.
std::string utf8_of_utf16(std::string_view bytes, std::size_t low_byte) {
  const auto unit_at = [&](std::size_t i) -> char32_t {
    const auto low = static_cast<unsigned char>(bytes[i + low_byte]);
    const auto high = static_cast<unsigned char>(bytes[i + 1 - low_byte]);
    return static_cast<char32_t>((high << 8U) | low);
  };
  std::string out;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const char32_t unit = unit_at(i);
    const char32_t next = i + 3 < bytes.size() ? unit_at(i + 2) : 0;
    if (is_high_surrogate(unit) && is_low_surrogate(next)) {
      base::append_code_point(out, 0x10000 + ((unit - 0xD800) << 10U) + (next - 0xDC00));
      i += 2;
    } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
      base::append_code_point(out, kReplacement);
    } else {
      base::append_code_point(out, unit);
    }
  }
  return out;
}

std::string as_utf8(std::string_view bytes) {
  if (bytes.starts_with(kUtf16LittleMark)) return utf8_of_utf16(bytes.substr(2), 0);
  if (bytes.starts_with(kUtf16BigMark)) return utf8_of_utf16(bytes.substr(2), 1);
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  return std::string(bytes);
}

// YAML 1.1 ends a line at a lone CR too; yaml-cpp drops it.
void break_lines_at_cr(std::string& text) {
  for (auto i = text.find('\r'); i != std::string::npos; i = text.find('\r', i + 1)) {
    const bool is_pair = i + 1 < text.size() && text[i + 1] == '\n';
    if (!is_pair) text[i] = '\n';
  }
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

std::string read_source(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) fail_unreadable(path, reason_of(errno));

  std::string text;
  std::array<char, 65536> chunk;
  while (true) {
    const auto size = std::fread(chunk.data(), 1, chunk.size(), file.get());
    if (size == 0) break;
    text.append(chunk.data(), size);
    check_size(text.size(), path);
  }
  if (std::ferror(file.get()) != 0) fail_unreadable(path, reason_of(errno));
  return text;
}

std::string decode_source(std::string_view bytes, const std::string& file) {
  check_size(bytes.size(), file);
  auto text = as_utf8(bytes);
  break_lines_at_cr(text);
  check_characters(text, file);
  return text;
}

}  // namespace weir::rulefile
