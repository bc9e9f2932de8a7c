// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "weir/wavefront/line_writer.h"

namespace weir::app {

// What became of what was to be written to a proxy of Wavefront. Main thread.
struct WavefrontWriteCounts {
  wavefront::WriterCounts made;
  std::uint64_t sent = 0;     // lines that the kernel has taken
  std::uint64_t dropped = 0;  // the oldest lines that waited, for newer ones or at the end
  std::uint64_t passes = 0;
  std::uint64_t late = 0;  // passes that were left out: the one before was not over
  std::uint64_t connected = 0;
  std::uint64_t connect_failed = 0;
  std::uint64_t broken = 0;  // connections that ended while lines were written
  std::uint64_t queue_bytes = 0;
  bool is_connected = false;
};

}  // namespace weir::app
