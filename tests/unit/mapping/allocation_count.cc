// SPDX-License-Identifier: Apache-2.0
#include "allocation_count.h"

#include <cstdlib>
#include <new>

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WEIR_HAS_OWN_NEW
#endif
#endif

#ifdef WEIR_HAS_OWN_NEW

// No other `operator new` links beside the one of clang's thread sanitizer, which tells instead.
extern "C" int __sanitizer_install_malloc_and_free_hooks(
    void (*on_malloc)(const volatile void* memory, std::size_t size),
    void (*on_free)(const volatile void* memory));

namespace {

[[maybe_unused]] const int kHooks = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void* /*memory*/, std::size_t /*size*/) { ++allocations; },
    [](const volatile void* /*memory*/) {});

}  // namespace

#else

// In a file of its own: inlined into their callers, GCC 12 takes these for a mismatched pair.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

#endif

namespace weir::mapping {

std::size_t allocation_count() { return allocations; }

}  // namespace weir::mapping
