// SPDX-License-Identifier: Apache-2.0
#include "app/web/state_metrics.h"

#include <array>
#include <optional>

namespace weir::app {

namespace {

using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using StateMetric = telemetry::Metric<StateMetricsSource>;

template <auto kField>
struct StateValue {
  std::optional<double> operator()(const StateMetricsSource& source) const {
    if (source.counts == nullptr) return std::nullopt;
    return static_cast<double>(source.counts->*kField);
  }
};

double of_load(const StateMetricsSource& source, metrics::Restored what) {
  return static_cast<double>(source.counts->load.series.at(static_cast<std::size_t>(what)));
}

constexpr std::array kStateTable = {
    StateMetric{"weir_state_dropped_series", kGauge,
                "Series of the state file that were not restored at the start, by reason.",
                Labels{"reason"},
                [](Samples<1>& samples, const StateMetricsSource& source) {
                  if (source.counts == nullptr) return;
                  samples.add(of_load(source, metrics::Restored::Conflict), "conflict");
                  samples.add(of_load(source, metrics::Restored::Expired), "expired");
                  samples.add(of_load(source, metrics::Restored::Refused), "refused");
                }},
    StateMetric{"weir_state_file_set_aside", kGauge,
                "1 when the state file could not be used at the start, by reason, otherwise 0.",
                Labels{"reason"},
                [](Samples<1>& samples, const StateMetricsSource& source) {
                  if (source.counts == nullptr) return;
                  const state::Loaded loaded = source.counts->load.loaded;
                  samples.add(loaded == state::Loaded::Damaged ? 1 : 0, "damaged");
                  samples.add(loaded == state::Loaded::Newer ? 1 : 0, "newer");
                }},
    StateMetric{"weir_state_last_save_bytes", kGauge, "Size of the state file last written.",
                StateValue<&StateCounts::last_bytes>()},
    StateMetric{"weir_state_last_save_duration_seconds", kGauge,
                "How long the last save took, the disk included.",
                StateValue<&StateCounts::last_duration_seconds>()},
    StateMetric{"weir_state_last_save_series", kGauge, "Series in the state file last written.",
                StateValue<&StateCounts::last_series>()},
    StateMetric{
        "weir_state_last_save_timestamp_seconds", kGauge,
        "When the state was last saved, in seconds since the epoch; 0 before the first save.",
        StateValue<&StateCounts::last_timestamp_seconds>()},
    StateMetric{"weir_state_restored_series", kGauge,
                "Series restored from the state file at the start.",
                [](const StateMetricsSource& source) -> std::optional<double> {
                  if (source.counts == nullptr) return std::nullopt;
                  return of_load(source, metrics::Restored::Yes);
                }},
    StateMetric{"weir_state_save_failures_total", kCounter, "Saves of the state that failed.",
                StateValue<&StateCounts::failures>()},
    StateMetric{"weir_state_saves_total", kCounter, "Saves of the state that were written.",
                StateValue<&StateCounts::saves>()},
};

}  // namespace

constinit const telemetry::Collector<StateMetricsSource> kStateMetrics{kStateTable};

}  // namespace weir::app
