// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "weir/metrics/reading.h"
#include "weir/passthrough/family.h"

namespace weir::passthrough {

// The samples of a family with the same labels, put together: one counter, gauge, untyped value,
// summary or histogram. Plain data.
struct Series {
  // A quantile and its value, or the upper bound of a bucket and its cumulative count.
  struct Point {
    double at = 0;
    double value = 0;
    bool operator==(const Point&) const = default;
  };

  // Sorted by name, without `le` and `quantile` where these are numbers.
  std::vector<Label> labels;
  // All but summaries and histograms.
  double value = 0;
  // Summaries and histograms; `points` in the order in which they came.
  std::vector<Point> points = {};
  double sum = 0;
  std::uint64_t count = 0;
};

// The series of a family, in the order in which they begin. The timestamps of samples are lost.
[[nodiscard]] std::vector<Series> gather_series(const Family& family);

// What has to be written of them again: the samples of the text format.
[[nodiscard]] std::vector<Sample> samples_of(const Series& series, FamilyType type,
                                             const std::string& name);

// Gives series to the writer of a format. One family of one type at a time; one thread.
class SeriesVisit {
 public:
  // Both must outlive it.
  SeriesVisit(metrics::ReadingVisitor& visitor, FamilyType type) : visitor_(visitor), type_(type) {}

  // `body` is the label body of the series (label_body).
  void visit(const Series& series, const std::string& body);

 private:
  void read_quantiles(const Series& series);
  void read_buckets(const Series& series);

  metrics::ReadingVisitor& visitor_;
  FamilyType type_;
  metrics::SeriesReading reading_;
  std::vector<metrics::Objective> objectives_;
  std::vector<double> numbers_;
  std::vector<std::uint64_t> counts_;
  std::vector<Series::Point> points_;
};

// As metrics::SeriesReading has it: `a="x",b="y"`, escaped. `labels` are sorted.
[[nodiscard]] std::string label_body(const std::vector<Label>& labels);

// What a writer takes such families for. Untyped ones are gauges that say they are untyped.
[[nodiscard]] metrics::Type metric_type(FamilyType type);

}  // namespace weir::passthrough
