// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace weir::base {

// Guards a handful of instructions: an append, a swap. One byte, and never a system call unless the
// holder was interrupted. Meets BasicLockable, for std::scoped_lock.
class SpinLock {
 public:
  SpinLock() = default;
  SpinLock(const SpinLock&) = delete;
  SpinLock& operator=(const SpinLock&) = delete;

  void lock() {
    while (held_.exchange(true, std::memory_order_acquire)) wait();
  }
  void unlock() { held_.store(false, std::memory_order_release); }

 private:
  // Until the lock looks free.
  void wait() const;

  std::atomic<bool> held_{false};
};

}  // namespace weir::base
