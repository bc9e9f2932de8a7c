// SPDX-License-Identifier: Apache-2.0
#include "suggest/trial.h"

#include <initializer_list>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/suggest/traffic.h"

namespace weir::suggest {
namespace {

using testing::ElementsAre;

// Drafts by hand, as the finder of patterns would hardly make them.
class TrialTest : public testing::Test {
 protected:
  // A name of two segments.
  NameId add(std::string_view name, sample::SampleKind kind) {
    traffic_.take_name(name, kind, 1);
    return static_cast<NameId>(traffic_.names().size() - 1);
  }

  void add_draft(std::string_view match, std::string_view stem, NameIds names) {
    Draft draft;
    draft.match = match;
    draft.stem = stem;
    draft.names = std::move(names);
    drafts_.push_back(std::move(draft));
  }

  std::vector<TrialCount> make_sound() {
    for (const auto& sent : traffic_.names()) {
      const auto dot = sent.name.find('.');
      const std::string_view name = sent.name;
      names_.push_back({&sent, {name.substr(0, dot), name.substr(dot + 1)}});
    }
    return suggest::make_sound(drafts_, names_, base::NameValidation::Legacy);
  }

  [[nodiscard]] std::vector<std::string> matches() const {
    std::vector<std::string> found;
    found.reserve(drafts_.size());
    for (const auto& draft : drafts_) found.push_back(draft.match);
    return found;
  }

  Traffic traffic_{mapping::RuleSet::empty(), base::NameValidation::Legacy};
  std::vector<Name> names_;
  std::vector<Draft> drafts_;
};

TEST_F(TrialTest, PutsNarrowRulesBeforeWideOnes) {
  const auto wide = add("a.b", sample::SampleKind::Counter);
  const auto narrow = add("a.sum", sample::SampleKind::Counter);
  add_draft("a.*", "a_total", {wide});
  add_draft("a.s*", "a_sum_total", {narrow});
  const auto counts = make_sound();
  EXPECT_THAT(matches(), ElementsAre("a.s*", "a.*"));
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_THAT(counts[0].names, ElementsAre(narrow));
  EXPECT_THAT(counts[1].names, ElementsAre(wide));
}

TEST_F(TrialTest, NamesTheKindOfARuleThatTakesAnother) {
  const auto counter = add("a.b", sample::SampleKind::Counter);
  add("a.g", sample::SampleKind::Gauge);
  add_draft("a.*", "a_total", {counter});
  const auto counts = make_sound();
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_TRUE(drafts_[0].needs_kind);
  EXPECT_THAT(counts[0].names, ElementsAre(counter));
}

TEST_F(TrialTest, MendsWhatLintFinds) {
  const auto first = add("a.b", sample::SampleKind::Counter);
  const auto second = add("b.c", sample::SampleKind::Counter);
  add_draft("a.*", "a_total", {first});
  drafts_[0].labels = {{"job", "$1"}};
  add_draft("b.*", "b_total", {second});
  drafts_[1].labels = {{"session_id", "$1"}};
  EXPECT_EQ(make_sound().size(), 2U);
  EXPECT_EQ(drafts_[0].labels[0].name, "job_name");
  EXPECT_TRUE(drafts_[1].labels.empty());
}

TEST_F(TrialTest, LeavesOutWhatCannotBeMendedOrTakesNothing) {
  const auto taken = add("a.b", sample::SampleKind::Counter);
  add_draft("a.b", "a_total", {taken});
  add_draft("a.b", "b_total", {});
  add_draft("c.d", "c_total", {});
  add_draft("e..f", "e_total", {});
  const auto counts = make_sound();
  EXPECT_THAT(matches(), ElementsAre("a.b"));
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts[0].series_after, 1U);
}

TEST_F(TrialTest, HasNothingOfNothing) { EXPECT_TRUE(make_sound().empty()); }

}  // namespace
}  // namespace weir::suggest
