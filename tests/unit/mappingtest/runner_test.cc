// SPDX-License-Identifier: Apache-2.0
#include "weir/mappingtest/runner.h"

#include <algorithm>
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/mappingtest/coverage.h"
#include "weir/rulefile/loader.h"

namespace weir::mappingtest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kMapping =
    "mappings:\n"
    "- {match: shop.*.orders, name: orders_total, labels: {city: $1}}\n"
    "- {match: noise.*, name: none, action: drop}\n"
    "- {match: shop.*.time, name: time, observer_type: histogram}\n";

const base::Instant kNow{base::TimePoint(std::chrono::hours(1)),
                         base::UnixTime(std::chrono::hours(480'000))};

FileResult run(const TestFile& file, std::string_view mapping = kMapping,
               const explain::Options& options = {}) {
  auto rules = rulefile::parse_rules(mapping, "m.yml", {.names = options.pipeline.names}).rules;
  return run_tests(file, pipeline::prepare(std::move(rules), 1), options, kNow);
}

TestResult result_of(const std::string& test) {
  return run(parse_test_file("mapping: m\ntests:\n- " + test, "t.yml")).tests.at(0);
}

std::vector<std::string> faults_of(const std::string& lines, const std::string& expected) {
  return result_of("{name: n, lines: " + lines + ", expect: " + expected + "}").faults;
}

TEST(Runner, HoldsAllOutcomesAgainstAWord) {
  EXPECT_THAT(faults_of("['noise.a:1|c', 'noise.b:1|g']", "dropped"), IsEmpty());
  EXPECT_THAT(faults_of("['noise.a:1|c', 'a:1|c']", "dropped"),
              ElementsAre("expected everything to be dropped"));
  EXPECT_THAT(faults_of("['a:1|c', 'b:1|g']", "unmapped"), IsEmpty());
  EXPECT_THAT(faults_of("['a:1|c', 'shop.a.orders:1|c']", "unmapped"),
              ElementsAre("expected everything to be unmapped"));
  EXPECT_THAT(faults_of("['a:x|c', 'b:1|k']", "refused"), IsEmpty());
  EXPECT_THAT(faults_of("['a:x|c', 'b:1|c']", "refused"),
              ElementsAre("expected everything to be refused"));
}

TEST(Runner, TakesALineWithoutSamplesForNoOutcome) {
  EXPECT_THAT(faults_of("['_e{1,1}:a|b']", "[]"), IsEmpty());
  EXPECT_THAT(faults_of("['_e{1,1}:a|b']", "dropped"),
              ElementsAre("expected everything to be dropped"));
  EXPECT_THAT(faults_of("['']", "refused"), ElementsAre("expected everything to be refused"));
}

TEST(Runner, RefusesNothingWhereSeriesAreExpected) {
  EXPECT_THAT(faults_of("['a:1|c', 'a:1|g']", "[a 1]"),
              ElementsAre("expected nothing to be refused"));
  EXPECT_THAT(faults_of("['a:1|c', 'noise.a:1|c']", "[a 1]"), IsEmpty());
}

TEST(Runner, HoldsReasonsAgainstEachOther) {
  EXPECT_THAT(faults_of("['a:1|c', 'a:1|g']", "{refused: conflict, series: [a 1]}"), IsEmpty());
  EXPECT_THAT(faults_of("['a:1|c', 'a:x|c']", "{refused: conflict, series: [a 1]}"),
              ElementsAre("expected the reason conflict"));
  EXPECT_THAT(faults_of("['a:1|c']", "{refused: conflict, series: [a 1]}"),
              ElementsAre("expected something to be refused"));
}

TEST(Runner, SaysWhichRuleTookASample) {
  const auto result = result_of(
      "{name: n, lines: ['a:1|c', 'shop.x.orders:1|c'], expect: [a 1, 'orders_total{city=\"x\"} "
      "1']}");

  EXPECT_TRUE(result.is_passed());
  ASSERT_THAT(result.samples, SizeIs(2));
  EXPECT_EQ(result.samples[0].ending, Ending::Unmapped);
  EXPECT_FALSE(result.samples[0].rule);
  EXPECT_EQ(result.samples[1].line, 1);
  EXPECT_EQ(result.samples[1].ending, Ending::Mapped);
  EXPECT_EQ(result.samples[1].rule.value().line, 2);
  EXPECT_EQ(result.samples[1].series, "orders_total{city=\"x\"}");
}

TEST(Runner, BeginsEachTestWithoutSeries) {
  const auto result =
      run(parse_test_file("mapping: m\n"
                          "tests:\n"
                          "- {name: a, lines: ['a:1|c'], expect: [a 1]}\n"
                          "- {name: b, lines: ['a:2|g'], expect: [a 2]}\n",
                          "t.yml"));

  EXPECT_TRUE(result.tests.at(0).is_passed());
  EXPECT_TRUE(result.tests.at(1).is_passed());
}

TEST(Runner, KeepsAllSamplesOfALine) {
  std::string line = "'shop.x.time:1";
  for (int i = 1; i < 100; ++i) line += ":1";

  const auto result =
      result_of("{name: n, lines: [" + line + "|ms'], expect: [time_sum 0.1, time_count 100]}");

  EXPECT_TRUE(result.is_passed());
  EXPECT_THAT(result.samples, SizeIs(100));
}

// Whatever the page has can be expected.
TEST(Runner, PassesWithWhatThePageHas) {
  explain::Options options;
  options.pipeline.names = base::NameValidation::Utf8;
  TestFile file{"t.yml", "m", {}, {}, {}};
  mappingtest::Test test;
  test.lines = {"caf\u00e9.x-y:1|c|#k ey:v\"\\,d:{}",
                "shop.x.time:3|ms",
                "big:1e300|g",
                "s:1:2:3|ms|#quantiles:1",
                "inf:+Inf|g",
                "none:nan|g",
                "shop.\u00e4 b.orders:0.1|c|@0.3",
                "9digits:-5|g|#a:b"};
  test.expectation.series.emplace();
  file.tests = {test};
  const auto unexpected = run(file, kMapping, options).tests.at(0).series;
  for (const auto& series : unexpected) {
    EXPECT_EQ(series.match, Match::Unexpected);
    file.tests[0].expectation.series->push_back(*parse_page_sample(series.text));
  }

  const auto result = run(file, kMapping, options).tests.at(0);

  EXPECT_GT(result.series.size(), test.lines.size());
  EXPECT_TRUE(result.is_passed());
}

TEST(Coverage, NamesRulesThatNoTestUsed) {
  const auto rules = rulefile::parse_rules(kMapping, "m.yml").rules;
  Coverage coverage;
  const auto unused_after = [&](const std::string& line) {
    coverage.add(
        run(parse_test_file("mapping: m\ntests: [{name: n, lines: ['" + line + "'], expect: []}]",
                            "t.yml")),
        *rules);
    const auto unused = coverage.mappings().at(0).unused;
    std::vector<std::size_t> lines;
    lines.reserve(unused.size());
    for (const auto& rule : unused) lines.push_back(rule.line);
    return lines;
  };

  EXPECT_THAT(unused_after("a:1|c"), ElementsAre(2, 3, 4));
  EXPECT_THAT(unused_after("noise.a:1|c"), ElementsAre(2, 4));
  EXPECT_THAT(unused_after("shop.a.orders:1|c"), ElementsAre(4));
  EXPECT_EQ(coverage.mappings().at(0).rules, 3);
  EXPECT_EQ(coverage.mappings().at(0).file, "m");
}

}  // namespace
}  // namespace weir::mappingtest
