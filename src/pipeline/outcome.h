// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>

#include "weir/base/tally.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/series.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/drop_reason.h"
#include "weir/pipeline/treatment.h"

namespace weir::pipeline {

// Whether the fast path may apply a sample.
enum class FastPath : std::uint8_t {
  // It needs extra counts or checks, or its value is more than a number to add or set.
  No,
  // Only the value can keep it from its series.
  Yes,
  // The same, and the value is added to a counter that other threads change too.
  SharedCounter,
  // The same, and the value is added to a counter, or set as the level of a gauge, that no other
  // thread changes.
  SoleWriterCounter,
  SoleWriterGauge,
};

// What the store answered for a gauge beside a summary or histogram (`publish`).
struct PublishedGauge {
  metrics::Admitted admitted = metrics::Admitted::Own;
  // Where what it loses is counted; null where it reads a window.
  base::Tally* tally = nullptr;
  // As `Outcome::is_renamed`, where it is lost.
  bool is_renamed = false;
  bool operator==(const PublishedGauge&) const = default;
};

// Its place in `Outcome::gauges`.
[[nodiscard]] constexpr std::size_t place_of(metrics::GaugeKind kind) {
  return static_cast<std::size_t>(kind) - static_cast<std::size_t>(metrics::GaugeKind::Min);
}

// What comes of the samples of one wire identity: how they are treated, and what the store
// answered. Decided once, when the identity is first seen.
struct Outcome : Treatment {
  Outcome() = default;
  explicit Outcome(const Treatment& treatment) : Treatment(treatment) {}

  // The series is its family's overflow series.
  bool is_overflow = false;
  // The series, or the one that was refused, has the name that its rule has for conflicts.
  bool is_renamed = false;
  // The series is a gauge whose values may have times of their own.
  bool has_timestamp = false;
  // How the summary was admitted that takes what this histogram takes (`observer_type: both`).
  std::optional<metrics::Admitted> companion;
  bool is_companion_renamed = false;
  // The series has a window, which gauges beside it read, as far as they are not lost (`publish`).
  bool publishes = false;
  bool has_lost_gauges = false;
  // Of those that are kept.
  FastPath fast_path = FastPath::No;
  // The store's release epoch when this was decided. Only what was refused or overflowed, or
  // has lost gauges, depends on it.
  std::uint32_t release_epoch = 0;
  // Of those that are kept: what `marked` says.
  std::uint64_t marks = 0;
  // Of those that depend on it: the rule's place in RuleCounts, for what the store answers one rule
  // later says nothing of what it would answer another. 0 for all others, which rules share.
  std::uint32_t rule = 0;
  // Conflicts, refusals and overflow are counted by metric name.
  base::Tally* tally = nullptr;
  // The same for `companion`.
  base::Tally* companion_tally = nullptr;

  // By `place_of` their kind.
  std::array<PublishedGauge, metrics::kPublishedKinds.size()> gauges;

  // What a sample on the fast path adds to counts that are side by side in one word.
  static constexpr unsigned kMarkBits = 8;
  static constexpr unsigned kMarks = 3;
  static constexpr unsigned kMappedShift = 0;
  static constexpr unsigned kUnmappedShift = kMarkBits;
  static constexpr unsigned kLabelsShift = 2 * kMarkBits;

  [[nodiscard]] std::uint64_t marked() const {
    const bool is_mapped = disposition == Disposition::Mapped;
    return std::uint64_t{1} << (is_mapped ? kMappedShift : kUnmappedShift) |
           std::uint64_t{has_labels} << kLabelsShift;
  }

  // True when the answer may change once a name or a budget is free.
  [[nodiscard]] bool depends_on_release() const {
    return is_overflow || has_lost_gauges || refusal == DropReason::Conflict ||
           refusal == DropReason::Budget ||
           companion.value_or(metrics::Admitted::Own) != metrics::Admitted::Own;
  }

  // The histogram's link to its companion is followed.
  [[nodiscard]] bool has_companion_series() const {
    return companion == metrics::Admitted::Own || companion == metrics::Admitted::Overflow;
  }

  [[nodiscard]] FastPath fast_path_with(metrics::Writers writers) const {
    const bool is_fast = is_kept() && !refusal && gauge == metrics::GaugeKind::Level &&
                         !is_overflow && !is_total && !has_timestamp && !companion &&
                         !has_lost_gauges && name_tag_errors == 0 && field_tag_errors == 0;
    if (!is_fast) return FastPath::No;
    if (is_up_down) return FastPath::Yes;
    if (writers == metrics::Writers::Several) {
      return type == metrics::Type::Counter ? FastPath::SharedCounter : FastPath::Yes;
    }
    if (type == metrics::Type::Counter) return FastPath::SoleWriterCounter;
    return type == metrics::Type::Gauge ? FastPath::SoleWriterGauge : FastPath::Yes;
  }

  // Everything but the epoch: equal outcomes are kept once. First what most differ in.
  [[nodiscard]] auto key() const {
    return std::tuple(rule, disposition, refusal, type, gauge, has_labels, is_overflow, is_renamed,
                      is_up_down, is_total, has_relative_gauges, honors_timestamps, has_timestamp,
                      name_tag_errors, field_tag_errors, ttl, std::bit_cast<std::uint64_t>(scale),
                      std::bit_cast<std::uint64_t>(units), tally, companion, is_companion_renamed,
                      companion_tally, publishes, gauges);
  }
};

}  // namespace weir::pipeline
