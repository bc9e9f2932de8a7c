// SPDX-License-Identifier: Apache-2.0
#include "weir/base/thread.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

int niceness_of_this_thread() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

TEST(GiveWay, IsOfTheCallingThreadAndThoseItMakes) {
  constexpr int kNicest = 19;
  const int before = niceness_of_this_thread();
  int own = 0;
  int made = 0;

  std::thread([&] {
    give_way();
    own = niceness_of_this_thread();
    std::thread([&] { made = niceness_of_this_thread(); }).join();
  }).join();

  EXPECT_GE(own, std::min(before + 1, kNicest));
  EXPECT_EQ(made, own);
  EXPECT_EQ(niceness_of_this_thread(), before);
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
