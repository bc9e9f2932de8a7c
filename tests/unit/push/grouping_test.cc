// SPDX-License-Identifier: Apache-2.0
#include "weir/push/grouping.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::push {
namespace {

// `name=value;` for each label, or the answer.
std::string read(std::string_view job, std::string_view labels, bool is_base64 = false) {
  const auto read = read_grouping({job, is_base64, labels});
  if (!read) return read.error();
  std::string text;
  for (const auto& label : *read) text += label.name + "=" + label.value + ";";
  return text;
}

TEST(ReadGrouping, GivesLabelsByNameWithTheJob) {
  EXPECT_EQ(read("j", ""), "job=j;");
  EXPECT_EQ(read("j", "/"), "job=j;");
  EXPECT_EQ(read("j", "/z/1/a/2"), "a=2;job=j;z=1;");
  EXPECT_EQ(read("j", "/a/1/a/2"), "a=2;job=j;");
  EXPECT_EQ(read("j", "/job/other"), "job=j;");
  EXPECT_EQ(read("j", "/a/"), "a=;job=j;");
}

TEST(ReadGrouping, DecodesBase64) {
  EXPECT_EQ(read("YS9i", "", true), "job=a/b;");
  EXPECT_EQ(read("j", "/a@base64/w7w"), "a=\xc3\xbc;job=j;");
  EXPECT_EQ(read("j", "/a@base64/YQ==/b@base64/="), "a=a;b=;job=j;");
  EXPECT_EQ(read("j", "/a@base64/-_8"), "label a is not UTF-8");
}

TEST(ReadGrouping, SaysWhatIsWrongAsPushgatewayDoes) {
  EXPECT_EQ(read("", "/a/b"), "job name is required");
  EXPECT_EQ(read("=", "", true), "job name is required");
  EXPECT_EQ(read("j", "/a"), "odd number of components in label string \"/a\"");
  EXPECT_EQ(read("j", "/__a/b"), "improper label name \"__a\"");
  EXPECT_EQ(read("j", "/1/b"), "improper label name \"1\"");
  EXPECT_EQ(read("j", "//b"), "improper label name \"\"");
  EXPECT_EQ(read("YWJj$", "", true),
            "invalid base64 encoding in job name \"abc\": illegal base64 data at input byte 4");
  EXPECT_EQ(read("j", "/a@base64/abcde"),
            "invalid base64 encoding for label a=\"abcde\": illegal base64 data at input byte 4");
}

}  // namespace
}  // namespace weir::push
