// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/name_grammar.h"

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

constexpr auto kLegacy = base::NameValidation::Legacy;
constexpr auto kUtf8 = base::NameValidation::Utf8;

TEST(NameGrammar, TakesLettersDigitsAndReferencesInLegacyNames) {
  for (const auto* name : {"a", "_", "aZ_09", "$1", "a_${12}_b", "$1$2", "a$1}"}) {
    EXPECT_TRUE(is_metric_name(name, kLegacy)) << name;
    EXPECT_TRUE(is_metric_name(name, kUtf8)) << name;
  }
  for (const auto* name : {"", "1a", "a.b", "a-b", "a b", "h\xC3\xA9", "$", "$x", "a$", "${}"}) {
    EXPECT_FALSE(is_metric_name(name, kLegacy)) << name;
  }
}

TEST(NameGrammar, TakesAllButControlCharactersInUtf8Names) {
  for (const auto* name : {"1a", "a.b", "my.${1}", "$1/$2", "a-b", "a b", "h\xC3\xA9", "\"", "\\",
                           "\xC2\xA0", "\xE6\x97\xA5\xE6\x9C\xAC", "\xF0\x9F\x98\x80"}) {
    EXPECT_TRUE(is_metric_name(name, kUtf8)) << name;
  }
  for (const auto* name :
       {"", "$", "a.$x", "${}", "a\n", "\t", "\x7F", "\xC2\x85", "a\xE6\x97", "\x80"}) {
    EXPECT_FALSE(is_metric_name(name, kUtf8)) << name;
  }
}

TEST(NameGrammar, TakesNoReferencesInLabelNames) {
  for (const auto* name : {"a", "_", "aZ_09"}) {
    EXPECT_TRUE(is_label_name(name, kLegacy)) << name;
    EXPECT_TRUE(is_label_name(name, kUtf8)) << name;
  }
  for (const auto* name : {"", "1a", "a.b", "$1", "h\xC3\xA9"}) {
    EXPECT_FALSE(is_label_name(name, kLegacy)) << name;
  }
}

TEST(NameGrammar, TakesAllButControlCharactersInUtf8LabelNames) {
  for (const auto* name : {"1a", "service.name", "a/b", "$1", "h\xC3\xA9", "="}) {
    EXPECT_TRUE(is_label_name(name, kUtf8)) << name;
  }
  for (const auto* name : {"", "a\n", "\xC2\x9F", "\xFF"}) {
    EXPECT_FALSE(is_label_name(name, kUtf8)) << name;
  }
}

TEST(NameGrammar, ReservesWhatBeginsWithTwoUnderscores) {
  EXPECT_TRUE(is_reserved_label_name("__"));
  EXPECT_TRUE(is_reserved_label_name("__name__"));
  EXPECT_TRUE(is_reserved_label_name("__x.y"));
  EXPECT_FALSE(is_reserved_label_name("_x"));
  EXPECT_FALSE(is_reserved_label_name(""));
}

TEST(NameGrammar, ReservesWhatSomeScrapersWouldReadAsTheNameOfTheMetric) {
  for (const auto* name :
       {"..name..", "-.name_-", "_.name__", "1_name__", "\xC3\xA9_name__", "-name-", "_name-",
        "\xE6\x97\xA5name_", "::name::", "::name-", "-name::"}) {
    EXPECT_TRUE(is_reserved_label_name(name)) << name;
  }
  for (const auto* name : {"_name_", "name", "name__", "..name.", "...name..", "..name..x",
                           "..nome..", "a.name", "..Name..", "-1name-", ".name.", ".name-"}) {
    EXPECT_FALSE(is_reserved_label_name(name)) << name;
  }
}

}  // namespace
}  // namespace weir::mapping
