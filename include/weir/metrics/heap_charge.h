// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <limits>

namespace weir::metrics {

// What the series of a store hold beyond their blocks, in bytes, and how much of it there may be.
// Any thread.
struct HeapBudget {
  std::atomic<std::size_t> used{0};
  // Asked by those who can do without more; others only add to `used`, and so to what makes a store
  // refuse new series.
  std::atomic<std::size_t> max{std::numeric_limits<std::size_t>::max()};

  [[nodiscard]] bool has_room_for(std::size_t bytes) const {
    const std::size_t limit = max.load(std::memory_order_relaxed);
    const std::size_t now = used.load(std::memory_order_relaxed);
    return now <= limit && bytes <= limit - now;
  }
};

// A part of a budget's `used`, given back at the end. One thread at a time.
class HeapCharge {
 public:
  // `budget` must outlive the charge.
  explicit HeapCharge(HeapBudget& budget) : budget_(budget) {}
  ~HeapCharge() { set(0); }
  HeapCharge(const HeapCharge&) = delete;
  HeapCharge& operator=(const HeapCharge&) = delete;

  void set(std::size_t bytes) {
    if (bytes == bytes_) return;
    // Unsigned, so that a smaller one is taken off.
    budget_.used.fetch_add(bytes - bytes_, std::memory_order_relaxed);
    bytes_ = bytes;
  }
  [[nodiscard]] const HeapBudget& budget() const { return budget_; }

 private:
  HeapBudget& budget_;
  std::size_t bytes_ = 0;
};

}  // namespace weir::metrics
