// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/glob_grammar.h"

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

using Texts = std::vector<std::string_view>;

Texts captures_of(std::string_view glob, std::string_view name) {
  Texts captures;
  append_captures(glob, name, captures);
  return captures;
}

TEST(GlobGrammar, KnowsEveryForm) {
  EXPECT_EQ(form_of("a-b"), SegmentForm::Literal);
  EXPECT_EQ(form_of(""), SegmentForm::Literal);
  EXPECT_EQ(form_of("a*b"), SegmentForm::Part);
  EXPECT_EQ(form_of("*"), SegmentForm::Any);
  EXPECT_EQ(form_of("**"), SegmentForm::Tail);
}

TEST(GlobGrammar, TakesOneWildcardASegmentAndTwoTailsWithWordsBetween) {
  for (const auto* glob :
       {"*", "a", "*.**", "a.**", "a.**.b.**", "*.**.b.c-1.**.*.x*", "a.**.b", "a.*.**.*",
        "operator_*", "*_start", "job_*_end", "*-x", "a.9*", "a_*.**.*_z"}) {
    EXPECT_EQ(glob_fault(glob), "") << glob;
  }
}

TEST(GlobGrammar, TellsOfEachFaultWhatToWrite) {
  for (const auto* glob :
       {"**", "a.**.**", "a.**.*.**", "a.**.b.*.**", "a.**.b*.**", "a.**.b.**.c.**", "***", "a.***",
        "a.b**", "a.**b", "a.*b*", "a.é*", "a*.", "a .*"}) {
    EXPECT_NE(glob_fault(glob), "") << glob;
  }
}

TEST(GlobGrammar, TakesWordsThatBeginWithADigitOrAHyphen) {
  for (const auto* glob : {"5xx.*", "9", "9*", "9.*", "-", "-a.b", "-*", "node.-1.*", "a.--.9-"}) {
    EXPECT_EQ(glob_fault(glob), "") << glob;
  }
}

TEST(GlobGrammar, CountsCapturesWhateverTheirKind) {
  EXPECT_EQ(count_captures("a.b"), 0);
  EXPECT_EQ(count_captures("*.x*.**.*y"), 4);
}

TEST(GlobGrammar, CapturesFromTheLeftWhateverTheKind) {
  EXPECT_EQ(captures_of("ti.**.*_of.job_*_end.*", "ti.a.b.c.end_of.job_7_end."),
            (Texts{"a.b.c", "end", "7", ""}));
}

TEST(GlobGrammar, CapturesATailWithItsDots) {
  EXPECT_EQ(captures_of("a.**", "a.b"), Texts{"b"});
  EXPECT_EQ(captures_of("a.**", "a."), Texts{""});
  EXPECT_EQ(captures_of("a.**", "a.b..c."), Texts{"b..c."});
  EXPECT_EQ(captures_of("a.**.c", "a..c"), Texts{""});
  EXPECT_EQ(captures_of("*.**.*", "a.b.c.d"), (Texts{"a", "b.c", "d"}));
}

TEST(GlobGrammar, EndsTheFirstOfTwoTailsWhereTheTextBetweenThemBegins) {
  EXPECT_EQ(captures_of("a.**.b.**", "a.x.b.y"), (Texts{"x", "y"}));
  EXPECT_EQ(captures_of("a.**.b.**", "a.x.b.y.b.z"), (Texts{"x", "y.b.z"}));
  EXPECT_EQ(captures_of("a.**.b.**", "a.b.b.b.b"), (Texts{"b", "b.b"}));
  EXPECT_EQ(captures_of("a.**.b.**", "a..b."), (Texts{"", ""}));
  EXPECT_EQ(captures_of("a.**.b.c.**.*", "a.b.x.bb.c.b.c.y.z.w"), (Texts{"b.x.bb.c", "y.z", "w"}));
  EXPECT_EQ(captures_of("*.**.b.**.x*.d", "a.1.2.b.3.x4.d"), (Texts{"a", "1.2", "3", "4"}));
}

TEST(GlobGrammar, KnowsTheTextBetweenTwoTails) {
  EXPECT_EQ(between_tails("a.**.b.**"), ".b.");
  EXPECT_EQ(between_tails("*.**.b.c.**.d"), ".b.c.");
  EXPECT_EQ(between_tails("a.**.b"), "");
  EXPECT_EQ(between_tails("a.*.b"), "");
}

}  // namespace
}  // namespace weir::mapping
