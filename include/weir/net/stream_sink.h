// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/net/peer.h"

namespace weir::net {

// Takes what one connection received. Called on the listener's thread; owned by the connection.
class StreamSink {
 public:
  virtual ~StreamSink() = default;

  // Any cut of the stream, in order, never empty. The bytes are borrowed until the call returns.
  virtual void on_bytes(std::string_view bytes, base::TimePoint now) = 0;

  // The connection is over, for whatever reason. Called once, unless the process is going down
  // hard.
  virtual void on_end(base::TimePoint now) = 0;

  // A read error is not counted when an unfinished line is still taken (behaviour line.stream-end).
  [[nodiscard]] virtual bool holds_unfinished_line() const { return false; }
};

// Makes the sink of a new connection; of a unix socket's, the peer is not known.
using StreamSinkFactory = std::function<std::unique_ptr<StreamSink>(const Peer& peer)>;

}  // namespace weir::net
