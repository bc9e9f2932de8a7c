// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::pipeline {

// Why an event that was parsed reached no series. Not for events that a rule drops on purpose
// (`action: drop`): those are no errors. Renaming a text of `reason` changes a metric label:
// breaking.
enum class DropReason : std::uint8_t {
  // Counted under their text in `statsd_exporter_events_error_total`.
  IllegalNegativeCounter,
  EmptyMetricName,
  ReservedLabel,  // `quantile` on a summary, `le` on a histogram, or a name that begins with `__`
                  // (differences Q2, Q3)
  TooManyLabels,
  SeriesTooLong,     // name and labels together
  NonFiniteCounter,  // where the operator refuses them (difference Q24)

  // Counted by metric name.
  Conflict,  // the name is another's: `statsd_exporter_events_conflict_total`
  Budget,    // the store is full: `weir_events_refused_total`
};
inline constexpr std::size_t kDropReasonCount = 8;

// The label value of `reason`, or a word like it for messages where the metric has no such label.
[[nodiscard]] std::string_view reason(DropReason why);

// Which metric counts it: the one by metric name instead of the one by reason.
[[nodiscard]] bool is_counted_by_name(DropReason why);

// Whether another value of the same name and tags may be taken all the same.
[[nodiscard]] bool depends_on_value(DropReason why);

}  // namespace weir::pipeline
