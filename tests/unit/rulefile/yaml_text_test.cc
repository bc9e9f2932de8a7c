// SPDX-License-Identifier: Apache-2.0
#include "rulefile/yaml_text.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::rulefile {
namespace {

std::string round(const std::string& text) {
  Diagnostics diagnostics("m.yml");
  return inline_yaml(YamlDocument::parse(text, diagnostics).root());
}

TEST(YamlText, KeepsPlainScalarsPlain) {
  EXPECT_EQ(round("[1, -2.5, true, abc, $1, ~, 1e+3, .inf, -.inf, a b]"),
            "[1, -2.5, true, abc, $1, ~, 1e+3, .inf, -.inf, a b]");
}

TEST(YamlText, KeepsStringsStrings) {
  EXPECT_EQ(round("['1', \"true\", !!str 5]"), R"(["1", "true", "5"])");
}

TEST(YamlText, QuotesWhatAMarkCouldStandIn) {
  EXPECT_EQ(round("- a, b\n- a]\n- 'a: b'\n- x${1}\n- a# b\n- \"- a\"\n"),
            R"(["a, b", "a]", "a: b", "x${1}", "a# b", "- a"])");
  EXPECT_EQ(round("- \"a\\\\b\\\"c\"\n- |\n  two\n  lines\n- \"\\t\"\n"),
            R"(["a\\b\"c", "two\x0Alines\x0A", "\x09"])");
}

TEST(YamlText, NestsMapsAndLists) {
  EXPECT_EQ(round("a:\n  b: [1, {c: d}]\n  e: {}\n\"f g\": []\n"),
            R"({a: {b: [1, {c: d}], e: {}}, "f g": []})");
}

TEST(YamlText, ReadsBackAsItWas) {
  const std::string text = round("a: ['x, y: z', {b: \"1\", c: 1}, 'it''s', \"\xC3\xA9\", '']\n");

  EXPECT_EQ(round(text), text);
}

}  // namespace
}  // namespace weir::rulefile
