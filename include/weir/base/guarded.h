// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <utility>

namespace weir::base {

// A value that can only be reached while its mutex is held. Nothing inside `with` may wait or log.
template <class T>
class Guarded {
 public:
  template <class... Args>
  explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  template <class F>
  decltype(auto) with(F&& work) {
    const std::scoped_lock lock(mutex_);
    return std::forward<F>(work)(value_);
  }

 private:
  std::mutex mutex_;
  T value_;
};

}  // namespace weir::base
