// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/series_index.h"

// What decides about a request beside names and budgets: the same for the answer and its preview.
namespace weir::metrics {

// Whether a request past a budget may go to its family's overflow series. `family` may be null.
[[nodiscard]] inline bool may_overflow(const Family* family, const SeriesRequest& request) {
  // A sum of gauges means nothing, and a family of its own would be one more of what is used up. A
  // gauge of what overflowed is of one window.
  const bool is_of_overflow = request.window_of.series != 0 && request.labels == kOverflowLabels;
  if (family == nullptr || request.is_total) return false;
  return family->type != Type::Gauge || is_of_overflow;
}

// Whether a rule can have changed the type, since the same samples make the one and the other: that
// of a gauge that is set is the samples' own.
[[nodiscard]] inline bool is_changeable(const Family& family, const SeriesRequest& request) {
  const Type wanted = request.definition->type;
  if (is_observed(family.type)) return is_observed(wanted);
  return (family.type == Type::Counter || family.is_up_down) &&
         (wanted == Type::Counter || request.is_up_down);
}

// Whether a family that cannot take the request is one that a reload has changed.
[[nodiscard]] inline bool gives_way(const SeriesIndex& index, const Family& family,
                                    const SeriesRequest& request) {
  return is_changeable(family, request) && request.source.replaces(index.sources.at(family.source));
}

}  // namespace weir::metrics
