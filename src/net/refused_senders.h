// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/log_gate.h"
#include "weir/net/allow_list.h"
#include "weir/net/peer.h"

namespace weir::net {

// Warns of senders that an allow-list keeps out: of the first, and then of one in ten seconds. Used
// by the listener's thread.
class RefusedSenders {
 public:
  // `title` is the listener's, as messages name it, and `what` is refused: `datagrams`. The texts
  // and `log` outlive it.
  RefusedSenders(std::string_view title, std::string_view what, const base::Log& log)
      : title_(title), what_(what), log_(log) {}

  // `count` more were refused, the last of them of `sender`.
  void note(std::uint64_t count, const Peer& sender, const AllowList& allowed, base::TimePoint now);

 private:
  const std::string_view title_;
  const std::string_view what_;
  const base::Log& log_;
  base::LogGate gate_;
  std::uint64_t since_last_line_ = 0;
};

}  // namespace weir::net
