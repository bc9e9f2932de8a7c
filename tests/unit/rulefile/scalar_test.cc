// SPDX-License-Identifier: Apache-2.0
#include "rulefile/scalar.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace weir::rulefile {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Row {
  std::string text;
  std::optional<double> expected;
};

class NumberOfScalar : public testing::TestWithParam<Row> {};

TEST_P(NumberOfScalar, FollowsYaml11) {
  const auto& [text, expected] = GetParam();

  const auto number = number_of_scalar(text);

  ASSERT_EQ(number.has_value(), expected.has_value()) << text;
  if (expected) {
    EXPECT_EQ(number->real, *expected) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    , NumberOfScalar,
    testing::Values(Row{"0", 0}, Row{"10", 10}, Row{"-3", -3}, Row{"+3", 3}, Row{"0x10", 16},
                    Row{"0XfF", 255}, Row{"-0x10", -16}, Row{"010", 8}, Row{"0o17", 15},
                    Row{"0b101", 5}, Row{"1_000", 1000}, Row{"08", 8}, Row{"1.5", 1.5},
                    Row{"1.", 1}, Row{".5", .5}, Row{"-.5", -.5}, Row{"1e3", 1000},
                    Row{"1E-3", .001}, Row{"1_0.5", 10.5}, Row{"18446744073709551615", 0x1p64},
                    Row{"1e400", std::nullopt}, Row{".inf", kInfinity}, Row{"+.Inf", kInfinity},
                    Row{"-.INF", -kInfinity}, Row{"", std::nullopt}, Row{"x", std::nullopt},
                    Row{"1x", std::nullopt}, Row{"0x", std::nullopt}, Row{"-", std::nullopt},
                    Row{".", std::nullopt}, Row{".5_0", std::nullopt}, Row{"_1", std::nullopt},
                    Row{"0x1p4", std::nullopt}, Row{"inf", std::nullopt}, Row{"nan", std::nullopt},
                    Row{"1e", std::nullopt}, Row{"1:30", std::nullopt},
                    Row{"2001-01-01", std::nullopt}));

TEST(NumberOfScalarSpecials, HasNan) {
  const auto number = number_of_scalar(".nan");

  ASSERT_TRUE(number);
  EXPECT_TRUE(std::isnan(number->real));
}

TEST(NumberOfScalarSpecials, KeepsLargeIntegersExact) {
  const auto number = number_of_scalar("9223372036854775807");

  ASSERT_TRUE(number && number->is_integer);
  EXPECT_EQ(number->integer, std::numeric_limits<std::int64_t>::max());
}

TEST(BoolOfScalar, KnowsTheWordsOfYaml11) {
  for (const auto* text :
       {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"}) {
    EXPECT_EQ(bool_of_scalar(text), true) << text;
  }
  for (const auto* text :
       {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"}) {
    EXPECT_EQ(bool_of_scalar(text), false) << text;
  }
  for (const auto* text : {"", "1", "0", "tRUE", "yEs", "t", "enabled"}) {
    EXPECT_EQ(bool_of_scalar(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace weir::rulefile
