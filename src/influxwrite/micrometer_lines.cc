// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "influxwrite/line_writer.h"
#include "influxwrite/meter.h"
#include "weir/base/hash.h"
#include "weir/base/number.h"
#include "weir/influxwrite/lines.h"

namespace weir::influxwrite {

namespace {

constexpr std::string_view kMetricType = "metric_type";
constexpr std::string_view kValueField = "value";
constexpr std::string_view kPercentile = "_percentile";

std::string_view metric_type(MeterPart part) {
  switch (part) {
    case MeterPart::Counter: return "counter";
    case MeterPart::Gauge: return "gauge";
    case MeterPart::ActiveTasks:
    case MeterPart::Duration: return "long_task_timer";
    case MeterPart::Histogram:
    case MeterPart::Count:
    case MeterPart::Sum:
    case MeterPart::Upper: break;
  }
  return "histogram";
}

double mean(double sum, double count) { return count == 0 ? 0 : sum / count; }

class MicrometerLines final : public metrics::ReadingVisitor {
 public:
  MicrometerLines(LineTarget target, StepMemory& memory) : lines_(target), memory_(memory) {}

  void on_family(const metrics::FamilyReading& family) override {
    meter_ = meter_of(family);
    name_hash_ = base::hash_bytes(family.name, kNameSeed);
    count_name_hash_ = base::hash_bytes(meter_.count_family, kNameSeed);
    measurement_.clear();
    append_measurement(measurement_, meter_.name);
    percentile_.clear();
    append_measurement(percentile_, meter_.name + std::string(kPercentile));
  }

  void on_series(const metrics::SeriesReading& series) override {
    switch (meter_.part) {
      case MeterPart::Counter: write_change(series, kValueField); break;
      case MeterPart::Count: write_change(series, "count"); break;
      case MeterPart::Sum: write_sum(series); break;
      case MeterPart::Histogram: write_histogram(series); break;
      case MeterPart::Gauge: write_value(series, kValueField); break;
      case MeterPart::Upper: write_value(series, "upper"); break;
      case MeterPart::ActiveTasks: write_value(series, "active_tasks"); break;
      case MeterPart::Duration: write_value(series, "duration"); break;
    }
  }

  void on_family_end() override {}

 private:
  static constexpr std::uint64_t kNameSeed = 0x6d696372;
  // The second total of a series.
  static constexpr std::uint64_t kSumMark = 0x5353535353535353;

  static std::uint64_t key_of(const metrics::SeriesReading& series, std::uint64_t name_hash) {
    return base::hash_bytes(series.labels, name_hash);
  }

  void begin(const metrics::SeriesReading& series) {
    lines_.begin(measurement_, series.labels,
                 std::array{ExtraTag{kMetricType, metric_type(meter_.part)}});
  }

  void write_value(const metrics::SeriesReading& series, std::string_view field) {
    begin(series);
    lines_.field(field, series.value * meter_.scale);
    // The pieces of a meter are one point.
    lines_.end(meter_.part == MeterPart::Gauge ? series.timestamp : std::nullopt);
  }

  void write_change(const metrics::SeriesReading& series, std::string_view field) {
    const auto change = memory_.advance(key_of(series, name_hash_), series.value, series.created);
    if (!change) return;
    begin(series);
    lines_.field(field, *change * meter_.scale);
    lines_.end();
  }

  // The count was visited before, since its name is.
  void write_sum(const metrics::SeriesReading& series) {
    const auto sum = memory_.advance(key_of(series, name_hash_), series.value, series.created);
    if (!sum) return;
    const auto count = memory_.of_this_step(key_of(series, count_name_hash_));
    begin(series);
    lines_.field("sum", *sum * meter_.scale);
    if (count) lines_.field("mean", mean(*sum, *count) * meter_.scale);
    lines_.end();
  }

  void write_histogram(const metrics::SeriesReading& series) {
    const bool has_buckets = !series.bucket_counts.empty();
    const auto total = static_cast<double>(has_buckets ? series.observations() : series.count);
    const std::uint64_t key = key_of(series, name_hash_);
    const auto count = memory_.advance(key, total, series.created);
    const auto sum = memory_.advance(key ^ kSumMark, series.sum, series.created);
    if (count && sum) {
      begin(series);
      lines_.field("count", *count);
      lines_.field("sum", *sum * meter_.scale);
      lines_.field("mean", mean(*sum, *count) * meter_.scale);
      lines_.end();
    }
    write_percentiles(series);
  }

  void write_percentiles(const metrics::SeriesReading& series) {
    for (std::size_t i = 0; i < series.quantiles.size(); ++i) {
      // A window without observations has none.
      if (std::isnan(series.quantiles[i])) continue;
      number_.clear();
      base::append_number(number_, series.objectives[i].quantile);
      lines_.begin(percentile_, series.labels,
                   std::array{ExtraTag{kMetricType, "gauge"}, ExtraTag{"phi", number_}});
      lines_.field(kValueField, series.quantiles[i] * meter_.scale);
      lines_.end();
    }
  }

  LineWriter lines_;
  StepMemory& memory_;
  Meter meter_;
  std::uint64_t name_hash_ = 0;
  std::uint64_t count_name_hash_ = 0;
  std::string measurement_;
  std::string percentile_;
  std::string number_;
};

}  // namespace

std::unique_ptr<metrics::ReadingVisitor> make_micrometer_lines(LineTarget target,
                                                               StepMemory& memory) {
  return std::make_unique<MicrometerLines>(target, memory);
}

}  // namespace weir::influxwrite
