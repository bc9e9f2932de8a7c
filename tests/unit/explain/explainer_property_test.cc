// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "explained_line.h"
#include "pipeline_harness.h"
#include "random_lines.h"
#include "rounds.h"

namespace weir::explain {
namespace {

constexpr std::array<std::string_view, 10> kNames = {"a",     "a.b", "a.b.c", "b.a",   "a.c.b.d",
                                                     "le.le", "x-y", "b.b.c", "a.x.b", "b"};
constexpr std::array<std::string_view, 12> kGlobs = {
    "a.*", "a.b", "a.**", "*.b", "*", "a.b.c", "b.*", "a.x*b", "*.*", "a.**.b.**", "b", "a.*.c"};
constexpr std::array<std::string_view, 6> kRegexes = {"^a\\\\.(.*)$", "b", "(a|b)\\\\.(c|b)",
                                                      "^(\\\\w)$",    "x", "^b\\\\.(a)?"};
constexpr std::array<std::string_view, 6> kRuleNames = {"m",  "m_$1",    "${1}",
                                                        "$2", "n_total", "$1_x"};
constexpr std::array<std::string_view, 16> kExtras = {"  match_metric_type: counter\n",
                                                      "  match_metric_type: gauge\n",
                                                      "  match_metric_type: observer\n",
                                                      "  match_metric_type: set\n",
                                                      "  match_tags: {env: prod}\n",
                                                      "  match_tags: {a: \"*\"}\n",
                                                      "  action: drop\n",
                                                      "  labels: {one: $1, le: x}\n",
                                                      "  labels: {one: $1}\n  honor_labels: true\n",
                                                      "  observer_type: histogram\n",
                                                      "  observer_type: both\n",
                                                      "  scale: 2\n",
                                                      "  on_conflict: suffix\n",
                                                      "  drop_tags: [a, \"e*\"]\n",
                                                      "  publish: [min, max]\n",
                                                      "  ttl: 10s\n"};

// Some rules, each of few forms, so that names, types and tags meet often.
std::string random_mapping(support::RandomLines& random) {
  std::string text = random.one_in(3) ? "defaults: {glob_disable_ordering: true}\n" : "";
  text += "mappings:\n";
  for (std::size_t left = 1 + random.below(6); left > 0; --left) {
    const bool is_regex = random.one_in(4);
    text += fmt::format("- match: \"{}\"\n  name: \"{}\"\n{}",
                        is_regex ? random.pick(kRegexes) : random.pick(kGlobs),
                        random.pick(kRuleNames), is_regex ? "  match_type: regex\n" : "");
    if (random.one_in(2)) text += random.pick(kExtras);
  }
  return text;
}

std::vector<std::string> samples_of(const Explanation& explanation) {
  std::vector<std::string> lines;
  std::ranges::copy_if(explanation.page, std::back_inserter(lines),
                       [](const std::string& line) { return !line.starts_with('#'); });
  return lines;
}

std::vector<std::string> split(const std::string& page) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < page.size()) {
    const auto end = page.find('\n', at);
    lines.push_back(page.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// Where the rule begins that a pipeline takes; 0 for none.
std::size_t matched_line(const mapping::RuleSet& rules, const SampleExplanation& sample) {
  std::vector<mapping::Tag> tags;
  tags.reserve(sample.tags.size());
  for (const auto& tag : sample.tags) tags.push_back({tag.name, tag.value});
  mapping::Match match;
  rules.match(sample.raw_name, sample::event_kind(sample.kind), tags, match);
  return match.rule == nullptr ? 0 : match.rule->line;
}

std::size_t winner_line(const SampleExplanation& sample) {
  return sample.winner ? sample.rules[*sample.winner].line : 0;
}

bool has_series(const std::vector<std::string>& page, const SampleExplanation& sample) {
  const auto& series = sample.series;
  const auto begins = [&series](const std::string& line) {
    return line.starts_with(series.name) && line.find(series.label_body) != std::string::npos;
  };
  return std::ranges::any_of(page, begins);
}

// What of a line the explanation says, held against what a pipeline did with it. Returns how many
// samples were applied.
std::size_t compare(const std::string& mapping, const std::string& line, pipeline::Sets sets) {
  Options options;
  options.limits = {.samples_max = 1'000, .rules_max = 1'000, .page_lines_max = 100'000};
  const pipeline::RuleFallbacks fallbacks{.sets = sets};
  const auto explanation = explainer_of(mapping, options, fallbacks).explain(line);

  pipeline::PipelineHarness harness(mapping, {}, {}, fallbacks);
  harness.send(line);

  const auto page = split(harness.samples());
  EXPECT_EQ(samples_of(explanation), page);
  std::uint64_t applied = 0;
  for (const auto& sample : explanation.samples) {
    EXPECT_EQ(winner_line(sample), matched_line(*harness.current->rules, sample));
    EXPECT_EQ(sample.end == End::Refused, sample.fault.has_value());
    if (sample.end != End::Applied) continue;
    applied += sample.weight;
    EXPECT_TRUE(has_series(page, sample)) << sample.series.name << sample.series.label_body;
  }
  const auto& ledger = harness.pipeline.ledger();
  std::uint64_t counted = 0;
  for (const auto& tally : ledger.applied) counted += tally.value();
  EXPECT_EQ(applied, counted);
  // Sets that nobody asks for are refused as a parser refuses what it cannot read.
  const auto good = std::ranges::count_if(explanation.samples, [](const auto& sample) {
    return !sample.fault || !std::holds_alternative<statsd::Rejection>(sample.fault->reason);
  });
  EXPECT_EQ(static_cast<std::uint64_t>(good), ledger.good_samples.value());
  return explanation.is_applied() ? explanation.samples.size() : 0;
}

TEST(ExplainerProperty, SaysWhatThePipelineDoes) {
  std::size_t applied = 0;
  for (std::uint32_t seed = 0; seed < support::rounds(300U) && !testing::Test::HasFailure();
       ++seed) {
    support::RandomLines random(seed);
    const auto mapping = random_mapping(random);
    const auto sets = random.one_in(2) ? pipeline::Sets::Refuse : pipeline::Sets::Gauge;
    for (int i = 0; i < 20; ++i) {
      std::string line = random.line(kNames);
      std::erase(line, '\n');
      applied += compare(mapping, line, sets);
      if (testing::Test::HasFailure()) {
        ADD_FAILURE() << "seed " << seed << "\n" << mapping << line;
        break;
      }
    }
  }
  EXPECT_GT(applied, support::rounds(1'500U));
}

}  // namespace
}  // namespace weir::explain
