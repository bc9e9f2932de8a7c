// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob/glob_mismatch.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "mapping/glob/glob_trie.h"
#include "rounds.h"
#include "weir/mapping/glob_grammar.h"

namespace weir::mapping {
namespace {

using Part = Mismatch::Part;

// `SEGMENT wanted/found`, with a word for the part where there is no segment of the name.
std::string told(std::string_view glob, std::string_view name) {
  const auto mismatch = glob_mismatch(glob, name);
  if (!mismatch) return "fits";
  constexpr std::array<std::string_view, 4> kParts = {"", "short ", "long ", "between "};
  return fmt::format("{}{} {}/{}", kParts.at(static_cast<std::size_t>(mismatch->part)),
                     mismatch->segment, mismatch->wanted, mismatch->found);
}

TEST(GlobMismatch, NamesTheFirstSegmentThatIsAnother) {
  EXPECT_EQ(told("a.*.c", "a.b.c"), "fits");
  EXPECT_EQ(told("a.*.c", "a.b.d"), "3 c/d");
  EXPECT_EQ(told("a.*.c", "x.b.d"), "1 a/x");
  EXPECT_EQ(told("a.x*y", "a.xy"), "2 x*y/xy");
  EXPECT_EQ(told("a.*", "a."), "fits");
}

TEST(GlobMismatch, NamesWhereOneOfThemEnds) {
  EXPECT_EQ(told("a.b.c", "a.b"), "short 3 c/");
  EXPECT_EQ(told("a.b", "a.b.c.d"), "long 3 /c");
  EXPECT_EQ(told("a.**", "a"), "short 2 **/");
  EXPECT_EQ(told("a.**.b.c", "a.b.c"), "short 4 c/");
}

TEST(GlobMismatch, CountsFromTheEndBehindATail) {
  EXPECT_EQ(told("a.**.b.c", "a.x.y.z.c"), "4 b/z");
  EXPECT_EQ(told("a.**.b.c", "a.x.y.b.z"), "5 c/z");
  EXPECT_EQ(told("a.**.b.**.c", "a.x.y.b.z"), "5 c/z");
}

TEST(GlobMismatch, NamesTheWordsBetweenTwoTails) {
  EXPECT_EQ(told("a.**.b.c.**", "a.x.b.c.y"), "fits");
  EXPECT_EQ(told("a.**.b.c.**", "a.x.c.b.y.z"), "between 0 b.c/");
  EXPECT_EQ(told("a.**.b.**", "a.b.x.b"), "between 0 b/");
}

TEST(GlobMismatch, AgreesWithTheMatcher) {
  const std::vector<std::string> words = {"a", "b", "a*", "*b", "*", "**", "ab"};
  std::mt19937 random(7);
  const auto dotted = [&](std::size_t choices) {
    std::string text = words[random() % choices];
    for (auto more = random() % 5; more > 0; --more) text += "." + words[random() % choices];
    return text;
  };
  std::size_t fitting = 0;
  for (int round = 0; round < support::rounds(20'000); ++round) {
    Rule rule;
    rule.match = dotted(words.size());
    if (!glob_fault(rule.match).empty()) continue;
    std::string name = dotted(words.size());
    std::ranges::replace(name, '*', 'b');
    const GlobTrie trie({&rule, 1}, GlobTrie::Preference::FileOrder);

    const bool fits = trie.find(name, sample::EventKind::Gauge, {}).rule != GlobTrie::kNoRule;

    EXPECT_EQ(!glob_mismatch(rule.match, name), fits) << rule.match << ' ' << name;
    fitting += fits ? 1 : 0;
  }
  EXPECT_GT(fitting, support::rounds(500U));
}

}  // namespace
}  // namespace weir::mapping
