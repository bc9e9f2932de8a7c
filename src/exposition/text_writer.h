// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "exposition/sample_lines.h"
#include "exposition/value_lines.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// Writes the Prometheus text formats 0.0.4 and 1.0.0 (behaviour page.*), byte for byte as the
// reference does. One thread.
class TextWriter final : public metrics::ReadingVisitor {
 public:
  // Appends to `out`, which must outlive the writer; the caller may empty it between two calls.
  explicit TextWriter(std::string& out)
      : lines_(out, NumberForm::Prometheus), values_(out, NumberForm::Prometheus) {}

  void on_family(const metrics::FamilyReading& family) override;
  void on_series(const metrics::SeriesReading& series) override;
  void on_values(std::span<const metrics::ValueReading> series) override { values_.write(series); }
  void on_family_end() override {}

 private:
  // Good until the next one.
  std::string_view escaped_help(std::string_view help);
  void write_summary(const metrics::SeriesReading& series);
  void write_histogram(const metrics::SeriesReading& series);

  std::string escaped_;
  SampleLines lines_;
  ValueLines values_;
  NumberLabels number_labels_{NumberForm::Prometheus};
  metrics::Type type_ = metrics::Type::Counter;
};

}  // namespace weir::exposition
