// SPDX-License-Identifier: Apache-2.0
#include "mapping/name_segments.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

TEST(NameSegments, FindsThemFromEitherEnd) {
  // Around the number of segments that are kept.
  for (const std::size_t size : {1, 2, 127, 128, 129, 130, 5'000}) {
    std::string name = "0";
    for (std::size_t i = 1; i < size; ++i) name += "." + std::to_string(i);
    const NameSegments segments(name);

    EXPECT_EQ(segments.size(), size);
    for (std::size_t i = 0; i < std::min(size, NameSegments::kMax); ++i) {
      EXPECT_EQ(segments.from_front(i), std::to_string(i));
      EXPECT_EQ(segments.from_back(i), std::to_string(size - 1 - i));
    }
  }
}

TEST(NameSegments, KeepsEmptyOnes) {
  const std::string dots(200, '.');
  for (const std::size_t size : {1, 2, 3, 201}) {
    const NameSegments segments(std::string_view(dots).substr(0, size - 1));
    EXPECT_EQ(segments.size(), size);
    for (std::size_t i = 0; i < std::min(size, NameSegments::kMax); ++i) {
      EXPECT_EQ(segments.from_front(i), "");
      EXPECT_EQ(segments.from_back(i), "");
    }
  }
}

}  // namespace
}  // namespace weir::mapping
