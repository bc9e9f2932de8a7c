// SPDX-License-Identifier: Apache-2.0
#include "metrics/key_reader.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

struct Families {
  explicit Families(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = "requests_" + std::to_string(i);
      list.push_back(memory.families.allocate(Family::bytes(name.size())));
      Family::make(memory.families.at(list.back()), name);
    }
  }

  [[nodiscard]] std::vector<NameKeys::Key> expected(std::size_t begin, std::size_t end) const {
    std::vector<NameKeys::Key> all;
    all.reserve(end - begin);
    for (std::size_t i = begin; i < end; ++i) all.push_back(keys.of(memory.family(list[i]).name()));
    return all;
  }
  [[nodiscard]] std::vector<NameKeys::Key> read(std::size_t begin, std::size_t end) const {
    std::vector<NameKeys::Key> all;
    KeyReader reader(memory, keys, list, begin, end);
    for (auto some = reader.next(); !some.empty(); some = reader.next()) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

  SeriesMemory memory;
  FamilyList list;
  NameKeys keys{"requests_0", "requests_9"};
};

TEST(KeyReader, ReadsTheKeyOfEachPlace) {
  const Families families(1'000);
  for (const std::size_t end : {0, 1, 31, 32, 33, 64, 65, 999, 1'000}) {
    EXPECT_EQ(families.read(0, end), families.expected(0, end)) << end;
  }
  EXPECT_EQ(families.read(500, 777), families.expected(500, 777));
  EXPECT_EQ(families.read(1'000, 1'000), families.expected(0, 0));
}

TEST(KeyReader, ReadsWhatLiesInNoOrder) {
  Families families(20'000);
  std::shuffle(families.list.begin(), families.list.end(), std::mt19937(1));

  EXPECT_EQ(families.read(0, 20'000), families.expected(0, 20'000));
}

}  // namespace
}  // namespace weir::metrics
