// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/store_metrics.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::pipeline {

namespace {

using metrics::StoreCounts;
using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using StoreMetric = telemetry::Metric<StoreCounts>;

template <std::uint64_t StoreCounts::*kField>
struct Count {
  double operator()(const StoreCounts& counts) const { return static_cast<double>(counts.*kField); }
};

// In ascending order of the types' names.
struct VectorsByType {
  void operator()(telemetry::Samples<1>& samples, const StoreCounts& counts) const {
    for (const auto type : {metrics::Type::Counter, metrics::Type::Gauge, metrics::Type::Histogram,
                            metrics::Type::Summary}) {
      samples.add_if_counted(
          static_cast<double>(counts.label_names[static_cast<std::size_t>(type)]),
          metrics::type_name(type));
    }
  }
};

constexpr std::array kStoreTable = {
    StoreMetric{"statsd_exporter_metrics_total", kGauge, "The total number of metrics.",
                Labels{"type"}, VectorsByType()},
    StoreMetric{"weir_definitions_replaced_total", kCounter,
                "Metrics made anew because a reload changed their definition.",
                Count<&StoreCounts::replaced>()},
    StoreMetric{"weir_families", kGauge, "StoreMetric names that have series.",
                Count<&StoreCounts::families>()},
    StoreMetric{"weir_series", kGauge, "Series kept.", Count<&StoreCounts::series>()},
    StoreMetric{"weir_series_expired_total", kCounter, "Series removed because their TTL ran out.",
                Count<&StoreCounts::series_expired>()},
    StoreMetric{"weir_store_bytes", kGauge, "Memory of all series, about.",
                Count<&StoreCounts::bytes>()},
    StoreMetric{
        "weir_store_held_bytes", kGauge,
        "Memory that is kept for series, of those that are gone too; held against the limit.",
        Count<&StoreCounts::bytes_held>()},
};

}  // namespace

constinit const telemetry::Collector<StoreCounts> kStoreMetrics{kStoreTable};

}  // namespace weir::pipeline
