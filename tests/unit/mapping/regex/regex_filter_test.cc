// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/regex_filter.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "allocation_count.h"
#include "mapping/regex/regex_matcher.h"
#include "rounds.h"
#include "weir/mapping/regex_literals.h"

namespace weir::mapping {
namespace {

using sample::EventKind;
using Indices = std::vector<std::size_t>;

Indices candidates(const RegexFilter& filter, std::string_view name, std::size_t patterns) {
  Indices found;
  const auto set = filter.candidates(name);
  for (auto i = set.next(0); i < patterns; i = set.next(i + 1)) found.push_back(i);
  return found;
}

Indices candidates(const std::vector<std::string_view>& patterns, std::string_view name) {
  return candidates(RegexFilter(patterns), name, patterns.size());
}

TEST(RegexFilter, KeepsPatternsWithoutLiteralsInTheirPlace) {
  EXPECT_EQ(candidates({"abc", "[ab]+", "xyz", "(?i)abc"}, "0xyz0"), (Indices{1, 2, 3}));
}

TEST(RegexFilter, KeepsAPatternForEachOfItsAlternatives) {
  EXPECT_EQ(candidates({"abc|def", "def|ghi"}, "ghi"), (Indices{1}));
  EXPECT_EQ(candidates({"abc|def", "def|ghi"}, "def"), (Indices{0, 1}));
  EXPECT_EQ(candidates({"abc|abc"}, "abc"), (Indices{0}));
}

TEST(RegexFilter, ChoosesTheLiteralThatFewestShare) {
  EXPECT_EQ(candidates({"production\\.(.*)\\.one", "production\\.(.*)\\.two"}, "production.x.two"),
            (Indices{1}));
}

TEST(RegexFilter, ChoosesShortLiteralsLast) {
  EXPECT_EQ(candidates({"a(.*)service", "b(.*)service"}, "ab.none"), Indices());
}

TEST(RegexFilter, TakesNoPatterns) { EXPECT_EQ(candidates({}, "a"), Indices()); }

// Builds patterns out of all syntax there is, and names that such patterns often match.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t end) { return random_() % end; }

  template <typename T, std::size_t size>
  std::string one_of(const T (&parts)[size]) {
    return parts[below(size)];
  }

  std::string pattern(int depth = 0) {
    std::string out = sequence(depth);
    while (below(5) == 0) out += "|" + sequence(depth);
    return out;
  }

  // Characters in any order: few compile, but those no grammar of ours has foreseen.
  std::string soup() {
    static constexpr std::string_view kCharacters =
        "ab.ab.()[]|^$*+?{},01:-\\PpQEisUdbAzx<>L\xc3\xa9";
    std::string out;
    for (auto left = 1 + below(12); left > 0; --left) out += kCharacters[below(kCharacters.size())];
    return out;
  }

  std::string name() {
    std::string out;
    for (auto left = below(12); left > 0; --left) {
      out += one_of({"a", "b", "ab", ".", "ba", "A", "1", "]", ")", "|", "-", "é", "{", "[", ":"});
    }
    return out;
  }

 private:
  std::string sequence(int depth) {
    std::string out;
    for (auto left = below(5); left > 0; --left) out += item(depth) + repetition();
    return out;
  }

  std::string item(int depth) {
    if (depth < 3 && below(4) == 0) {
      return one_of({"(", "(?:", "(?i:", "(?s:", "(?-i:", "(?U:"}) + pattern(depth + 1) + ")";
    }
    return one_of({"a",
                   "b",
                   "ab",
                   "\\.",
                   "a",
                   "b",
                   "ba",
                   ".",
                   "^",
                   "$",
                   "[ab]",
                   "[^a]",
                   "[.]",
                   "[]a]",
                   "[^]b]",
                   "[a\\]]",
                   "[+-[:]",
                   "[[:alpha:]]",
                   "[+[:^digit:]b]",
                   "\\d",
                   "\\w",
                   "\\b",
                   "\\pL",
                   "\\p{Lu}",
                   "\\x61",
                   "\\x{62}",
                   "\\141",
                   "\\Qa.b\\E",
                   "\\Q\\E",
                   "(?i)",
                   "(?s)",
                   "é",
                   "]",
                   "}",
                   "{",
                   "{,2}",
                   "\\-",
                   "\\|",
                   "[|]",
                   "[(]",
                   "\\A",
                   "()"});
  }

  std::string repetition() {
    if (below(3) != 0) return "";
    return one_of(
        {"*", "+", "?", "*?", "+?", "??", "{0}", "{1}", "{2}", "{0,1}", "{1,}", "{1,2}?"});
  }

  std::mt19937 random_;
};

bool holds_one(std::string_view name, const LiteralChoice& choice) {
  return std::ranges::any_of(choice, [name](const std::string& literal) {
    return name.find(literal) != std::string_view::npos;
  });
}

// How many choices were checked.
std::size_t check_literals(const std::string& pattern, Generator& generator) {
  const Regex regex(pattern);
  if (!regex.error().empty()) return 0;
  const auto required = required_literals(pattern);
  std::size_t checked = 0;
  std::vector<std::string_view> captures;
  for (int i = 0; i < 20 && !required.empty(); ++i) {
    const auto name = generator.name();
    if (!regex.match(name, captures)) continue;
    for (const auto& choice : required) {
      ++checked;
      EXPECT_TRUE(holds_one(name, choice)) << pattern << " matches " << name;
    }
  }
  return checked;
}

TEST(RegexLiteralsProperty, AreInEveryNameThatMatches) {
  Generator generator(1);
  std::size_t checked = 0;
  for (int i = 0; i < support::rounds(10'000); ++i)
    checked += check_literals(generator.pattern(), generator);
  EXPECT_GT(checked, support::rounds(3'000U));
}

TEST(RegexLiteralsProperty, AreInEveryNameThatMatchesPatternsOfAnyShape) {
  Generator generator(2);
  std::size_t checked = 0;
  for (int i = 0; i < support::rounds(50'000); ++i)
    checked += check_literals(generator.soup(), generator);
  EXPECT_GT(checked, support::rounds(5'000U));
}

std::vector<Rule> random_rules(Generator& generator) {
  std::vector<Rule> rules;
  const auto count = 1 + generator.below(12);
  while (rules.size() < count) {
    Rule rule;
    rule.index = static_cast<std::uint32_t>(rules.size());
    rule.match = generator.pattern();
    rule.match_type = generator.below(8) == 0 ? MatchType::Glob : MatchType::Regex;
    if (generator.below(3) == 0) rule.kind = static_cast<EventKind>(generator.below(3));
    if (Regex(rule.match).error().empty()) rules.push_back(std::move(rule));
  }
  return rules;
}

const Rule* one_by_one(const std::vector<Rule>& rules, const std::vector<Regex>& regexes,
                       std::string_view name, EventKind kind,
                       std::vector<std::string_view>& captures) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].match_type != MatchType::Regex || rules[i].kind.value_or(kind) != kind) continue;
    if (regexes[i].match(name, captures)) return &rules[i];
  }
  return nullptr;
}

TEST(RegexMatcherProperty, AgreesWithTryingOneByOne) {
  Generator generator(3);
  std::size_t hits = 0;
  for (int round = 0; round < support::rounds(300); ++round) {
    const auto rules = random_rules(generator);
    std::vector<Regex> regexes;
    for (const auto& rule : rules) regexes.emplace_back(rule.match);
    const RegexMatcher matcher(rules);
    for (int i = 0; i < 20; ++i) {
      const auto name = generator.name();
      const auto kind = static_cast<EventKind>(generator.below(3));
      std::vector<std::string_view> expected_captures;
      const auto* const expected = one_by_one(rules, regexes, name, kind, expected_captures);

      std::vector<std::string_view> captures;
      ASSERT_EQ(matcher.match(name, kind, {}, captures), expected) << "name " << name;
      if (expected == nullptr) continue;
      ++hits;
      ASSERT_EQ(captures, expected_captures) << expected->match << " name " << name;
    }
  }
  EXPECT_GT(hits, support::rounds(2'000U));
}

std::vector<std::string> numbered(const std::string& before, const std::string& after,
                                  std::size_t count) {
  std::vector<std::string> patterns;
  for (std::size_t i = 0; i < count; ++i) patterns.push_back(before + std::to_string(i) + after);
  return patterns;
}

TEST(RegexFilter, StaysAsSmallAsItsPatterns) {
  const auto patterns = numbered("(.*)\\.svc", "\\.(.*)|(.*)\\.host[0-9]\\.", 10'000);
  const RegexFilter filter(std::vector<std::string_view>(patterns.begin(), patterns.end()));

  // A tree of 10,000 numbers has 11,111 states; each number has a dot behind it.
  EXPECT_LT(filter.states(), 25'000U);
  EXPECT_EQ(candidates(filter, "a.svc9998x.b", patterns.size()), Indices());
  // More patterns and literals than bits: neighbours are candidates too.
  EXPECT_EQ(candidates(filter, "a.svc9998.b", patterns.size()), (Indices{9996, 9997, 9998, 9999}));
}

TEST(RegexMatcher, ChoosesWithoutAllocating) {
  const auto patterns = numbered("^a\\.svc", "\\.(.*)$", 1'000);
  std::vector<Rule> rules(patterns.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    rules[i].match = patterns[i];
    rules[i].match_type = MatchType::Regex;
  }
  const RegexMatcher matcher(rules);
  std::vector<std::string_view> captures;

  const auto before = allocation_count();
  EXPECT_EQ(matcher.match("a.service.svc1.svc2.x", EventKind::Counter, {}, captures), nullptr);

  EXPECT_EQ(allocation_count(), before);
  EXPECT_EQ(matcher.match("a.svc7.x", EventKind::Counter, {}, captures), &rules[7]);
}

}  // namespace
}  // namespace weir::mapping
