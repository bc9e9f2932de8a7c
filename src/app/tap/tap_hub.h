// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "app/tap/tap_channel.h"
#include "app/tap/tap_record.h"
#include "app/worker.h"

namespace weir::app {

// What the taps of one kind came to.
struct TapCounts {
  std::size_t open = 0;
  std::uint64_t lost = 0;  // as TapChannel::lost, of all that there ever were
};

class Tap;

// The taps that clients have open. Main thread.
class TapHub {
 public:
  static constexpr std::size_t kTapsMax = 4;

  // `workers` must outlive the hub.
  explicit TapHub(const Workers& workers) : workers_(workers) {}

  [[nodiscard]] bool is_full() const;
  // Begins to take from every worker. The hub must outlive the tap.
  [[nodiscard]] std::unique_ptr<Tap> open(TapRequest request);
  // Every tap is to come to its end: nothing more comes in.
  void end_all() { has_ended_ = true; }

  [[nodiscard]] const TapCounts& counts(TapKind kind) const {
    return counts_[static_cast<std::size_t>(kind)];
  }

 private:
  friend class Tap;

  const Workers& workers_;
  std::array<TapCounts, 2> counts_{};
  bool has_ended_ = false;
};

// One client's view of all workers' traffic. Main thread; to destroy it ends it.
class Tap {
 public:
  Tap(TapHub& hub, TapRequest request);
  ~Tap();
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  [[nodiscard]] const TapRequest& request() const { return *request_; }
  // Every worker has begun: what comes from here on is seen.
  [[nodiscard]] bool has_begun() const;
  // The oldest record of those that are there, valid until `pop` takes it away.
  [[nodiscard]] std::optional<TapRecord> front();
  void pop();
  // Nothing more is to come in; what is there stays.
  void close();
  // The daemon ends: nothing more comes in.
  [[nodiscard]] bool has_ended() const { return hub_.has_ended_; }
  // Of all workers, so far.
  [[nodiscard]] std::uint64_t lost();
  // Counts what the reader itself has left out.
  void lose(std::uint64_t count) { own_lost_ += count; }

 private:
  TapCounts& counts() { return hub_.counts_[static_cast<std::size_t>(request_->kind)]; }

  TapHub& hub_;
  const std::shared_ptr<const TapRequest> request_;
  // One for each worker.
  std::vector<std::shared_ptr<TapChannel>> channels_;
  TapChannel* oldest_ = nullptr;
  std::uint64_t own_lost_ = 0;
  std::uint64_t counted_ = 0;
  bool is_closed_ = false;
};

}  // namespace weir::app
