// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/metrics/reading.h"

namespace weir::wavefront {

// What has become of the samples that were visited.
struct WriterCounts {
  std::uint64_t lines = 0;
  // NaN and the infinities, which the protocol cannot express; left out.
  std::uint64_t not_finite = 0;
  // Of a name or label that is longer than the proxy takes; left out.
  std::uint64_t too_long = 0;
};

// What the lines of one visit go to and have in common. All of it outlives the writer.
struct WriterTarget {
  // Lines are appended, each with its line feed. The caller may empty it between two calls.
  std::string& out;
  WriterCounts& counts;
  // The time of every line, in whole milliseconds; a gauge with a time of its own has that.
  base::UnixTime time;
  std::string_view prefix;  // of every name
  // Of series without a label `source`.
  std::string_view source;
};

// Writes what is visited as lines that Wavefront's proxy takes: one for each sample of the text
// format, with `le` and `quantile` among its tags. Counters are what they stand at. What a name may
// not have there becomes an underscore. One thread.
class LineWriter final : public metrics::ReadingVisitor {
 public:
  explicit LineWriter(const WriterTarget& target);

  void on_family(const metrics::FamilyReading& family) override;
  void on_series(const metrics::SeriesReading& series) override;
  void on_family_end() override {}

 private:
  void write(std::string_view suffix, double value) { write(suffix, {}, 0, value); }
  // With one tag more, a number.
  void write(std::string_view suffix, std::string_view key, double number, double value);
  void write_summary(const metrics::SeriesReading& series);
  void write_histogram(const metrics::SeriesReading& series);
  void begin_series(const metrics::SeriesReading& series);
  // False when it is too long.
  bool append_tag(std::string_view name, std::string_view value);

  WriterTarget target_;
  // Of the pass.
  std::string time_;
  // Of the family: its name, as it may be on a line.
  std::string name_;
  metrics::Type type_ = metrics::Type::Counter;
  // Of the series: what is after the value on each of its lines.
  std::string tail_;
  std::string source_;
  bool is_too_long_ = false;
  // Scratch.
  std::string text_;
};

}  // namespace weir::wavefront
