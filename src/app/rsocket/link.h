// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "app/rsocket/rsocket_counts.h"

namespace weir::app {

// Frames that wait for an application that reads nothing. Each is small: a request, a reply.
inline constexpr std::size_t kWaitingFramesMax = 256;

// Of the bytes that a connection holds back, those that count against --limits.rsocket-bytes: an
// ordinary page is to come through even when pages of others have used them up.
[[nodiscard]] inline std::size_t counted_bytes(std::size_t held) {
  constexpr std::size_t kFree = 65'536;
  return held > kFree ? held : 0;
}

// What carries the frames of a connection to an application and back. On the thread of RSocket.
class Link {
 public:
  virtual ~Link() = default;

  // Sends what the connection has to send, and ends once it is over and that is sent.
  virtual void flush() = 0;
  // Closes the socket. The link goes later, when nothing waits for it any more.
  virtual void end(ConnectionEnd reason) = 0;
};

}  // namespace weir::app
