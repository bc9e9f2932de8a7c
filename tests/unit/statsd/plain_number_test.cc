// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/plain_number.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "weir/base/number.h"

namespace weir::statsd {
namespace {

bool is_plain(std::string_view text) {
  const auto digits =
      std::count_if(text.begin(), text.end(), [](char byte) { return byte >= '0' && byte <= '9'; });
  const auto points = std::count(text.begin(), text.end(), '.');
  return digits >= 1 && digits <= 15 && points <= 1 &&
         digits + points == static_cast<std::ptrdiff_t>(text.size());
}

// Holds what is read of `text` against `base::parse_number`, with `behind` between it and the end
// of the bytes that may be looked at.
void check(std::string_view text, std::string_view behind) {
  std::vector<char> bytes(text.begin(), text.end());
  bytes.insert(bytes.end(), behind.begin(), behind.end());
  bytes.shrink_to_fit();
  double value = 0;
  const bool is_read =
      read_plain_number(bytes.data(), text.size(), bytes.data() + bytes.size(), value);
  ASSERT_EQ(is_read, is_plain(text)) << text;
  if (!is_read) return;
  const base::Number expected = base::parse_number(text);
  ASSERT_EQ(expected.fault, base::NumberFault::None) << text;
  ASSERT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(expected.value))
      << text;
}

void check_everywhere(std::string_view text) {
  constexpr std::string_view kBehind = "|c\n9.9:5|";
  for (std::size_t size = 0; size <= kBehind.size(); ++size) check(text, kBehind.substr(0, size));
}

std::string random_digits(std::mt19937& random, std::size_t size) {
  std::string text(size, '0');
  // Zeros and nines more often: what carries and what vanishes.
  for (char& digit : text) digit = "00112345678999"[random() % 14];
  return text;
}

TEST(PlainNumber, IsReadAsTheParserReadsItWhereverThePointStands) {
  std::mt19937 random(2);
  for (std::size_t size = 0; size <= 18; ++size) {
    for (int round = 0; round < 200; ++round) {
      const std::string digits = random_digits(random, size);
      check_everywhere(digits);
      for (std::size_t point = 0; point <= size; ++point) {
        check_everywhere(digits.substr(0, point) + "." + digits.substr(point));
      }
    }
  }
}

TEST(PlainNumber, IsNothingElseAtAnyPlace) {
  std::mt19937 random(3);
  for (std::size_t size = 1; size <= 17; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text = random_digits(random, size);
        text[place] = static_cast<char>(byte);
        check_everywhere(text);
        // Beside a point, too.
        text[random() % size] = '.';
        check_everywhere(text);
      }
    }
  }
}

// All short texts of the characters that are most easily mistaken.
TEST(PlainNumber, IsToldFromAllThatLooksLikeIt) {
  constexpr std::string_view kAlphabet("019./:-\xff\x00\xb0", 10);
  for (std::size_t size = 1; size <= 5; ++size) {
    std::size_t texts = 1;
    for (std::size_t i = 0; i < size; ++i) texts *= kAlphabet.size();
    for (std::size_t number = 0; number < texts; ++number) {
      std::string text;
      for (std::size_t left = number; text.size() < size; left /= kAlphabet.size()) {
        text += kAlphabet[left % kAlphabet.size()];
      }
      check(text, "");
      check(text, "|ms\n0.1:");
    }
  }
}

}  // namespace
}  // namespace weir::statsd
