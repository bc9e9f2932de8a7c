// SPDX-License-Identifier: Apache-2.0
#include "exposition/openmetrics_writer.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "weir/metrics/naming.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::exposition {
namespace {

using metrics::kBucket;
using metrics::kCount;
using metrics::kCreated;
using metrics::kSum;
using metrics::kTotal;
using metrics::without_suffix;

// Neither negative nor NaN, as a sum must be.
bool is_sum(double value) { return value >= 0; }

// Whether `# UNIT` may be written: the name ends in `_` and the unit.
bool ends_in_unit(std::string_view name, std::string_view unit) {
  return !unit.empty() && name.ends_with(unit) && without_suffix(name, unit).ends_with('_');
}

// For escaped families: those that clash have been left out.
bool is_shortened(const metrics::FamilyReading& family) {
  return family.type == metrics::Type::Counter && !without_suffix(family.name, kTotal).empty();
}

}  // namespace

void OpenMetricsWriter::on_family(const metrics::FamilyReading& family) {
  type_ = family.type;
  is_short_ = family.is_escaped ? is_shortened(family) : names_.add(family.name, type_);
  const auto name = is_short_ ? without_suffix(family.name, kTotal) : family.name;
  const bool is_unknown = family.is_untyped || (type_ == metrics::Type::Counter && !is_short_);
  lines_.begin_family(name);
  values_.begin_family(lines_, is_short_ ? kTotal : std::string_view());
  if (is_short_ && has_created_samples_) values_.begin_created(lines_);
  if (family.has_help) lines_.write_metadata("# HELP ", escaped_help(family.help));
  lines_.write_metadata("# TYPE ", is_unknown ? "unknown" : metrics::type_name(type_));
  if (ends_in_unit(name, family.unit)) lines_.write_metadata("# UNIT ", family.unit);
}

// As in a label value: quotes are escaped too.
std::string_view OpenMetricsWriter::escaped_help(std::string_view help) {
  if (metrics::is_plain_label_value(help)) return help;
  escaped_.clear();
  metrics::append_escaped_label_value(escaped_, help);
  return escaped_;
}

void OpenMetricsWriter::on_series(const metrics::SeriesReading& series) {
  lines_.begin_series(series.labels);
  switch (type_) {
    case metrics::Type::Counter: write_counter(series); break;
    case metrics::Type::Gauge: lines_.write_gauge(series); break;
    case metrics::Type::Summary: write_summary(series); break;
    case metrics::Type::Histogram: write_histogram(series); break;
  }
  lines_.end_series();
}

void OpenMetricsWriter::on_values(std::span<const metrics::ValueReading> series) {
  if (!is_short_) return values_.write(series);
  const bool has_nan = std::ranges::any_of(
      series, [](const metrics::ValueReading& each) { return std::isnan(each.value); });
  if (has_nan) return ReadingVisitor::on_values(series);
  has_created_samples_ ? values_.write_with_created(series, created_texts_) : values_.write(series);
}

void OpenMetricsWriter::on_end() { out_ += "# EOF\n"; }

void OpenMetricsWriter::write_counter(const metrics::SeriesReading& series) {
  if (!is_short_) {
    lines_.write("", series.value);
  } else if (!std::isnan(series.value)) {
    lines_.write(kTotal, series.value);
    write_created(series);
  }
}

void OpenMetricsWriter::write_summary(const metrics::SeriesReading& series) {
  assert(series.quantiles.size() == series.objectives.size());
  const auto labels = number_labels_.of_objectives(series.objectives);
  for (std::size_t i = 0; i < series.quantiles.size(); ++i) {
    if (series.quantiles[i] < 0) continue;
    lines_.write("", labels[i], series.quantiles[i]);
  }
  if (is_sum(series.sum)) lines_.write(kSum, series.sum);
  lines_.write_count(kCount, series.count);
  write_created(series);
}

void OpenMetricsWriter::write_histogram(const metrics::SeriesReading& series) {
  assert(series.bucket_counts.size() == series.bounds.size() + 1);
  const auto labels = number_labels_.of_bounds(series.bounds);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < series.bucket_counts.size(); ++i) {
    count += series.bucket_counts[i];
    lines_.write_count(kBucket, labels[i], count);
  }
  const bool has_negative_bound = !series.bounds.empty() && series.bounds.front() < 0;
  // Neither comes without the other.
  if (!has_negative_bound && is_sum(series.sum)) {
    lines_.write(kSum, series.sum);
    lines_.write_count(kCount, count);
  }
  write_created(series);
}

void OpenMetricsWriter::write_created(const metrics::SeriesReading& series) {
  if (!has_created_samples_ || series.created == base::UnixTime()) return;
  lines_.write_text(kCreated, created_texts_.get(series.created).number());
}

}  // namespace weir::exposition
