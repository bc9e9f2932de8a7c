// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"

namespace weir::mappingtest {

// One line of the text exposition, `name{label="value"} number`, with a time or without. Plain
// data, which owns its texts.
struct PageSample {
  struct Label {
    std::string name;
    // Not escaped.
    std::string value;
    auto operator<=>(const Label&) const = default;
  };

  // As written, without blanks around it.
  std::string text;
  std::string name;
  // Sorted by name.
  std::vector<Label> labels;
  double value = 0;
  // In milliseconds.
  std::optional<std::int64_t> time;
};

// What is wrong with a text that is no such line.
struct PageSampleFault {
  // A clause for messages; lives as long as the program.
  std::string_view what;
};

// Reads what the text exposition has, names in quotes too (`{"a.b",c="d"} 1`), with blanks where
// Prometheus takes them.
[[nodiscard]] base::Result<PageSample, PageSampleFault> parse_page_sample(std::string_view text);

// Name and labels: the same text for the same series, however it is written.
[[nodiscard]] std::string key_of(const PageSample& sample);
// The same without `le` and `quantile`: one text for all buckets or quantiles of a series.
[[nodiscard]] std::string key_of_parts(const PageSample& sample);

}  // namespace weir::mappingtest
