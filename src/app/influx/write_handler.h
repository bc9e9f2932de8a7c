// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include <boost/asio/io_context.hpp>

#include "app/body_queue.h"
#include "app/foreign_batch.h"
#include "app/influx/influx_answers.h"
#include "app/influx/influx_counts.h"
#include "app/influx/influx_options.h"
#include "app/influx/point_intake.h"
#include "weir/http/request.h"
#include "weir/http/response.h"

namespace weir::app {

// Answers requests to write. On the thread of the io_context.
class WriteHandler {
 public:
  // `sources` has one for each socket of the server. All of it must outlive the handler; the
  // handler `context`'s last turn.
  WriteHandler(boost::asio::io_context& context, const InfluxOptions& options,
               std::deque<ForeignSource>& sources, PointIntake& intake, InfluxCounts& counts);

  [[nodiscard]] http::Response write(const http::Request& request, InfluxApi api);
  // Drops what waits, once the connections that it is of have gone.
  void give_up() { counts_.writes.given_up.add(bodies_.give_up()); }

 private:
  class Write;

  [[nodiscard]] http::Response refuse(InfluxApi api, std::string_view message);

  std::deque<ForeignSource>& sources_;
  PointIntake& intake_;
  InfluxCounts& counts_;
  BodyQueue bodies_;
};

}  // namespace weir::app
