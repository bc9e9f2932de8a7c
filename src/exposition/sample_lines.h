// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/clock.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// How a text format writes numbers.
enum class NumberForm : std::uint8_t {
  Prometheus,   // integers as `1`, counts too as `1e+06`
  OpenMetrics,  // integers as `1.0`, counts as `1000000`
};

// The longest number, with the `.0` that OpenMetrics may add.
inline constexpr std::size_t kSampleNumberMax = 40;

// Writes `value` to `to`, which has room for `kSampleNumberMax`, and returns its end.
char* write_sample_number(char* to, double value, NumberForm form);

// The labels `le` or `quantile` of the samples of a series, `le="0.5"`. They are written once for
// all series of a page that have the same numbers one after the other. One thread.
class NumberLabels {
 public:
  explicit NumberLabels(NumberForm form) : form_(form) {}

  // One for each bound, and one for +Inf.
  [[nodiscard]] std::span<const std::string> of_bounds(std::span<const double> bounds);
  [[nodiscard]] std::span<const std::string> of_objectives(
      std::span<const metrics::Objective> objectives);

 private:
  void write(std::string_view name, double number);

  const NumberForm form_;
  bool is_of_bounds_ = false;
  std::vector<double> numbers_;
  std::vector<std::string> labels_;
};

// Writes the lines of text formats: those of metadata, and of samples,
// `name_suffix{labels,last="1"} value`. A name that is not of ASCII letters, digits, `_` and `:` is
// in quotes, inside the braces. One thread.
class SampleLines {
 public:
  // Appends to `out`, which must outlive it.
  SampleLines(std::string& out, NumberForm form) : out_(out), form_(form) {}
  SampleLines(const SampleLines&) = delete;
  SampleLines& operator=(const SampleLines&) = delete;

  // What the names of samples begin with from here on, and it as metadata lines have it.
  void begin_family(std::string_view name);
  [[nodiscard]] std::string_view shown_name() const { return shown_name_; }
  [[nodiscard]] bool is_quoted() const { return is_quoted_; }
  // The same as `shown_name` without a closing quote: a suffix comes before that.
  [[nodiscard]] std::string_view open_name() const { return name_; }

  // Writes `begin`, such as `# TYPE `, the name, and `text`, to `out` at once. Not within a series.
  void write_metadata(std::string_view begin, std::string_view text);

  // `labels` is a label body, borrowed until the series ends; its lines are in `out` then.
  void begin_series(std::string_view labels) { labels_ = labels; }
  void write(std::string_view suffix, double value) { write(suffix, {}, value); }
  void write_count(std::string_view suffix, std::uint64_t count) { write_count(suffix, {}, count); }
  // `number` is one as it is on the line.
  void write_text(std::string_view suffix, std::string_view number);
  // `last_label` is one more label, the last, as in a body.
  void write(std::string_view suffix, std::string_view last_label, double value);
  void write_count(std::string_view suffix, std::string_view last_label, std::uint64_t count);
  // The value, with its time where it has one.
  void write_gauge(const metrics::SeriesReading& series);
  void end_series();

 private:
  // How long a line may be, beside its labels.
  [[nodiscard]] std::size_t rest_size(std::string_view suffix) const;
  // Writes what is before the value to `at`.
  char* put_begin(char* at, std::string_view suffix, std::string_view labels,
                  std::string_view last_label) const;
  // Returns where the value goes, which has room there.
  char* begin_line(std::string_view suffix, std::string_view last_label);
  void end_line(char* end);
  void add_time(base::UnixTime time);

  std::string& out_;
  const NumberForm form_;
  bool is_quoted_ = false;
  // In quotes where it must be.
  std::string shown_name_;
  // A view of `shown_name_`.
  std::string_view name_;
  std::string_view labels_;
  // The lines of the series under way.
  std::vector<char> lines_;
  std::size_t size_ = 0;
};

}  // namespace weir::exposition
