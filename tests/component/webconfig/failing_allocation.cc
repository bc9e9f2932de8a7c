// SPDX-License-Identifier: Apache-2.0
#include "failing_allocation.h"

#include <atomic>
#include <new>

namespace {

std::atomic<std::size_t> refused_bytes = 0;

}  // namespace

// Stands before `operator new(std::size_t)`, by `ld --wrap`: a sanitizer has one of its own, beside
// which no other may link.
extern "C" void* __real__Znwm(std::size_t size);
extern "C" void* __wrap__Znwm(std::size_t size) {
  if (size != 0 && size == refused_bytes) throw std::bad_alloc();
  return __real__Znwm(size);
}

namespace weir::webconfig {

void refuse_allocations_of(std::size_t bytes) { refused_bytes = bytes; }

}  // namespace weir::webconfig
