// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "app/options.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/tally.h"
#include "weir/metrics/store.h"
#include "weir/net/datagram_sink.h"
#include "weir/net/stream_sink.h"
#include "weir/net/tcp_listener.h"
#include "weir/net/udp_listener.h"
#include "weir/pipeline/pipeline.h"

namespace weir::app {

// One ingest thread with its listeners and its pipeline. Everything inside runs on that thread
// alone; the main thread reads counts and posts what changes.
class Worker {
 public:
  // Called on the worker's thread when a listener cannot go on.
  using FailureHandler = std::function<void(const std::string& reason)>;

  // Binds the listeners. `store` and `log` must outlive the worker. Throws net::ListenError.
  Worker(const Options& options, std::uint64_t seed,
         std::shared_ptr<const pipeline::PreparedRules> rules, metrics::Store& store,
         const base::Log& log);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start(FailureHandler on_failure);
  // Takes in what the sockets hold, until `deadline` at the latest, closes them and ends the
  // thread.
  void stop(base::TimePoint deadline);
  // Hands new rules over at the next batch boundary.
  void use_rules(std::shared_ptr<const pipeline::PreparedRules> rules);

  [[nodiscard]] const pipeline::Ledger& ledger() const { return pipeline_.ledger(); }
  // Null when the listener is off.
  [[nodiscard]] const net::UdpListener* udp() const { return udp_ ? &*udp_ : nullptr; }
  [[nodiscard]] const net::TcpListener* tcp() const { return tcp_ ? &*tcp_ : nullptr; }
  [[nodiscard]] const base::Tally& tcp_lines_too_long() const { return tcp_lines_too_long_; }

 private:
  class DatagramWay;
  class StreamWay;

  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  pipeline::Pipeline pipeline_;
  base::Tally tcp_lines_too_long_;
  std::unique_ptr<DatagramWay> datagrams_;
  std::optional<net::UdpListener> udp_;
  std::optional<net::TcpListener> tcp_;
  std::thread thread_;
};

}  // namespace weir::app
