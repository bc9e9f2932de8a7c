// SPDX-License-Identifier: Apache-2.0
#include "weir/webconfig/web_config.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "webconfig/bcrypt_hash.h"
#include "webconfig/tls_section.h"
#include "weir/rulefile/fields.h"
#include "weir/rulefile/key_table.h"
#include "weir/rulefile/source_text.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::webconfig {

namespace {

using rulefile::Diagnostics;
using rulefile::Key;
using rulefile::YamlNode;

// The header fields that may be added, and their values where not every value will do.
constexpr std::array<std::string_view, 1> kContentTypeOptions = {"nosniff"};
constexpr std::array<std::string_view, 2> kFrameOptions = {"deny", "sameorigin"};
struct AllowedHeader {
  std::string_view name;
  std::span<const std::string_view> values{};  // empty: any
};
constexpr auto kHeaders = std::to_array<AllowedHeader>({
    {"Strict-Transport-Security"},
    {"X-Content-Type-Options", kContentTypeOptions},
    {"X-Frame-Options", kFrameOptions},
    {"X-XSS-Protection"},
    {"Content-Security-Policy"},
});

// A check takes about a second.
constexpr int kCostWithoutWarning = 14;

void check_header_value(const AllowedHeader& allowed, std::string_view value, const YamlNode& node,
                        Diagnostics& diagnostics) {
  if (!allowed.values.empty() && std::ranges::find(allowed.values, value) == allowed.values.end()) {
    diagnostics.error(node.position,
                      fmt::format("{} cannot be \"{}\"", allowed.name, rulefile::printable(value)),
                      fmt::format("write {}", fmt::join(allowed.values, " or ")));
  }
  // A line break would begin another field.
  const bool is_one_line = std::ranges::none_of(value, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
  if (!is_one_line) {
    diagnostics.error(node.position, fmt::format("{} has control characters", allowed.name),
                      "write it on one line");
  }
}

void read_headers(const YamlNode& map, WebConfig& config, Diagnostics& diagnostics) {
  if (!rulefile::is_map(map, "headers", diagnostics)) return;
  for (const auto& [key, value] : map.entries) {
    const auto* const allowed = std::ranges::find(kHeaders, key->text, &AllowedHeader::name);
    if (allowed == kHeaders.end()) {
      diagnostics.error(
          key->position,
          fmt::format("the header field \"{}\" cannot be set", rulefile::printable(key->text)),
          "there are Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, "
          "X-XSS-Protection and Content-Security-Policy, in these letters");
      continue;
    }
    const std::string text(rulefile::read_text(*value, diagnostics).value_or(""));
    check_header_value(*allowed, text, *value, diagnostics);
    if (!text.empty()) config.headers.emplace_back(allowed->name, text);
  }
}

constexpr std::array<Key<WebConfig>, 2> kHttpKeys{{
    {"http2",
     [](const YamlNode& value, WebConfig& config, Diagnostics& diagnostics) {
       config.asks_for_http2 = rulefile::read_bool(value, diagnostics).value_or(false);
     }},
    {"headers", read_headers},
}};

void read_interval(const YamlNode& value, RateLimit& limit, Diagnostics& diagnostics) {
  limit.interval = rulefile::read_duration(value, diagnostics).value_or(limit.interval);
  if (limit.interval.count() >= 0) return;
  diagnostics.error(value.position, "interval is below 0", "write a duration such as 100ms");
}

constexpr std::array<Key<RateLimit>, 2> kRateKeys{{
    {"interval", read_interval},
    {"burst",
     [](const YamlNode& value, RateLimit& limit, Diagnostics& diagnostics) {
       limit.burst = rulefile::read_uint32(value, diagnostics).value_or(0);
     }},
}};

void read_users(const YamlNode& map, WebConfig& config, Diagnostics& diagnostics) {
  if (!rulefile::is_map(map, "basic_auth_users", diagnostics)) return;
  for (const auto& [key, value] : map.entries) {
    const std::string hash(rulefile::read_text(*value, diagnostics).value_or(""));
    if (const auto fault = bcrypt_fault(hash)) {
      // The value is a secret, or meant to be one.
      const bool is_absent = value->kind == rulefile::NodeKind::Null;
      diagnostics.error(is_absent ? key->position : value->position,
                        fmt::format("the password of \"{}\" is no bcrypt hash: {}",
                                    rulefile::printable(key->text), *fault),
                        "make one with `htpasswd -nBC 10 \"\"`");
      continue;
    }
    if (bcrypt_cost(hash) > kCostWithoutWarning) {
      diagnostics.warn(rulefile::DiagnosticKind::InvalidValue, value->position,
                       fmt::format("each check of the password of \"{}\" takes seconds or more, "
                                   "at its cost of {}",
                                   rulefile::printable(key->text), bcrypt_cost(hash)));
    }
    config.users[key->text] = hash.substr(0, kBcryptBytes);
  }
}

constexpr std::array<Key<WebConfig>, 4> kFileKeys{{
    {"tls_server_config",
     [](const YamlNode& value, WebConfig& config, Diagnostics& diagnostics) {
       config.tls = read_tls_section(value, diagnostics);
     }},
    {"http_server_config",
     [](const YamlNode& value, WebConfig& config, Diagnostics& diagnostics) {
       rulefile::read_map<WebConfig>(value, "http_server_config", kHttpKeys, config, diagnostics);
     }},
    {"basic_auth_users", read_users},
    {"rate_limit",
     [](const YamlNode& value, WebConfig& config, Diagnostics& diagnostics) {
       rulefile::read_map<RateLimit>(value, "rate_limit", kRateKeys, config.rate_limit,
                                     diagnostics);
     }},
}};

}  // namespace

WebConfig parse_web_config(std::string_view text, const std::string& file) {
  Diagnostics diagnostics(file);
  const auto source = rulefile::decode_source(text, file);
  const auto document = rulefile::YamlDocument::parse(source, diagnostics);
  WebConfig config;
  rulefile::read_map<WebConfig>(document.root(), "the file", kFileKeys, config, diagnostics);
  diagnostics.throw_errors();
  config.warnings = diagnostics.warnings();
  return config;
}

}  // namespace weir::webconfig
