// SPDX-License-Identifier: Apache-2.0
#include "weir/base/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Reading {
  std::string text;
  double value;
};

class ParseNumberReads : public testing::TestWithParam<Reading> {};

TEST_P(ParseNumberReads, AsTheReference) {
  const Number number = parse_number(GetParam().text);

  EXPECT_EQ(number.fault, NumberFault::None) << GetParam().text;
  EXPECT_EQ(number.value, GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Decimals, ParseNumberReads,
    testing::Values(Reading{"0", 0}, Reading{"1", 1}, Reading{"-17", -17}, Reading{"+10", 10},
                    Reading{".5", 0.5}, Reading{"5.", 5}, Reading{"-.5e1", -5},
                    Reading{"0.01", 0.01}, Reading{"1e3", 1000}, Reading{"1E+3", 1000},
                    Reading{"1e-07", 1e-07}, Reading{"-0.0000001", -1e-07}, Reading{"1e+21", 1e21},
                    Reading{"1000000000000000000000", 1e21}, Reading{"0.8571428571428571", 6.0 / 7},
                    Reading{"123456789012345", 123456789012345},
                    Reading{"0.1234567890123", 0.1234567890123},
                    Reading{"999999999999999.9", 999999999999999.9},
                    Reading{"9007199254740993", 9007199254740992},
                    Reading{"1e0000000000000000003", 1000}, Reading{"4.9e-324", 5e-324},
                    Reading{"2.4e-324", 0}, Reading{"1e-400", 0},
                    Reading{"1.7976931348623157e308", 1.7976931348623157e308}));

INSTANTIATE_TEST_SUITE_P(Underscores, ParseNumberReads,
                         testing::Values(Reading{"1_000", 1000}, Reading{"1_000.5", 1000.5},
                                         Reading{"0_1", 1}, Reading{"-1_0", -10},
                                         Reading{"1e1_0", 1e10}, Reading{"0x_1p2", 4},
                                         Reading{"0x1_0p1_0", 16384}));

INSTANTIATE_TEST_SUITE_P(
    Hexadecimals, ParseNumberReads,
    testing::Values(Reading{"0x1p4", 16}, Reading{"0X1P4", 16}, Reading{"-0x.8p0", -0.5},
                    Reading{"0xAbp0", 171}, Reading{"0x1.fffffffffffff8p0", 2},
                    Reading{"0x1.fffffffffffff7ffffffffffffffffp0", 0x1.fffffffffffffp0},
                    Reading{"0x1.00000000000008p0", 1},
                    Reading{"0x1.00000000000008000000000000000001p0", 0x1.0000000000001p0},
                    Reading{"0x1p-1074", 5e-324}, Reading{"0x1p-1075", 0},
                    Reading{"0x1.8p-1075", 5e-324}, Reading{"0x1p-1080", 0},
                    Reading{"0x0p99999", 0}));

INSTANTIATE_TEST_SUITE_P(Infinities, ParseNumberReads,
                         testing::Values(Reading{"inf", kInfinity}, Reading{"+Inf", kInfinity},
                                         Reading{"-Infinity", -kInfinity},
                                         Reading{"INFINITY", kInfinity}));

class ParseNumberRefuses : public testing::TestWithParam<const char*> {};

TEST_P(ParseNumberRefuses, WhatIsNoNumber) {
  const Number number = parse_number(GetParam());

  EXPECT_EQ(number.fault, NumberFault::Syntax) << GetParam();
  EXPECT_EQ(number.value, 0) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(, ParseNumberRefuses,
                         testing::Values("", " ", "1 ", " 1", "1o", "+", "-", ".", "-.", "--1",
                                         "+-1", "1,5", "1.2.3", "e5", "1e", "1e+", "1e1.5", "1__0",
                                         "_1", "1_", "1_.5", "1._5", "1e_1", "1_e5", "-_1",
                                         "0x1_p2", "0x1_.8p0", "0x", "0x1", "0x10", "0x1p", "0xp1",
                                         "0x_p1", "00x1p1", "0b1", "0o17", "infinit", "infi",
                                         "+nan", "-NaN", "nan(1)", "inf ", "True", "undefined",
                                         "- 1", "\xd9\xa1"));

TEST(ParseNumber, ReadsUnsignedNanInAnyCase) {
  for (const char* text : {"nan", "NaN", "NAN", "nAn"}) {
    const Number number = parse_number(text);

    EXPECT_EQ(number.fault, NumberFault::None) << text;
    EXPECT_TRUE(std::isnan(number.value)) << text;
  }
}

TEST(ParseNumber, TellsOverflowFromSyntax) {
  for (const char* text : {"1e400", "0x1p1024", "1e99999999999", "0x1.fffffffffffffcp1023"}) {
    EXPECT_EQ(parse_number(text).fault, NumberFault::Range) << text;
    EXPECT_EQ(parse_number(text).value, kInfinity) << text;
  }
  EXPECT_EQ(parse_number("-1e400").value, -kInfinity);
}

TEST(ParseNumber, KeepsTheSignOfZero) {
  EXPECT_TRUE(std::signbit(parse_number("-0").value));
  EXPECT_FALSE(std::signbit(parse_number("0").value));
}

TEST(ParseNumber, RoundsByDigitsFarBehindThePoint) {
  // 1 + 2^-53 lies between two doubles; only a digit behind its exact expansion decides.
  const std::string halfway = "1.00000000000000011102230246251565404236316680908203125";

  EXPECT_EQ(parse_number(halfway).value, 1);
  EXPECT_EQ(parse_number(halfway + std::string(60'000, '0')).value, 1);
  EXPECT_EQ(parse_number(halfway + std::string(60'000, '0') + "1").value, std::nextafter(1.0, 2.0));
}

TEST(ParseNumber, ReadsVeryLongNumbers) {
  constexpr std::size_t kDigits = 60'000;

  EXPECT_EQ(parse_number(std::string(kDigits, '0') + "7").value, 7);
  EXPECT_EQ(parse_number("12" + std::string(kDigits, '0') + "e-60000").value, 12);
  EXPECT_EQ(parse_number("0." + std::string(kDigits, '0') + "12e60002").value, 12);
  EXPECT_EQ(parse_number(std::string(kDigits, '9')).fault, NumberFault::Range);
  EXPECT_EQ(parse_number(std::string(kDigits, '9') + "x").fault, NumberFault::Syntax);
}

TEST(ParseNumber, ReadsBackWhatAppendNumberWrites) {
  constexpr int kRounds = 20'000;
  std::mt19937_64 random(1);
  for (int round = 0; round < kRounds; ++round) {
    const double value =
        std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 2'000) - 1'000);
    std::string text;
    append_number(text, value);

    EXPECT_EQ(parse_number(text).value, value) << text;
  }
}

// The library's search for the shortest digits, which whole numbers do without.
std::string with_shortest_digits(double value) {
  std::array<char, kNumberTextMax> text;
  const auto format = value < 1e6 ? std::chars_format::fixed : std::chars_format::scientific;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value, format).ptr};
}

TEST(WriteNumber, HasTheShortestDigitsOfWholeNumbers) {
  constexpr int kRounds = 20'000;
  std::mt19937_64 random(3);
  for (int round = 0; round < kRounds; ++round) {
    // Of any length, many with zeros at the end, and some beyond what is exact.
    double value = static_cast<double>(random() >> (random() % 64));
    if (round % 2 == 0) value = std::trunc(value / 1e5) * 1e3;
    std::array<char, kNumberTextMax> text;
    const std::string written(text.data(), write_number(text.data(), value));

    EXPECT_EQ(written, with_shortest_digits(value));
  }
}

struct Writing {
  double value;
  std::string text;
};

class AppendNumber : public testing::TestWithParam<Writing> {};

TEST_P(AppendNumber, WritesAsTheTextExposition) {
  std::string text = "v ";

  append_number(text, GetParam().value);

  EXPECT_EQ(text, "v " + GetParam().text);
}

// The vectors of the Go client.
INSTANTIATE_TEST_SUITE_P(
    , AppendNumber,
    testing::Values(Writing{0.0, "0"}, Writing{-0.0, "0"}, Writing{1, "1"}, Writing{-1, "-1"},
                    Writing{10, "10"}, Writing{100, "100"}, Writing{123456, "123456"},
                    Writing{999999, "999999"}, Writing{1e6, "1e+06"},
                    Writing{1234567, "1.234567e+06"}, Writing{1e5, "100000"},
                    Writing{1e21, "1e+21"}, Writing{1e20, "1e+20"}, Writing{1e-4, "0.0001"},
                    Writing{1e-5, "1e-05"}, Writing{0.00012345, "0.00012345"},
                    Writing{123456789, "1.23456789e+08"}, Writing{1395066363000, "1.395066363e+12"},
                    Writing{17560473, "1.7560473e+07"}, Writing{0.1, "0.1"}, Writing{2.5, "2.5"},
                    Writing{1.0 / 3, "0.3333333333333333"}, Writing{5e-324, "5e-324"},
                    Writing{1.7976931348623157e308, "1.7976931348623157e+308"},
                    Writing{kInfinity, "+Inf"}, Writing{-kInfinity, "-Inf"},
                    Writing{std::nan(""), "NaN"}, Writing{-std::nan(""), "NaN"},
                    Writing{1605281325.123, "1.605281325123e+09"},
                    Writing{std::nextafter(1e6, 0), "999999.9999999999"},
                    Writing{std::nextafter(1e-4, 0), "9.999999999999999e-05"},
                    Writing{-0.25, "-0.25"}, Writing{1e15, "1e+15"}, Writing{1e10, "1e+10"},
                    Writing{999999999999999, "9.99999999999999e+14"}, Writing{-1e6, "-1e+06"},
                    Writing{-1.5e-10, "-1.5e-10"}));

TEST(AppendHex, WritesLowerCaseDigitsAfterWhatIsThere) {
  std::string out = "\\x";
  append_hex(out, 0xAB);
  append_hex(out, 0);
  append_hex(out, UINT64_MAX);
  EXPECT_EQ(out, "\\xab0ffffffffffffffff");
}

TEST(AppendHex, FillsUpWithZeros) {
  std::string out;
  append_hex(out, 0xC, 2);
  append_hex(out, 0x1234, 4);
  append_hex(out, 0x12345, 4);
  EXPECT_EQ(out, "0c123412345");
}

}  // namespace
}  // namespace weir::base
