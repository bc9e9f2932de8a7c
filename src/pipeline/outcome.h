// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <tuple>

#include "weir/base/tally.h"
#include "weir/mapping/rule.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/series.h"

namespace weir::pipeline {

enum class Disposition : std::uint8_t { Mapped, Unmapped, Dropped };

// Why no series stands behind a binding.
enum class Failure : std::uint8_t {
  None,
  EmptyName,
  ReservedLabel,
  TooManyLabels,
  SeriesTooLong,
  Conflict,
  Refused,
  // No increment so far was one to take: a counter that never counted has no series.
  NotAsked,
};

// What every sample of one wire identity must count again, and how its value is used: decided once,
// when the identity is first seen.
struct Outcome {
  Disposition disposition = Disposition::Unmapped;
  Failure failure = Failure::None;
  metrics::Type type = metrics::Type::Counter;
  bool has_labels = false;
  bool has_scale = false;
  // The series is its family's overflow series.
  bool is_overflow = false;
  // Counters that add up in a gauge (`as: gauge`).
  bool is_up_and_down = false;
  // Malformed tags in the name, told once per line, and in the fields, told once per value.
  std::uint32_t name_tag_errors = 0;
  std::uint32_t field_tag_errors = 0;
  metrics::Ticks ttl = 0;
  double scale = 1;
  // Timers: what a value is divided by to be in seconds.
  double timer_units_per_second = mapping::kMillisecondsPerSecond;
  // Conflicts, refusals and overflow are counted by metric name.
  base::Tally* tally = nullptr;
  // The store's release epoch when this was decided. Only what was refused or overflowed depends on
  // it.
  std::uint32_t release_epoch = 0;

  // True when the answer may change once a name or a budget is free.
  [[nodiscard]] bool depends_on_release() const {
    return is_overflow || failure == Failure::Conflict || failure == Failure::Refused;
  }

  // Everything but the epoch: equal outcomes are kept once.
  [[nodiscard]] auto key() const {
    return std::tuple(disposition, failure, type, has_labels, has_scale, is_overflow,
                      is_up_and_down, name_tag_errors, field_tag_errors, ttl,
                      std::bit_cast<std::uint64_t>(scale),
                      std::bit_cast<std::uint64_t>(timer_units_per_second), tally);
  }
};

}  // namespace weir::pipeline
