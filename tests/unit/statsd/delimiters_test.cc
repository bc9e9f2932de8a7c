// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/delimiters.h"

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "cpu_levels.h"

namespace weir::statsd {
namespace {

// Above two blocks and the bytes behind them.
constexpr std::size_t kSizeMax = 150;
// The delimiters, their neighbours, zero, and bytes with a high bit beside them.
constexpr std::string_view kAlphabet("::||\n\nx9;{\x0b\x09\x00\xba\xfc\x8a", 16);

class DelimitersOf : public testing::TestWithParam<base::CpuLevel> {
 protected:
  // Looks at bytes on the heap with nothing behind them, so that a sanitizer sees every look too
  // far, and compares what is found with what a loop finds.
  void check(std::string_view text) {
    std::vector<char> bytes(text.begin(), text.end());
    bytes.shrink_to_fit();
    found_->find(bytes.data(), bytes.size());
    std::size_t ends = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '|' && text[i] != '\n') continue;
      ASSERT_LT(ends, found_->ends()) << text;
      ASSERT_EQ(found_->end(ends++), i) << text;
    }
    ASSERT_EQ(found_->ends(), ends) << text;
    for (std::size_t i = 0; i < Delimiters::kSpare; ++i) {
      ASSERT_EQ(found_->end(ends + i), text.size());
    }
    for (std::size_t from = 0; from < text.size(); ++from) {
      const std::size_t colon = text.find(':', from);
      if (colon == std::string_view::npos) {
        ASSERT_GE(found_->colon(from), text.size()) << text;
      } else {
        ASSERT_EQ(found_->colon(from), colon) << text;
      }
    }
  }

  // One for all, so that what is left of one text would be seen in the next.
  std::unique_ptr<Delimiters> found_ = std::make_unique<Delimiters>(GetParam());
};

TEST_P(DelimitersOf, AreFoundAtEveryPlaceOfEverySize) {
  for (std::size_t size = 0; size <= kSizeMax; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (const char delimiter : {':', '|', '\n'}) {
        std::string text(size, 'x');
        text[place] = delimiter;
        ASSERT_NO_FATAL_FAILURE(check(text));
      }
    }
  }
}

TEST_P(DelimitersOf, AreFoundInTextsThatAreFullOfThem) {
  std::mt19937 random(1);
  for (std::size_t round = 0; round < 20; ++round) {
    for (std::size_t size = 0; size <= kSizeMax; ++size) {
      std::string text(size, 'x');
      for (char& byte : text) byte = kAlphabet[random() % kAlphabet.size()];
      ASSERT_NO_FATAL_FAILURE(check(text));
    }
  }
}

TEST_P(DelimitersOf, AreFoundInTheLongestText) {
  for (const std::size_t size : {Delimiters::kSizeMax - 1, Delimiters::kSizeMax}) {
    ASSERT_NO_FATAL_FAILURE(check(std::string(size, '|')));
    ASSERT_NO_FATAL_FAILURE(check(std::string(size, 'x')));
    ASSERT_NO_FATAL_FAILURE(check(std::string(size - 1, '\n') + ":"));
    ASSERT_NO_FATAL_FAILURE(check(":" + std::string(size - 1, 'x')));
  }
}

TEST_P(DelimitersOf, AreNotLookedForBesideTheText) {
  for (std::size_t size = 0; size <= kSizeMax; ++size) {
    const std::string text = "|:" + std::string(size, 'x') + ":|\n";
    found_->find(text.data() + 2, size);
    ASSERT_EQ(found_->ends(), 0U);
    ASSERT_TRUE(size == 0 || found_->colon(0) >= size);
  }
}

INSTANTIATE_TEST_SUITE_P(CpuLevel, DelimitersOf, testing::ValuesIn(support::cpu_levels()),
                         [](const auto& info) { return support::name_of_level(info); });

}  // namespace
}  // namespace weir::statsd
