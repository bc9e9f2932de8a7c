// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace weir::app {

// Bytes that several owners hold together, up to a limit. Any thread.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // False, and nothing is taken, when there are not as many left.
  [[nodiscard]] bool take(std::size_t bytes) {
    if (used_.fetch_add(bytes) + bytes <= bytes_max_) return true;
    used_.fetch_sub(bytes);
    return false;
  }
  // Even where fewer are left: they are used already.
  void take_anyway(std::size_t bytes) { used_.fetch_add(bytes); }
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes); }
  [[nodiscard]] std::size_t used() const { return used_.load(); }

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> used_{0};
};

// What one owner has of a budget.
class ByteLease {
 public:
  explicit ByteLease(std::shared_ptr<ByteBudget> budget) : budget_(std::move(budget)) {}
  ByteLease(ByteLease&& other) noexcept
      : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}
  ByteLease& operator=(ByteLease&&) = delete;
  ~ByteLease() {
    if (budget_) budget_->give_back(bytes_);
  }

  // False, and nothing has changed, when the budget has no more.
  [[nodiscard]] bool resize(std::size_t bytes) {
    if (bytes > bytes_ && !budget_->take(bytes - bytes_)) return false;
    if (bytes < bytes_) budget_->give_back(bytes_ - bytes);
    bytes_ = bytes;
    return true;
  }
  // Adds bytes that are used already.
  void add(std::size_t bytes) {
    budget_->take_anyway(bytes);
    bytes_ += bytes;
  }

 private:
  std::shared_ptr<ByteBudget> budget_;
  std::size_t bytes_ = 0;
};

}  // namespace weir::app
