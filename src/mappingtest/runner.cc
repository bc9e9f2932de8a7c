// SPDX-License-Identifier: Apache-2.0
#include "weir/mappingtest/runner.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/core.h>

#include "mappingtest/comparison.h"
#include "mappingtest/names.h"

namespace weir::mappingtest {

namespace {

// All samples of a line count, but of the rules only the one that takes it.
constexpr explain::Limits kLimits{
    .samples_max = std::numeric_limits<std::size_t>::max(), .rules_max = 1, .page_lines_max = 0};

Ending ending_of(const explain::SampleExplanation& sample) {
  switch (sample.end) {
    case explain::End::Dropped: return Ending::Dropped;
    case explain::End::Refused: return Ending::Refused;
    case explain::End::Applied: break;
  }
  return sample.winner ? Ending::Mapped : Ending::Unmapped;
}

void set_fault(const explain::Fault& fault, SampleResult& result) {
  result.reason = pipeline::name_of(fault.reason);
  result.why = fault.text;
}

SampleResult result_of(const explain::SampleExplanation& sample, std::size_t line) {
  SampleResult result;
  result.line = line;
  result.ending = ending_of(sample);
  if (sample.winner) {
    const auto& rule = sample.rules[*sample.winner];
    result.rule = RuleUse{rule.index, rule.line, rule.match};
  }
  result.series = sample.series.name;
  if (!sample.series.label_body.empty()) result.series += '{' + sample.series.label_body + '}';
  if (sample.fault) set_fault(*sample.fault, result);
  return result;
}

void add_results(const explain::Explanation& explanation, std::size_t line,
                 std::vector<SampleResult>& results) {
  const auto size_before = results.size();
  for (const auto& sample : explanation.samples) results.push_back(result_of(sample, line));
  for (const auto& fault : explanation.faults) {
    if (!fault.is_loss) continue;
    SampleResult result;
    result.line = line;
    result.ending = Ending::Refused;
    set_fault(fault, result);
    results.push_back(std::move(result));
  }
  if (results.size() != size_before) return;
  SampleResult nothing;
  nothing.line = line;
  nothing.why = explanation.message.empty() ? std::string("it has no sample")
                                            : fmt::format("a DogStatsD {}", explanation.message);
  results.push_back(std::move(nothing));
}

std::size_t count_of(const std::vector<SampleResult>& samples, Ending ending) {
  return static_cast<std::size_t>(std::ranges::count(samples, ending, &SampleResult::ending));
}

// The ending that the expectation asks of every sample; none where it asks it of no one.
std::optional<Ending> ending_of_all(const Expectation& expectation) {
  switch (expectation.outcome) {
    case Outcome::Series: return std::nullopt;
    case Outcome::Dropped: return Ending::Dropped;
    case Outcome::Unmapped: return Ending::Unmapped;
    case Outcome::Refused: break;
  }
  if (expectation.series && !expectation.series->empty()) return std::nullopt;
  return Ending::Refused;
}

std::vector<std::string> faults_of(const Expectation& expectation,
                                   const std::vector<SampleResult>& samples) {
  std::vector<std::string> faults;
  const auto refused = count_of(samples, Ending::Refused);
  if (expectation.outcome == Outcome::Series && refused != 0) {
    faults.emplace_back("expected nothing to be refused");
  }
  if (const auto wanted = ending_of_all(expectation)) {
    if (count_of(samples, *wanted) != samples.size()) {
      faults.push_back(fmt::format("expected everything to be {}", ending_name(*wanted)));
    }
  } else if (expectation.outcome == Outcome::Refused && refused == 0) {
    faults.emplace_back("expected something to be refused");
  }
  const auto is_for_another_reason = [&expectation](const SampleResult& sample) {
    return sample.ending == Ending::Refused && sample.reason != expectation.reason;
  };
  if (!expectation.reason.empty() && std::ranges::any_of(samples, is_for_another_reason)) {
    faults.push_back(fmt::format("expected the reason {}", expectation.reason));
  }
  return faults;
}

TestResult run_test(const Test& test, explain::Explainer& explainer) {
  TestResult result;
  result.name = test.name;
  result.position = test.position;
  result.lines = test.lines;
  for (std::size_t i = 0; i < test.lines.size(); ++i) {
    add_results(explainer.explain(test.lines[i]), i, result.samples);
  }
  result.faults = faults_of(test.expectation, result.samples);
  if (test.expectation.series) {
    result.series = compare(*test.expectation.series, explainer.page());
  }
  return result;
}

}  // namespace

bool TestResult::is_passed() const {
  return faults.empty() && std::ranges::all_of(series, [](const SeriesResult& one) {
           return one.match == Match::Same;
         });
}

FileResult run_tests(const TestFile& file,
                     const std::shared_ptr<const pipeline::PreparedRules>& rules,
                     const explain::Options& options, base::Instant now) {
  auto used = options;
  used.limits = kLimits;
  FileResult result{.path = file.path, .mapping = file.mapping, .tests = {}};
  result.tests.reserve(file.tests.size());
  for (const auto& test : file.tests) {
    explain::Explainer explainer(rules, used, now);
    result.tests.push_back(run_test(test, explainer));
  }
  return result;
}

}  // namespace weir::mappingtest
