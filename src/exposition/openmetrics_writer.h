// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "exposition/created_texts.h"
#include "exposition/openmetrics_names.h"
#include "exposition/sample_lines.h"
#include "exposition/value_lines.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// Writes OpenMetrics text 1.0.0 (behaviour page.openmetrics*), which 0.0.1 is too. What that format
// has no place for is left out, so that no value that is sent makes a page which strict readers
// refuse. One thread.
class OpenMetricsWriter final : public metrics::ReadingVisitor {
 public:
  // Appends to `out`, which must outlive the writer; the caller may empty it between two calls.
  OpenMetricsWriter(std::string& out, bool has_created_samples)
      : out_(out),
        lines_(out, NumberForm::OpenMetrics),
        values_(out, NumberForm::OpenMetrics),
        has_created_samples_(has_created_samples) {}

  // Families come in ascending order of their names.
  void on_family(const metrics::FamilyReading& family) override;
  void on_series(const metrics::SeriesReading& series) override;
  void on_values(std::span<const metrics::ValueReading> series) override;
  void on_family_end() override {}
  void on_end() override;

 private:
  // Good until the next one.
  std::string_view escaped_help(std::string_view help);
  void write_counter(const metrics::SeriesReading& series);
  void write_summary(const metrics::SeriesReading& series);
  void write_histogram(const metrics::SeriesReading& series);
  void write_created(const metrics::SeriesReading& series);

  std::string& out_;
  SampleLines lines_;
  ValueLines values_;
  NumberLabels number_labels_{NumberForm::OpenMetrics};
  const bool has_created_samples_;
  OpenMetricsNames names_;
  metrics::Type type_ = metrics::Type::Counter;
  // A counter that lost its `_total`; any other one is of an unknown type.
  bool is_short_ = false;
  CreatedTexts created_texts_;
  std::string escaped_;
};

}  // namespace weir::exposition
