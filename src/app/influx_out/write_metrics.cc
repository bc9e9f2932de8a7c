// SPDX-License-Identifier: Apache-2.0
#include "app/influx_out/write_metrics.h"

#include <array>
#include <optional>

namespace weir::app {

namespace {

using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using Source = InfluxWriteMetricsSource;
using Metric = telemetry::Metric<Source>;
using Counts = InfluxWriteCounts;

template <auto kField>
struct Count {
  std::optional<double> operator()(const Source& source) const {
    if (source.writer == nullptr) return std::nullopt;
    return static_cast<double>(source.writer->counts().*kField);
  }
};

template <InfluxWriteOutcomes Counts::*kField>
struct Outcomes {
  void operator()(Samples<1>& samples, const Source& source) const {
    if (source.writer == nullptr) return;
    const InfluxWriteOutcomes& outcomes = source.writer->counts().*kField;
    samples.add(static_cast<double>(outcomes.given_up), "given_up");
    samples.add(static_cast<double>(outcomes.queue_age), "queue_age");
    samples.add(static_cast<double>(outcomes.queue_full), "queue_full");
    samples.add(static_cast<double>(outcomes.refused), "refused");
    samples.add(static_cast<double>(outcomes.written), "written");
  }
};

void add_answers(Samples<1>& samples, const Source& source) {
  if (source.writer == nullptr) return;
  const InfluxAnswers& answers = source.writer->counts().answers;
  samples.add(static_cast<double>(answers.no_database), "no_database");
  samples.add(static_cast<double>(answers.none), "none");
  samples.add(static_cast<double>(answers.not_now), "not_now");
  samples.add(static_cast<double>(answers.partial), "partial");
  samples.add(static_cast<double>(answers.refused), "refused");
  samples.add(static_cast<double>(answers.too_large), "too_large");
  samples.add(static_cast<double>(answers.written), "written");
}

void add_left_out(Samples<1>& samples, const Source& source) {
  if (source.writer == nullptr) return;
  const influxwrite::LineCounts& lines = source.writer->counts().lines;
  samples.add(static_cast<double>(lines.not_finite), "not_finite");
  samples.add(static_cast<double>(lines.too_long), "too_long");
}

constexpr std::array kMetrics = {
    Metric{"weir_influx_write_answers_total", kCounter,
           "Attempts to write a batch to the InfluxDB, by its answer.", Labels{"answer"},
           [](Samples<1>& samples, const Source& source) { add_answers(samples, source); }},
    Metric{"weir_influx_write_batches_split_total", kCounter,
           "Batches that the InfluxDB found too large, and that were sent again as two.",
           Count<&Counts::batches_split>()},
    Metric{"weir_influx_write_batches_total", kCounter,
           "Batches for the InfluxDB, by what became of them.", Labels{"outcome"},
           Outcomes<&Counts::batches>()},
    Metric{"weir_influx_write_last_success_timestamp_seconds", kGauge,
           "When the InfluxDB last took a batch, in seconds since the epoch; 0 before the first.",
           Count<&Counts::last_success_seconds>()},
    Metric{"weir_influx_write_left_out_total", kCounter,
           "Values and points that were not written, by why InfluxDB does not take them.",
           Labels{"reason"},
           [](Samples<1>& samples, const Source& source) { add_left_out(samples, source); }},
    Metric{"weir_influx_write_passes_skipped_total", kCounter,
           "Times at which nothing was read of the series since the time before was not over.",
           Count<&Counts::passes_skipped>()},
    Metric{"weir_influx_write_passes_total", kCounter,
           "Times that all series were read, to write them to the InfluxDB.",
           Count<&Counts::passes>()},
    Metric{"weir_influx_write_points_total", kCounter,
           "Points for the InfluxDB, by what became of them.", Labels{"outcome"},
           Outcomes<&Counts::points>()},
    Metric{"weir_influx_write_queue_batches", kGauge, "Batches that wait for the InfluxDB.",
           Count<&Counts::queue_batches>()},
    Metric{"weir_influx_write_queue_bytes", kGauge, "Bytes, packed, that wait for the InfluxDB.",
           Count<&Counts::queue_bytes>()},
    Metric{"weir_influx_write_queue_bytes_max", kGauge, "Most bytes that may wait.",
           [](const Source& source) -> std::optional<double> {
             if (source.writer == nullptr) return std::nullopt;
             return static_cast<double>(source.writer->options().queue_bytes_max);
           }},
    Metric{"weir_influx_write_queue_points", kGauge, "Points that wait for the InfluxDB.",
           Count<&Counts::queue_points>()},
    Metric{"weir_influx_write_remembered_totals", kGauge,
           "Totals of which the last values are kept, for --influx.layout=micrometer.",
           Count<&Counts::remembered_totals>()},
    Metric{"weir_influx_write_sent_bytes_total", kCounter,
           "Bytes of bodies sent to the InfluxDB, packed, those sent again too.",
           Count<&Counts::sent_bytes>()},
    Metric{"weir_influx_write_up", kGauge,
           "1 when the InfluxDB took the last batch that was sent, otherwise 0.",
           Count<&Counts::is_up>()},
};

}  // namespace

constinit const telemetry::Collector<InfluxWriteMetricsSource> kInfluxWriteMetrics{kMetrics};

}  // namespace weir::app
