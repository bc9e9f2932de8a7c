// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/commands/stop_signal.h"
#include "app/listen_plan.h"
#include "weir/net/open_socket.h"

namespace weir::app {

// Sends records to one address as a client of a daemon does: each as a datagram, or with a newline
// into a stream. Waits where the receiver does not keep up.
class TrafficSender {
 public:
  enum class Result : std::uint8_t {
    Sent,
    Refused,  // a datagram that could not be sent, and none is waiting
    Stopped,  // `stop` has come first
  };

  // Connects. Throws std::runtime_error.
  TrafficSender(ListenerKind kind, const std::string& address, StopSignal& stop);

  // What goes into a stream is collected up to a flush. Throws std::runtime_error when a stream is
  // broken.
  [[nodiscard]] Result send(std::string_view record);
  [[nodiscard]] Result flush();

 private:
  [[nodiscard]] Result send_datagram(std::string_view record);

  const std::string address_;
  const bool is_stream_;
  StopSignal& stop_;
  net::Descriptor socket_;
  std::string collected_;
};

}  // namespace weir::app
