// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::exposition {

// What a page says, in one spelling for all formats: a line for each family and each sample, in
// order. Lines of two pages are alike when the pages say the same.
using PageLines = std::vector<std::string>;
using Labels = std::map<std::string, std::string>;

// Exact. NaN is NaN whatever its bits are.
inline std::string spelled(double value) {
  if (std::isnan(value)) return "NaN";
  char text[40];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

inline std::string spelled(std::uint64_t count) { return std::to_string(count); }

inline std::string family_line(std::string_view name, std::string_view type, std::string_view help,
                               std::string_view unit = {}) {
  return std::string("family ").append(name) + '|' + std::string(type) + '|' + std::string(unit) +
         '|' + std::string(help);
}

// `bound` is the value of the label `le` or `quantile`.
inline std::string sample_line(std::string_view name, const Labels& labels,
                               std::optional<double> bound, std::string_view value) {
  std::string line(name);
  for (const auto& [label, text] : labels) line += '|' + label + '=' + text;
  if (bound) line += "|bound=" + spelled(*bound);
  return line.append(" ").append(value);
}

}  // namespace weir::exposition
