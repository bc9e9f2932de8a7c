// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_writer.h"

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "weir/metrics/naming.h"

namespace weir::exposition {

void TextWriter::on_family(const metrics::FamilyReading& family) {
  lines_.begin_family(family.name);
  values_.begin_family(lines_, {});
  type_ = family.type;
  if (family.has_help) lines_.write_metadata("# HELP ", escaped_help(family.help));
  lines_.write_metadata("# TYPE ", family.is_untyped ? "untyped" : metrics::type_name(type_));
}

std::string_view TextWriter::escaped_help(std::string_view help) {
  if (metrics::is_plain_label_value(help)) return help;
  escaped_.clear();
  metrics::append_escaped_help(escaped_, help);
  return escaped_;
}

void TextWriter::on_series(const metrics::SeriesReading& series) {
  lines_.begin_series(series.labels);
  switch (type_) {
    case metrics::Type::Counter: lines_.write("", series.value); break;
    case metrics::Type::Gauge: lines_.write_gauge(series); break;
    case metrics::Type::Summary: write_summary(series); break;
    case metrics::Type::Histogram: write_histogram(series); break;
  }
  lines_.end_series();
}

void TextWriter::write_summary(const metrics::SeriesReading& series) {
  assert(series.quantiles.size() == series.objectives.size());
  const auto labels = number_labels_.of_objectives(series.objectives);
  for (std::size_t i = 0; i < series.quantiles.size(); ++i) {
    lines_.write("", labels[i], series.quantiles[i]);
  }
  lines_.write("_sum", series.sum);
  lines_.write_count("_count", series.count);
}

void TextWriter::write_histogram(const metrics::SeriesReading& series) {
  assert(series.bucket_counts.size() == series.bounds.size() + 1);
  const auto labels = number_labels_.of_bounds(series.bounds);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < series.bucket_counts.size(); ++i) {
    count += series.bucket_counts[i];
    lines_.write_count("_bucket", labels[i], count);
  }
  lines_.write("_sum", series.sum);
  lines_.write_count("_count", count);
}

}  // namespace weir::exposition
