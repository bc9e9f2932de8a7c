// SPDX-License-Identifier: Apache-2.0
#include "weir/base/thread.h"

#include <chrono>
#include <cstdint>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace weir::base {

namespace {

// The kernel's `struct sched_attr`, whose header cannot be included beside the C library's.
struct SchedulingAttributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  // Of an ordinary thread: nanoseconds that it runs at a time.
  std::uint64_t runtime;
  std::uint64_t deadline;
  std::uint64_t period;
};

constexpr std::chrono::microseconds kPromptSlice{500};

}  // namespace

void give_way() {
  // About a tenth of the share of a thread that does not.
  constexpr int kNicer = 10;
  // Of the calling thread alone, on Linux.
  static_cast<void>(!::nice(kNicer));
}

void run_promptly() {
  SchedulingAttributes attributes{};
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  // Others are the operator's, and have no slice.
  if (attributes.policy != SCHED_OTHER) return;
  attributes.runtime = std::chrono::nanoseconds(kPromptSlice).count();
  static_cast<void>(::syscall(SYS_sched_setattr, 0, &attributes, 0));
}

void name_thread(const char* name) {
  static_cast<void>(::pthread_setname_np(::pthread_self(), name));
}

}  // namespace weir::base
