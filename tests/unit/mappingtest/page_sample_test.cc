// SPDX-License-Identifier: Apache-2.0
#include "weir/mappingtest/page_sample.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::mappingtest {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

PageSample read(std::string_view text) {
  auto sample = parse_page_sample(text);
  EXPECT_TRUE(sample) << text;
  return sample ? *sample : PageSample{};
}

std::string fault(std::string_view text) {
  const auto sample = parse_page_sample(text);
  EXPECT_FALSE(sample) << text;
  return sample ? std::string() : std::string(sample.error().what);
}

TEST(PageSample, HasNameLabelsValueAndTime) {
  const auto sample = read(R"(jobs_total{queue="mail",page="a"} 17 1700000000123)");

  EXPECT_EQ(sample.name, "jobs_total");
  ASSERT_EQ(sample.labels.size(), 2);
  EXPECT_EQ(sample.labels[0], (PageSample::Label{"page", "a"}));
  EXPECT_EQ(sample.labels[1], (PageSample::Label{"queue", "mail"}));
  EXPECT_EQ(sample.value, 17);
  EXPECT_EQ(sample.time, 1'700'000'000'123);
}

TEST(PageSample, NeedsNoLabelsAndNoTime) {
  const auto sample = read("a:b_1 -0.5");

  EXPECT_EQ(sample.name, "a:b_1");
  EXPECT_THAT(sample.labels, IsEmpty());
  EXPECT_EQ(sample.value, -0.5);
  EXPECT_FALSE(sample.time);
  EXPECT_THAT(read("a{} 1").labels, IsEmpty());
}

TEST(PageSample, ReadsNumbersThatAreNotFinite) {
  EXPECT_EQ(read("a +Inf").value, HUGE_VAL);
  EXPECT_EQ(read("a -Inf").value, -HUGE_VAL);
  EXPECT_TRUE(std::isnan(read("a NaN").value));
}

TEST(PageSample, TakesBlanksAndACommaAtTheEnd) {
  const auto sample = read("  a { b = \"c\" , d=\"e\", }\t1  ");

  EXPECT_EQ(sample.text, "a { b = \"c\" , d=\"e\", }\t1");
  EXPECT_EQ(key_of(sample), key_of(read(R"(a{d="e",b="c"} 2)")));
}

TEST(PageSample, UndoesEscapes) {
  EXPECT_EQ(read(R"(a{b="x\\y\"z\n, }= "} 1)").labels[0].value, "x\\y\"z\n, }= ");
}

TEST(PageSample, HasNamesInQuotes) {
  const auto sample = read(R"({"a.b",c="d","e f"="g"} 1)");

  EXPECT_EQ(sample.name, "a.b");
  EXPECT_EQ(sample.labels.at(1).name, "e f");
  EXPECT_EQ(key_of(read(R"({"ab"} 1)")), key_of(read("ab 1")));
}

TEST(PageSample, SaysWhatIsWrong) {
  for (const auto* const text : {"", "1a 1", "{} 1", R"({a="b"} 1)", "-a 1"}) {
    EXPECT_THAT(fault(text), HasSubstr("begins with its name")) << text;
  }
  for (const auto* const text : {"a{b=c} 1", "a{b} 1", R"(a{="c"} 1)", R"(a{"b"} 1)", "a{b:1} 1"}) {
    EXPECT_THAT(fault(text), HasSubstr("a label is written")) << text;
  }
  EXPECT_THAT(fault(R"(a{b="c" d="e"} 1)"), HasSubstr("a `,` between"));
  EXPECT_THAT(fault(R"(a{b="c")"), HasSubstr("a `}` at the end"));
  EXPECT_THAT(fault(R"(a{b="c} 1)"), HasSubstr("double quote is missing"));
  EXPECT_THAT(fault(R"(a{b="c\)"), HasSubstr("double quote is missing"));
  EXPECT_THAT(fault(R"(a{b="c",b="d"} 1)"), HasSubstr("twice"));
  EXPECT_THAT(fault("a"), HasSubstr("no value"));
  EXPECT_THAT(fault("a x"), HasSubstr("not a number"));
  EXPECT_THAT(fault("a 1 x"), HasSubstr("a time"));
  EXPECT_THAT(fault("a 1 2 3"), HasSubstr("a time"));
}

TEST(PageSample, TellsSeriesApart) {
  EXPECT_NE(key_of(read("a 1")), key_of(read("b 1")));
  EXPECT_NE(key_of(read(R"(a{b="c"} 1)")), key_of(read(R"(a{b="d"} 1)")));
  EXPECT_NE(key_of(read(R"(a{b="c,d=\"e"} 1)")), key_of(read(R"(a{b="c",d="e"} 1)")));
  EXPECT_NE(key_of(read(R"(a{le="1"} 1)")), key_of(read(R"(a{le="2"} 1)")));
}

TEST(PageSample, JoinsThePartsOfASeries) {
  EXPECT_EQ(key_of_parts(read(R"(a_bucket{b="c",le="1"} 1)")),
            key_of_parts(read(R"(a_bucket{le="2",b="c"} 1)")));
  EXPECT_EQ(key_of_parts(read(R"(a{quantile="0.5"} 1)")), key_of_parts(read("a 1")));
  EXPECT_NE(key_of_parts(read(R"(a{b="c",le="1"} 1)")), key_of_parts(read(R"(a{le="1"} 1)")));
}

}  // namespace
}  // namespace weir::mappingtest
