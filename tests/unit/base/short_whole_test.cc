// SPDX-License-Identifier: Apache-2.0
#include "weir/base/short_whole.h"

#include <array>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

std::string written(std::uint32_t value) {
  std::array<char, kShortWholeRoom> text{};
  return {text.data(), write_short_whole(text.data(), value)};
}

TEST(ShortWhole, IsDecimalAtEveryLength) {
  for (std::uint32_t value = 0; value < 100'000; ++value) {
    ASSERT_EQ(written(value), std::to_string(value));
  }
  for (std::uint32_t value = 100'000; value < kShortWholeEnd; value += 6'007) {
    ASSERT_EQ(written(value), std::to_string(value));
  }
  for (std::uint32_t power = 1; power < kShortWholeEnd; power *= 10) {
    EXPECT_EQ(written(power), std::to_string(power));
    EXPECT_EQ(written(10 * power - 1), std::to_string(10 * power - 1));
  }
}

}  // namespace
}  // namespace weir::base
