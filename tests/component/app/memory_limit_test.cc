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

}  // namespace
}  // namespace weir::app
