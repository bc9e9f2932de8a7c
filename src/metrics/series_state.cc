// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/series_state.h"

#include <algorithm>

namespace weir::metrics {

namespace {

bool is_possible_window(const SeriesState& series, const Definition& definition) {
  if (definition.published.empty()) return !series.window && series.gauges.empty();
  const auto has_place = [&definition](const PublishedGaugeState& gauge) {
    return std::ranges::find(definition.published, gauge.family.gauge) !=
           definition.published.end();
  };
  return series.window && series.window->ring.size() == definition.age_buckets &&
         series.window->head < definition.age_buckets &&
         std::ranges::all_of(series.gauges, has_place);
}

bool is_possible_native(const SeriesState& series, const Definition& definition) {
  const auto* const native = std::get_if<NativeHistogram::State>(&series.value);
  return native != nullptr && native->bucket_counts.size() == definition.bounds.size() + 1 &&
         NativeBuckets::is_possible(native->native);
}

bool is_possible_histogram(const SeriesState& series, const Definition& definition) {
  if (definition.native) return is_possible_native(series, definition);
  const auto* const histogram = std::get_if<HistogramState>(&series.value);
  return histogram != nullptr && histogram->bucket_counts.size() == definition.bounds.size() + 1;
}

bool is_possible_summary(const SeriesState& series, const Definition& definition) {
  const auto* const summary = std::get_if<Summary::State>(&series.value);
  if (summary == nullptr) return false;
  return !summary->window || QuantileWindow::is_possible(*summary->window, definition.age_buckets);
}

}  // namespace

bool is_possible(const SeriesState& series, const Definition& definition) {
  switch (definition.type) {
    case Type::Counter: return std::holds_alternative<CounterState>(series.value);
    case Type::Gauge:
      return definition.gauge == GaugeKind::Level &&
             std::holds_alternative<GaugeState>(series.value);
    case Type::Summary:
      return is_possible_summary(series, definition) && is_possible_window(series, definition);
    case Type::Histogram:
      return is_possible_histogram(series, definition) && is_possible_window(series, definition);
  }
  return false;
}

}  // namespace weir::metrics
