// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "weir/lint/lint.h"
#include "weir/rulefile/loader.h"

namespace weir::lint {
namespace {

using sample::EventKind;

// Findings that say that a rule gets no sample.
const std::set<std::string_view> kHidden{"rule-shadowed", "rule-repeated", "regex-shadowed",
                                         "regex-behind-glob", "regex-impossible"};

class RandomRules {
 public:
  explicit RandomRules(unsigned seed) : random_(seed) {}

  // A rule a line, from line 2 on.
  std::string file() {
    std::string text = "mappings:\n";
    for (std::size_t i = 0; i < kRules; ++i) {
      const bool is_regex = below(2) == 0;
      text += "- {match: '" + (is_regex ? regex() : glob()) + "', name: n" + std::to_string(i) +
              (is_regex ? ", match_type: regex" : "") + kind() + tags() + "}\n";
    }
    return text;
  }

  std::string name() {
    std::string name = pick(kWords);
    for (auto left = below(3); left > 0; --left) name += "." + pick(kWords);
    return name;
  }

  std::size_t below(std::size_t end) { return random_() % end; }

  static constexpr std::size_t kRules = 5;

 private:
  using Choice = std::array<const char*, 4>;
  static constexpr Choice kWords{"a", "b", "ab", "a"};
  static constexpr Choice kSegments{"a", "*", "a*", "b"};
  static constexpr Choice kPieces{"a", "(.+)", "[^.]+", "b"};
  static constexpr Choice kDots{"\\.", "\\.", ".", "[.]"};

  std::string pick(const Choice& choice) { return choice.at(below(choice.size())); }

  std::string glob() {
    std::string glob = pick(kSegments);
    for (auto left = below(3); left > 0; --left) glob += "." + pick(kSegments);
    return below(6) == 0 ? glob + ".**" : glob;
  }

  std::string regex() {
    if (below(12) == 0) return ".*";
    std::string regex = below(2) == 0 ? "^" : "";
    regex += pick(kPieces);
    for (auto left = below(3); left > 0; --left) regex += pick(kDots) + pick(kPieces);
    if (below(6) == 0) regex += "(a|b)";
    return below(2) == 0 ? regex + "$" : regex;
  }

  std::string kind() {
    constexpr Choice kKinds{"", "", ", match_metric_type: counter", ", match_metric_type: gauge"};
    return pick(kKinds);
  }

  std::string tags() {
    constexpr Choice kTags{"", "", ", match_tags: {t: x}", ", match_tags: {t: \"*\"}"};
    return pick(kTags);
  }

  std::mt19937 random_;
};

// The indices of the rules that get samples.
std::set<std::size_t> used_rules(const mapping::RuleSet& rules, RandomRules& random) {
  const std::array<mapping::Tag, 1> x{{{"t", "x"}}};
  const std::array<mapping::Tag, 1> y{{{"t", "y"}}};
  std::set<std::size_t> used;
  mapping::Match match;
  for (int i = 0; i < 200; ++i) {
    const auto name = random.name();
    for (const auto kind : {EventKind::Counter, EventKind::Gauge, EventKind::Observer}) {
      for (const auto tags : {std::span<const mapping::Tag>(), std::span<const mapping::Tag>(x),
                              std::span<const mapping::Tag>(y)}) {
        rules.match(name, kind, tags, match);
        if (match.rule != nullptr) used.insert(match.rule->index);
      }
    }
  }
  return used;
}

TEST(HiddenRules, GetNoSample) {
  std::size_t hidden = 0;
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    RandomRules random(seed);
    const auto text = random.file();
    const auto loaded = rulefile::parse_rules(text, "m.yml");
    const auto used = used_rules(*loaded.rules, random);
    for (const auto& finding : lint_text(text)) {
      if (!kHidden.contains(finding.kind->id)) continue;
      ++hidden;
      EXPECT_FALSE(used.contains(finding.line - 2))
          << finding.kind->id << " " << finding.line << ": " << finding.message << "\n"
          << text;
    }
  }
  EXPECT_GT(hidden, 500);
}

}  // namespace
}  // namespace weir::lint
