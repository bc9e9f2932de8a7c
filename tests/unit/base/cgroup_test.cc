// SPDX-License-Identifier: Apache-2.0
#include "weir/base/cgroup.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kUnified =
    "24 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
    "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr std::string_view kFirst =
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "34 31 0:31 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

TEST(MemoryCgroups, NamesTheOwnFolderAndThoseItIsIn) {
  EXPECT_THAT(memory_cgroups("0::/system.slice/weir.service\n", kUnified),
              ElementsAre(CgroupFolder{"/sys/fs/cgroup/system.slice/weir.service", true},
                          CgroupFolder{"/sys/fs/cgroup/system.slice", true},
                          CgroupFolder{"/sys/fs/cgroup", true}));
}

TEST(MemoryCgroups, TakesTheMemoryControllerOfTheFirstVersion) {
  EXPECT_THAT(memory_cgroups("9:cpu,cpuacct:/other\n4:hugetlb,memory:/pod/weir\n0::/\n", kFirst),
              ElementsAre(CgroupFolder{"/sys/fs/cgroup/memory/pod/weir", false},
                          CgroupFolder{"/sys/fs/cgroup/memory/pod", false},
                          CgroupFolder{"/sys/fs/cgroup/memory", false}));
}

TEST(MemoryCgroups, LooksAtTheMountItselfInANamespaceOfItsOwn) {
  EXPECT_THAT(memory_cgroups("0::/\n", kUnified),
              ElementsAre(CgroupFolder{"/sys/fs/cgroup", true}));
}

TEST(MemoryCgroups, LeavesOutWhatOfThePathIsNotMounted) {
  constexpr std::string_view kPart =
      "1 2 0:3 /docker/abc /sys/fs/cgroup/memory ro - cgroup c ro,memory\n";

  EXPECT_THAT(memory_cgroups("4:memory:/docker/abc\n", kPart),
              ElementsAre(CgroupFolder{"/sys/fs/cgroup/memory", false}));
  EXPECT_THAT(memory_cgroups("4:memory:/docker/abc/in\n", kPart),
              ElementsAre(CgroupFolder{"/sys/fs/cgroup/memory/in", false},
                          CgroupFolder{"/sys/fs/cgroup/memory", false}));
  EXPECT_THAT(memory_cgroups("4:memory:/docker/abcdef\n", kPart),
              ElementsAre(CgroupFolder{"/sys/fs/cgroup/memory", false}));
}

TEST(MemoryCgroups, StaysInsideTheMount) {
  EXPECT_THAT(memory_cgroups("0::/../other\n", kUnified),
              ElementsAre(CgroupFolder{"/sys/fs/cgroup", true}));
}

TEST(MemoryCgroups, ReadsBlanksOfPaths) {
  constexpr std::string_view kBlank = "1 2 0:3 / /my\\040mounts/c\\134 rw - cgroup2 c rw\n";

  EXPECT_THAT(
      memory_cgroups("0::/a b\n", kBlank),
      ElementsAre(CgroupFolder{"/my mounts/c\\/a b", true}, CgroupFolder{"/my mounts/c\\", true}));
}

TEST(MemoryCgroups, FindsNothingInOtherTexts) {
  EXPECT_THAT(memory_cgroups("", ""), IsEmpty());
  EXPECT_THAT(memory_cgroups("0::/a", ""), IsEmpty());
  EXPECT_THAT(memory_cgroups("", kUnified), IsEmpty());
  EXPECT_THAT(memory_cgroups("0::relative\n:::\n\n", kUnified), IsEmpty());
  EXPECT_THAT(memory_cgroups("0::/a", "- cgroup2\n1 2 3 4 5 - cgroup2 c\n"), IsEmpty());
}

TEST(MemoryCgroups, BoundsHowDeepItLooks) {
  std::string path = "0::";
  for (int i = 0; i < 1000; ++i) path += "/a";

  EXPECT_LE(memory_cgroups(path, kUnified).size(), 65U);
}

TEST(MemoryLimit, IsANumberOfBytes) {
  EXPECT_EQ(parse_memory_limit("67108864\n"), 67108864U);
  EXPECT_EQ(parse_memory_limit("0"), 0U);
}

TEST(MemoryLimit, IsNoneWhereThereIsNone) {
  EXPECT_EQ(parse_memory_limit("max\n"), std::nullopt);
  EXPECT_EQ(parse_memory_limit("9223372036854771712\n"), std::nullopt);
  EXPECT_EQ(parse_memory_limit("99999999999999999999999\n"), std::nullopt);
  EXPECT_EQ(parse_memory_limit("-1\n"), std::nullopt);
  EXPECT_EQ(parse_memory_limit("1 2\n"), std::nullopt);
  EXPECT_EQ(parse_memory_limit(""), std::nullopt);
}

TEST(MemoryLimit, OfAHierarchyIsOneOfItsStatistics) {
  constexpr std::string_view kStat =
      "cache 1\nrss 2\nhierarchical_memory_limit 268435456\nhierarchical_memsw_limit 3\n";

  EXPECT_EQ(hierarchical_memory_limit(kStat), 268435456U);
  EXPECT_EQ(hierarchical_memory_limit("cache 1\n"), std::nullopt);
  EXPECT_EQ(hierarchical_memory_limit("hierarchical_memory_limit\n"), std::nullopt);
}

}  // namespace
}  // namespace weir::base
