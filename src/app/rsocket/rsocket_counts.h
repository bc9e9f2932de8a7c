// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/base/tally.h"

namespace weir::app {

// Why a connection of an application is over; in the order of their labels.
enum class ConnectionEnd : std::uint8_t {
  Closed,      // by the application, or the network
  Memory,      // --limits.rsocket-bytes
  NoSetup,     // no SETUP came in time
  PeerError,   // the application said so by an ERROR
  Protocol,    // a frame that is wrong or not spoken here
  Silent,      // nothing came for the lifetime of its SETUP
  Slow,        // it does not read what it is sent
  Stopped,     // weir stops
  TooLarge,    // a frame or payload
  Unanswered,  // it left several scrapes one after another without an answer
};
inline constexpr std::array<std::string_view, 10> kConnectionEnds = {
    "closed", "memory", "no_setup", "peer_error", "protocol",
    "silent", "slow",   "stopped",  "too_large",  "unanswered"};

// What became of a request of a scrape to an application, or of a push by one; in the order of
// their labels. Each is used where it can be.
enum class PageOutcome : std::uint8_t {
  BadPage,     // no exposition
  BadPayload,  // it cannot be decrypted or unpacked
  Busy,        // too many pushes came at once
  Closed,      // the connection ended before the answer
  Error,       // the application answered with an ERROR
  Expired,     // a push that no scrape has shown
  Memory,      // --limits.rsocket-bytes
  Replaced,    // a push, by the next of the same application
  Shown,       // a push: by at least one scrape
  Timeout,     // no answer in time
  TooLarge,    // --limits.rsocket-page-bytes
};
inline constexpr std::array<std::string_view, 11> kPageOutcomes = {
    "bad_page", "bad_payload", "busy",  "closed",  "error",    "expired",
    "memory",   "replaced",    "shown", "timeout", "too_large"};

using PageOutcomes = std::array<base::Tally, kPageOutcomes.size()>;

// Written by the thread of RSocket, readable from any.
struct RsocketCounts {
  base::Tally connections;  // taken, without the refused ones
  base::Tally refused;      // closed at once: too many were open
  base::Tally out_of_descriptors;
  base::Tally refused_senders;
  base::Tally accept_errors;
  base::Tally bytes;
  std::array<base::Tally, kConnectionEnds.size()> ends;
  PageOutcomes answers;
  PageOutcomes pushes;
  base::Tally refused_scrapes;  // too many were under way
  // Of /metrics/connected: series that another application had; series of a family that has
  // another type.
  base::Tally duplicates;
  base::Tally misfits;
  base::Tally pushes_received;
  std::atomic<std::uint64_t> open{0};
  std::atomic<std::uint64_t> pushes_kept{0};

  void note(ConnectionEnd end) { ends.at(static_cast<std::size_t>(end)).add(); }
  void note_answer(PageOutcome outcome) { answers.at(static_cast<std::size_t>(outcome)).add(); }
  void note_push(PageOutcome outcome) { pushes.at(static_cast<std::size_t>(outcome)).add(); }
};

}  // namespace weir::app
