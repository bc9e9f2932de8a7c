// SPDX-License-Identifier: Apache-2.0
#include "weir/base/duration.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

using std::chrono::nanoseconds;

struct Row {
  std::string text;
  std::optional<std::int64_t> expected;
};

class Duration : public testing::TestWithParam<Row> {};

TEST_P(Duration, ReadsAsGoDoes) {
  const auto& [text, expected] = GetParam();

  const auto read = parse_duration(text, DurationUnits::ToHours);

  ASSERT_EQ(read.has_value(), expected.has_value()) << text;
  if (expected) {
    EXPECT_EQ(read->count(), *expected) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    , Duration,
    testing::Values(Row{"0", 0}, Row{"-0", 0}, Row{"0s", 0}, Row{"10s", 10'000'000'000},
                    Row{"1h2m3s4ms5us6ns", 3'723'004'005'006}, Row{"1m2s", 62'000'000'000},
                    Row{"1.5s", 1'500'000'000}, Row{".5s", 500'000'000}, Row{"5.s", 5'000'000'000},
                    Row{"-1.5h", -5'400'000'000'000}, Row{"+3ms", 3'000'000},
                    Row{"2\u00B5s", 2'000}, Row{"2\u03BCs", 2'000}, Row{"0.9ns", 0},
                    Row{"0.1234567891234567891234s", 123'456'789},
                    Row{"9223372036854775807ns", std::numeric_limits<std::int64_t>::max()},
                    Row{"-9223372036854775808ns", std::numeric_limits<std::int64_t>::min()},
                    Row{"", std::nullopt}, Row{"-", std::nullopt}, Row{"10", std::nullopt},
                    Row{"s", std::nullopt}, Row{".s", std::nullopt}, Row{"1d", std::nullopt},
                    Row{"1w", std::nullopt}, Row{"1 s", std::nullopt}, Row{"1s ", std::nullopt},
                    Row{"1S", std::nullopt}, Row{"--1s", std::nullopt}, Row{"1e3s", std::nullopt},
                    Row{"9223372036854775808ns", std::nullopt},
                    Row{"99999999999999999999s", std::nullopt}, Row{"3000000h", std::nullopt},
                    Row{"2562047h2562047h", std::nullopt}));

TEST(DurationFault, IsOfRangeWhereTheUnitIsKnown) {
  const auto fault = [](std::string_view text) {
    return parse_duration(text, DurationUnits::ToHours).error();
  };

  EXPECT_EQ(fault("9223372036854775808ns"), DurationFault::Range);
  EXPECT_EQ(fault("99999999999999999999s"), DurationFault::Range);
  EXPECT_EQ(fault("3000000h"), DurationFault::Range);
  EXPECT_EQ(fault("2562047h2562047h"), DurationFault::Range);
  EXPECT_EQ(fault("3000000d"), DurationFault::Syntax);
  EXPECT_EQ(fault("99999999999999999999"), DurationFault::Syntax);
  EXPECT_EQ(fault("99999999999999999999x"), DurationFault::Syntax);
  EXPECT_EQ(fault(""), DurationFault::Syntax);
}

TEST(DurationUnits, MayGoToWeeks) {
  EXPECT_EQ(*parse_duration("1w2d", DurationUnits::ToWeeks), std::chrono::hours(9 * 24));
  EXPECT_EQ(*parse_duration("0.5d", DurationUnits::ToWeeks), std::chrono::hours(12));
  EXPECT_EQ(parse_duration("1y", DurationUnits::ToWeeks).error(), DurationFault::Syntax);
}

}  // namespace
}  // namespace weir::base
