// SPDX-License-Identifier: Apache-2.0
#include "metrics/label_name_texts.h"

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

constexpr auto kReuse = base::Arena::Reuse::SameSize;
constexpr std::uint64_t kSeed = 42;

TEST(LabelNameTexts, HasEqualOnesOnce) {
  base::StringArena strings;
  LabelNameTexts texts(strings, kSeed);
  const auto names = texts.add("a,b", kReuse);
  const std::size_t before = strings.bytes_used();

  EXPECT_EQ(texts.add("a,b", kReuse), names);
  EXPECT_EQ(strings.bytes_used(), before);
  EXPECT_EQ(texts.find("a,b"), names);
  EXPECT_EQ(texts.at(names), "a,b");
  EXPECT_EQ(texts.count(names), 2U);
  EXPECT_EQ(texts.count(texts.add("", kReuse)), 0U);
}

TEST(LabelNameTexts, ForgetsOneWithItsLastUser) {
  base::StringArena strings;
  LabelNameTexts texts(strings, kSeed);
  const auto names = texts.add("a,b", kReuse);
  EXPECT_EQ(texts.add("a,b", kReuse), names);
  texts.remove(names);
  EXPECT_EQ(texts.find("a,b"), names);
  texts.remove(names);

  EXPECT_EQ(texts.find("a,b"), 0U);
  EXPECT_EQ(strings.bytes_used(), 0U);
  EXPECT_EQ(texts.add("c", kReuse), names);
}

}  // namespace
}  // namespace weir::metrics
