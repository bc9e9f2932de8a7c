// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace weir::metrics {

// Shows the main thread when a worker has passed a batch boundary: what was unlinked before can no
// longer be in its hands. One per worker.
class BatchGate {
 public:
  // Worker only. The order with the loads of series versions that follow matters, hence the strong
  // store.
  void enter() {
    count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
  }
  void leave() {
    count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // Any thread: odd while the worker is inside a batch.
  [[nodiscard]] std::uint64_t count() const { return count_.load(std::memory_order_seq_cst); }

  // True when a worker that was seen at `before` holds nothing any more.
  [[nodiscard]] bool has_passed(std::uint64_t before) const {
    return before % 2 == 0 || count() != before;
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace weir::metrics
