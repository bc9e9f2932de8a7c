// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <optional>

#include "app/wavefront/wavefront_metrics.h"

namespace weir::app {

namespace {

using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using WriteSource = WavefrontWriteMetricsSource;
using WriteMetric = telemetry::Metric<WriteSource>;

double written_value(std::uint64_t count) { return static_cast<double>(count); }

void add_connections(Samples<1>& samples, const WriteSource& source) {
  if (source.counts == nullptr) return;
  samples.add(written_value(source.counts->broken), "broken");
  samples.add(written_value(source.counts->connected), "connected");
  samples.add(written_value(source.counts->connect_failed), "failed");
}

void add_written_lines(Samples<1>& samples, const WriteSource& source) {
  if (source.counts == nullptr) return;
  samples.add(written_value(source.counts->dropped), "dropped");
  samples.add(written_value(source.counts->made.not_finite), "not_finite");
  samples.add(written_value(source.counts->sent), "sent");
  samples.add(written_value(source.counts->made.too_long), "too_long");
}

void add_passes(Samples<1>& samples, const WriteSource& source) {
  if (source.counts == nullptr) return;
  samples.add(written_value(source.counts->passes), "done");
  samples.add(written_value(source.counts->late), "late");
}

constexpr std::array kWriteMetrics = {
    WriteMetric{"weir_wavefront_write_connected", kGauge,
                "Whether there is a connection to the Wavefront proxy.",
                [](const WriteSource& source) -> std::optional<double> {
                  if (source.counts == nullptr) return std::nullopt;
                  return source.counts->is_connected ? 1 : 0;
                }},
    WriteMetric{
        "weir_wavefront_write_connections_total", kCounter,
        "Connections to the Wavefront proxy, by what became of them: connected, failed before "
        "that, or broken after it while lines were written.",
        Labels{"outcome"},
        [](Samples<1>& samples, const WriteSource& source) { add_connections(samples, source); }},
    WriteMetric{
        "weir_wavefront_write_lines_total", kCounter,
        "Lines for the Wavefront proxy, by what became of them: sent, dropped while they waited, "
        "or left out because a line cannot say them or the proxy would not take them.",
        Labels{"outcome"},
        [](Samples<1>& samples, const WriteSource& source) { add_written_lines(samples, source); }},
    WriteMetric{
        "weir_wavefront_write_passes_total", kCounter,
        "Passes over all series for the Wavefront proxy: done, or left out because the one "
        "before was not over.",
        Labels{"outcome"},
        [](Samples<1>& samples, const WriteSource& source) { add_passes(samples, source); }},
    WriteMetric{"weir_wavefront_write_queue_bytes", kGauge,
                "Bytes of lines that wait for the Wavefront proxy.",
                [](const WriteSource& source) -> std::optional<double> {
                  if (source.counts == nullptr) return std::nullopt;
                  return written_value(source.counts->queue_bytes);
                }},
};

}  // namespace

constinit const telemetry::Collector<WavefrontWriteMetricsSource> kWavefrontWriteMetrics{
    kWriteMetrics};

}  // namespace weir::app
