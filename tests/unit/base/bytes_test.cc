// SPDX-License-Identifier: Apache-2.0
#include "weir/base/bytes.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

// Above two rounds of the widest loops.
constexpr std::size_t kSizeMax = 150;

// Bytes on the heap with nothing behind them, so that a sanitizer sees every look too far.
std::vector<char> exactly(std::string_view text) {
  std::vector<char> bytes(text.begin(), text.end());
  bytes.shrink_to_fit();
  return bytes;
}

const char* find_either(const std::vector<char>& bytes, char a, char b) {
  return base::find_either(bytes.data(), bytes.data() + bytes.size(), a, b);
}

TEST(FindEither, FindsTheFirstAtEveryPlaceOfEverySize) {
  for (std::size_t size = 0; size <= kSizeMax; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (const char delimiter : {'|', '\n'}) {
        std::string text(size, 'x');
        text[place] = delimiter;
        // A later one of the other kind must not win.
        if (place + 1 < size) text.back() = '|';
        const auto bytes = exactly(text);
        ASSERT_EQ(find_either(bytes, '|', '\n') - bytes.data(), static_cast<std::ptrdiff_t>(place))
            << size;
      }
    }
  }
}

TEST(FindEither, ReturnsTheEndOfATextWithNeither) {
  for (std::size_t size = 0; size <= kSizeMax; ++size) {
    const auto bytes = exactly(std::string(size, '\xff'));
    ASSERT_EQ(find_either(bytes, '|', '\n'), bytes.data() + size);
  }
}

TEST(FindEither, LooksAtNothingBesideTheText) {
  for (std::size_t size = 0; size <= kSizeMax; ++size) {
    const std::string text = "|" + std::string(size, 'x') + "\n|";
    const char* const begin = text.data() + 1;
    ASSERT_EQ(base::find_either(begin, begin + size, '|', '\n'), begin + size);
  }
}

TEST(EqualBytes, SeesEveryDifferentBit) {
  for (std::size_t size = 0; size <= kSizeMax; ++size) {
    const auto left = exactly(std::string(size, '\x5a'));
    auto right = left;
    ASSERT_TRUE(equal_bytes(left.data(), right.data(), size));
    for (std::size_t place = 0; place < size; ++place) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        right[place] = static_cast<char>(left[place] ^ (1U << bit));
        ASSERT_FALSE(equal_bytes(left.data(), right.data(), size)) << size << ' ' << place;
      }
      right[place] = left[place];
    }
  }
}

// Differences at two places must not cancel out.
TEST(EqualBytes, SeesDifferencesThatAreAlike) {
  for (std::size_t size = 2; size <= kSizeMax; ++size) {
    const auto left = exactly(std::string(size, 'a'));
    for (std::size_t place = 1; place < size; ++place) {
      auto right = left;
      right[0] = 'b';
      right[place] = 'b';
      ASSERT_FALSE(equal_bytes(left.data(), right.data(), size)) << size << ' ' << place;
    }
  }
}

TEST(EqualBytes, LooksAtNothingBesideTheTexts) {
  for (std::size_t size = 0; size <= kSizeMax; ++size) {
    const std::string left = "l" + std::string(size, 'x') + "l";
    const std::string right = "r" + std::string(size, 'x') + "r";
    ASSERT_TRUE(equal_bytes(left.data() + 1, right.data() + 1, size));
  }
}

TEST(CopyBytes, CopiesTextsOfEverySizeAndNothingElse) {
  std::string text;
  for (std::size_t size = 0; size < 100; ++size) {
    std::string place(size + 2, '-');

    EXPECT_EQ(copy_bytes(place.data() + 1, text.data(), size), place.data() + 1 + size);

    EXPECT_EQ(place, '-' + text + '-');
    text += static_cast<char>('!' + size % 90);
  }
}

}  // namespace
}  // namespace weir::base
