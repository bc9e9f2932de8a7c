// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/report_handler.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/http/query.h"

namespace weir::app {

namespace {

// Of any other the lines tell what they are.
bool is_unsupported(std::string_view format) {
  constexpr std::array<std::string_view, 6> kFormats = {
      "trace", "spanLogs", "event", "logs_json_arr", "logs_json_lines", "logs_json_cloudwatch"};
  return std::ranges::find(kFormats, format) != kFormats.end();
}

std::string format_of(const http::Request& request) {
  for (const std::string_view key : {"f", "format"}) {
    auto values = http::query_values(request.query, key);
    if (!values.empty()) return std::move(values.front());
  }
  return {};
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

http::Response answer_with(unsigned status, std::string body) {
  http::Response response = http::text_response(status, std::move(body));
  if (status == 405) response.headers.push_back({"Allow", "POST"});
  return response;
}

}  // namespace

class ReportHandler::Report final : public BodyReader {
 public:
  Report(ReportHandler& handler, const ForeignOrigin& origin)
      : handler_(handler), origin_(origin) {}

  void take(std::string_view& rest, std::size_t bytes_max) override {
    const std::size_t before = rest.size();
    LineIntake::Batch batch(handler_.intake_, origin_, rest.substr(0, bytes_max),
                            base::Clock::now());
    while (!rest.empty() && before - rest.size() < bytes_max) batch.line(take_line(rest));
    handler_.counts_.http_bytes.add(before - rest.size());
    origin_.source->bytes.add(before - rest.size());
  }

  [[nodiscard]] http::Response answer(End end) override {
    WavefrontCounts::Reports& reports = handler_.counts_.reports;
    switch (end) {
      case End::Read: reports.taken.add(); return answer_with(202, {});
      case End::NotGzip:
      case End::CutOff: reports.bad_request.add(); return answer_with(400, "bad gzip\n");
      case End::TooLong: break;
    }
    reports.too_large.add();
    return answer_with(413, "Request Entity Too Large\n");
  }

 private:
  ReportHandler& handler_;
  const ForeignOrigin origin_;
};

http::Response ReportHandler::report(const http::Request& request) {
  if (request.method != "POST") {
    counts_.reports.bad_request.add();
    return answer_with(405, "Method Not Allowed\n");
  }
  // What the proxy answers where these are turned off; clients send no more of them then.
  if (is_unsupported(format_of(request))) {
    counts_.reports.unsupported.add();
    return answer_with(403, "weir takes metrics and distributions alone\n");
  }
  const ForeignOrigin origin{&sources_.at(request.origin.socket), request.origin.peer};
  return bodies_.add(request, std::make_unique<Report>(*this, origin));
}

}  // namespace weir::app
