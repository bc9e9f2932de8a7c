// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include <boost/asio/io_context.hpp>

#include "app/body_queue.h"
#include "app/foreign_batch.h"
#include "app/wavefront/line_intake.h"
#include "app/wavefront/wavefront_counts.h"
#include "app/wavefront/wavefront_options.h"
#include "weir/http/request.h"
#include "weir/http/response.h"

namespace weir::app {

// Answers reports as Wavefront's proxy does: lines that cannot be read are counted, and the answer
// to what was read is 202 all the same. On the thread of the io_context.
class ReportHandler {
 public:
  // `sources` has one for each socket of the server. All of it must outlive the handler; the
  // handler `context`'s last turn.
  ReportHandler(boost::asio::io_context& context, const WavefrontOptions& options,
                std::deque<ForeignSource>& sources, LineIntake& intake, WavefrontCounts& counts)
      : sources_(sources),
        intake_(intake),
        counts_(counts),
        bodies_(context, options.unpacked_bytes_max) {}

  [[nodiscard]] http::Response report(const http::Request& request);
  // Drops what waits, once the connections that it is of have gone.
  void give_up() { counts_.reports.given_up.add(bodies_.give_up()); }

 private:
  class Report;

  std::deque<ForeignSource>& sources_;
  LineIntake& intake_;
  WavefrontCounts& counts_;
  BodyQueue bodies_;
};

}  // namespace weir::app
