// SPDX-License-Identifier: Apache-2.0
#include "lint/ignores.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace weir::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Its ids with their lines, in the order of the file.
std::vector<std::string> found_in(std::string_view text) {
  std::vector<std::string> found;
  for (const auto& finding : lint_text(text)) {
    found.push_back(std::to_string(finding.line) + " " + std::string(finding.kind->id));
  }
  return found;
}

constexpr std::string_view kFile =
    "mappings:\n- match: a\n  name: a_count\n- match: b\n  name: b_count\n";

TEST(Ignores, LeaveFindingsAloneWhereThereAreNone) {
  EXPECT_THAT(found_in(kFile), ElementsAre("3 name-suffix-reserved", "5 name-suffix-reserved"));
}

TEST(Ignores, AreForTheirOwnLine) {
  EXPECT_THAT(found_in("mappings:\n- match: a\n  name: a_count # weir:ignore name-suffix-reserved\n"
                       "- match: b\n  name: b_count\n"),
              ElementsAre("5 name-suffix-reserved"));
}

TEST(Ignores, AreForTheNextLineThatIsNoComment) {
  EXPECT_THAT(found_in("mappings:\n- match: a\n  # weir:ignore name-suffix-reserved\n  # x\n\n"
                       "  name: a_count\n- match: b\n  name: b_count\n"),
              ElementsAre("8 name-suffix-reserved"));
}

TEST(Ignores, AreForTheWholeFileAtItsTop) {
  EXPECT_THAT(found_in("# About.\n\n#weir:ignore name-suffix-reserved\n---\n" + std::string(kFile)),
              IsEmpty());
}

TEST(Ignores, TakeSeveralIdsAndAReason) {
  EXPECT_THAT(found_in("# weir:ignore mappings-empty, name-suffix-reserved - as it is\n" +
                       std::string(kFile)),
              ElementsAre("1 ignore-unused"));
  EXPECT_THAT(found_in("# weir:ignore name-suffix-reserved mappings-empty: x\nmappings: []\n"),
              ElementsAre("1 mappings-empty", "1 ignore-unused"));
}

TEST(Ignores, AreCommentsOnly) {
  EXPECT_THAT(found_in("mappings:\n- match: a\n  name: a_count\n  help: weir:ignore "
                       "name-suffix-reserved\n"),
              ElementsAre("3 name-suffix-reserved"));
}

TEST(Ignores, SayWhichIdsAreUnknown) {
  const auto findings = lint_text(
      "mappings:\n- match: a # weir:ignore capture-mising, x-y-z-0\n"
      "  name: a\n");

  ASSERT_EQ(findings.size(), 2);
  EXPECT_EQ(findings[0].kind->id, "ignore-unknown");
  EXPECT_EQ(findings[0].column, 26);
  EXPECT_EQ(findings[0].hint, "did you mean \"capture-missing\"?");
  EXPECT_EQ(findings[1].column, 42);
  EXPECT_EQ(findings[1].hint, "see `weir lint --list` for those there are");
}

TEST(Ignores, DoNotHideWhatTheDaemonRefuses) {
  EXPECT_THAT(found_in("# weir:ignore key-unknown\nmappings:\n- {match: a, name: a, x: y}\n"),
              ElementsAre("3 key-unknown"));
}

}  // namespace
}  // namespace weir::lint
