// SPDX-License-Identifier: Apache-2.0
#include "suggest/segment_shape.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace weir::suggest {
namespace {

TEST(SegmentShape, KnowsIds) {
  const std::vector<std::pair<std::string_view, Shape>> cases = {
      {"requests", Shape::Word},
      {"deadbeef", Shape::Word},
      {"web01", Shape::Word},
      {"p99", Shape::Word},
      {"", Shape::Word},
      {"7", Shape::Number},
      {"70000", Shape::Number},
      {"200", Shape::StatusCode},
      {"600", Shape::Number},
      {"5xx", Shape::StatusClass},
      {"6xx", Shape::Word},
      {"GET", Shape::Method},
      {"get", Shape::Word},
      {"9b2d6e0a-1f6e-4a0e-9a53-0c8f3f0c3a11", Shape::Uuid},
      {"9b2d6e0a-1f6e-4a0e-9a53-0c8f3f0c3a1g", Shape::Word},
      {"3f0c3a11", Shape::Hex},
      {"2026-11-29", Shape::Date},
      {"2026_11_29T10", Shape::Date},
      {"20261129", Shape::Date},
      {"1764455158", Shape::Date},
      {"10.0.0.17", Shape::Address},
      {"10_0_0_17", Shape::Address},
      {"0.0.0.0_80", Shape::Address},
      {"10.0.0.256", Shape::Word},
  };
  for (const auto& [text, shape] : cases) EXPECT_EQ(shape_of(text), shape) << text;
}

TEST(SegmentShape, FindsTheStemOfANumber) {
  EXPECT_EQ(stem_length("web01"), 3U);
  EXPECT_EQ(stem_length("shard_7"), 6U);
  EXPECT_EQ(stem_length("web"), 3U);
  EXPECT_EQ(stem_length("42"), 0U);
  EXPECT_EQ(stem_length(""), 0U);
}

TEST(SegmentShape, FindsAddressesWithDots) {
  EXPECT_EQ(address_segments("10.0.0.17.time"), 4U);
  EXPECT_EQ(address_segments("0.0.0.0_80.cx"), 4U);
  EXPECT_EQ(address_segments("10.0.0.17"), 4U);
  EXPECT_EQ(address_segments("10.0.0"), 0U);
  EXPECT_EQ(address_segments("10.0.0.x"), 0U);
  EXPECT_EQ(address_segments(""), 0U);
}

}  // namespace
}  // namespace weir::suggest
