// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "weir/metrics/reading.h"

namespace weir::exposition {

// Writes the Prometheus text format 0.0.4 (behaviour page.*), byte for byte as the reference does.
// One thread.
class TextWriter final : public metrics::ReadingVisitor {
 public:
  // Appends to `out`, which must outlive the writer; the caller may empty it between two calls.
  explicit TextWriter(std::string& out) : out_(out) {}

  void on_family(const metrics::FamilyReading& family) override;
  void on_series(const metrics::SeriesReading& series) override;
  void on_family_end() override {}

 private:
  void write_summary(const metrics::SeriesReading& series);
  void write_histogram(const metrics::SeriesReading& series);
  void write_sample(std::string_view suffix, std::string_view labels, double value);
  // With one more label, the last, whose value is a number.
  void write_sample(std::string_view suffix, std::string_view labels, std::string_view last_label,
                    double last_label_value, double value);
  void write_value(double value);

  std::string& out_;
  std::string name_;
  metrics::Type type_ = metrics::Type::Counter;
};

}  // namespace weir::exposition
