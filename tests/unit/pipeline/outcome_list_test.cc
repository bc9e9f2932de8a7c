// SPDX-License-Identifier: Apache-2.0
#include "pipeline/outcome_list.h"

#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace weir::pipeline {
namespace {

Outcome scaled(double scale) {
  Outcome outcome;
  outcome.scale = scale;
  return outcome;
}

TEST(OutcomeList, KeepsEqualOutcomesOnce) {
  OutcomeList list(metrics::Writers::One);

  const std::uint32_t one = list.keep(scaled(1));
  const std::uint32_t two = list.keep(scaled(2));

  EXPECT_NE(one, OutcomeList::kNone);
  EXPECT_NE(two, OutcomeList::kNone);
  EXPECT_NE(one, two);
  EXPECT_EQ(list.keep(scaled(1)), one);
  ASSERT_NE(list.find(two), nullptr);
  EXPECT_EQ(list.find(one)->scale, 1);
  EXPECT_EQ(list.find(two)->scale, 2);
}

TEST(OutcomeList, TellsOutcomesApartThatDifferInAnything) {
  base::Tally tally;
  std::vector<Outcome> rows(24);
  rows[1].disposition = Disposition::Mapped;
  rows[2].refusal = DropReason::Budget;
  rows[3].type = metrics::Type::Gauge;
  rows[4].has_labels = true;
  rows[5].is_overflow = true;
  rows[6].is_up_down = true;
  rows[7].name_tag_errors = 1;
  rows[8].field_tag_errors = 1;
  rows[9].ttl = 1;
  rows[10].scale = -1;
  rows[11].units = 1000;
  rows[12].tally = &tally;
  rows[13].is_total = true;
  rows[14].companion = metrics::Admitted::Own;
  rows[15].companion_tally = &tally;
  rows[16].publishes = true;
  rows[17].gauges[1].tally = &tally;
  rows[18].gauges[1] = {metrics::Admitted::Refused, &tally};
  rows[19].is_renamed = true;
  rows[20].is_companion_renamed = true;
  rows[21].gauges[1] = {metrics::Admitted::Refused, &tally, /*is_renamed=*/true};
  rows[22].gauge = metrics::GaugeKind::Distinct;
  rows[23].rule = 1;
  OutcomeList list(metrics::Writers::One);
  std::set<std::uint32_t> numbers;

  for (const Outcome& row : rows) numbers.insert(list.keep(row));

  EXPECT_EQ(numbers.size(), rows.size());
}

TEST(OutcomeList, FindsEachOfManyAgain) {
  OutcomeList list(metrics::Writers::One);
  std::vector<std::uint32_t> numbers;
  const auto keep_all = [&] {
    numbers.clear();
    for (std::uint32_t rule = 0; rule < 300; ++rule) {
      for (const std::uint32_t errors : {0, 1, 2}) {
        Outcome outcome;
        outcome.rule = rule;
        outcome.name_tag_errors = errors;
        numbers.push_back(list.keep(outcome));
      }
    }
  };

  keep_all();
  const auto first = numbers;
  keep_all();

  EXPECT_EQ(numbers, first);
  EXPECT_EQ(std::set(first.begin(), first.end()).size(), first.size());
}

TEST(OutcomeList, GivesEqualOutcomesTheLatestEpoch) {
  OutcomeList list(metrics::Writers::One);
  Outcome refused;
  refused.refusal = DropReason::Budget;
  refused.release_epoch = 1;
  const std::uint32_t number = list.keep(refused);

  refused.release_epoch = 7;

  EXPECT_EQ(list.keep(refused), number);
  EXPECT_EQ(list.find(number)->release_epoch, 7U);
}

TEST(OutcomeList, SaysWhetherTheFastPathMayApplyASample) {
  const auto fast_path = [](const Outcome& outcome, metrics::Writers writers) {
    OutcomeList list(writers);
    return list.find(list.keep(outcome))->fast_path;
  };
  Outcome dropped;
  dropped.disposition = Disposition::Dropped;
  Outcome faulty;
  faulty.field_tag_errors = 1;
  Outcome gauge;
  gauge.type = metrics::Type::Gauge;
  Outcome up_and_down = gauge;
  up_and_down.is_up_down = true;
  Outcome total;
  total.is_total = true;
  Outcome two_series;
  two_series.companion = metrics::Admitted::Own;
  Outcome summary;
  summary.type = metrics::Type::Summary;
  Outcome publishing = summary;
  publishing.publishes = true;
  Outcome losing = publishing;
  losing.has_lost_gauges = true;

  for (const auto writers : {metrics::Writers::One, metrics::Writers::Several}) {
    EXPECT_EQ(fast_path(dropped, writers), FastPath::No);
    EXPECT_EQ(fast_path(faulty, writers), FastPath::No);
    EXPECT_EQ(fast_path(total, writers), FastPath::No) << "it is set, where other counters add";
    EXPECT_EQ(fast_path(two_series, writers), FastPath::No);
    EXPECT_EQ(fast_path(up_and_down, writers), FastPath::Yes);
    EXPECT_EQ(fast_path(summary, writers), FastPath::Yes);
    EXPECT_EQ(fast_path(publishing, writers), FastPath::Yes);
    EXPECT_EQ(fast_path(losing, writers), FastPath::No);
  }
  EXPECT_EQ(fast_path({}, metrics::Writers::One), FastPath::SoleWriterCounter);
  EXPECT_EQ(fast_path({}, metrics::Writers::Several), FastPath::SharedCounter);
  EXPECT_EQ(fast_path(gauge, metrics::Writers::One), FastPath::SoleWriterGauge);
  EXPECT_EQ(fast_path(gauge, metrics::Writers::Several), FastPath::Yes);
}

TEST(OutcomeList, FindsNothingUnderNumbersItNeverGave) {
  OutcomeList list(metrics::Writers::One);
  const std::uint32_t number = list.keep({});

  EXPECT_EQ(list.find(OutcomeList::kNone), nullptr);
  EXPECT_EQ(list.find(number + 1), nullptr);
  EXPECT_EQ(list.find(0xffffffffU), nullptr);
}

TEST(OutcomeList, NeverUsesANumberTwice) {
  OutcomeList list(metrics::Writers::One);
  std::set<std::uint32_t> given;

  for (int round = 0; round < 100; ++round) {
    std::set<std::uint32_t> now;
    for (int i = 0; i < round % 4; ++i) now.insert(list.keep(scaled(i)));
    for (const std::uint32_t number : now) {
      EXPECT_TRUE(given.insert(number).second) << number;
      EXPECT_NE(list.find(number), nullptr);
    }
    EXPECT_TRUE(list.forget());
    for (const std::uint32_t number : given) ASSERT_EQ(list.find(number), nullptr) << number;
  }
  EXPECT_EQ(given.size(), 150U);
}

TEST(OutcomeList, ServesWithoutRememberingWhenItIsFull) {
  constexpr std::uint32_t kSizeMax = 65'536;
  OutcomeList list(metrics::Writers::One);
  for (std::uint32_t i = 0; i < kSizeMax; ++i) ASSERT_NE(list.keep(scaled(i)), OutcomeList::kNone);

  EXPECT_EQ(list.keep(scaled(-1)), OutcomeList::kNone);
  EXPECT_NE(list.keep(scaled(17)), OutcomeList::kNone);
  EXPECT_TRUE(list.forget());
  EXPECT_NE(list.keep(scaled(-1)), OutcomeList::kNone);
}

}  // namespace
}  // namespace weir::pipeline
