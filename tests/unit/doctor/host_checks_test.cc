// SPDX-License-Identifier: Apache-2.0
#include "weir/doctor/host_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::doctor {
namespace {

using testing::HasSubstr;

TEST(CheckReceiveBuffer, WarnsWhereTheKernelGrantsLess) {
  const auto check = check_receive_buffer(
      {.wanted_bytes = 8'388'608, .system_max = 212'992, .granted_bytes = std::nullopt});

  EXPECT_EQ(check.verdict, Verdict::Warning);
  EXPECT_THAT(check.found, HasSubstr("net.core.rmem_max is 208 KiB"));
  EXPECT_THAT(check.what_to_do, HasSubstr("net.core.rmem_max=8388608"));
}

TEST(CheckReceiveBuffer, BelievesTheDaemonThatHasIt) {
  const auto granted = [](std::uint64_t bytes) {
    return check_receive_buffer(
        {.wanted_bytes = 1'000'000, .system_max = 212'992, .granted_bytes = bytes});
  };

  EXPECT_EQ(granted(2'000'000).verdict, Verdict::Ok);
  EXPECT_EQ(granted(1'999'998).verdict, Verdict::Warning);
}

TEST(CheckReceiveBuffer, CannotTellWithoutTheSetting) {
  EXPECT_EQ(check_receive_buffer({.wanted_bytes = 1}).verdict, Verdict::Note);
}

TEST(CheckBacklog, WarnsOfDrops) {
  EXPECT_EQ(check_backlog(1000, 0).verdict, Verdict::Ok);
  EXPECT_EQ(check_backlog(1000, 1).verdict, Verdict::Warning);
  EXPECT_THAT(check_backlog(1000, 1).what_to_do, HasSubstr("netdev_max_backlog=4000"));
  EXPECT_EQ(check_backlog(std::nullopt, std::nullopt).verdict, Verdict::Note);
}

TEST(CheckUnixQueue, NotesAShortOne) {
  EXPECT_EQ(check_unix_queue(10).verdict, Verdict::Note);
  EXPECT_EQ(check_unix_queue(512).verdict, Verdict::Ok);
}

TEST(CheckDescriptors, WarnsWhereConnectionsDoNotFit) {
  const auto of = [](std::uint64_t hard) {
    return check_descriptors(
        {.limit = OpenFileLimit{.soft = 256, .hard = hard}, .connections_max = 1000, .whose = "x"});
  };

  EXPECT_EQ(of(1064).verdict, Verdict::Ok);
  EXPECT_EQ(of(1063).verdict, Verdict::Warning);
}

TEST(CheckHostDrops, NotesErrors) {
  EXPECT_EQ(check_host_drops(UdpCounts{.received = 5, .no_port = 7}).verdict, Verdict::Ok);
  const auto check = check_host_drops(UdpCounts{.received = 5, .errors = 3, .full_buffer = 2});
  EXPECT_EQ(check.verdict, Verdict::Note);
  EXPECT_THAT(check.found, HasSubstr("2 found a full buffer, 0 no listener, 1 other errors"));
}

TEST(CheckMemory, WarnsWhereTheLimitsDoNotFit) {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
  EXPECT_EQ(check_memory({}).verdict, Verdict::Ok);
  EXPECT_EQ(check_memory({.group_bytes = 64 * kMiB}).verdict, Verdict::Ok);
  EXPECT_EQ(check_memory({.group_bytes = 64 * kMiB, .budget_bytes = 48 * kMiB}).verdict,
            Verdict::Ok);
  EXPECT_EQ(check_memory({.group_bytes = 64 * kMiB, .budget_bytes = 49 * kMiB}).verdict,
            Verdict::Warning);
  EXPECT_EQ(check_memory({.kills = 1}).verdict, Verdict::Warning);
}

TEST(CheckProcessors, WarnsOfWaitingAndOfTooManyWorkers) {
  EXPECT_EQ(check_processors({.allowed = 2, .workers = 2}).verdict, Verdict::Ok);
  EXPECT_EQ(check_processors({.allowed = 2, .workers = 3}).verdict, Verdict::Warning);
  EXPECT_EQ(check_processors({.quota = 1.5, .allowed = 8, .workers = 2}).verdict, Verdict::Ok);
  EXPECT_EQ(check_processors({.quota = 1.5, .allowed = 8, .workers = 3}).verdict, Verdict::Warning);
  const auto check =
      check_processors({.quota = 1, .allowed = 8, .periods = 100, .throttled_periods = 7});
  EXPECT_EQ(check.verdict, Verdict::Warning);
  EXPECT_THAT(check.found, HasSubstr("had to wait in 7 of 100 periods"));
}

TEST(CheckTasks, WarnsOfALowLimitAndOfRefusals) {
  EXPECT_EQ(check_tasks({}).verdict, Verdict::Ok);
  EXPECT_EQ(check_tasks({.max = 9, .current = 3, .workers = 1}).verdict, Verdict::Ok);
  EXPECT_EQ(check_tasks({.max = 9, .current = 3, .workers = 2}).verdict, Verdict::Warning);
  EXPECT_EQ(check_tasks({.max = 99, .current = 3, .refused = 1}).verdict, Verdict::Warning);
}

TEST(CheckClock, NotesOneThatNothingSynchronises) {
  EXPECT_EQ(check_clock(KernelClock{true, 0.001}).verdict, Verdict::Ok);
  EXPECT_EQ(check_clock(KernelClock{false, 16}).verdict, Verdict::Note);
  EXPECT_EQ(check_clock(std::nullopt).verdict, Verdict::Note);
}

TEST(CheckSkew, WarnsBeyondSomeSeconds) {
  EXPECT_EQ(check_skew("a:1", 3).verdict, Verdict::Ok);
  EXPECT_EQ(check_skew("a:1", -3).verdict, Verdict::Ok);
  EXPECT_THAT(check_skew("a:1", 4).found, HasSubstr("4 s later"));
  EXPECT_THAT(check_skew("a:1", -60).found, HasSubstr("60 s earlier"));
  EXPECT_EQ(check_skew("a:1", -60).verdict, Verdict::Warning);
}

}  // namespace
}  // namespace weir::doctor
