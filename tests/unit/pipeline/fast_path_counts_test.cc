// SPDX-License-Identifier: Apache-2.0
#include "pipeline/fast_path_counts.h"

#include <gtest/gtest.h>

#include "pipeline/sample_group.h"

namespace weir::pipeline {
namespace {

using sample::SampleKind;

Outcome kept(Disposition disposition, bool has_labels) {
  Outcome outcome;
  outcome.disposition = disposition;
  outcome.has_labels = has_labels;
  outcome.marks = outcome.marked();
  return outcome;
}

TEST(FastPathCounts, CountAGroupAsItsSamplesOneByOne) {
  const Outcome outcomes[] = {kept(Disposition::Mapped, true), kept(Disposition::Mapped, false),
                              kept(Disposition::Unmapped, true),
                              kept(Disposition::Unmapped, false)};
  const SampleKind kinds[] = {SampleKind::Counter, SampleKind::Gauge, SampleKind::Timer,
                              SampleKind::Histogram, SampleKind::Distribution};
  for (const Outcome& outcome : outcomes) {
    for (const SampleKind kind : kinds) {
      Ledger together(10);
      Ledger apart(10);
      FastPathCounts counts;
      for (std::size_t i = 0; i < SampleGroup::kSize; ++i) {
        counts.add(outcome, kind);
        counts.add_line();
        FastPathCounts::count_directly(apart, outcome, kind, 1);
      }
      counts.move_to(together);
      // Nothing is counted twice.
      counts.move_to(together);

      EXPECT_EQ(together.lines.value(), SampleGroup::kSize);
      EXPECT_EQ(together.samples.value(), SampleGroup::kSize);
      EXPECT_EQ(together.lookups.value(), apart.lookups.value());
      EXPECT_EQ(together.lookup_hits.value(), apart.lookup_hits.value());
      EXPECT_EQ(together.tagged_samples.value(), apart.tagged_samples.value());
      EXPECT_EQ(together.mapped.value(), apart.mapped.value());
      EXPECT_EQ(together.unmapped.value(), apart.unmapped.value());
      for (std::size_t i = 0; i < together.applied.size(); ++i) {
        EXPECT_EQ(together.applied[i].value(), apart.applied[i].value());
      }
    }
  }
}

TEST(FastPathCounts, CountASampleByItsWeight) {
  Ledger ledger(10);
  FastPathCounts::count_directly(ledger, kept(Disposition::Mapped, true), SampleKind::Timer, 10);

  EXPECT_EQ(ledger.lookups.value(), 10U);
  EXPECT_EQ(ledger.mapped.value(), 10U);
  EXPECT_EQ(ledger.tagged_samples.value(), 1U);
  EXPECT_EQ(ledger.applied[static_cast<std::size_t>(sample::EventKind::Observer)].value(), 10U);
}

}  // namespace
}  // namespace weir::pipeline
