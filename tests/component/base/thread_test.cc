// SPDX-License-Identifier: Apache-2.0
#include "weir/base/thread.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

int niceness_of_this_thread() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

TEST(GiveWay, IsOfTheCallingThreadAndThoseItMakes) {
  constexpr int kNicer = 10;
  constexpr int kNicest = 19;
  const int before = niceness_of_this_thread();
  int own = 0;
  int made = 0;

  std::thread([&] {
    give_way();
    own = niceness_of_this_thread();
    std::thread([&] { made = niceness_of_this_thread(); }).join();
  }).join();

  EXPECT_EQ(own, std::min(before + kNicer, kNicest));
  EXPECT_EQ(made, own);
  EXPECT_EQ(niceness_of_this_thread(), before);
}

// The kernel's `struct sched_attr` as words, of which the fourth is the slice in nanoseconds.
using Scheduling = std::array<std::uint64_t, 6>;

Scheduling scheduling_of_this_thread() {
  Scheduling found{};
  EXPECT_EQ(::syscall(SYS_sched_getattr, 0, &found, sizeof found, 0), 0);
  return found;
}

// Whether threads have slices of their own.
bool has_slices() {
  constexpr std::pair kSince{6, 12};
  utsname system{};
  std::pair<int, int> release;
  char dot = 0;
  ::uname(&system);
  std::istringstream(system.release) >> release.first >> dot >> release.second;
  return release >= kSince;
}

TEST(RunPromptly, ShortensTheSliceOfTheCallingThreadAndChangesNothingElse) {
  constexpr std::uint64_t kSlice = 500'000;
  const Scheduling before = scheduling_of_this_thread();
  Scheduling after{};

  std::thread([&] {
    run_promptly();
    after = scheduling_of_this_thread();
  }).join();

  EXPECT_EQ(scheduling_of_this_thread(), before);
  Scheduling expected = before;
  if (has_slices()) expected[3] = kSlice;
  EXPECT_EQ(after, expected);
  if (!has_slices()) GTEST_SKIP() << "kernels before 6.12 have one slice for all threads";
}

TEST(NameThread, IsWhatTheSystemShows) {
  std::string shown;
  std::thread([&] {
    name_thread("weir-worker");
    std::ifstream("/proc/thread-self/comm") >> shown;
  }).join();

  EXPECT_EQ(shown, "weir-worker");
}

}  // namespace
}  // namespace weir::base
