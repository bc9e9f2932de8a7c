// SPDX-License-Identifier: Apache-2.0
#include "weir/influxwrite/answer.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iterator>

#include "weir/base/ascii.h"
#include "weir/base/escape.h"
#include "weir/base/json_members.h"

namespace weir::influxwrite {

namespace {

using std::chrono::seconds;

// Longer than any server means it.
constexpr seconds kRetryAfterMax = std::chrono::hours(1);
constexpr std::size_t kMessageBytesMax = 1024;

// The digits that `text` begins with; none without any, or with more than fit.
std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

// `{"error":"..."}` of version 1, `{"code":"...","message":"..."}` of version 2, or else the text.
std::string message_of(std::string_view body) {
  base::JsonMembers members(body);
  base::JsonMember member;
  std::string found;
  while (members.next(member)) {
    const bool is_message = member.key == "error" || member.key == "message";
    if (is_message && member.kind == base::JsonMember::Kind::Text) found = member.text;
  }
  if (found.empty()) found = body;
  while (!found.empty() && (found.back() == '\n' || found.back() == '\r')) found.pop_back();
  return std::string(base::beginning_of(found, kMessageBytesMax));
}

std::optional<seconds> seconds_until(std::string_view date, base::UnixTime now) {
  std::tm time{};
  const std::string text(date);
  const char* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const auto at = std::chrono::sys_seconds(seconds(::timegm(&time)));
  // A year may be beyond the reach of nanoseconds.
  return at - std::chrono::floor<seconds>(now);
}

std::optional<seconds> wait_of(std::string_view retry_after, base::UnixTime now) {
  if (retry_after.empty()) return std::nullopt;
  if (!std::ranges::all_of(retry_after, base::is_digit)) {
    const auto wait = seconds_until(retry_after, now);
    if (!wait) return std::nullopt;
    return std::clamp(*wait, seconds(0), kRetryAfterMax);
  }
  const auto number = leading_number(retry_after).value_or(kRetryAfterMax.count());
  return std::min(
      seconds(static_cast<std::int64_t>(std::min<std::uint64_t>(number, kRetryAfterMax.count()))),
      kRetryAfterMax);
}

std::uint64_t dropped_of(std::string_view message) {
  constexpr std::string_view kMark = "dropped=";
  const auto at = message.rfind(kMark);
  if (at == std::string_view::npos) return 0;
  return leading_number(message.substr(at + kMark.size())).value_or(0);
}

Verdict verdict_of(unsigned status, std::string_view message) {
  if (status >= 200 && status < 300) return Verdict::Written;
  if (status >= 500 || status == 429 || status == 408) return Verdict::NotNow;
  if (status == 413) return Verdict::TooLarge;
  const bool is_partial = message.find("partial write") != std::string_view::npos;
  if ((status == 400 || status == 422) && is_partial) return Verdict::Partial;
  const bool has_no_database = message.find("database not found") != std::string_view::npos;
  if (status == 404 && has_no_database) return Verdict::NoDatabase;
  return Verdict::Refused;
}

}  // namespace

Answer read_answer(unsigned status, std::string_view retry_after, std::string_view body,
                   base::UnixTime now) {
  Answer answer;
  const std::string message = message_of(body);
  answer.verdict = verdict_of(status, message);
  answer.message = message;
  if (answer.verdict == Verdict::Partial) answer.dropped = dropped_of(message);
  if (answer.verdict == Verdict::NotNow) answer.retry_after = wait_of(retry_after, now);
  return answer;
}

}  // namespace weir::influxwrite
