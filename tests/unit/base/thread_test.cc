// SPDX-License-Identifier: Apache-2.0
#include "weir/base/thread.h"

#include <algorithm>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

int haste_of_this_thread() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

TEST(SetHaste, LowersTheCallingThreadAlone) {
  constexpr int kLeastOfAll = 19;
  const int before = haste_of_this_thread();
  int low = 0;
  int least = 0;

  std::thread([&] {
    set_haste(Haste::Low);
    low = haste_of_this_thread();
    set_haste(Haste::Least);
    least = haste_of_this_thread();
  }).join();

  EXPECT_EQ(low, std::min(before + static_cast<int>(Haste::Low), kLeastOfAll));
  EXPECT_EQ(least, kLeastOfAll);
  EXPECT_EQ(haste_of_this_thread(), before);
}

}  // namespace
}  // namespace weir::base
