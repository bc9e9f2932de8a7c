// SPDX-License-Identifier: Apache-2.0
#include "exposition/name_escaping.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::exposition {
namespace {

std::string escaped(std::string_view name, Escaping escaping) {
  std::string out;
  append_name(out, name, escaping);
  return out;
}

struct NameCase {
  const char* name;
  const char* underscores;
  const char* dots;
  const char* values;
};

class AppendName : public testing::TestWithParam<NameCase> {};

TEST_P(AppendName, EscapesAsTheReferencesLibrary) {
  const auto& [name, underscores, dots, values] = GetParam();

  EXPECT_EQ(escaped(name, Escaping::AllowUtf8), name);
  EXPECT_EQ(escaped(name, Escaping::Underscores), underscores);
  EXPECT_EQ(escaped(name, Escaping::Dots), dots);
  EXPECT_EQ(escaped(name, Escaping::Values), values);
}

INSTANTIATE_TEST_SUITE_P(Golden, AppendName,
                         testing::Values(NameCase{"a.b_c", "a_b_c", "a_dot_b__c", "U__a_2e_b__c"},
                                         NameCase{"metric.name/with/slashes",
                                                  "metric_name_with_slashes",
                                                  "metric_dot_name__with__slashes",
                                                  "U__metric_2e_name_2f_with_2f_slashes"},
                                         NameCase{"a b", "a_b", "a__b", "U__a_20_b"},
                                         NameCase{"1abc", "_abc", "__abc", "U___31_abc"},
                                         NameCase{"a.1", "a_1", "a_dot_1", "U__a_2e_1"},
                                         NameCase{"a:b.c", "a:b_c", "a:b_dot_c", "U__a:b_2e_c"},
                                         NameCase{"\u65e5\u672c", "__", "____", "U___65e5__672c_"},
                                         NameCase{"\u00e91", "_1", "__1", "U___e9_1"},
                                         NameCase{"\U0001F600", "_", "__", "U___1f600_"}));

TEST(AppendLabelName, LeavesNoColon) {
  std::string out = "x:";
  append_label_name(out, "a:b", Escaping::Values);
  append_label_name(out, "a:b.c", Escaping::Underscores);

  EXPECT_EQ(out, "x:a_ba_b_c");
}

TEST(IsLegacyName, TakesLettersDigitsUnderscoresAndColons) {
  for (const char* name : {"a", "Z", "_", ":", "a1", "a_b:c", "__x"}) {
    EXPECT_TRUE(is_legacy_metric_name(name)) << name;
  }
  for (const char* name : {"", "1", "1a", "a.b", "a b", "a-b", "\u00e9", "a\x7f", "a\"", "a{"}) {
    EXPECT_FALSE(is_legacy_metric_name(name)) << name;
  }
}

}  // namespace
}  // namespace weir::exposition
