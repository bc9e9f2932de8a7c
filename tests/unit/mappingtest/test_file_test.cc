// SPDX-License-Identifier: Apache-2.0
#include "weir/mappingtest/test_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/rulefile/config_error.h"

namespace weir::mappingtest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A file with one test that expects `yaml`.
Expectation expectation(const std::string& yaml) {
  const auto file =
      parse_test_file("mapping: m\ntests: [{name: n, lines: [a], expect: " + yaml + "}]", "f");
  return file.tests.at(0).expectation;
}

std::vector<std::string> errors(const std::string& text) {
  try {
    static_cast<void>(parse_test_file(text, "t.yml"));
  } catch (const rulefile::ConfigError& error) {
    std::vector<std::string> lines;
    lines.reserve(error.errors().size());
    for (const auto& diagnostic : error.errors()) lines.push_back(text_of(diagnostic));
    return lines;
  }
  return {};
}

// Of the one test of a file, from the fourth line on.
std::vector<std::string> errors_of_test(const std::string& yaml) {
  return errors("mapping: m\n\ntests:\n" + yaml);
}

TEST(TestFile, HasMappingFlagsAndTests) {
  const auto file = parse_test_file(
      "mapping: ../maps/m.yml\n"
      "flags:\n"
      "  statsd.sets: gauge\n"
      "  statsd.parse-meters: true\n"
      "tests:\n"
      "- name: one\n"
      "  lines:\n"
      "  - a:1|c|#b:c\n"
      "  - \"d:1|g\"\n"
      "  expect:\n"
      "  - a{b=\"c\"} 1\n"
      "  - d 1\n"
      "- {name: two, lines: [e], expect: refused}\n",
      "dir/sub/t.yml");

  EXPECT_EQ(file.path, "dir/sub/t.yml");
  EXPECT_EQ(file.mapping, "dir/maps/m.yml");
  EXPECT_EQ(file.mapping_position, (rulefile::Position{1, 10}));
  ASSERT_THAT(file.settings, SizeIs(2));
  EXPECT_EQ(file.settings[1].name, "statsd.parse-meters");
  EXPECT_EQ(file.settings[1].value, "true");
  EXPECT_EQ(file.settings[1].position, (rulefile::Position{4, 3}));
  ASSERT_THAT(file.tests, SizeIs(2));
  EXPECT_EQ(file.tests[0].name, "one");
  EXPECT_EQ(file.tests[0].position, (rulefile::Position{6, 3}));
  EXPECT_THAT(file.tests[0].lines, ElementsAre("a:1|c|#b:c", "d:1|g"));
  ASSERT_TRUE(file.tests[0].expectation.series);
  EXPECT_EQ(file.tests[0].expectation.series->at(1).text, "d 1");
}

TEST(TestFile, TakesMappingsFromElsewhere) {
  const auto mapping = [](const std::string& path) {
    return parse_test_file("mapping: " + path + "\ntests: [{name: n, lines: [a], expect: []}]",
                           "dir/t.yml")
        .mapping;
  };

  EXPECT_EQ(mapping("builtin:airflow"), "builtin:airflow");
  EXPECT_EQ(mapping("/etc/m.yml"), "/etc/m.yml");
  EXPECT_EQ(mapping("m.yml"), "dir/m.yml");
}

TEST(TestFile, ExpectsSeriesOrAWord) {
  EXPECT_EQ(expectation("[a 1]").outcome, Outcome::Series);
  EXPECT_THAT(expectation("[a 1]").series.value(), SizeIs(1));
  EXPECT_THAT(expectation("[]").series.value(), IsEmpty());
  EXPECT_EQ(expectation("dropped").outcome, Outcome::Dropped);
  EXPECT_THAT(expectation("dropped").series.value(), IsEmpty());
  EXPECT_EQ(expectation("refused").outcome, Outcome::Refused);
  EXPECT_THAT(expectation("refused").series.value(), IsEmpty());
  EXPECT_EQ(expectation("unmapped").outcome, Outcome::Unmapped);
  EXPECT_FALSE(expectation("unmapped").series);
}

TEST(TestFile, ExpectsMoreByAMap) {
  EXPECT_EQ(expectation("{series: [a 1]}").outcome, Outcome::Series);
  EXPECT_THAT(expectation("{series: [a 1]}").series.value(), SizeIs(1));
  EXPECT_EQ(expectation("{unmapped: [a 1]}").outcome, Outcome::Unmapped);
  EXPECT_THAT(expectation("{unmapped: [a 1]}").series.value(), SizeIs(1));
  EXPECT_FALSE(expectation("{unmapped: }").series);
  EXPECT_EQ(expectation("{refused: conflict}").reason, "conflict");
  EXPECT_EQ(expectation("{refused: malformed_line}").outcome, Outcome::Refused);
  EXPECT_EQ(expectation("{refused: line_too_long, series: [a 1]}").reason, "line_too_long");
  EXPECT_THAT(expectation("{refused: , series: [a 1]}").series.value(), SizeIs(1));
}

TEST(TestFile, RefusesAFileWithoutItsParts) {
  EXPECT_THAT(errors(""), ElementsAre("t.yml:1:1: the file names no mapping file, write `mapping: "
                                      "FILE` or `mapping: builtin:NAME`",
                                      "t.yml:1:1: the file has no tests, write `tests:` and a list "
                                      "of them below"));
  EXPECT_THAT(errors("mapping: m\ntests: []"),
              ElementsAre("t.yml:2:8: the list of tests is empty, write one at least"));
  EXPECT_THAT(errors("mapping: [m]\ntests: a"),
              ElementsAre("t.yml:1:10: found a list, write a single value",
                          "t.yml:2:8: tests must be a list, not `a`, begin each item with `- `"));
  EXPECT_THAT(errors("mapping: m\ntest: []"),
              ElementsAre("t.yml:2:1: unknown key \"test\" in the file, did you mean \"tests\"?"));
  EXPECT_THAT(errors("mapping: m\nflags: 1\ntests: [{name: n, lines: [a], expect: []}]"),
              ElementsAre("t.yml:2:8: flags must be a map, not `1`, write `key: value` lines"));
}

TEST(TestFile, RefusesATestWithoutItsParts) {
  EXPECT_THAT(errors_of_test("- name: n\n  expect: []\n"),
              ElementsAre("t.yml:4:3: a test without lines, each test has `name`, `lines` and "
                          "`expect`"));
  EXPECT_THAT(errors_of_test("- lines: [a]\n  expect:\n"),
              ElementsAre("t.yml:4:3: a test without name and without expect, each test has "
                          "`name`, `lines` and `expect`"));
  EXPECT_THAT(errors_of_test("- name: n\n  line: [a]\n  expect: []\n"),
              ElementsAre("t.yml:5:3: unknown key \"line\" in a test, did you mean \"lines\"?"));
  EXPECT_THAT(errors_of_test("- name: n\n  lines: []\n  expect: []\n"),
              ElementsAre("t.yml:5:10: there are no lines, write StatsD lines, each as an item"));
  EXPECT_THAT(errors_of_test("- name: n\n  lines: [\"a\\nb\"]\n  expect: []\n"),
              ElementsAre("t.yml:5:11: more than one line in one item, write each line as an item "
                          "of its own"));
}

TEST(TestFile, RefusesWhatNothingIsExpectedBy) {
  const auto errors_of = [](const std::string& yaml) {
    return errors_of_test("- name: n\n  lines: [a]\n  expect: " + yaml + "\n");
  };

  EXPECT_THAT(errors_of("drop"),
              ElementsAre("t.yml:6:11: nothing is expected by \"drop\", write a list of series, or "
                          "dropped, unmapped or refused"));
  EXPECT_THAT(errors_of("{refused: confict}"),
              ElementsAre("t.yml:6:21: there is no reason \"confict\", did you mean "
                          "\"conflict\"?"));
  EXPECT_THAT(errors_of("{unmapped: , refused: }"),
              ElementsAre("t.yml:6:11: \"unmapped\" goes with no other key, write the series as "
                          "its list"));
  EXPECT_THAT(errors_of("[a]"),
              ElementsAre("t.yml:6:12: no series: there is no value behind the series, write it as "
                          "the page has it, `name{label=\"value\"} 1`"));
  EXPECT_THAT(errors_of("[a 1, b 1, a 2]"),
              ElementsAre("t.yml:6:11: the series a is there twice, take one out"));
}

TEST(TestFile, ReportsAllThatIsWrong) {
  EXPECT_THAT(errors("tests:\n- {name: n, lines: [a], expect: x}\n- {nam: n}\n- 1\n"), SizeIs(4));
}

}  // namespace
}  // namespace weir::mappingtest
