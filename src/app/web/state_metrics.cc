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
using Source = StateMetricsSource;
using Metric = telemetry::Metric<Source>;

template <auto kField>
struct Value {
  std::optional<double> operator()(const Source& source) const {
    if (source.counts == nullptr) return std::nullopt;
    return static_cast<double>(source.counts->*kField);
  }
};

double of_load(const Source& source, metrics::Restored what) {
  return static_cast<double>(source.counts->load.series.at(static_cast<std::size_t>(what)));
}

constexpr std::array kMetrics = {
    Metric{"weir_state_dropped_series", kGauge,
           "Series of the state file that were not restored at the start, by reason.",
           Labels{"reason"},
           [](Samples<1>& samples, const Source& source) {
             if (source.counts == nullptr) return;
             samples.add(of_load(source, metrics::Restored::Conflict), "conflict");
             samples.add(of_load(source, metrics::Restored::Expired), "expired");
             samples.add(of_load(source, metrics::Restored::Refused), "refused");
           }},
    Metric{"weir_state_file_set_aside", kGauge,
           "1 when the state file could not be used at the start, by reason, otherwise 0.",
           Labels{"reason"},
           [](Samples<1>& samples, const Source& source) {
             if (source.counts == nullptr) return;
             const state::Loaded loaded = source.counts->load.loaded;
             samples.add(loaded == state::Loaded::Damaged ? 1 : 0, "damaged");
             samples.add(loaded == state::Loaded::Newer ? 1 : 0, "newer");
           }},
    Metric{"weir_state_last_save_bytes", kGauge, "Size of the state file last written.",
           Value<&StateCounts::last_bytes>()},
    Metric{"weir_state_last_save_duration_seconds", kGauge,
           "How long the last save took, the disk included.",
           Value<&StateCounts::last_duration_seconds>()},
    Metric{"weir_state_last_save_series", kGauge, "Series in the state file last written.",
           Value<&StateCounts::last_series>()},
    Metric{"weir_state_last_save_timestamp_seconds", kGauge,
           "When the state was last saved, in seconds since the epoch; 0 before the first save.",
           Value<&StateCounts::last_timestamp_seconds>()},
    Metric{"weir_state_restored_series", kGauge,
           "Series restored from the state file at the start.",
           [](const Source& source) -> std::optional<double> {
             if (source.counts == nullptr) return std::nullopt;
             return of_load(source, metrics::Restored::Yes);
           }},
    Metric{"weir_state_save_failures_total", kCounter, "Saves of the state that failed.",
           Value<&StateCounts::failures>()},
    Metric{"weir_state_saves_total", kCounter, "Saves of the state that were written.",
           Value<&StateCounts::saves>()},
};

}  // namespace

constinit const telemetry::Collector<StateMetricsSource> kStateMetrics{kMetrics};

}  // namespace weir::app
