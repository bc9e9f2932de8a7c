// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/literal_search.h"

#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

using Indices = std::vector<std::size_t>;

Indices members(const CoarseSet& set, std::size_t end) {
  Indices found;
  for (auto i = set.next(0); i < end; i = set.next(i + 1)) found.push_back(i);
  return found;
}

Indices find(const std::vector<std::string_view>& literals, std::string_view text) {
  CoarseSet seen(literals.size());
  LiteralSearch(literals).find(text, seen);
  return members(seen, literals.size());
}

TEST(CoarseSet, ListsItsMembersInOrder) {
  CoarseSet set(CoarseSet::kBits);
  for (const std::size_t member : {8191, 64, 0, 63, 700}) set.insert(member);

  EXPECT_EQ(members(set, CoarseSet::kBits), (Indices{0, 63, 64, 700, 8191}));
}

TEST(CoarseSet, EndsAtItsBound) {
  EXPECT_EQ(CoarseSet(0).next(0), 0);
  EXPECT_EQ(CoarseSet(10).next(0), 10);
  EXPECT_EQ(CoarseSet(10).next(11), 10);
}

TEST(CoarseSet, BringsNeighboursAlongAboveItsBits) {
  CoarseSet set(2 * CoarseSet::kBits + 1);
  set.insert(6);
  set.insert(2 * CoarseSet::kBits);

  EXPECT_EQ(members(set, 2 * CoarseSet::kBits + 1), (Indices{4, 5, 6, 7, 2 * CoarseSet::kBits}));
  EXPECT_EQ(set.next(5), 5);
}

TEST(LiteralSearch, FindsWhatEndsInsideAnother) {
  EXPECT_EQ(find({"b", "bc", "xabcd"}, "xabce"), (Indices{0, 1}));
  EXPECT_EQ(find({"abcd", "bc"}, "abc"), (Indices{1}));
  EXPECT_EQ(find({"a", "aa", "aaa"}, "aa"), (Indices{0, 1}));
}

TEST(LiteralSearch, FindsNothingWithoutLiteralsOrText) {
  EXPECT_EQ(find({}, "abc"), Indices());
  EXPECT_EQ(find({"a"}, ""), Indices());
}

TEST(LiteralSearch, FindsBytesOfEveryValue) {
  const std::string_view zero("\0", 1);

  EXPECT_EQ(find({zero, "\x80\xff"}, std::string_view("a\0\x80\xff", 4)), (Indices{0, 1}));
}

TEST(LiteralSearch, AgreesWithOneSearchPerLiteral) {
  std::mt19937 random(1);
  const auto word = [&random](std::size_t size_max) {
    std::string text;
    for (auto left = 1 + random() % size_max; left > 0; --left) text += "ab."[random() % 3];
    return text;
  };
  std::size_t hits = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::set<std::string> words;
    for (auto left = 1 + random() % 12; left > 0; --left) words.insert(word(6));
    const std::vector<std::string_view> literals(words.begin(), words.end());
    const auto text = word(20);
    Indices expected;
    for (std::size_t i = 0; i < literals.size(); ++i) {
      if (text.find(literals[i]) != std::string::npos) expected.push_back(i);
    }
    hits += expected.size();
    ASSERT_EQ(find(literals, text), expected) << text;
  }
  EXPECT_GT(hits, 2'000U);
}

TEST(LiteralSearch, NeedsNoMoreStatesThanBytes) {
  const std::vector<std::string_view> literals{"abc", "abd", "bcd"};

  EXPECT_EQ(LiteralSearch(literals).states(), 8);
}

}  // namespace
}  // namespace weir::mapping
