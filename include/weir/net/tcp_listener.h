// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/tally.h"
#include "weir/net/endpoint.h"
#include "weir/net/stream_sink.h"

namespace boost::asio {
class io_context;
}

namespace weir::net {

// Written by the listener's thread, readable from any.
struct TcpStats {
  base::Tally connections;    // taken, without the refused ones
  base::Tally errors;         // connections that ended in a read error
  base::Tally refused;        // closed at once: too many were open
  base::Tally idle_closed;    // silent for too long
  base::Tally accept_errors;  // each followed by a pause
  base::Tally bytes;
  std::atomic<std::uint64_t> open{0};
};

// Accepts connections and hands each one's bytes to a sink of its own. All of it runs on the thread
// of the io_context, which must outlive the listener; `log` and whatever the sinks use too. Destroy
// it when that context no longer runs.
class TcpListener {
 public:
  struct Options {
    std::size_t connections_max = 1000;
    std::chrono::milliseconds idle_timeout{0};  // 0: none
    PortSharing sharing = PortSharing::Exclusive;
  };

  // Binds and listens at once. Throws ListenError.
  TcpListener(boost::asio::io_context& context, const Endpoint& endpoint, const Options& options,
              StreamSinkFactory make_sink, const base::Log& log);
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  void start();
  // Takes no more connections, reads what the open ones hold (no longer than until `deadline`), and
  // ends them all. Every sink has seen its end when this returns.
  void stop(base::TimePoint deadline);

  [[nodiscard]] const TcpStats& stats() const;
  [[nodiscard]] std::uint16_t local_port() const;

 private:
  class Sessions;
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace weir::net
