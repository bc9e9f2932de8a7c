// SPDX-License-Identifier: Apache-2.0
#include "app/influx_out/write_url.h"

#include <algorithm>

#include "app/cli/flags.h"
#include "weir/http/query.h"

namespace weir::app {

namespace {

constexpr std::string_view kPlainScheme = "http://";
constexpr std::string_view kTlsScheme = "https://";
constexpr std::string_view kWrite = "/write";
constexpr std::string_view kWriteV2 = "/api/v2/write";
constexpr std::string_view kForm =
    "http://HOST:PORT/write?db=NAME or http://HOST:PORT/api/v2/write?org=NAME&bucket=NAME";

bool is_visible(char c) { return c > ' ' && c <= '~'; }

std::string_view without_scheme(std::string_view text, InfluxWriteUrl& url) {
  url.is_tls = text.starts_with(kTlsScheme);
  if (!url.is_tls && !text.starts_with(kPlainScheme)) throw BadValue(std::string(kForm));
  url.port = url.is_tls ? "443" : "80";
  return text.substr(url.is_tls ? kTlsScheme.size() : kPlainScheme.size());
}

void take_authority(std::string_view authority, InfluxWriteUrl& url) {
  if (authority.find('@') != std::string_view::npos) {
    throw BadValue("a URL without a user: --influx.user and --influx.password-file have it");
  }
  url.authority = authority;
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    url.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  const bool is_bracketed = authority.starts_with('[') && authority.ends_with(']');
  if (is_bracketed) authority = authority.substr(1, authority.size() - 2);
  url.host = authority;
  const bool is_torn = !is_bracketed && authority.find_first_of("[]:") != std::string_view::npos;
  if (url.host.empty() || url.port.empty() || is_torn) throw BadValue(std::string(kForm));
}

// The one value of `key`; "" without one.
std::string value_of(std::string_view query, std::string_view key) {
  const auto values = http::query_values(query, key);
  return values.size() == 1 ? values.front() : std::string();
}

void check_query(std::string_view query, const InfluxWriteUrl& url) {
  const bool has_password =
      !http::query_values(query, "p").empty() || !http::query_values(query, "u").empty();
  if (has_password) {
    throw BadValue("a URL without u= and p=: --influx.user and --influx.password-file have them");
  }
  const std::string_view needed = url.api == InfluxWriteUrl::Api::V1 ? "db" : "bucket";
  if (value_of(query, needed).empty()) throw BadValue(std::string(kForm));
  const auto precision = http::query_values(query, "precision");
  if (!precision.empty() && precision != std::vector<std::string>{"ms"}) {
    throw BadValue("a URL whose precision is ms, which it is without one, too");
  }
}

void take_target(std::string_view target, InfluxWriteUrl& url) {
  const auto question = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, question);
  const std::string_view query = target.substr(std::min(question + 1, target.size()));
  if (!path.ends_with(kWrite) || target.find('#') != std::string_view::npos) {
    throw BadValue(std::string(kForm));
  }
  url.api = path.ends_with(kWriteV2) ? InfluxWriteUrl::Api::V2 : InfluxWriteUrl::Api::V1;
  check_query(query, url);
  url.target = target;
  if (http::query_values(query, "precision").empty()) url.target += "&precision=ms";
  if (url.api == InfluxWriteUrl::Api::V2) return;
  url.query_path = std::string(path.substr(0, path.size() - kWrite.size())) + "/query";
  url.database = value_of(query, "db");
}

}  // namespace

InfluxWriteUrl parse_influx_write_url(std::string_view text) {
  if (!std::ranges::all_of(text, is_visible)) throw BadValue(std::string(kForm));
  InfluxWriteUrl url;
  url.text = text;
  const std::string_view rest = without_scheme(text, url);
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) throw BadValue(std::string(kForm));
  take_authority(rest.substr(0, slash), url);
  take_target(rest.substr(slash), url);
  return url;
}

}  // namespace weir::app
