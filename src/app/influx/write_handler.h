// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "app/influx/influx_answers.h"
#include "app/influx/influx_counts.h"
#include "app/influx/influx_options.h"
#include "app/influx/point_intake.h"
#include "weir/http/request.h"
#include "weir/http/response.h"

namespace weir::app {

// Answers requests to write. Bodies are worked off one after another, in turns between which the
// thread does other things, so a long one holds up neither its sockets nor a stop. On the thread of
// the io_context.
class WriteHandler {
 public:
  // All of it must outlive the handler; the handler `context`'s last turn.
  WriteHandler(boost::asio::io_context& context, const InfluxOptions& options, PointIntake& intake,
               InfluxCounts& counts);
  ~WriteHandler();
  WriteHandler(const WriteHandler&) = delete;
  WriteHandler& operator=(const WriteHandler&) = delete;

  [[nodiscard]] http::Response write(const http::Request& request, InfluxApi api);
  // Drops what waits, once the connections that it is of have gone.
  void give_up();

 private:
  struct Job;
  // Of a body, unpacked or read, in one turn: about a millisecond.
  static constexpr std::size_t kTurnBytes = 65'536;

  [[nodiscard]] http::Response refuse(InfluxApi api, std::string_view message);
  [[nodiscard]] http::Response later(std::unique_ptr<Job> job);
  void post_turn();
  void take_turn();
  // Each true when the job has been answered.
  bool advance(Job& job);
  bool unpack(Job& job);
  void finish(Job& job);

  boost::asio::io_context& context_;
  const InfluxOptions& options_;
  PointIntake& intake_;
  InfluxCounts& counts_;
  std::deque<std::unique_ptr<Job>> jobs_;
  bool is_posted_ = false;
};

}  // namespace weir::app
