// SPDX-License-Identifier: Apache-2.0
#include "rulefile/scalar.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace weir::rulefile {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct ScalarRow {
  std::string text;
  std::optional<double> expected;
};

class NumberOfScalar : public testing::TestWithParam<ScalarRow> {};

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
    testing::Values(
        ScalarRow{"0", 0}, ScalarRow{"10", 10}, ScalarRow{"-3", -3}, ScalarRow{"+3", 3},
        ScalarRow{"0x10", 16}, ScalarRow{"0XfF", 255}, ScalarRow{"-0x10", -16}, ScalarRow{"010", 8},
        ScalarRow{"0o17", 15}, ScalarRow{"0b101", 5}, ScalarRow{"1_000", 1000}, ScalarRow{"08", 8},
        ScalarRow{"1.5", 1.5}, ScalarRow{"1.", 1}, ScalarRow{".5", .5}, ScalarRow{"-.5", -.5},
        ScalarRow{"1e3", 1000}, ScalarRow{"1E-3", .001}, ScalarRow{"1_0.5", 10.5},
        ScalarRow{"18446744073709551615", 0x1p64}, ScalarRow{"1e400", std::nullopt},
        ScalarRow{".inf", kInfinity}, ScalarRow{"+.Inf", kInfinity}, ScalarRow{"-.INF", -kInfinity},
        ScalarRow{"", std::nullopt}, ScalarRow{"x", std::nullopt}, ScalarRow{"1x", std::nullopt},
        ScalarRow{"0x", std::nullopt}, ScalarRow{"-", std::nullopt}, ScalarRow{".", std::nullopt},
        ScalarRow{".5_0", std::nullopt}, ScalarRow{"_1", std::nullopt},
        ScalarRow{"0x1p4", std::nullopt}, ScalarRow{"inf", std::nullopt},
        ScalarRow{"nan", std::nullopt}, ScalarRow{"1e", std::nullopt},
        ScalarRow{"1:30", std::nullopt}, ScalarRow{"2001-01-01", std::nullopt}));

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
