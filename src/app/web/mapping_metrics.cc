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
using Source = MappingMetricsSource;
using Metric = telemetry::Metric<Source>;

constexpr std::array kMetrics = {
    Metric{"statsd_exporter_config_reloads_total", kCounter, "The number of configuration reloads.",
           Labels{"outcome"},
           [](Samples<1>& samples, const Source& source) {
             samples.add_if_counted(static_cast<double>(source.reloader.failures()), "failure");
             samples.add_if_counted(static_cast<double>(source.reloader.successes()), "success");
           }},
    Metric{"statsd_exporter_loaded_mappings", kGauge,
           "The current number of configured metric mappings.",
           [](const Source& source) {
             return static_cast<double>(source.reloader.loaded_mappings());
           }},
    Metric{"weir_config_file_missing", kGauge,
           "1 while the mapping file that is watched is missing, otherwise 0.",
           [](const Source& source) -> std::optional<double> {
             if (source.watch == nullptr) return std::nullopt;
             return source.watch->is_missing() ? 1 : 0;
           }},
    Metric{"weir_config_last_reload_success_timestamp_seconds", kGauge,
           "When the mapping in use was loaded, in seconds since the epoch.",
           [](const Source& source) { return source.reloader.last_success_seconds(); }},
};

}  // namespace

constinit const telemetry::Collector<MappingMetricsSource> kMappingMetrics{kMetrics};

}  // namespace weir::app
