// SPDX-License-Identifier: Apache-2.0
#include "app/push/push_path.h"

#include "weir/base/ascii.h"
#include "weir/base/duration.h"
#include "weir/base/escape.h"
#include "weir/http/query.h"

namespace weir::app {

std::string decoded_path(const http::Request& request) {
  const std::string_view escaped = request.escaped_path;
  std::string path;
  for (std::size_t at = 0; at < escaped.size(); ++at) {
    const bool is_escape = escaped[at] == '%' && at + 2 < escaped.size();
    const int high = is_escape ? base::hex_value(escaped[at + 1]) : -1;
    const int low = is_escape ? base::hex_value(escaped[at + 2]) : -1;
    if (high < 0 || low < 0) {
      path += escaped[at];
      continue;
    }
    path += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return path;
}

std::optional<push::GroupPath> group_path(std::string_view path) {
  constexpr std::string_view kPlain = "/metrics/job/";
  constexpr std::string_view kBase64 = "/metrics/job@base64/";
  push::GroupPath group;
  group.is_job_base64 = path.starts_with(kBase64);
  if (!group.is_job_base64 && !path.starts_with(kPlain)) return std::nullopt;
  path.remove_prefix(group.is_job_base64 ? kBase64.size() : kPlain.size());
  const std::size_t end = std::min(path.find('/'), path.size());
  if (end == 0) return std::nullopt;
  group.job = path.substr(0, end);
  group.labels = path.substr(end);
  return group;
}

base::Result<std::chrono::nanoseconds, std::string> push_ttl(const http::Request& request,
                                                             std::chrono::nanoseconds otherwise) {
  const auto in_query = http::query_values(request.query, "ttl");
  const std::string text(in_query.empty() ? request.header("X-Push-TTL") : in_query.front());
  if (text.empty()) return otherwise;
  const auto ttl = base::parse_duration(text, base::DurationUnits::ToWeeks);
  if (ttl && ttl->count() >= 0) return *ttl;
  std::string answer = "invalid ttl ";
  base::append_quoted(answer, base::beginning_of(text, 100));
  return answer + ": a duration such as 90s or 24h is needed";
}

}  // namespace weir::app
