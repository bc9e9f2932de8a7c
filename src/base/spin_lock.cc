// SPDX-License-Identifier: Apache-2.0
#include "weir/base/spin_lock.h"

#include <thread>

namespace weir::base {
namespace {

// Far longer than any holder needs; beyond it the holder has lost its processor.
constexpr int kSpins = 256;

}  // namespace

void SpinLock::wait() const {
  for (int spins = 0; held_.load(std::memory_order_relaxed); ++spins) {
    if (spins >= kSpins) std::this_thread::yield();
  }
}

}  // namespace weir::base
