// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "influxwrite/line_writer.h"
#include "weir/base/number.h"
#include "weir/influxwrite/lines.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::influxwrite {

namespace {

constexpr std::string_view kValue = "value";
constexpr std::string_view kBound = "le";
constexpr std::string_view kQuantile = "quantile";

// A value for each sample, under the sample's name.
class PrometheusLines final : public metrics::ReadingVisitor {
 public:
  explicit PrometheusLines(LineTarget target) : lines_(target) {}

  void on_family(const metrics::FamilyReading& family) override {
    type_ = family.type;
    name_.assign(family.name);
    measurement_.clear();
    append_measurement(measurement_, name_);
  }

  void on_series(const metrics::SeriesReading& series) override {
    switch (type_) {
      case metrics::Type::Counter:
      case metrics::Type::Gauge:
        lines_.begin(measurement_, series.labels);
        lines_.field(kValue, series.value);
        lines_.end(series.timestamp);
        break;
      case metrics::Type::Summary: write_summary(series); break;
      case metrics::Type::Histogram: write_histogram(series); break;
    }
  }

  void on_family_end() override {}

 private:
  void write(std::string_view suffix, std::string_view labels, std::span<const ExtraTag> extras,
             double value) {
    sample_.clear();
    append_measurement(sample_, name_ + std::string(suffix));
    lines_.begin(sample_, labels, extras);
    lines_.field(kValue, value);
    lines_.end();
  }

  void write_numbered(std::string_view suffix, std::string_view labels, std::string_view tag,
                      double number, double value) {
    number_.clear();
    base::append_number(number_, number);
    write(suffix, labels, std::array{ExtraTag{tag, number_}}, value);
  }

  void write_summary(const metrics::SeriesReading& series) {
    for (std::size_t i = 0; i < series.quantiles.size(); ++i) {
      // A window without observations has none.
      if (std::isnan(series.quantiles[i])) continue;
      write_numbered("", series.labels, kQuantile, series.objectives[i].quantile,
                     series.quantiles[i]);
    }
    write(metrics::kSum, series.labels, {}, series.sum);
    write(metrics::kCount, series.labels, {}, static_cast<double>(series.count));
  }

  void write_histogram(const metrics::SeriesReading& series) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < series.bucket_counts.size(); ++i) {
      count += series.bucket_counts[i];
      const double bound =
          i < series.bounds.size() ? series.bounds[i] : std::numeric_limits<double>::infinity();
      write_numbered(metrics::kBucket, series.labels, kBound, bound, static_cast<double>(count));
    }
    write(metrics::kSum, series.labels, {}, series.sum);
    write(metrics::kCount, series.labels, {}, static_cast<double>(count));
  }

  LineWriter lines_;
  metrics::Type type_ = metrics::Type::Counter;
  std::string name_;
  std::string measurement_;
  // Of the sample under way.
  std::string sample_;
  std::string number_;
};

}  // namespace

std::unique_ptr<metrics::ReadingVisitor> make_prometheus_lines(LineTarget target) {
  return std::make_unique<PrometheusLines>(target);
}

}  // namespace weir::influxwrite
