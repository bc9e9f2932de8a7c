// SPDX-License-Identifier: Apache-2.0
#include "app/memory_limit.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

constexpr std::string_view kUnified =
    "35 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr std::string_view kFirst =
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

// A file system with what the kernel says of control groups.
class MemoryLimits : public testing::Test {
 protected:
  MemoryLimits()
      : root_(std::filesystem::temp_directory_path() /
              ("weir-cgroup-" + std::to_string(::getpid()))) {}
  ~MemoryLimits() override { std::filesystem::remove_all(root_); }

  void write(const std::string& path, std::string_view text) const {
    const auto file = root_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void join(std::string_view groups, std::string_view mounts) const {
    write("proc/self/cgroup", groups);
    write("proc/self/mountinfo", mounts);
  }
  void expect_cgroup(std::uint64_t bytes) const {
    const MemoryLimit limit = read_memory_limit(root_.string());
    EXPECT_EQ(limit.source, "cgroup");
    EXPECT_EQ(limit.bytes, bytes);
  }
  void expect_machine() const {
    const MemoryLimit limit = read_memory_limit(root_.string());
    EXPECT_EQ(limit.source, "machine");
    EXPECT_GT(limit.bytes, std::uint64_t{1} << 20);
  }

 private:
  std::filesystem::path root_;
};

TEST_F(MemoryLimits, AreThoseOfTheSecondVersion) {
  join("0::/a/b\n", kUnified);
  write("sys/fs/cgroup/a/b/memory.max", "67108864\n");

  expect_cgroup(67'108'864);
}

TEST_F(MemoryLimits, AreTheLowestOfThoseItIsIn) {
  join("0::/a/b\n", kUnified);
  write("sys/fs/cgroup/a/b/memory.max", "max\n");
  write("sys/fs/cgroup/a/b/memory.high", "90000000\n");
  write("sys/fs/cgroup/a/memory.max", "80000000\n");
  write("sys/fs/cgroup/memory.max", "100000000\n");

  expect_cgroup(80'000'000);
}

TEST_F(MemoryLimits, AreThoseOfTheFirstVersion) {
  join("4:memory:/pod\n0::/\n", kFirst);
  write("sys/fs/cgroup/memory/pod/memory.limit_in_bytes", "70000000\n");

  expect_cgroup(70'000'000);
}

TEST_F(MemoryLimits, AreHierarchicalOnesOfTheFirstVersion) {
  join("4:memory:/pod\n", kFirst);
  write("sys/fs/cgroup/memory/pod/memory.limit_in_bytes", "9223372036854771712\n");
  write("sys/fs/cgroup/memory/pod/memory.stat", "cache 1\nhierarchical_memory_limit 60000000\n");

  expect_cgroup(60'000'000);
}

TEST_F(MemoryLimits, AreTheMachinesWithoutAGroupThatLimits) {
  expect_machine();
  join("0::/a\n", kUnified);
  expect_machine();
  write("sys/fs/cgroup/a/memory.max", "max\n");
  expect_machine();
  write("sys/fs/cgroup/a/memory.max", "9223372036854771712\n");
  expect_machine();
}

TEST_F(MemoryLimits, AreNotTakenFromWhatIsNoNumber) {
  for (const auto* text : {"", "\n", "-1\n", "lots\n", "12x\n", "99999999999999999999999\n"}) {
    join("0::/a\n", kUnified);
    write("sys/fs/cgroup/a/memory.max", text);
    expect_machine();
  }
  join("nonsense\n::\n", "more nonsense\n- - -\n");
  expect_machine();
}

TEST(FitBudgets, LeavesWhatTheCommandLineGives) {
  Options options;
  options.workers = 1;
  options.given_limits.insert("limits.series");
  const std::size_t series = options.store.series_max;
  const std::size_t bytes = options.store.bytes_max;

  fit_budgets(options, {std::uint64_t{64} << 20, "flag"});

  EXPECT_EQ(options.store.series_max, series);
  EXPECT_LT(options.store.bytes_max, bytes);
}

TEST(FitBudgets, LowersWhatClientsOfOtherSystemsMaySend) {
  Options options;
  options.influx.http_addresses = {":8086"};
  options.wavefront.tcp_addresses = {":2878"};
  options.rsocket.tcp_addresses = {":7001"};
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

  fit_budgets(options, {64 * kMiB, "flag"});

  for (const auto& [connections, body, unpacked] :
       {std::tuple(options.influx.connections_max, options.influx.body_bytes_max,
                   options.influx.unpacked_bytes_max),
        std::tuple(options.wavefront.connections_max, options.wavefront.body_bytes_max,
                   options.wavefront.unpacked_bytes_max)}) {
    EXPECT_GE(connections, 8U);
    EXPECT_LE(2 * connections * body + unpacked, 2 * kMiB);
  }
  EXPECT_EQ(options.rsocket.bytes_max, 2 * kMiB);
  EXPECT_LT(options.rsocket.frame_bytes_max, options.rsocket.page_bytes_max);
  EXPECT_EQ(options.rsocket.page_bytes_max, options.rsocket.bytes_max / 8);
  EXPECT_EQ(options.rsocket.connections_max, 128U);
}

TEST(FitBudgets, GivesClientsFewerConnectionsForLongerBodies) {
  Options options;
  options.influx.http_addresses = {":8086"};
  options.influx.body_bytes_max = 1 << 20;
  options.given_limits.insert("limits.influx-body-bytes");

  fit_budgets(options, {std::uint64_t{144} << 20, "flag"});

  EXPECT_EQ(options.influx.body_bytes_max, 1U << 20);
  EXPECT_EQ(options.influx.connections_max, 4U);
}

TEST(FitBudgets, LeavesClientsWhatTheyHaveWhereThereIsMuchMemory) {
  Options options;
  options.influx.http_addresses = {":8086"};
  const std::size_t connections = options.influx.connections_max;
  const std::size_t wavefront = options.wavefront.connections_max;

  fit_budgets(options, {std::uint64_t{16} << 30, "machine"});
  EXPECT_EQ(options.influx.connections_max, connections);

  fit_budgets(options, {std::uint64_t{64} << 20, "machine"});
  EXPECT_LT(options.influx.connections_max, connections);
  EXPECT_EQ(options.wavefront.connections_max, wavefront);
}

}  // namespace
}  // namespace weir::app
