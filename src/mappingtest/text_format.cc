// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "weir/base/escape.h"
#include "weir/mappingtest/formats.h"

namespace weir::mappingtest {

namespace {

// Of a test that fails, so many lines are shown with what became of them.
constexpr std::size_t kLinesMax = 20;

std::string rule_text(const std::string& mapping, const RuleUse& rule) {
  return fmt::format("{}:{} {}", mapping, rule.line, rule.match);
}

std::string ending_text(const std::string& mapping, const SampleResult& sample) {
  const auto rule = sample.rule ? rule_text(mapping, *sample.rule) : std::string("no rule");
  switch (sample.ending) {
    case Ending::Mapped: return fmt::format("{} makes {}", rule, sample.series);
    case Ending::Unmapped: return fmt::format("no rule takes it: {}", sample.series);
    case Ending::Dropped: return fmt::format("{} drops it", rule);
    case Ending::Refused:
      return fmt::format("{}refused ({}): {}", sample.rule ? rule + ": " : "", sample.reason,
                         sample.why);
    case Ending::Nothing: break;
  }
  return "nothing: " + sample.why;
}

char sign_of(Match match) {
  switch (match) {
    case Match::Same: return ' ';
    case Match::Missing: return '-';
    case Match::Unexpected: break;
  }
  return '+';
}

void append_line(std::string& out, std::size_t indent, std::string_view text) {
  out += fmt::format("{:{}}{}\n", "", indent, base::visible(text));
}

void append_series(std::string& out, const TestResult& test) {
  const auto is_other = [](const SeriesResult& one) { return one.match != Match::Same; };
  if (std::ranges::none_of(test.series, is_other)) return;
  append_line(out, 2, "series, - expected and not there, + there and not expected:");
  for (const auto& series : test.series) {
    append_line(out, 4, fmt::format("{} {}", sign_of(series.match), series.text));
  }
}

void append_lines(std::string& out, const std::string& mapping, const TestResult& test) {
  append_line(out, 2, "lines:");
  auto sample = test.samples.begin();
  for (std::size_t i = 0; i < std::min(test.lines.size(), kLinesMax); ++i) {
    append_line(out, 4, test.lines[i].empty() ? "(empty)" : test.lines[i]);
    for (; sample != test.samples.end() && sample->line == i; ++sample) {
      append_line(out, 6, ending_text(mapping, *sample));
    }
  }
  if (test.lines.size() > kLinesMax) {
    append_line(out, 4, fmt::format("and {} more", test.lines.size() - kLinesMax));
  }
}

void append_test(std::string& out, const FileResult& file, const TestResult& test) {
  append_line(out, 0,
              fmt::format("{}:{}:{}: FAILED: {}", file.path, test.position.line,
                          test.position.column, test.name));
  for (const auto& fault : test.faults) append_line(out, 2, fault);
  append_series(out, test);
  append_lines(out, file.mapping, test);
  out += '\n';
}

std::string_view plural_of(std::size_t count) { return count == 1 ? "" : "s"; }

}  // namespace

std::string text_of(std::span<const FileResult> results) {
  std::string out;
  std::size_t count = 0;
  std::size_t failed = 0;
  for (const auto& file : results) {
    count += file.tests.size();
    for (const auto& test : file.tests) {
      if (test.is_passed()) continue;
      ++failed;
      append_test(out, file, test);
    }
  }
  return out + (failed == 0 ? fmt::format("{} test{} passed\n", count, plural_of(count))
                            : fmt::format("{} of {} tests failed\n", failed, count));
}

std::string text_of(const std::vector<Coverage::Mapping>& coverage) {
  std::string out;
  for (const auto& mapping : coverage) {
    const auto used = mapping.rules - mapping.unused.size();
    append_line(out, 0,
                fmt::format("{}: {} of {} rules used{}", mapping.file, used, mapping.rules,
                            mapping.unused.empty() ? "" : ", not these:"));
    for (const auto& rule : mapping.unused) append_line(out, 2, rule_text(mapping.file, rule));
  }
  return out;
}

}  // namespace weir::mappingtest
