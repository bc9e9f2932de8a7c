// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::metrics {

// The exposition type of a family.
enum class Type : std::uint8_t { Counter, Gauge, Summary, Histogram };
inline constexpr std::size_t kTypeCount = 4;

// As it stands behind `# TYPE name`.
[[nodiscard]] std::string_view type_name(Type type);

// Summaries and histograms: what a rule chooses between.
[[nodiscard]] constexpr bool is_observed(Type type) {
  return type == Type::Summary || type == Type::Histogram;
}

// A quantile that a summary reports, and the rank error it may have.
struct Objective {
  double quantile = 0;
  double error = 0;
  bool operator==(const Objective&) const = default;
};

// What makes the series of one family with one set of label names comparable: compared by value.
struct Definition {
  Type type = Type::Counter;
  // Summaries: by quantile, each once. Empty means sum and count alone.
  std::vector<Objective> objectives;
  std::chrono::nanoseconds max_age{std::chrono::minutes(10)};
  std::uint32_t age_buckets = 5;
  std::uint32_t buffer_size = 500;
  // Histograms: increasing finite upper bounds, inclusive; +Inf is implied.
  std::vector<double> bounds;
  bool operator==(const Definition&) const = default;
};

}  // namespace weir::metrics
