// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "app/tap/tap_filter.h"

namespace weir::app {

// A tail shows some of the traffic, bounded by a rate; a capture keeps all that there is room for.
enum class TapKind : std::uint8_t { Tail, Capture };

// What a client of a tap has asked for.
struct TapRequest {
  TapKind kind = TapKind::Tail;
  // Of a tail.
  std::optional<TapFilter> filter;
  bool wants_refused = false;  // and nothing else
  double lines_per_second = 1000;
  // Of a capture.
  double share = 1;  // of the records
  std::chrono::seconds time{60};
};

}  // namespace weir::app
