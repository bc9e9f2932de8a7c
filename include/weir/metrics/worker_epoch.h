// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace weir::metrics {

// Counts a worker's batch boundaries, so that the main thread sees when the worker has passed one:
// what was unlinked before can no longer be in its hands. One per worker.
class WorkerEpoch {
 public:
  // Worker only. The order with the loads of series versions that follow matters, hence the strong
  // store.
  void enter() {
    value_.store(value_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
  }
  void leave() {
    value_.store(value_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // Any thread: odd while the worker is inside a batch.
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_seq_cst); }

  // True when a worker whose epoch was `before` then holds nothing any more.
  [[nodiscard]] bool has_passed(std::uint64_t before) const {
    return before % 2 == 0 || value() != before;
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace weir::metrics
