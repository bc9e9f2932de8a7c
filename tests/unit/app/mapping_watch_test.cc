// SPDX-License-Identifier: Apache-2.0
#include "app/mapping_watch.h"

#include <array>
#include <chrono>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

constexpr FileSignature kOld{1, 10, 100, std::chrono::nanoseconds(5), std::chrono::nanoseconds(5)};
constexpr FileSignature kNew{1, 10, 101, std::chrono::nanoseconds(9), std::chrono::nanoseconds(9)};

TEST(ChangeDetector, LeavesAFileThatStaysAsItIs) {
  ChangeDetector detector(kOld);

  EXPECT_FALSE(detector.is_to_load(kOld));
  EXPECT_FALSE(detector.is_to_load(kOld));
}

TEST(ChangeDetector, LoadsAChangeOnceAtTheSecondLook) {
  ChangeDetector detector(kOld);

  EXPECT_FALSE(detector.is_to_load(kNew));
  EXPECT_TRUE(detector.is_to_load(kNew));
  EXPECT_FALSE(detector.is_to_load(kNew));
  EXPECT_FALSE(detector.is_to_load(kNew));
}

TEST(ChangeDetector, WaitsUntilNobodyWrites) {
  ChangeDetector detector(kOld);
  auto growing = kNew;

  for (int i = 0; i < 10; ++i) {
    ++growing.bytes;
    EXPECT_FALSE(detector.is_to_load(growing));
  }
  EXPECT_TRUE(detector.is_to_load(growing));
}

TEST(ChangeDetector, LoadsEachOfTwoChanges) {
  ChangeDetector detector(kOld);
  EXPECT_FALSE(detector.is_to_load(kNew));
  EXPECT_TRUE(detector.is_to_load(kNew));

  EXPECT_FALSE(detector.is_to_load(kOld));
  EXPECT_TRUE(detector.is_to_load(kOld));
}

TEST(ChangeDetector, LeavesAFileThatWasOtherwiseForOneLook) {
  ChangeDetector detector(kOld);

  EXPECT_FALSE(detector.is_to_load(kNew));
  EXPECT_FALSE(detector.is_to_load(kOld));
  EXPECT_FALSE(detector.is_to_load(kOld));
}

TEST(ChangeDetector, SeesEveryPartOfTheSignature) {
  std::array<FileSignature, 5> others;
  others.fill(kOld);
  ++others[0].device;
  ++others[1].inode;
  ++others[2].bytes;
  ++others[3].modified;
  ++others[4].changed;
  for (const auto& other : others) {
    ChangeDetector detector(kOld);
    EXPECT_FALSE(detector.is_to_load(other));
    EXPECT_TRUE(detector.is_to_load(other));
  }
}

TEST(ChangeDetector, LeavesAMissingFile) {
  ChangeDetector detector(kOld);

  EXPECT_FALSE(detector.is_to_load({}));
  EXPECT_FALSE(detector.is_to_load({}));
  EXPECT_FALSE(detector.is_to_load(kOld));
  EXPECT_FALSE(detector.is_to_load(kOld));
}

TEST(ChangeDetector, ReportsAMissingFileFromTheSecondLookOn) {
  ChangeDetector detector(kOld);

  for (const bool is_missing : {false, true, true}) {
    EXPECT_FALSE(detector.is_to_load({}));
    EXPECT_EQ(detector.is_missing(), is_missing);
  }
  EXPECT_FALSE(detector.is_to_load(kOld));
  EXPECT_FALSE(detector.is_missing());
}

TEST(ChangeDetector, ForgivesAFileThatIsMissingForOneLook) {
  ChangeDetector detector(kOld);

  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(detector.is_to_load({}));
    EXPECT_FALSE(detector.is_missing());
    EXPECT_FALSE(detector.is_to_load(kOld));
    EXPECT_FALSE(detector.is_missing());
  }
}

TEST(ChangeDetector, LoadsAFileThatComesBackOtherwise) {
  ChangeDetector detector(kOld);
  EXPECT_FALSE(detector.is_to_load({}));

  EXPECT_FALSE(detector.is_to_load(kNew));
  EXPECT_TRUE(detector.is_to_load(kNew));
}

TEST(ChangeDetector, LeavesWhatSomebodyElseHasLoaded) {
  ChangeDetector detector(kOld);
  detector.note_load(kNew);

  EXPECT_FALSE(detector.is_to_load(kNew));
  EXPECT_FALSE(detector.is_to_load(kOld));
  EXPECT_TRUE(detector.is_to_load(kOld));
}

}  // namespace
}  // namespace weir::app
