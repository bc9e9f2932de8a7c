// SPDX-License-Identifier: Apache-2.0
#include "call_counts.h"

#include <barrier>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <linux/futex.h>
#include <malloc.h>
#include <memory>
#include <mutex>
#include <new>
#include <pthread.h>
#include <shared_mutex>
#include <sys/syscall.h>
#include <sys/time.h>
#include <thread>
#include <time.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

namespace weir::hot_path {
namespace {

// What `call` makes the calling thread count.
template <class Call>
CallCounts calls_of(Call call) {
  const CallCounts before = call_counts();
  call();
  const CallCounts after = call_counts();
  return {after.allocations - before.allocations, after.locks - before.locks,
          after.clock_reads - before.clock_reads};
}

void free_it(void* block) {
  EXPECT_NE(block, nullptr);
  std::free(block);
}

struct alignas(64) Aligned {
  char bytes[64];
};

TEST(CallCounts, SeeEveryAllocation) {
  EXPECT_EQ(calls_of([] { free_it(std::malloc(100)); }).allocations, 1U);
  EXPECT_EQ(calls_of([] { free_it(std::calloc(10, 10)); }).allocations, 1U);
  EXPECT_EQ(calls_of([] { free_it(std::realloc(nullptr, 100)); }).allocations, 1U);
  EXPECT_EQ(calls_of([] { free_it(std::aligned_alloc(64, 128)); }).allocations, 1U);
  EXPECT_EQ(calls_of([] { free_it(::memalign(64, 128)); }).allocations, 1U);
  void* block = nullptr;
  EXPECT_EQ(calls_of([&] { EXPECT_EQ(::posix_memalign(&block, 64, 128), 0); }).allocations, 1U);
  free_it(block);
  EXPECT_EQ(calls_of([] { ::operator delete(::operator new(100)); }).allocations, 1U);
  EXPECT_EQ(calls_of([] { ::operator delete[](::operator new[](100)); }).allocations, 1U);
  EXPECT_EQ(calls_of([] { ::operator delete(::operator new(100, std::nothrow)); }).allocations, 1U);
  std::unique_ptr<Aligned> aligned;
  EXPECT_EQ(calls_of([&] { aligned = std::make_unique<Aligned>(); }).allocations, 1U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(aligned.get()) % 64, 0U);
}

TEST(CallCounts, SeeEveryLock) {
  std::mutex mutex;
  EXPECT_EQ(calls_of([&] { const std::scoped_lock lock(mutex); }).locks, 1U);
  EXPECT_EQ(calls_of([&] {
              if (mutex.try_lock()) mutex.unlock();
            }).locks,
            1U);
  std::shared_mutex shared;
  EXPECT_EQ(calls_of([&] { const std::shared_lock lock(shared); }).locks, 1U);
  EXPECT_EQ(calls_of([&] { const std::unique_lock lock(shared); }).locks, 1U);
  pthread_spinlock_t spin;
  ASSERT_EQ(::pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), 0);
  EXPECT_EQ(calls_of([&] {
              ::pthread_spin_lock(&spin);
              ::pthread_spin_unlock(&spin);
            }).locks,
            1U);
  int word = 0;
  EXPECT_EQ(
      calls_of([&] { ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0); }).locks, 1U);
  EXPECT_EQ(calls_of([] { ::syscall(SYS_gettid); }).locks, 0U);
}

TEST(CallCounts, SeeEveryReadingOfAClock) {
  EXPECT_EQ(calls_of([] { static_cast<void>(std::chrono::steady_clock::now()); }).clock_reads, 1U);
  EXPECT_EQ(calls_of([] { static_cast<void>(std::chrono::system_clock::now()); }).clock_reads, 1U);
  timeval now{};
  EXPECT_EQ(calls_of([&] { ::gettimeofday(&now, nullptr); }).clock_reads, 1U);
  EXPECT_EQ(calls_of([] { static_cast<void>(::time(nullptr)); }).clock_reads, 1U);
  EXPECT_GT(now.tv_sec, 0);
}

TEST(CallCounts, AreThoseOfOneThread) {
  const CallCounts before = call_counts();
  std::barrier together(2);
  std::thread busy([&] {
    for (int i = 0; i < 1000; ++i) static_cast<void>(std::make_unique<std::vector<int>>(100));
    together.arrive_and_wait();
  });
  together.arrive_and_wait();
  busy.join();

  // The thread itself.
  EXPECT_LT(call_counts().allocations - before.allocations, 10U);
}

}  // namespace
}  // namespace weir::hot_path
