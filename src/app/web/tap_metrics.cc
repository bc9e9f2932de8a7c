// SPDX-License-Identifier: Apache-2.0
#include "app/web/tap_metrics.h"

#include <array>

namespace weir::app {

namespace {

using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using TapMetric = telemetry::Metric<TapMetricsSource>;

// Adds what `read(counts)` gives of captures and of tails.
template <typename Read>
void add_kinds(Samples<1>& samples, const TapMetricsSource& source, const Read& read) {
  if (source.taps == nullptr) return;
  samples.add(static_cast<double>(read(source.taps->counts(TapKind::Capture))), "capture");
  samples.add(static_cast<double>(read(source.taps->counts(TapKind::Tail))), "tail");
}

constexpr std::array kTapTable = {
    TapMetric{"weir_tap_lost_total", kCounter,
              "What open captures had no room for, in datagrams or lines of streams (capture), and "
              "lines that open tails left out (tail). Every line is counted in its series all the "
              "same.",
              Labels{"kind"},
              [](Samples<1>& samples, const TapMetricsSource& source) {
                add_kinds(samples, source, [](const TapCounts& counts) { return counts.lost; });
              }},
    TapMetric{"weir_taps", kGauge, "Clients that capture or tail the traffic now.", Labels{"kind"},
              [](Samples<1>& samples, const TapMetricsSource& source) {
                add_kinds(samples, source, [](const TapCounts& counts) { return counts.open; });
              }},
};

}  // namespace

constinit const telemetry::Collector<TapMetricsSource> kTapMetrics{kTapTable};

}  // namespace weir::app
