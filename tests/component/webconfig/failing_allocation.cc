// SPDX-License-Identifier: Apache-2.0
#include "failing_allocation.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> refused_bytes = 0;

}  // namespace

// In files of their own: a compiler that sees both sides finds that they do not match.
void* operator new(std::size_t size) {
  if (size != 0 && size == refused_bytes) throw std::bad_alloc();
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace weir::webconfig {

void refuse_allocations_of(std::size_t bytes) { refused_bytes = bytes; }

}  // namespace weir::webconfig
