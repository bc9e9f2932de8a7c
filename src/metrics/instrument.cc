// SPDX-License-Identifier: Apache-2.0
#include "metrics/instrument.h"

#include <atomic>
#include <memory>

#include "weir/metrics/series.h"

namespace weir::metrics {

namespace {

void place_level(SeriesHeader* header, const Definition& definition) {
  static_cast<GaugeSeries*>(header)->set(0);
  if (!definition.has_timestamp) return;
  auto* gauge = static_cast<TimestampedGaugeSeries*>(header);
  std::construct_at(&gauge->lock);
  gauge->timestamp = 0;
}

void place_gauge(SeriesHeader* header, const Definition& definition, HeapBudget& heap,
                 base::TimePoint now) {
  switch (definition.gauge) {
    case GaugeKind::Level: place_level(header, definition); return;
    case GaugeKind::Min:
    case GaugeKind::Max:
    case GaugeKind::Stddev:
      // It gets its window by `publish`.
      std::construct_at(&static_cast<ComputedGaugeSeries*>(header)->window_gauge(),
                        definition.gauge);
      return;
    case GaugeKind::Distinct:
      std::construct_at(&static_cast<ComputedGaugeSeries*>(header)->distinct(), definition.max_age,
                        now, heap);
      return;
  }
}

void place_histogram(HistogramSeries* histogram, const Definition& definition, HeapBudget& heap) {
  histogram->definition = &definition;
  histogram->sum.store(0, std::memory_order_relaxed);
  histogram->companion.store({}, std::memory_order_relaxed);
  if (definition.native) {
    std::construct_at(histogram->native(), definition, heap);
    return;
  }
  for (auto& bucket : histogram->buckets()) bucket.store(0, std::memory_order_relaxed);
}

}  // namespace

std::size_t instrument_bytes(const Definition& definition) {
  switch (definition.type) {
    case Type::Counter: return sizeof(CounterSeries);
    case Type::Gauge:
      if (is_computed(definition.gauge)) return ComputedGaugeSeries::bytes(definition.gauge);
      return definition.has_timestamp ? sizeof(TimestampedGaugeSeries) : sizeof(GaugeSeries);
    case Type::Summary: return SummarySeries::bytes(definition);
    case Type::Histogram: return HistogramSeries::bytes(definition);
  }
  return 0;
}

PublishedWindow* window_of(SeriesHeader* header, const Definition& definition) {
  if (definition.published.empty()) return nullptr;
  return definition.type == Type::Summary ? &static_cast<SummarySeries*>(header)->window()
                                          : &static_cast<HistogramSeries*>(header)->window();
}

void make_instrument(SeriesHeader* header, const Definition& definition, HeapBudget& heap,
                     base::TimePoint now) {
  switch (definition.type) {
    case Type::Counter: {
      auto* counter = static_cast<CounterSeries*>(header);
      counter->word.store(0, std::memory_order_relaxed);
      counter->fraction.store(0, std::memory_order_relaxed);
      return;
    }
    case Type::Gauge: place_gauge(header, definition, heap, now); return;
    case Type::Summary:
      std::construct_at(&static_cast<SummarySeries*>(header)->summary(), definition, now);
      break;
    case Type::Histogram:
      place_histogram(static_cast<HistogramSeries*>(header), definition, heap);
      break;
  }
  PublishedWindow* const window = window_of(header, definition);
  if (window != nullptr) std::construct_at(window, definition, now);
}

void destroy_instrument(SeriesHeader* header, const Definition& definition) {
  if (definition.type == Type::Summary) {
    std::destroy_at(&static_cast<SummarySeries*>(header)->summary());
  }
  if (definition.native) std::destroy_at(static_cast<HistogramSeries*>(header)->native());
  if (is_computed(definition.gauge)) {
    std::destroy_at(&static_cast<ComputedGaugeSeries*>(header)->gauge());
  }
}

}  // namespace weir::metrics
