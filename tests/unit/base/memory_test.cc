// SPDX-License-Identifier: Apache-2.0
#include "weir/base/memory.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

TEST(PreferHugePages, LeavesTheBytesAsTheyAre) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  for (const std::size_t size : {std::size_t{1}, kMebibyte, 3 * kMebibyte, 9 * kMebibyte}) {
    std::vector<char> bytes(size, 'x');
    for (const std::size_t offset : {0U, 1U, 4096U}) {
      if (offset < size) prefer_huge_pages(bytes.data() + offset, size - offset);
    }
    EXPECT_EQ(std::count(bytes.begin(), bytes.end(), 'x'), static_cast<std::ptrdiff_t>(size));
  }
}

}  // namespace
}  // namespace weir::base
