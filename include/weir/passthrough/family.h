// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::passthrough {

enum class FamilyType : std::uint8_t { Untyped, Counter, Gauge, Summary, Histogram };

// As it is written after `# TYPE name`: `untyped`.
[[nodiscard]] std::string_view type_word(FamilyType type);

struct Label {
  std::string name;
  // Not escaped.
  std::string value;
  auto operator<=>(const Label&) const = default;
};

// One line of the text format. Plain data, which owns its texts, as does a family.
struct Sample {
  // With the suffix that the line has, such as `_count`.
  std::string name;
  // In the order of the line, no two of one name; with `le` and `quantile`.
  std::vector<Label> labels;
  double value = 0;
  std::optional<std::int64_t> timestamp_ms = std::nullopt;
};

// What another program exposes under one name. The model is that of the text format 0.0.4: a
// counter of OpenMetrics has the name of its samples, `_total` included.
struct Family {
  std::string name;
  // "" without a HELP line.
  std::string help;
  FamilyType type = FamilyType::Untyped;
  std::vector<Sample> samples;
};

}  // namespace weir::passthrough
