// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <regex>
#include <sstream>
#include <tuple>

#include <gtest/gtest.h>

#include "allocation_count.h"
#include "rounds.h"
#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/reachability.h"
#include "weir/mapping/rule_set.h"

namespace weir::mapping {
namespace {

using sample::EventKind;
using Texts = std::vector<std::string>;
using SentTags = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> split(std::string text) {
  std::vector<std::string> segments;
  std::stringstream stream(text + ".");
  while (std::getline(stream, text, '.')) segments.push_back(text);
  return segments;
}

// Few words and short patterns, so that rules and names meet often.
class Generator {
 public:
  Generator(unsigned seed, const Texts& words) : random_(seed), words_(words) {}

  std::vector<Rule> rules(bool has_extras) {
    std::vector<Rule> rules;
    const auto count = 1 + below(10);
    while (rules.size() < count) {
      Rule rule;
      rule.index = static_cast<std::uint32_t>(rules.size());
      rule.match = dotted(words_);
      if (!glob_fault(rule.match).empty()) continue;
      if (below(3) == 0) rule.kind = kind(true);
      if (has_extras && below(4) == 0) {
        rule.match = one_of({"^a", "b$", "a(.*)b", "(b)|(c)", ""});
        rule.match_type = MatchType::Regex;
      }
      if (has_extras && below(2) == 0) {
        for (std::size_t i = below(3); i > 0; --i) {
          rule.match_tags.push_back(
              {one_of({"x", "y"}), one_of({"1", "1*", "*", "*2", "", "1*2"})});
        }
      }
      rules.push_back(std::move(rule));
    }
    return rules;
  }

  SentTags tags() {
    SentTags tags;
    for (std::size_t i = below(4); i > 0; --i) {
      tags.emplace_back(one_of({"x", "y", "z"}), one_of({"1", "12", "2", "", "*"}));
    }
    return tags;
  }
  bool flag() { return below(2) == 0; }
  EventKind kind(bool has_sets) {
    return static_cast<EventKind>(below(sample::kEventKindCount - (has_sets ? 0 : 1)));
  }
  std::string name() { return dotted({"a", "a", "ab", "acb", "b", "c", "", "*", "**"}); }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string one_of(const Texts& words) { return words[below(words.size())]; }
  std::string dotted(const Texts& words) {
    std::string out = one_of(words);
    for (std::size_t more = below(5); more > 0; --more) out += "." + one_of(words);
    return out;
  }

  std::mt19937 random_;
  const Texts& words_;
};

// What a rule takes, found the slow way.
struct Taken {
  Texts captures;
  // For each segment of a name how specific what covers it is, the smaller the more.
  std::vector<int> specificity;
};

bool covers(const std::string& pattern, const std::string& text, const std::string& star) {
  const auto at = pattern.find('*');
  if (at == std::string::npos) return pattern == text;
  const auto any = pattern.substr(0, at) + star + pattern.substr(at + 1);
  return std::regex_match(text, std::regex(any));
}

// Matches segments from `glob_at` and `name_at` on, trying every length for a `**`.
bool align(const Texts& glob, std::size_t glob_at, const Texts& name, std::size_t name_at,
           Taken& taken) {
  if (glob_at == glob.size()) return name_at == name.size();
  if (name_at == name.size()) return false;
  const auto& segment = glob[glob_at];
  const auto go_on = [&](std::size_t covered, bool is_captured, int specificity) {
    auto longer = taken;
    std::string text = name[name_at];
    for (std::size_t i = 1; i < covered; ++i) text += "." + name[name_at + i];
    if (segment.size() > 1 && is_captured && segment != "**") {
      const auto star = segment.find('*');
      text = text.substr(star, text.size() - segment.size() + 1);
    }
    if (is_captured) longer.captures.push_back(text);
    longer.specificity.insert(longer.specificity.end(), covered, specificity);
    if (!align(glob, glob_at + 1, name, name_at + covered, longer)) return false;
    taken = longer;
    return true;
  };
  if (segment == "**") {
    for (std::size_t covered = 1; name_at + covered <= name.size(); ++covered) {
      if (go_on(covered, true, 1'000)) return true;
    }
    return false;
  }
  if (segment == "*") return go_on(1, true, 999);
  if (!covers(segment, name[name_at], ".+")) return false;
  const bool is_part = segment.find('*') != std::string::npos;
  return go_on(1, is_part, is_part ? 500 - static_cast<int>(segment.size()) : 0);
}

// Nobody says which part of a name is how specific behind the first of two `**`.
void cut_at_pair_of_tails(const Texts& glob, Taken& taken) {
  constexpr int kTail = 1'000;
  if (std::ranges::count(glob, "**") < 2) return;
  const auto tail = std::ranges::find(taken.specificity, kTail);
  taken.specificity.erase(tail, taken.specificity.end());
  taken.specificity.push_back(kTail + 1);
}

std::optional<Taken> take(const Rule& rule, const std::string& name, EventKind kind,
                          const SentTags& sent) {
  if (rule.kind && *rule.kind != kind) return std::nullopt;
  std::map<std::string, std::string> tags;
  for (const auto& [key, value] : sent) tags[key] = value;
  for (const auto& [key, pattern] : rule.match_tags) {
    if (!tags.contains(key) || !covers(pattern, tags[key], ".*")) return std::nullopt;
  }
  Taken taken;
  if (rule.match_type == MatchType::Regex) {
    std::smatch found;
    if (!std::regex_search(name, found, std::regex(rule.match))) return std::nullopt;
    for (const auto& group : found) taken.captures.push_back(group.str());
    return taken;
  }
  taken.captures.push_back(name);
  const auto glob = split(rule.match);
  if (!align(glob, 0, split(name), 0, taken)) return std::nullopt;
  cut_at_pair_of_tails(glob, taken);
  return taken;
}

struct Expected {
  const Rule* rule = nullptr;
  Taken taken;
};

// One rule at a time: globs go before regexes, then how specific they are counts, if it does, and
// last their order in the file.
Expected naive_match(const std::vector<Rule>& rules, const std::string& name, EventKind kind,
                     const SentTags& tags, bool is_ordered) {
  const auto rank = [is_ordered](const Expected& found) {
    return std::tuple(found.rule->match_type,
                      is_ordered ? std::vector<int>() : found.taken.specificity, found.rule->index);
  };
  Expected best;
  for (const auto& rule : rules) {
    const auto taken = take(rule, name, kind, tags);
    if (!taken) continue;
    const Expected found{&rule, *taken};
    if (best.rule == nullptr || rank(found) < rank(best)) best = found;
  }
  return best;
}

std::string case_text(const std::vector<Rule>& rules, const SentTags& tags,
                      const std::string& name) {
  std::string text = "name " + name + " tags";
  for (const auto& [key, value] : tags) text += " " + key + "=" + value;
  for (const auto& rule : rules) {
    text += "\n" + rule.match;
    for (const auto& [key, pattern] : rule.match_tags) text += " " + key + "=" + pattern;
  }
  return text;
}

// What `match` must find, by the answers that are given for messages.
const Rule* first_without_mismatch(const RuleSet& rules, std::string_view name, EventKind kind,
                                   std::span<const Tag> tags) {
  for (const auto* const rule : rules.by_precedence()) {
    if (!rules.mismatch(*rule, name, kind, tags)) return rule;
  }
  return nullptr;
}

// Returns how many names had a rule.
std::size_t compare(Generator& generator, bool is_ordered, bool has_extras) {
  const auto plain = generator.rules(has_extras);
  const bool reads_sets = generator.flag();
  const RuleSet rules(plain, Defaults(), is_ordered);
  const auto shadowed = find_shadowed(plain, {is_ordered, reads_sets});
  Match match;
  std::size_t hits = 0;
  for (int i = 0; i < 20; ++i) {
    const auto name = generator.name();
    const auto kind = generator.kind(reads_sets);
    const auto sent = generator.tags();
    const std::vector<Tag> tags = [&sent] {
      std::vector<Tag> borrowed;
      for (const auto& [key, value] : sent) borrowed.push_back({key, value});
      return borrowed;
    }();

    rules.match(name, kind, tags, match);

    EXPECT_EQ(match.rule, first_without_mismatch(rules, name, kind, tags))
        << case_text(plain, sent, name);
    const auto expected = naive_match(plain, name, kind, sent, is_ordered);
    const auto index = [](const Rule* rule) { return rule == nullptr ? -1 : int(rule->index); };
    EXPECT_EQ(index(match.rule), index(expected.rule)) << case_text(plain, sent, name);
    if (expected.rule == nullptr) continue;
    ++hits;
    EXPECT_EQ(std::ranges::find(shadowed, expected.rule->index, &Shadowed::rule), shadowed.end())
        << case_text(plain, sent, name);
    EXPECT_TRUE(std::ranges::equal(match.captures, expected.taken.captures))
        << case_text(plain, sent, name);
  }
  return hits;
}

class RuleSetProperty : public testing::TestWithParam<bool> {};

TEST_P(RuleSetProperty, AgreesWithTryingEveryRule) {
  const Texts words{"a", "b", "*"};
  std::size_t hits = 0;
  for (unsigned seed = 0; seed < support::rounds(3'000U) && !HasFailure(); ++seed) {
    Generator generator(seed, words);
    hits += compare(generator, GetParam(), false);
  }
  EXPECT_GT(hits, support::rounds(5'000U));
}

TEST_P(RuleSetProperty, AgreesWithTryingEveryRuleOfWeirsOwn) {
  const Texts words{"a", "b", "*", "**", "a*", "*b", "a*b"};
  std::size_t hits = 0;
  for (unsigned seed = 0; seed < support::rounds(2'000U) && !HasFailure(); ++seed) {
    Generator generator(seed, words);
    hits += compare(generator, GetParam(), true);
  }
  EXPECT_GT(hits, support::rounds(15'000U));
}

TEST_P(RuleSetProperty, AgreesWithTryingEveryRuleOfTwoTails) {
  const Texts words{"a", "b", "**", "**", "a", "*"};
  std::size_t hits = 0;
  for (unsigned seed = 0; seed < support::rounds(2'000U) && !HasFailure(); ++seed) {
    Generator generator(seed, words);
    hits += compare(generator, GetParam(), false);
  }
  EXPECT_GT(hits, support::rounds(5'000U));
}

INSTANTIATE_TEST_SUITE_P(, RuleSetProperty, testing::Bool(), [](const auto& row) {
  return row.param ? "InFileOrder" : "LiteralFirst";
});

TEST(RuleSet, MatchesGlobsWithoutAllocating) {
  const Texts words{"a", "b", "*", "**", "a*"};
  Generator generator(1, words);
  auto plain = generator.rules(false);
  Rule rule;
  rule.match = "b.**.a";
  rule.match_tags = {{"key", "v*e"}};
  plain.push_back(rule);
  const RuleSet rules(std::move(plain), Defaults(), true);
  Match match;
  match.captures.reserve(8);
  const std::string long_name = "a.b." + std::string(300, 'x');
  const std::vector<Tag> tags{{"key", "value"}};

  const auto before = allocation_count();
  rules.match("a.b", EventKind::Counter, match);
  rules.match("b.*.a", EventKind::Gauge, tags, match);
  rules.match(long_name, EventKind::Observer, match);

  EXPECT_EQ(allocation_count(), before);
  EXPECT_GT(before, 0U);
}

}  // namespace
}  // namespace weir::mapping
