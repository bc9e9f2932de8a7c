// SPDX-License-Identifier: Apache-2.0
#include "metrics/text_order.h"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

using ::testing::ElementsAreArray;

// The texts that are sorted, each by its number; equal ones go by their number.
struct Numbered {
  [[nodiscard]] TextPiece piece(std::size_t number, std::size_t place) const {
    return piece_of(texts[number], place * kPieceChars);
  }
  [[nodiscard]] bool is_before(std::size_t a, std::size_t b) const {
    return std::pair(texts[a], a) < std::pair(texts[b], b);
  }
  static void prefetch(std::size_t /*number*/) {}
  static void prefetch_piece(std::size_t /*number*/, std::size_t /*place*/) {}

  std::vector<std::string> texts;
};

void expect_order(const Numbered& texts) {
  std::vector<std::size_t> expected(texts.texts.size());
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = i;
  std::vector<std::size_t> sorted = expected;
  std::ranges::sort(expected, [&](std::size_t a, std::size_t b) { return texts.is_before(a, b); });
  TextSort<std::size_t, Numbered>(texts).sort(sorted);
  EXPECT_THAT(sorted, ElementsAreArray(expected));
}

// Few characters, so that many texts begin alike, and some are the beginning of others.
Numbered random_texts(std::size_t count, std::size_t size_max, std::string_view characters,
                      std::string_view beginning) {
  std::mt19937 random(1);
  Numbered made;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text(beginning);
    for (std::size_t size = random() % (size_max + 1); size > 0; --size) {
      text += characters[random() % characters.size()];
    }
    made.texts.push_back(std::move(text));
  }
  return made;
}

TEST(TextOrder, OfNothingAndOfOne) {
  expect_order({});
  expect_order({{"a"}});
}

TEST(TextOrder, IsThatOfTheBytes) {
  using namespace std::string_view_literals;
  expect_order(random_texts(2'000, 20, "ab", ""));
  expect_order(random_texts(2'000, 9, "\0\x01\x7f\x80\xff"sv, ""));
}

TEST(TextOrder, LooksBehindWhatAllHaveInCommon) {
  expect_order(random_texts(500, 10, "xyz", "what_every_one_of_them_begins_with_"));
}

TEST(TextOrder, ComparesVeryLongOnesWhole) {
  expect_order(random_texts(100, 10, "xyz", std::string(1'000, 'a')));
}

TEST(TextOrder, PutsTheEndBeforeEachCharacter) {
  EXPECT_LT(piece_of("a", 0), piece_of(std::string_view("a\0", 2), 0));
  EXPECT_TRUE(is_last_piece(piece_of("abcdef", 0)));
  EXPECT_FALSE(is_last_piece(piece_of("abcdefg", 0)));
  EXPECT_EQ(piece_of("abcdefg", 7), 0U);
}

}  // namespace
}  // namespace weir::metrics
