// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>
#include <sstream>
#include <tuple>

#include <gtest/gtest.h>

#include "allocation_count.h"
#include "weir/mapping/rule_set.h"

namespace weir::mapping {
namespace {

using statsd::EventKind;

// Few words and short patterns, so that rules and names meet often.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t end) { return random_() % end; }

  std::string dotted(const std::vector<std::string>& words) {
    std::string out = words[below(words.size())];
    for (std::size_t more = below(4); more > 0; --more) out += "." + words[below(words.size())];
    return out;
  }

  std::vector<Rule> rules() {
    std::vector<Rule> rules;
    for (std::size_t i = 1 + below(10); i > 0; --i) {
      Rule rule;
      rule.index = static_cast<std::uint32_t>(rules.size());
      rule.match = dotted({"a", "b", "*"});
      if (below(3) == 0) rule.kind = kind();
      rules.push_back(std::move(rule));
    }
    return rules;
  }

  EventKind kind() { return static_cast<EventKind>(below(3)); }
  std::string name() { return dotted({"a", "b", "c", "", "*"}); }

 private:
  std::mt19937 random_;
};

std::vector<std::string> split(std::string text) {
  std::vector<std::string> segments;
  std::stringstream stream(text + ".");
  while (std::getline(stream, text, '.')) segments.push_back(text);
  return segments;
}

bool matches(const Rule& rule, const std::vector<std::string>& name, EventKind kind) {
  const auto pattern = split(rule.match);
  if (rule.kind && *rule.kind != kind) return false;
  return std::ranges::equal(pattern, name, [](const std::string& glob, const std::string& text) {
    return glob == "*" || glob == text;
  });
}

// One rule at a time: the rank is the file's order, or where the wildcards stand and then the
// file's order.
const Rule* naive_match(const std::vector<Rule>& rules, const std::string& name, EventKind kind,
                        bool is_ordered) {
  const auto rank = [is_ordered](const Rule& rule) {
    std::vector<bool> wildcards;
    if (!is_ordered) {
      for (const auto& segment : split(rule.match)) wildcards.push_back(segment == "*");
    }
    return std::tuple(wildcards, rule.index);
  };
  const auto segments = split(name);
  const Rule* best = nullptr;
  for (const auto& rule : rules) {
    if (!matches(rule, segments, kind)) continue;
    if (best == nullptr || rank(rule) < rank(*best)) best = &rule;
  }
  return best;
}

std::vector<std::string> naive_captures(const Rule& rule, const std::string& name) {
  const auto pattern = split(rule.match);
  const auto segments = split(name);
  std::vector<std::string> captures{name};
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "*") captures.push_back(segments[i]);
  }
  return captures;
}

class RuleSetProperty : public testing::TestWithParam<bool> {};

TEST_P(RuleSetProperty, AgreesWithTryingEveryRule) {
  const bool is_ordered = GetParam();
  Match match;
  std::size_t hits = 0;
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    Generator generator(seed);
    const auto plain = generator.rules();
    const RuleSet rules(plain, Defaults(), is_ordered);
    for (int i = 0; i < 20; ++i) {
      const auto name = generator.name();
      const auto kind = generator.kind();

      rules.match(name, kind, match);

      const auto* const expected = naive_match(plain, name, kind, is_ordered);
      ASSERT_EQ(match.rule != nullptr, expected != nullptr) << "seed " << seed << " name " << name;
      if (expected == nullptr) continue;
      ++hits;
      ASSERT_EQ(match.rule->index, expected->index) << "seed " << seed << " name " << name;
      ASSERT_TRUE(std::ranges::equal(match.captures, naive_captures(*expected, name)))
          << "seed " << seed << " name " << name;
    }
  }
  EXPECT_GT(hits, 5'000U);
}

INSTANTIATE_TEST_SUITE_P(, RuleSetProperty, testing::Bool(), [](const auto& row) {
  return row.param ? "InFileOrder" : "LiteralFirst";
});

TEST(RuleSet, MatchesGlobsWithoutAllocating) {
  Generator generator(1);
  const RuleSet rules(generator.rules(), Defaults(), true);
  Match match;
  match.captures.reserve(8);
  const std::string long_name = "a.b." + std::string(300, 'x');

  const auto before = allocation_count();
  rules.match("a.b", EventKind::Counter, match);
  rules.match("b.*.a", EventKind::Gauge, match);
  rules.match(long_name, EventKind::Observer, match);

  EXPECT_EQ(allocation_count(), before);
  EXPECT_GT(before, 0U);
}

}  // namespace
}  // namespace weir::mapping
