// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "weir/base/clock.h"

namespace weir::net {

// Takes what a datagram socket received. Called on the listener's thread.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;

  // One call per receive, in the order of arrival; a datagram may be empty. The bytes are borrowed
  // until the call returns.
  virtual void on_datagrams(std::span<const std::string_view> batch, base::TimePoint now) = 0;
};

}  // namespace weir::net
