// SPDX-License-Identifier: Apache-2.0
#include "weir/base/ascii.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

// Of all bytes, those that `is_member` takes.
template <class Predicate>
std::string members(Predicate is_member) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    if (is_member(static_cast<char>(byte))) all += static_cast<char>(byte);
  }
  return all;
}

constexpr const char* kDigits = "0123456789";
constexpr const char* kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr const char* kLower = "abcdefghijklmnopqrstuvwxyz";

TEST(Ascii, ClassesHaveTheirMembersAndNoOthers) {
  const std::string letters = std::string(kUpper) + kLower;

  EXPECT_EQ(members(is_digit), kDigits);
  EXPECT_EQ(members(is_upper), kUpper);
  EXPECT_EQ(members(is_lower), kLower);
  EXPECT_EQ(members(is_letter), letters);
  EXPECT_EQ(members(is_alphanumeric), kDigits + letters);
  EXPECT_EQ(members(is_word), std::string(kDigits) + kUpper + "_" + kLower);
  EXPECT_EQ(members(is_blank), "\t ");
  EXPECT_EQ(members(is_ascii).size(), 128U);
  EXPECT_EQ(members(is_ascii).back(), '\x7f');
  EXPECT_EQ(members([](char c) { return hex_value(c) >= 0; }), "0123456789ABCDEFabcdef");
}

TEST(Ascii, HexDigitsHaveTheirValues) {
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
}

TEST(Ascii, OnlyLettersHaveACase) {
  EXPECT_EQ(members([](char c) { return to_lower(c) != c; }), kUpper);
  EXPECT_EQ(to_lower('A'), 'a');
  EXPECT_EQ(to_lower('Z'), 'z');
  EXPECT_TRUE(equals_ignoring_case("a-Z", "A-z"));
  EXPECT_FALSE(equals_ignoring_case("a@", "a`"));
  EXPECT_FALSE(equals_ignoring_case("ab", "abc"));
}

}  // namespace
}  // namespace weir::base
