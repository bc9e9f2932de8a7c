// SPDX-License-Identifier: Apache-2.0
#include "http/target.h"

#include <algorithm>
#include <vector>

#include "weir/base/ascii.h"

namespace weir::http {
namespace {

constexpr std::string_view kHexUpper = "0123456789ABCDEF";
constexpr std::string_view kHexLower = "0123456789abcdef";
constexpr std::size_t kEscapeBytes = 3;

bool is_unreserved(char c) {
  return base::is_alphanumeric(c) || std::string_view("-_.~").find(c) != std::string_view::npos;
}

// Needs no escape in a path that is written here.
bool is_plain_in_path(char c) {
  return is_unreserved(c) || std::string_view("$&+,/:;=@").find(c) != std::string_view::npos;
}

// May be in a path that the client has escaped.
bool is_valid_in_path(char c) {
  return is_plain_in_path(c) || std::string_view("!'()*[]%").find(c) != std::string_view::npos;
}

void append_escape(std::string& out, char c, std::string_view digits) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += digits[byte >> 4U];
  out += digits[byte & 15U];
}

// A byte of an escape at the start of `text`, -1 when there is no escape.
int escaped_byte(std::string_view text) {
  if (text.size() < kEscapeBytes) return -1;
  const int high = base::hex_value(text[1]);
  const int low = base::hex_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

enum class Slash { Decode, Keep };

std::optional<std::string> decode(std::string_view text, Slash slash) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int byte = escaped_byte(text.substr(i));
    if (byte < 0) return std::nullopt;
    if (byte == '/' && slash == Slash::Keep) {
      decoded += "%2F";
    } else {
      decoded += static_cast<char>(byte);
    }
    i += kEscapeBytes - 1;
  }
  return decoded;
}

struct AbsoluteTarget {
  std::string_view host;  // with its port
  std::string_view rest;  // from the path on
};

// Nothing when `target` is nothing like `http://host/path?query`.
std::optional<AbsoluteTarget> take_authority(std::string_view target) {
  const std::size_t colon = target.find("://");
  if (colon == std::string_view::npos || colon == 0 || !base::is_letter(target[0]))
    return std::nullopt;
  const bool is_scheme = std::all_of(
      target.begin(), target.begin() + static_cast<long>(colon),
      [](char c) { return base::is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; });
  if (!is_scheme) return std::nullopt;
  const std::size_t end = std::min(target.find_first_of("/?", colon + 3), target.size());
  std::string_view host = target.substr(colon + 3, end - colon - 3);
  // Who asks does not matter.
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  return AbsoluteTarget{host, target.substr(end)};
}

}  // namespace

std::optional<Target> parse_target(std::string_view method, std::string_view target) {
  if (target == "*") {
    if (method != "OPTIONS") return std::nullopt;
    return Target{"*", "*", "", ""};
  }
  AbsoluteTarget parts{"", target};
  if (!target.starts_with('/')) {
    // `CONNECT host:port` names no path at all.
    const auto absolute = method == "CONNECT" ? AbsoluteTarget{target, ""} : take_authority(target);
    if (!absolute) return std::nullopt;
    parts = *absolute;
  }
  const std::string_view rest = parts.rest;
  const std::size_t mark = rest.find('?');
  const std::string_view raw_path = rest.substr(0, mark);
  const auto path = decode(raw_path, Slash::Keep);
  if (!path) return std::nullopt;
  const bool is_escaped = std::all_of(raw_path.begin(), raw_path.end(), is_valid_in_path);
  Target result;
  result.path = *path;
  result.escaped_path =
      is_escaped ? std::string(raw_path) : escape_path(*decode(raw_path, Slash::Decode));
  if (mark != std::string_view::npos) result.query = rest.substr(mark + 1);
  result.host = parts.host;
  return result;
}

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    begin = end + 1;
  }
  std::string cleaned;
  for (const std::string_view segment : segments) (cleaned += '/') += segment;
  if (cleaned.empty() || path.ends_with('/')) cleaned += '/';
  return cleaned;
}

std::optional<std::string> decode_escapes(std::string_view text) {
  return decode(text, Slash::Decode);
}

std::string unescape(std::string_view text) {
  return decode_escapes(text).value_or(std::string(text));
}

std::string escape_path(std::string_view path) {
  std::string escaped;
  for (const char c : path) {
    if (is_plain_in_path(c)) {
      escaped += c;
    } else {
      append_escape(escaped, c, kHexUpper);
    }
  }
  return escaped;
}

std::string escape_non_ascii(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 128) {
      escaped += c;
    } else {
      append_escape(escaped, c, kHexLower);
    }
  }
  return escaped;
}

}  // namespace weir::http
