// SPDX-License-Identifier: Apache-2.0
#include "call_counts.h"

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <dlfcn.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

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
void* __libc_memalign(std::size_t alignment, std::size_t size);

// `operator new` ends in one of these, whatever its form.
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

void* memalign(std::size_t alignment, std::size_t size) {
  ++counts.allocations;
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++counts.allocations;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  ++counts.allocations;
  *block = __libc_memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const auto real = next<int(pthread_mutex_t*)>("pthread_mutex_lock");
  ++counts.locks;
  return real(mutex);
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  static const auto real = next<int(pthread_mutex_t*)>("pthread_mutex_trylock");
  ++counts.locks;
  return real(mutex);
}

int pthread_spin_lock(pthread_spinlock_t* lock) {
  static const auto real = next<int(pthread_spinlock_t*)>("pthread_spin_lock");
  ++counts.locks;
  return real(lock);
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  static const auto real = next<int(pthread_rwlock_t*)>("pthread_rwlock_rdlock");
  ++counts.locks;
  return real(lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  static const auto real = next<int(pthread_rwlock_t*)>("pthread_rwlock_wrlock");
  ++counts.locks;
  return real(lock);
}

// What std::atomic waits by and wakes with; the C library's own locks do not come this way.
long syscall(long number, ...) {
  static const auto real = next<long(long, ...)>("syscall");
  std::va_list list;
  va_start(list, number);
  long given[6];
  for (long& argument : given) argument = va_arg(list, long);
  va_end(list);
  if (number == SYS_futex) ++counts.locks;
  return real(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

int clock_gettime(clockid_t clock, struct timespec* time) {
  static const auto real = next<int(clockid_t, struct timespec*)>("clock_gettime");
  ++counts.clock_reads;
  return real(clock, time);
}

int gettimeofday(struct timeval* time, void* zone) {
  static const auto real = next<int(struct timeval*, void*)>("gettimeofday");
  ++counts.clock_reads;
  return real(time, zone);
}

time_t time(time_t* seconds) {
  static const auto real = next<time_t(time_t*)>("time");
  ++counts.clock_reads;
  return real(seconds);
}

}  // extern "C"

namespace weir::hot_path {

CallCounts call_counts() { return counts; }

}  // namespace weir::hot_path
