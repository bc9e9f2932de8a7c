// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "app/listen_plan.h"
#include "app/tap/byte_ring.h"
#include "weir/base/clock.h"
#include "weir/net/peer.h"

namespace weir::app {

// What a tap lets through: a datagram, a line of a stream, or a line that was refused. Borrows.
struct TapRecord {
  base::TimePoint time;
  ListenerKind kind = ListenerKind::Udp;
  net::Peer peer;             // of UDP and TCP, where it is known
  std::string_view sender;    // in its place, of what was refused
  std::string_view listener;  // of a unix socket
  std::string_view reason;    // of what was refused
  std::string_view bytes;

  // "" where it is not known, and on unix sockets.
  [[nodiscard]] std::string sender_text() const {
    return sender.empty() ? peer.text() : std::string(sender);
  }
};

// False when the ring has no room.
[[nodiscard]] bool append(ByteRing& ring, const TapRecord& record);
// `text` is a record of a ring.
[[nodiscard]] TapRecord read_tap_record(std::string_view text);

}  // namespace weir::app
