// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/net/peer.h"

namespace weir::net {

// Takes what a datagram socket received. Called on the listener's thread.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;

  // One call per receive, in the order of arrival; a datagram may be empty. Bytes and senders are
  // borrowed until the call returns.
  virtual void on_datagrams(std::span<const std::string_view> batch, const Senders& senders,
                            base::TimePoint now) = 0;

  // Asked before each receive: true when the sender of each datagram is wanted, which costs a dense
  // stream a tenth of its receives. Otherwise the senders of the first few are known.
  [[nodiscard]] virtual bool wants_all_senders() const { return false; }
};

}  // namespace weir::net
