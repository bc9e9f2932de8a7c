// SPDX-License-Identifier: Apache-2.0
#include "weir/tls/handshake_stats.h"

#include <string>

#include <fmt/core.h>

#include "weir/base/clock.h"

namespace weir::tls {

void HandshakeLog::note_failed(HandshakeFailure failure, std::string_view text,
                               std::string_view peer) {
  const auto index = static_cast<std::size_t>(failure);
  stats_.failed.at(index).add();
  if (!gate_.pass(base::Clock::now())) return;
  log_.warn(fmt::format("{} TLS handshake failed", title_),
            {{"reason", std::string(kHandshakeFailures.at(index))},
             {"error", std::string(text)},
             {"peer", std::string(peer)}});
}

}  // namespace weir::tls
