// SPDX-License-Identifier: Apache-2.0
#include "net/refused_senders.h"

#include <string>
#include <utility>

#include <fmt/core.h>

namespace weir::net {

void RefusedSenders::note(std::uint64_t count, const Peer& sender, const AllowList& allowed,
                          base::TimePoint now) {
  since_last_line_ += count;
  if (!gate_.pass(now)) return;
  log_.warn(fmt::format("{} {} refused: their sender is not in the networks that may send", title_,
                        what_),
            {{"sender", sender.text()},
             {"refused", std::to_string(std::exchange(since_last_line_, 0))},
             {"flag", std::string(allowed.flag())}});
}

}  // namespace weir::net
