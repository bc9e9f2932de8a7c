// SPDX-License-Identifier: Apache-2.0
#include "weir/push/grouping.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "weir/base/ascii.h"
#include "weir/base/escape.h"
#include "weir/base/utf8.h"
#include "weir/metrics/naming.h"

namespace weir::push {

namespace {

constexpr std::string_view kBase64Suffix = "@base64";

std::string quoted(std::string_view text) {
  std::string out;
  base::append_quoted(out, text);
  return out;
}

struct Decoded {
  // What was read before the mistake, in whole groups of three bytes.
  std::string bytes;
  // Where the mistake is.
  std::optional<std::size_t> wrong_at;
};

// -1 for a character that base64 in URLs does not have.
int digit_of(char c) {
  if (base::is_upper(c)) return c - 'A';
  if (base::is_lower(c)) return c - 'a' + 26;
  if (base::is_digit(c)) return c - '0' + 52;
  if (c == '-') return 62;
  return c == '_' ? 63 : -1;
}

// RFC 4648 5, with or without padding; as Go, it does not look at bits that are left over.
Decoded decode_url_base64(std::string_view text) {
  text = text.substr(0, text.find_last_not_of('=') + 1);
  Decoded decoded;
  std::uint32_t group = 0;
  std::size_t digits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int digit = digit_of(text[at]);
    if (digit < 0) return {decoded.bytes, at};
    group = group << 6U | static_cast<std::uint32_t>(digit);
    if (++digits < 4) continue;
    for (const unsigned shift : {16U, 8U, 0U}) decoded.bytes += static_cast<char>(group >> shift);
    digits = 0;
    group = 0;
  }
  if (digits == 1) return {decoded.bytes, text.size() - 1};
  if (digits == 2) decoded.bytes += static_cast<char>(group >> 4U);
  if (digits == 3) {
    decoded.bytes += static_cast<char>(group >> 10U);
    decoded.bytes += static_cast<char>(group >> 2U);
  }
  return decoded;
}

std::string base64_fault(std::size_t at) {
  return fmt::format("illegal base64 data at input byte {}", at);
}

std::vector<std::string_view> segments_of(std::string_view labels) {
  std::vector<std::string_view> segments;
  labels.remove_prefix(1);
  while (true) {
    const std::size_t end = labels.find('/');
    segments.push_back(labels.substr(0, end));
    if (end == std::string_view::npos) return segments;
    labels.remove_prefix(end + 1);
  }
}

using Labels = std::map<std::string, std::string, std::less<>>;

// "" or the answer.
std::string read_label(std::string_view name, std::string_view value, Labels& labels) {
  const bool is_base64 = name.ends_with(kBase64Suffix);
  if (is_base64) name.remove_suffix(kBase64Suffix.size());
  if (name.empty() || !metrics::is_legacy_name(name) || name.starts_with("__")) {
    return "improper label name " + quoted(name);
  }
  std::string& kept = labels[std::string(name)];
  kept = value;
  if (!is_base64) return {};
  const Decoded decoded = decode_url_base64(value);
  if (decoded.wrong_at) {
    return fmt::format("invalid base64 encoding for label {}={}: {}", name, quoted(value),
                       base64_fault(*decoded.wrong_at));
  }
  kept = decoded.bytes;
  return {};
}

}  // namespace

base::Result<std::vector<passthrough::Label>, std::string> read_grouping(const GroupPath& path) {
  std::string job(path.job);
  if (path.is_job_base64) {
    const Decoded decoded = decode_url_base64(path.job);
    if (decoded.wrong_at) {
      return fmt::format("invalid base64 encoding in job name {}: {}", quoted(decoded.bytes),
                         base64_fault(*decoded.wrong_at));
    }
    job = decoded.bytes;
  }
  Labels labels;
  if (path.labels.size() > 1) {
    const auto segments = segments_of(path.labels);
    if (segments.size() % 2 != 0) {
      return "odd number of components in label string " + quoted(path.labels);
    }
    for (std::size_t i = 0; i < segments.size(); i += 2) {
      auto answer = read_label(segments[i], segments[i + 1], labels);
      if (!answer.empty()) return answer;
    }
  }
  if (job.empty()) return std::string("job name is required");
  labels["job"] = std::move(job);
  std::vector<passthrough::Label> sorted;
  sorted.reserve(labels.size());
  for (auto& [name, value] : labels) {
    if (!base::is_utf8(value)) return fmt::format("label {} is not UTF-8", name);
    sorted.push_back({name, std::move(value)});
  }
  return sorted;
}

}  // namespace weir::push
