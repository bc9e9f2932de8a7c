// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exposition/created_texts.h"
#include "exposition/line_start.h"
#include "exposition/sample_lines.h"
#include "weir/metrics/reading.h"

namespace weir::exposition {

// Writes the sample lines of counters and gauges, each of which has one, several at a time: most of
// a page. One thread.
class ValueLines {
 public:
  // Appends to `out`, which must outlive it.
  ValueLines(std::string& out, NumberForm form);

  // The samples are called as `names` has them with `suffix`, from here on.
  void begin_family(const SampleLines& names, std::string_view suffix);
  // Their samples `_created` too, for `write_with_created`.
  void begin_created(const SampleLines& names);
  void write(std::span<const metrics::ValueReading> series);
  // Each with its sample `_created`, where it is known when it was made.
  void write_with_created(std::span<const metrics::ValueReading> series, CreatedTexts& texts);

 private:
  // Returns where there is room for so many lines of each, whose parts beside the labels are as
  // long as `rest` together.
  [[nodiscard]] char* make_room(std::span<const metrics::ValueReading> series,
                                std::size_t lines_of_each, std::size_t rest);
  void end(const char* at);
  char* put_number(char* at, double value) const;
  [[nodiscard]] char* put_any_number(char* at, double value) const;

  std::string& out_;
  // What is written together, in front. It stays in the nearest cache, and `out` grows by no more
  // than the lines are long.
  std::vector<char> lines_;
  const NumberForm form_;
  LineStart start_;
  LineStart created_start_;
  // What comes after whole numbers: `.0` in OpenMetrics, and the end of the line.
  std::array<char, 4> whole_end_{};
  std::size_t whole_end_size_ = 0;
};

}  // namespace weir::exposition
