// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/series.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "passthrough/scanner.h"
#include "weir/base/number.h"
#include "weir/metrics/naming.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::passthrough {

namespace {

bool has_points(FamilyType type) {
  return type == FamilyType::Summary || type == FamilyType::Histogram;
}

std::string_view point_label(FamilyType type) {
  return type == FamilyType::Summary ? "quantile" : "le";
}

// Counts of other programs may be negative or no numbers at all.
std::uint64_t count_of(double value) {
  constexpr double kMax = 18446744073709549568.0;  // the last double below 2^64
  if (!(value > 0)) return 0;
  return static_cast<std::uint64_t>(std::min(value, kMax));
}

// Takes the label that says which point a sample is of out of `labels`.
std::optional<double> take_point(std::vector<Label>& labels, FamilyType type) {
  const auto place = std::ranges::find(labels, point_label(type), &Label::name);
  if (place == labels.end()) return std::nullopt;
  double at = 0;
  if (!read_number(place->value, at)) at = std::numeric_limits<double>::quiet_NaN();
  labels.erase(place);
  return at;
}

void take_observed(const Family& family, const Sample& sample, std::optional<double> point,
                   Series& series) {
  const std::string_view suffix = std::string_view(sample.name).substr(family.name.size());
  if (suffix == metrics::kSum) {
    series.sum = sample.value;
  } else if (suffix == metrics::kCount) {
    series.count = count_of(sample.value);
  } else if (point && !std::isnan(*point)) {
    series.points.push_back({*point, sample.value});
  }
}

}  // namespace

std::vector<Series> gather_series(const Family& family) {
  std::vector<Series> gathered;
  std::map<std::vector<Label>, std::size_t> places;
  for (const Sample& sample : family.samples) {
    auto labels = sample.labels;
    const bool is_part = has_points(family.type);
    const auto point = is_part ? take_point(labels, family.type) : std::nullopt;
    std::ranges::sort(labels);
    if (!is_part) {
      gathered.push_back({std::move(labels), sample.value});
      continue;
    }
    const auto [place, is_new] = places.try_emplace(labels, gathered.size());
    if (is_new) gathered.push_back({std::move(labels)});
    take_observed(family, sample, point, gathered[place->second]);
  }
  return gathered;
}

std::vector<Sample> samples_of(const Series& series, FamilyType type, const std::string& name) {
  if (!has_points(type)) return {{name, series.labels, series.value}};
  std::vector<Sample> samples;
  samples.reserve(series.points.size() + 2);
  for (const Series::Point& point : series.points) {
    Sample& sample = samples.emplace_back(Sample{
        type == FamilyType::Histogram ? name + "_bucket" : name, series.labels, point.value});
    Label& label = sample.labels.emplace_back(Label{std::string(point_label(type)), ""});
    base::append_number(label.value, point.at);
  }
  samples.push_back({name + "_sum", series.labels, series.sum});
  samples.push_back({name + "_count", series.labels, static_cast<double>(series.count)});
  return samples;
}

std::string label_body(const std::vector<Label>& labels) {
  std::string body;
  for (const Label& label : labels) {
    if (!body.empty()) body += ',';
    body.append(label.name).append("=\"");
    metrics::append_escaped_label_value(body, label.value);
    body += '"';
  }
  return body;
}

metrics::Type metric_type(FamilyType type) {
  switch (type) {
    case FamilyType::Counter: return metrics::Type::Counter;
    case FamilyType::Summary: return metrics::Type::Summary;
    case FamilyType::Histogram: return metrics::Type::Histogram;
    case FamilyType::Untyped:
    case FamilyType::Gauge: break;
  }
  return metrics::Type::Gauge;
}

void SeriesVisit::visit(const Series& series, const std::string& body) {
  reading_ = {};
  reading_.labels = body;
  reading_.value = series.value;
  if (type_ == FamilyType::Summary) read_quantiles(series);
  if (type_ == FamilyType::Histogram) read_buckets(series);
  visitor_.on_series(reading_);
}

void SeriesVisit::read_quantiles(const Series& series) {
  objectives_.clear();
  numbers_.clear();
  for (const Series::Point& point : series.points) {
    objectives_.push_back({point.at, 0});
    numbers_.push_back(point.value);
  }
  reading_.objectives = objectives_;
  reading_.quantiles = numbers_;
  reading_.sum = series.sum;
  reading_.count = series.count;
}

// A writer adds the counts up again, so each may be what makes the sum right, modulo 2^64.
void SeriesVisit::read_buckets(const Series& series) {
  points_ = series.points;
  std::ranges::stable_sort(points_, {}, &Series::Point::at);
  numbers_.clear();
  counts_.clear();
  std::uint64_t below = 0;
  for (const Series::Point& point : points_) {
    if (std::isinf(point.at) && point.at > 0) continue;
    const std::uint64_t cumulative = count_of(point.value);
    if (!numbers_.empty() && numbers_.back() == point.at) {
      counts_.back() += cumulative - below;
    } else {
      numbers_.push_back(point.at);
      counts_.push_back(cumulative - below);
    }
    below = cumulative;
  }
  counts_.push_back(series.count - below);
  reading_.bounds = numbers_;
  reading_.bucket_counts = counts_;
  reading_.sum = series.sum;
}

}  // namespace weir::passthrough
