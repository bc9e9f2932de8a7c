// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "app/tap/byte_ring.h"
#include "app/tap/tap_request.h"
#include "weir/base/tally.h"

namespace weir::app {

// Between one worker, which writes, and the main thread, which reads for one client.
struct TapChannel {
  TapChannel(std::shared_ptr<const TapRequest> asked, std::size_t ring_bytes)
      : request(std::move(asked)), ring(ring_bytes) {}

  const std::shared_ptr<const TapRequest> request;
  ByteRing ring;
  // The worker has taken it over, and looks at traffic from here on.
  std::atomic<bool> is_open{false};
  // Written by the worker: lines that a tail left out without a look or for want of room, records
  // that a capture had no room for.
  base::Tally lost;
};

}  // namespace weir::app
