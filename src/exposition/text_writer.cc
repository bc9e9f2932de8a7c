// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_writer.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "weir/base/text.h"
#include "weir/metrics/naming.h"

namespace weir::exposition {

void TextWriter::on_family(const metrics::FamilyReading& family) {
  name_ = family.name;
  type_ = family.type;
  out_.append("# HELP ").append(name_).push_back(' ');
  metrics::append_escaped_help(out_, family.help);
  out_.append("\n# TYPE ").append(name_).push_back(' ');
  out_.append(metrics::type_name(type_)).push_back('\n');
}

void TextWriter::on_series(const metrics::SeriesReading& series) {
  switch (type_) {
    case metrics::Type::Counter:
    case metrics::Type::Gauge: write_sample("", series.labels, series.value); break;
    case metrics::Type::Summary: write_summary(series); break;
    case metrics::Type::Histogram: write_histogram(series); break;
  }
}

void TextWriter::write_summary(const metrics::SeriesReading& series) {
  assert(series.quantiles.size() == series.objectives.size());
  for (std::size_t i = 0; i < series.quantiles.size(); ++i) {
    write_sample("", series.labels, "quantile", series.objectives[i].quantile, series.quantiles[i]);
  }
  write_sample("_sum", series.labels, series.sum);
  write_sample("_count", series.labels, static_cast<double>(series.count));
}

void TextWriter::write_histogram(const metrics::SeriesReading& series) {
  assert(series.bucket_counts.size() == series.bounds.size() + 1);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < series.bucket_counts.size(); ++i) {
    count += series.bucket_counts[i];
    const double bound =
        i < series.bounds.size() ? series.bounds[i] : std::numeric_limits<double>::infinity();
    write_sample("_bucket", series.labels, "le", bound, static_cast<double>(count));
  }
  write_sample("_sum", series.labels, series.sum);
  write_sample("_count", series.labels, static_cast<double>(count));
}

void TextWriter::write_sample(std::string_view suffix, std::string_view labels, double value) {
  out_.append(name_).append(suffix);
  if (!labels.empty()) {
    out_.push_back('{');
    out_.append(labels).push_back('}');
  }
  write_value(value);
}

void TextWriter::write_sample(std::string_view suffix, std::string_view labels,
                              std::string_view last_label, double last_label_value, double value) {
  out_.append(name_).append(suffix).push_back('{');
  if (!labels.empty()) out_.append(labels).push_back(',');
  out_.append(last_label).append("=\"");
  base::append_number(out_, last_label_value);
  out_.append("\"}");
  write_value(value);
}

void TextWriter::write_value(double value) {
  out_.push_back(' ');
  base::append_number(out_, value);
  out_.push_back('\n');
}

}  // namespace weir::exposition
