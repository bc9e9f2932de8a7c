// SPDX-License-Identifier: Apache-2.0
#include "call_counts.h"

#include <cstddef>
#include <dlfcn.h>
#include <pthread.h>
#include <time.h>

namespace {

// Of each thread. In an executable these cost no call, and so no allocation, to get at.
thread_local weir::hot_path::CallCounts counts;

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
  ++counts.allocations;
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  ++counts.allocations;
  return __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) {
  ++counts.allocations;
  return __libc_realloc(block, size);
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const auto real = next<int(pthread_mutex_t*)>("pthread_mutex_lock");
  ++counts.mutex_locks;
  return real(mutex);
}

int clock_gettime(clockid_t clock, struct timespec* time) {
  static const auto real = next<int(clockid_t, struct timespec*)>("clock_gettime");
  ++counts.clock_reads;
  return real(clock, time);
}

}  // extern "C"

namespace weir::hot_path {

CallCounts call_counts() { return counts; }

}  // namespace weir::hot_path
