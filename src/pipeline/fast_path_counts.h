// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "pipeline/outcome.h"
#include "weir/pipeline/ledger.h"
#include "weir/sample/sample.h"

namespace weir::pipeline {

namespace detail {

constexpr unsigned event_shift(sample::EventKind kind) {
  return Outcome::kMarkBits * (Outcome::kMarks + static_cast<unsigned>(kind));
}

constexpr std::uint64_t event_mark(sample::SampleKind kind) {
  return std::uint64_t{1} << event_shift(sample::event_kind(kind));
}

// By SampleKind: a branch for each would be hard to foretell.
inline constexpr std::array<std::uint64_t, 6> kEventMarks = {
    event_mark(sample::SampleKind::Counter),      event_mark(sample::SampleKind::Gauge),
    event_mark(sample::SampleKind::Timer),        event_mark(sample::SampleKind::Histogram),
    event_mark(sample::SampleKind::Distribution), event_mark(sample::SampleKind::Set)};

}  // namespace detail

// Packs eight counters of the samples that the fast path took into one word and adds them to the
// ledger once per group; counting each sample separately costs more than updating its series. The
// slow path counts the same one by one: see `Pipeline::apply_or_bind`.
class FastPathCounts {
 public:
  // One sample of weight 1. At most 255 between two calls of `move_to`.
  void add(const Outcome& outcome, sample::SampleKind kind) {
    counts_ += outcome.marks + detail::kEventMarks[static_cast<std::size_t>(kind)];
  }

  // The line of such a sample, which is not counted yet.
  void add_line() { counts_ += std::uint64_t{1} << kLineShift; }

  // A sample of any weight, straight into the ledger.
  static void count_directly(Ledger& ledger, const Outcome& outcome, sample::SampleKind kind,
                             std::uint32_t weight) {
    ledger.lookups.add(weight);
    ledger.lookup_hits.add(weight);
    ledger.tagged_samples.add(outcome.has_labels ? 1 : 0);
    (outcome.disposition == Disposition::Mapped ? ledger.mapped : ledger.unmapped).add(weight);
    ledger.applied[static_cast<std::size_t>(sample::event_kind(kind))].add(weight);
  }

  void move_to(Ledger& ledger) {
    if (counts_ == 0) return;
    const std::uint64_t mapped = at(Outcome::kMappedShift);
    const std::uint64_t unmapped = at(Outcome::kUnmappedShift);
    ledger.lookups.add(mapped + unmapped);
    ledger.lookup_hits.add(mapped + unmapped);
    ledger.tagged_samples.add(at(Outcome::kLabelsShift));
    ledger.mapped.add(mapped);
    ledger.unmapped.add(unmapped);
    const std::uint64_t lines = at(kLineShift);
    ledger.lines.add(lines);
    ledger.sample_lines.add(lines);
    ledger.samples.add(lines);
    ledger.good_samples.add(lines);
    for (std::size_t kind = 0; kind < ledger.applied.size(); ++kind) {
      ledger.applied[kind].add(at(detail::event_shift(static_cast<sample::EventKind>(kind))));
    }
    counts_ = 0;
  }

 private:
  static constexpr unsigned kLineShift = 56;

  [[nodiscard]] std::uint64_t at(unsigned shift) const {
    return counts_ >> shift & ((1U << Outcome::kMarkBits) - 1);
  }

  // A byte for each count.
  std::uint64_t counts_ = 0;
};

}  // namespace weir::pipeline
