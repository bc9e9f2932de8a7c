// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explained_line.h"
#include "weir/explain/formats.h"

namespace weir::explain {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string told(std::string_view line) { return text_of(explained("", line), "m.yml"); }

TEST(TextFormat, PointsAtTheByteThatIsAtFault) {
  EXPECT_THAT(told("a.b:12x|c"), StartsWith("line      a.b:12x|c\n"
                                            "              ^~~\n"
                                            "refused   the value is not a number"));
}

TEST(TextFormat, CountsColumnsOfWhatIsShown) {
  EXPECT_THAT(told("caf\xc3\xa9\t:x|c"), StartsWith("line      caf\xc3\xa9\\t:x|c\n"
                                                    "                 ^\n"));
  EXPECT_THAT(told("a\xff:1|c"), StartsWith("line      a\\xff:1|c\n"
                                            "           ^~~~\n"
                                            "refused   this byte begins no character of UTF-8"));
}

TEST(TextFormat, ShowsTheSurroundingsOfAFaultInALongLine) {
  const std::string name(300, 'n');

  EXPECT_THAT(told(name + ":x|c"), StartsWith("line      ..." + std::string(59, 'n') + ":x|c\n" +
                                              std::string(73, ' ') + "^\n"));
  EXPECT_THAT(told(name + ":1|c"),
              StartsWith("line      " + std::string(160, 'n') + "...\ndialect"));
}

TEST(TextFormat, EscapesWhatSendersWrote) {
  const auto text = told("a:1|c|#k:\x1b[31m\xe2\x80\xae");

  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("k=\"\\x1b[31m\\u202e\""));
}

}  // namespace
}  // namespace weir::explain
