// SPDX-License-Identifier: Apache-2.0
#include "app/influx/write_handler.h"

#include <memory>
#include <string_view>
#include <utility>

#include "weir/base/clock.h"
#include "weir/http/query.h"

namespace weir::app {

// One that waits or is under way.
class WriteHandler::Write final : public BodyReader {
 public:
  Write(WriteHandler& handler, InfluxApi api, influx::Precision precision,
        const ForeignOrigin& origin)
      : handler_(handler), api_(api), precision_(precision), origin_(origin) {}

  void take(std::string_view& rest, std::size_t bytes_max) override {
    const std::size_t before = rest.size();
    handler_.intake_.take(rest, bytes_max, precision_, base::Clock::now(), origin_, &report_);
    handler_.counts_.http_bytes.add(before - rest.size());
    origin_.source->bytes.add(before - rest.size());
  }

  [[nodiscard]] http::Response answer(End end) override {
    switch (end) {
      case End::Read: return answer_read();
      case End::NotGzip: return handler_.refuse(api_, "gzip: invalid header");
      case End::CutOff: return handler_.refuse(api_, "unexpected EOF");
      case End::TooLong: break;
    }
    handler_.counts_.writes.too_large.add();
    return influx_error(api_, 413, "Request Entity Too Large");
  }

 private:
  [[nodiscard]] http::Response answer_read() {
    InfluxCounts::Writes& writes = handler_.counts_.writes;
    if (report_.refused() == 0) {
      writes.taken.add();
      return influx_done();
    }
    (report_.taken() > 0 ? writes.partial : writes.rejected).add();
    return influx_error(api_, 400, report_.text());
  }

  WriteHandler& handler_;
  const InfluxApi api_;
  const influx::Precision precision_;
  const ForeignOrigin origin_;
  WriteReport report_;
};

WriteHandler::WriteHandler(boost::asio::io_context& context, const InfluxOptions& options,
                           std::deque<ForeignSource>& sources, PointIntake& intake,
                           InfluxCounts& counts)
    : sources_(sources),
      intake_(intake),
      counts_(counts),
      bodies_(context, options.unpacked_bytes_max) {}

http::Response WriteHandler::write(const http::Request& request, InfluxApi api) {
  if (request.method == "OPTIONS") return influx_done();
  if (request.method != "POST") {
    counts_.writes.bad_request.add();
    return influx_post_only();
  }
  const auto precision = influx_precision(api, request.query);
  if (!precision) {
    return refuse(api, "invalid precision; valid precision units are ns, us, ms, and s");
  }
  if (api == InfluxApi::V1 && http::query_values(request.query, "db").empty()) {
    return refuse(api, "database is required");
  }
  const ForeignOrigin origin{&sources_.at(request.origin.socket), request.origin.peer};
  return bodies_.add(request, std::make_unique<Write>(*this, api, *precision, origin));
}

http::Response WriteHandler::refuse(InfluxApi api, std::string_view message) {
  counts_.writes.bad_request.add();
  return influx_error(api, 400, message);
}

}  // namespace weir::app
