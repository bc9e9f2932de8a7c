// SPDX-License-Identifier: Apache-2.0
#include "metrics/name_parts.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

NameParts parts_of(const std::vector<std::string>& sorted, std::size_t sample_size) {
  std::vector<std::string_view> sample;
  for (std::size_t i = 0; i < sample_size; ++i) {
    sample.emplace_back(sorted[i * (sorted.size() - 1) / (sample_size - 1)]);
  }
  return NameParts(sample);
}

NameParts::Part part_of(const NameParts& parts, std::string_view name) {
  return parts.part_of(parts.keys().of(name));
}

// The size of each part; none follows one that it should precede.
std::map<int, std::size_t> sizes(const NameParts& parts, const std::vector<std::string>& sorted) {
  std::map<int, std::size_t> found;
  int before = 0;
  for (const std::string& name : sorted) {
    const int part = part_of(parts, name);
    EXPECT_GE(part, before) << name;
    before = part;
    ++found[part];
  }
  return found;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> random_names(std::size_t count, const std::string& beginning) {
  std::mt19937 random(1);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(beginning + std::to_string(random()));
  return sorted(std::move(names));
}

TEST(NameParts, AreOfAboutOneSize) {
  const auto names = random_names(50'000, "what_all_of_them_begin_with_");
  const auto found = sizes(parts_of(names, 1'000), names);

  EXPECT_GT(found.size(), 100U);
  for (const auto& [part, size] : found) EXPECT_LT(size, names.size() / 20);
}

TEST(NameParts, PutWhatBeginsOtherwiseFirstOrLast) {
  const NameParts parts = parts_of(random_names(1'000, "m_"), 1'000);

  EXPECT_EQ(part_of(parts, ""), 0);
  EXPECT_EQ(part_of(parts, "m"), 0);
  EXPECT_EQ(part_of(parts, "a"), 0);
  EXPECT_EQ(part_of(parts, "m_"), 0);
  EXPECT_EQ(part_of(parts, "n"), part_of(parts, "m_\xff\xff\xff\xff\xff\xff\xff\xff\xff"));
}

TEST(NameParts, GiveAPartOfItsOwnToWhatManyBeginWith) {
  auto names = random_names(10'000, "m_the_service_most_are_of_");
  for (int i = 0; i < 100; ++i) {
    names.push_back("a" + std::to_string(i));
    names.push_back("z" + std::to_string(i));
  }
  names = sorted(std::move(names));
  const auto found = sizes(parts_of(names, 1'000), names);

  EXPECT_GE(found.size(), 3U);
  for (const auto& [part, size] : found) EXPECT_LE(size, 10'000U);
}

TEST(NameParts, OfEqualNamesAreOne) {
  const std::vector<std::string> names(10, "same");

  EXPECT_EQ(sizes(parts_of(names, 10), names).size(), 1U);
}

TEST(NameParts, FollowOneAnotherWhateverBytesNamesHave) {
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> names;
    for (int i = 0; i < 300; ++i) {
      std::string name;
      for (std::size_t size = random() % 12; size > 0; --size) {
        name += "\x01\x02y\x7f\x80\xff"[random() % 6];
      }
      names.push_back(std::move(name));
    }
    names = sorted(std::move(names));
    sizes(parts_of(names, 20 + random() % 280), names);
  }
}

}  // namespace
}  // namespace weir::metrics
