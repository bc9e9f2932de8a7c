// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/clock.h"
#include "weir/explain/explainer.h"
#include "weir/mappingtest/test_file.h"
#include "weir/pipeline/prepared_rules.h"

namespace weir::mappingtest {

// A rule of the mapping file under test.
struct RuleUse {
  std::uint32_t index = 0;  // from 0
  std::size_t line = 0;     // where it begins in its file, from 1
  std::string match;
};

// What became of a sample, or of a line that has none.
enum class Ending : std::uint8_t {
  Mapped,    // to a series, by a rule
  Unmapped,  // to a series, by no rule
  Dropped,
  Refused,
  Nothing,  // no sample to take or refuse: an empty line, a DogStatsD event
};

struct SampleResult {
  // Of the test, from 0.
  std::size_t line = 0;
  Ending ending = Ending::Nothing;
  // That took it; none without one.
  std::optional<RuleUse> rule;
  // Its own, `name{labels}`, as far as it got.
  std::string series;
  // Of Refused: as metrics have it, and in words.
  std::string reason;
  std::string why;
};

// How a series that was expected compares with the page.
enum class Match : std::uint8_t { Same, Missing, Unexpected };
struct SeriesResult {
  Match match = Match::Same;
  // Of a missing one as the test file has it, of others as the page does.
  std::string text;
};

struct TestResult {
  std::string name;
  rulefile::Position position;
  std::vector<std::string> lines;
  std::vector<SampleResult> samples;
  // What the lines did not do that they should have, in words, one for each thing.
  std::vector<std::string> faults;
  // Those expected, in the order of the test file, each before what is there in its place; then the
  // other unexpected ones, in the order of the page. Empty where the test names none.
  std::vector<SeriesResult> series;

  [[nodiscard]] bool is_passed() const;
};

// The tests of one file, run. Plain data.
struct FileResult {
  std::string path;
  std::string mapping;
  std::vector<TestResult> tests;
};

// Runs the tests of `file`, each as a daemon with these rules and options, empty and at `now`,
// would take its lines. `options.limits` are not used.
[[nodiscard]] FileResult run_tests(const TestFile& file,
                                   const std::shared_ptr<const pipeline::PreparedRules>& rules,
                                   const explain::Options& options, base::Instant now);

}  // namespace weir::mappingtest
