// SPDX-License-Identifier: Apache-2.0
#include "app/tap/tap_handler.h"

#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/tap/capture_source.h"
#include "app/tap/tail_source.h"
#include "weir/base/json_writer.h"
#include "weir/base/number.h"
#include "weir/http/query.h"

namespace weir::app {

namespace {

constexpr double kLinesPerSecondMax = 100'000;
constexpr double kSecondsMax = 86'400;
// A filter is looked for in every datagram.
constexpr std::size_t kFilterBytesMax = 1024;

// Why a request has no answer.
struct Refused {
  unsigned status;
  std::string error;
};

http::Response answer(unsigned status, std::string_view content_type) {
  http::Response made;
  made.status = status;
  made.headers = {{"Content-Type", std::string(content_type)},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Cache-Control", "no-store"}};
  return made;
}

http::Response refusal(const Refused& refused) {
  auto made = answer(refused.status, "application/json");
  if (refused.status == 405) made.headers.push_back({"Allow", "GET, HEAD"});
  base::JsonWriter(made.body).open_object().key("error").text(refused.error).close_object();
  made.body += '\n';
  return made;
}

// The parameters of a request. Throws Refused.
class Query {
 public:
  explicit Query(const std::string& query) : query_(query) {}

  // "" without it.
  [[nodiscard]] std::string text(std::string_view key) const {
    auto values = http::query_values(query_, key);
    if (values.size() > 1) throw Refused{400, fmt::format("there may be one {}=", key)};
    if (values.empty()) return {};
    if (values.front().size() > kFilterBytesMax) {
      throw Refused{414, fmt::format("{} is longer than {} bytes", key, kFilterBytesMax)};
    }
    return std::move(values.front());
  }

  [[nodiscard]] bool flag(std::string_view key) const {
    const std::string value = text(key);
    if (value.empty() || value == "false") return false;
    if (value != "true") throw Refused{400, fmt::format("{} must be true or false", key)};
    return true;
  }

  // Above 0 and at most `max`.
  [[nodiscard]] double number(std::string_view key, double fallback, double max) const {
    const std::string value = text(key);
    if (value.empty()) return fallback;
    const auto number = base::parse_number(value);
    if (number.fault != base::NumberFault::None || !(number.value > 0) || number.value > max) {
      throw Refused{400, fmt::format("{} must be a number above 0 and at most {}", key, max)};
    }
    return number.value;
  }

 private:
  const std::string& query_;
};

TapRequest tail_request(const Query& query, const statsd::Dialects& dialects) {
  TapFilter::Wanted wanted{query.text("name"), query.text("tag"), query.text("sender")};
  if (!wanted.sender.empty() && !TapFilter::is_sender(wanted.sender)) {
    throw Refused{400, "sender must be an address, with or without its port, or a path"};
  }
  TapRequest request;
  request.filter.emplace(std::move(wanted), dialects);
  request.wants_refused = query.flag("refused");
  request.lines_per_second = query.number("rate", request.lines_per_second, kLinesPerSecondMax);
  return request;
}

TapRequest capture_request(const Query& query) {
  TapRequest request;
  request.kind = TapKind::Capture;
  request.share = query.number("sample", 1, 1);
  const double seconds =
      query.number("seconds", static_cast<double>(request.time.count()), kSecondsMax);
  request.time = std::chrono::seconds(static_cast<std::int64_t>(std::ceil(seconds)));
  return request;
}

// `read` gives the request, `make` the body of its answer.
template <typename Read, typename Make>
http::Response respond(const http::Request& request, TapHub& hub, const Read& read,
                       const Make& make) {
  try {
    if (request.method != "GET" && request.method != "HEAD") {
      throw Refused{405, "this takes GET and HEAD"};
    }
    TapRequest wanted = read(Query(request.query));
    auto made = answer(200, "application/x-ndjson");
    // Or a proxy collects what is to be seen at once.
    made.headers.push_back({"X-Accel-Buffering", "no"});
    if (request.method == "HEAD") return made;
    if (hub.is_full()) {
      throw Refused{503, fmt::format("{} clients have a tail or capture open, which is all that "
                                     "may be; try again when one has ended",
                                     TapHub::kTapsMax)};
    }
    made.chunks = make(hub.open(std::move(wanted)));
    return made;
  } catch (const Refused& refused) {
    return refusal(refused);
  }
}

}  // namespace

http::Response TapHandler::tail(const http::Request& request) {
  return respond(
      request, hub_, [this](const Query& query) { return tail_request(query, dialects_); },
      [](std::unique_ptr<Tap> tap) { return std::make_unique<TailSource>(std::move(tap)); });
}

http::Response TapHandler::capture(const http::Request& request) {
  return respond(
      request, hub_, [](const Query& query) { return capture_request(query); },
      [](std::unique_ptr<Tap> tap) { return std::make_unique<CaptureSource>(std::move(tap)); });
}

}  // namespace weir::app
