// SPDX-License-Identifier: Apache-2.0
#include "http/response_head.h"

#include <array>
#include <string_view>

#include <fmt/core.h>

#include "weir/http/response.h"

namespace weir::http {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr int kYearOfTm = 1900;
constexpr unsigned kNoContent = 204;

// What the version alone does not say.
std::string_view connection_field(const ResponseHead& head) {
  if (head.version == Version::Http11) return head.keeps_alive ? "" : "Connection: close\r\n";
  return head.keeps_alive ? "Connection: keep-alive\r\n" : "";
}

}  // namespace

std::string format_head(const ResponseHead& head, const std::vector<Field>& fields,
                        std::time_t now) {
  std::string out;
  out += fmt::format("HTTP/1.{} {} {}\r\n", head.version == Version::Http11 ? 1 : 0, head.status,
                     reason_phrase(head.status));
  for (const Field& field : fields) out += fmt::format("{}: {}\r\n", field.name, field.value);
  out += fmt::format("Date: {}\r\n", format_date(now));
  // RFC 9110 8.6: not where there never is a body.
  if (head.framing == Framing::Length && head.status != kNoContent) {
    out += fmt::format("Content-Length: {}\r\n", head.body_bytes);
  }
  out += connection_field(head);
  if (head.framing == Framing::Chunked) out += "Transfer-Encoding: chunked\r\n";
  out += "\r\n";
  return out;
}

std::string format_date(std::time_t now) {
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                     kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + kYearOfTm,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace weir::http
