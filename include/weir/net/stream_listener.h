// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/tally.h"
#include "weir/net/activity.h"
#include "weir/net/allow_list.h"
#include "weir/net/open_socket.h"
#include "weir/net/stream_sink.h"
#include "weir/tls/handshake_stats.h"
#include "weir/tls/server_context.h"

namespace boost::asio {
class io_context;
}

namespace weir::net {

// Written by the listener's thread, readable from any.
struct StreamStats {
  base::Tally connections;  // taken, without the refused ones
  base::Tally errors;       // connections that ended in a read error
  base::Tally refused;      // closed at once: too many were open
  base::Tally idle_closed;  // silent for too long
  // Closed at once: few file descriptors are left, and scrapes need them.
  base::Tally out_of_descriptors;
  // Closed at once: their address is not in the allow-list.
  base::Tally refused_senders;
  // Closed at once: its TLS files cannot be used now, or there was no memory for it.
  base::Tally failed;
  base::Tally accept_errors;  // each followed by a pause
  base::Tally bytes;
  std::atomic<std::uint64_t> open{0};
  tls::HandshakeStats handshakes;
};

// Accepts connections, TCP or unix, and hands each one's bytes to a sink of its own. All of it runs
// on the thread of the io_context, which must outlive the listener; `log` and whatever the sinks
// use too. Destroy it when that context no longer runs.
class StreamListener {
 public:
  struct Options {
    std::size_t connections_max = 1000;         // of this listener alone
    std::string_view connections_flag{};        // that sets it, for messages; outlives all
    std::chrono::milliseconds idle_timeout{0};  // 0: none
    // Who may connect. Not asked on a unix socket, whose file's mode decides.
    AllowList allow_from{};
    tls::ContextSource tls{};  // what connections speak TLS with; empty: they do not
  };

  // Takes over a listening stream socket, and its file.
  StreamListener(boost::asio::io_context& context, BoundSocket socket, const Options& options,
                 StreamSinkFactory make_sink, const base::Log& log);
  ~StreamListener();
  StreamListener(const StreamListener&) = delete;
  StreamListener& operator=(const StreamListener&) = delete;

  void start();
  // Removes a unix socket's file, takes no more connections, reads what the open ones hold (no
  // longer than until `deadline`), and ends them all. Every sink has seen its end when this
  // returns.
  void stop(base::TimePoint deadline);

  [[nodiscard]] const StreamStats& stats() const;
  // What the kernel holds for a connection that has just been made, as it counts; of a unix socket,
  // what it holds for a sender. Any thread.
  [[nodiscard]] std::uint64_t buffer_bytes() const;
  // Any thread. Pressure is that of the connection with the fullest buffer, estimated where little
  // is taken at once.
  [[nodiscard]] const Activity& activity() const;
  // As messages name it. Any thread.
  [[nodiscard]] const std::string& address() const;
  [[nodiscard]] bool has_tls() const;
  // 0 for a unix socket.
  [[nodiscard]] std::uint16_t local_port() const;
  [[nodiscard]] int native_handle() const;

 private:
  class Sessions;
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace weir::net
