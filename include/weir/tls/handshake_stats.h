// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/base/log.h"
#include "weir/base/log_gate.h"
#include "weir/base/tally.h"

namespace weir::tls {

// Why a connection did not get past its handshake.
enum class HandshakeFailure : std::uint8_t {
  Certificate,  // the client has none, or one that is refused
  Config,       // the server's files are bad at the moment
  Plain,        // the client does not speak TLS
  Timeout,      // it took too long
  Other,  // the client went away, refuses our certificate, or has no version or cipher of ours
};
inline constexpr std::array<std::string_view, 5> kHandshakeFailures = {"certificate", "config",
                                                                       "plain", "timeout", "other"};

// Written by the thread that accepts, readable from any.
struct HandshakeStats {
  base::Tally done;
  std::array<base::Tally, kHandshakeFailures.size()> failed;
};

// Counts the handshakes of one listener and warns of those that fail, once in ten seconds at most.
// Used by the listener's thread.
class HandshakeLog {
 public:
  // All three must outlive it. `title` is how messages name the listener: `HTTP`.
  HandshakeLog(std::string_view title, HandshakeStats& stats, const base::Log& log)
      : title_(title), stats_(stats), log_(log) {}

  void note_done() { stats_.done.add(); }
  // `peer` may be "".
  void note_failed(HandshakeFailure failure, std::string_view text, std::string_view peer);

 private:
  std::string_view title_;
  HandshakeStats& stats_;
  const base::Log& log_;
  base::LogGate gate_;
};

}  // namespace weir::tls
