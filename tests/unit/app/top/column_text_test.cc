// SPDX-License-Identifier: Apache-2.0
#include "app/top/column_text.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

TEST(ColumnsOf, CountsWideAndCombiningCharacters) {
  EXPECT_EQ(columns_of(std::string_view("abc")), 3U);
  EXPECT_EQ(columns_of(std::string_view("ä")), 1U);
  EXPECT_EQ(columns_of(std::string_view("a\xcc\x88")), 1U);
  EXPECT_EQ(columns_of(std::string_view("日本")), 4U);
  EXPECT_EQ(columns_of(std::string_view("🙂")), 2U);
  EXPECT_EQ(columns_of(std::string_view("▁█")), 2U);
}

TEST(Cut, FitsTheColumnsAndShowsThatItCut) {
  EXPECT_EQ(cut("abcdef", 6), "abcdef");
  EXPECT_EQ(cut("abcdef", 5), "abcd~");
  EXPECT_EQ(cut("日本語", 5), "日本~");
  EXPECT_EQ(cut("日本語", 4), "日~");
  EXPECT_EQ(cut("a", 0), "");
}

TEST(Cut, LetsNoControlGetThrough) {
  for (const auto* text : {"a\x1b[2Jb", "a\nb", "a\rb", "a\x7f",
                           "a\xe2\x80\xae"
                           "b",
                           "a\xff", "a\tb",
                           "a\xc2\x9b"
                           "31m"}) {
    for (const char c : cut(text, 40)) {
      EXPECT_TRUE(c >= ' ' && c < '\x7f') << text;
    }
  }
}

TEST(LeftAndRight, FillUpToTheColumns) {
  EXPECT_EQ(left("日", 4), "日  ");
  EXPECT_EQ(right("12", 4), "  12");
  EXPECT_EQ(right("12345", 4), "123~");
}

TEST(AsciiOf, HasOneByteForEachCharacter) {
  EXPECT_EQ(ascii_of("aä日\xff"
                     "b"),
            "a???b");
}

TEST(ShortNumber, TakesFiveColumns) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(-1), "0");
  EXPECT_EQ(short_number(0.04), "0.0");
  EXPECT_EQ(short_number(0.5), "0.5");
  EXPECT_EQ(short_number(9), "9");
  EXPECT_EQ(short_number(999.4), "999");
  EXPECT_EQ(short_number(999.5), "1.00k");
  EXPECT_EQ(short_number(12'345), "12.3k");
  EXPECT_EQ(short_number(999'499), "999k");
  EXPECT_EQ(short_number(999'500), "1.00M");
  EXPECT_EQ(short_number(2e9), "2.00G");
}

TEST(ShortBytesAndTime, HaveTheirUnits) {
  EXPECT_EQ(short_bytes(17), "17 B");
  EXPECT_EQ(short_bytes(1024), "1.00 KiB");
  EXPECT_EQ(short_bytes(4294967296.0), "4.00 GiB");
  EXPECT_EQ(short_time(119), "119 s");
  EXPECT_EQ(short_time(120), "2 min");
  EXPECT_EQ(short_time(7200), "2 h");
  EXPECT_EQ(short_time(172'800), "2 d");
  EXPECT_EQ(short_time(-3), "0 s");
}

}  // namespace
}  // namespace weir::app
