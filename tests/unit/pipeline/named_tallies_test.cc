// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/named_tallies.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace weir::pipeline {
namespace {

using sample::EventKind;
using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

Counts counts_of(const NamedTallies& tallies) {
  Counts counts;
  tallies.visit([&counts](EventKind, std::string_view name, std::uint64_t count) {
    counts.emplace_back(name, count);
  });
  return counts;
}

TEST(NamedTallies, CountsTogetherWhatComesAfterTheLastName) {
  NamedTallies tallies(2);
  for (const auto* name : {"a", "b", "c", "a", "d"}) tallies.at(EventKind::Counter, name).add();

  EXPECT_EQ(counts_of(tallies), (Counts{{"a", 2}, {"b", 1}, {"weir_other", 2}}));
}

TEST(NamedTallies, CountsTogetherWhatNamesHaveNoBytesLeft) {
  NamedTallies tallies(4);
  const std::string long_name(4 * NamedTallies::kNameBytesMean - 4, 'n');
  for (const std::string& name :
       {long_name, std::string("five5"), std::string("four"), long_name}) {
    tallies.at(EventKind::Counter, name).add();
  }

  EXPECT_EQ(counts_of(tallies), (Counts{{"four", 1}, {long_name, 2}, {"weir_other", 1}}));
}

TEST(NamedTallies, NamesTheFirstThatItSaw) {
  NamedTallies tallies(3);
  for (const auto* name : {"c", "a", "b", "b", "d"}) tallies.at(EventKind::Counter, name).add();

  Counts counts;
  tallies.visit_first(2, [&counts](std::string_view name, std::uint64_t count) {
    counts.emplace_back(name, count);
  });

  EXPECT_EQ(counts, (Counts{{"a", 1}, {"weir_other", 2}, {"c", 1}, {"weir_other", 1}}));
}

}  // namespace
}  // namespace weir::pipeline
