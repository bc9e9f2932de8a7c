// SPDX-License-Identifier: Apache-2.0
#include "call_counts.h"

#include <atomic>
#include <cstddef>
#include <dlfcn.h>
#include <pthread.h>
#include <time.h>

namespace {

std::atomic<std::uint64_t> allocations{0};
std::atomic<std::uint64_t> mutex_locks{0};
std::atomic<std::uint64_t> clock_reads{0};

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

// The C library's own names for its allocator: asking for them by dlsym would allocate.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);

void* malloc(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(block, size);
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const auto real = next<int(pthread_mutex_t*)>("pthread_mutex_lock");
  mutex_locks.fetch_add(1, std::memory_order_relaxed);
  return real(mutex);
}

int clock_gettime(clockid_t clock, struct timespec* time) {
  static const auto real = next<int(clockid_t, struct timespec*)>("clock_gettime");
  clock_reads.fetch_add(1, std::memory_order_relaxed);
  return real(clock, time);
}

}  // extern "C"

namespace weir::hot_path {

CallCounts call_counts() { return {allocations.load(), mutex_locks.load(), clock_reads.load()}; }

}  // namespace weir::hot_path
