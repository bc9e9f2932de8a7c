// SPDX-License-Identifier: Apache-2.0
#include "weir/lint/catalogue.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "weir/base/ascii.h"
#include "weir/lint/lint.h"

namespace weir::lint {
namespace {

std::set<std::string_view> ids_in(std::string_view file) {
  std::set<std::string_view> ids;
  for (const auto& finding : lint_text(file)) ids.insert(finding.kind->id);
  return ids;
}

class EachKind : public testing::TestWithParam<Kind> {};

std::vector<Kind> all_kinds() {
  std::vector<Kind> kinds;
  for (const auto& chapter : catalogue())
    kinds.insert(kinds.end(), chapter.kinds.begin(), chapter.kinds.end());
  return kinds;
}

TEST_P(EachKind, IsInItsExampleAndNotInItsNearMiss) {
  const auto& kind = GetParam();

  EXPECT_TRUE(ids_in(kind.example).contains(kind.id));
  EXPECT_FALSE(ids_in(kind.near_miss).contains(kind.id));
}

TEST_P(EachKind, IsFoundByItsId) {
  const auto& kind = GetParam();

  ASSERT_NE(find_kind(kind.id), nullptr);
  EXPECT_EQ(find_kind(kind.id)->title, kind.title);
}

TEST_P(EachKind, IsWrittenInSentences) {
  const auto& kind = GetParam();

  EXPECT_TRUE(std::ranges::all_of(kind.id, [](char c) { return base::is_lower(c) || c == '-'; }));
  EXPECT_FALSE(kind.title.ends_with('.')) << kind.title;
  EXPECT_TRUE(kind.why.ends_with('.')) << kind.why;
  EXPECT_TRUE(kind.what_to_do.ends_with('.')) << kind.what_to_do;
  EXPECT_TRUE(kind.example.ends_with('\n')) << kind.example;
  EXPECT_TRUE(kind.near_miss.ends_with('\n')) << kind.near_miss;
}

INSTANTIATE_TEST_SUITE_P(, EachKind, testing::ValuesIn(all_kinds()), [](const auto& info) {
  std::string name(info.param.id);
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Catalogue, HasEachIdOnce) {
  const auto kinds = all_kinds();
  std::set<std::string_view> ids;
  for (const auto& kind : kinds) ids.insert(kind.id);

  EXPECT_EQ(ids.size(), kinds.size());
  EXPECT_EQ(find_kind("no-such-kind"), nullptr);
}

TEST(Catalogue, NamesSeverities) {
  EXPECT_EQ(name_of(Severity::Note), "note");
  EXPECT_EQ(name_of(Severity::Warning), "warning");
  EXPECT_EQ(name_of(Severity::Error), "error");
}

}  // namespace
}  // namespace weir::lint
