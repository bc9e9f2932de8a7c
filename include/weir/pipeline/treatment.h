// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "weir/metrics/definition.h"
#include "weir/metrics/series.h"
#include "weir/pipeline/drop_reason.h"
#include "weir/sample/sample.h"

namespace weir::pipeline {

enum class Disposition : std::uint8_t {
  Mapped,
  Unmapped,
  Dropped,
  // Sets that neither a flag nor their rule asks for: refused as a parser does that reads none
  // (behaviour set.refused).
  Unread,
};

// What rules, tags and limits make of the samples of one wire identity: what each of them counts,
// and how its value is used. A plain value; it borrows nothing.
struct Treatment {
  Disposition disposition = Disposition::Unmapped;
  // Why there is no series; none where there is one, or a rule drops the samples. Where it depends
  // on the value, no increment so far was one to take: a counter that never counted has no series.
  std::optional<DropReason> refusal;
  metrics::Type type = metrics::Type::Counter;
  metrics::GaugeKind gauge = metrics::GaugeKind::Level;
  bool has_labels = false;
  // Counters that add up in a gauge (`as: gauge`).
  bool is_up_down = false;
  // Counters that are sent as totals (`as: set`).
  bool is_total = false;
  // Gauges whose value has a sign are moved by it (`relative_gauges`).
  bool has_relative_gauges = true;
  // Gauges: the time that a sample gives is its value's (`honor_timestamps`).
  bool honors_timestamps = false;
  // Malformed tags in the name, counted once per line, and in the fields, counted once per value.
  std::uint32_t name_tag_errors = 0;
  std::uint32_t field_tag_errors = 0;
  // 0: the series does not expire.
  metrics::Ticks ttl = 0;
  double scale = 1;
  // What a value is divided by first: brings timers to seconds.
  double units = 1;

  // The samples ask for a series.
  [[nodiscard]] bool is_kept() const {
    return disposition == Disposition::Mapped || disposition == Disposition::Unmapped;
  }

  // What of a sample its series takes, as it was sent: a total is taken whole, however seldom it is
  // sent.
  [[nodiscard]] double sent_by(const sample::Sample& sample) const {
    return is_total ? sample.unsampled : sample.value;
  }

  // Whether a gauge is moved by a value instead of set to it. `is_signed`: as
  // `sample::Sample::is_relative`. No branch, as without rules.
  [[nodiscard]] bool moves_gauge(bool is_signed) const {
    return (is_signed & has_relative_gauges) | is_up_down;
  }

  // A timer is divided and then scaled: one factor for both would round differently. Either by 1
  // changes nothing, and costs less than a branch that kinds in any order make hard to foretell.
  [[nodiscard]] double value_of(double sent) const { return sent / units * scale; }
};

}  // namespace weir::pipeline
