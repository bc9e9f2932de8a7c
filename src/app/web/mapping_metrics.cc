// SPDX-License-Identifier: Apache-2.0
#include "app/web/mapping_metrics.h"

#include <array>
#include <optional>

namespace weir::app {

namespace {

using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using MappingMetric = telemetry::Metric<MappingMetricsSource>;

constexpr std::array kMappingTable = {
    MappingMetric{
        "statsd_exporter_config_reloads_total", kCounter, "The number of configuration reloads.",
        Labels{"outcome"},
        [](Samples<1>& samples, const MappingMetricsSource& source) {
          samples.add_if_counted(static_cast<double>(source.reloader.failures()), "failure");
          samples.add_if_counted(static_cast<double>(source.reloader.successes()), "success");
        }},
    MappingMetric{"statsd_exporter_loaded_mappings", kGauge,
                  "The current number of configured metric mappings.",
                  [](const MappingMetricsSource& source) {
                    return static_cast<double>(source.reloader.loaded_mappings());
                  }},
    MappingMetric{"weir_config_file_missing", kGauge,
                  "1 while the mapping file that is watched is missing, otherwise 0.",
                  [](const MappingMetricsSource& source) -> std::optional<double> {
                    if (source.watch == nullptr) return std::nullopt;
                    return source.watch->is_missing() ? 1 : 0;
                  }},
    MappingMetric{
        "weir_config_last_reload_success_timestamp_seconds", kGauge,
        "When the mapping in use was loaded, in seconds since the epoch.",
        [](const MappingMetricsSource& source) { return source.reloader.last_success_seconds(); }},
};

}  // namespace

constinit const telemetry::Collector<MappingMetricsSource> kMappingMetrics{kMappingTable};

}  // namespace weir::app
