// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace weir::metrics {

// The exposition type of a family.
enum class Type : std::uint8_t { Counter, Gauge, Summary, Histogram };
inline constexpr std::size_t kTypeCount = 4;

// As it is written after `# TYPE name`.
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

// How a histogram begins its native buckets (native_buckets.h), and how many of them it keeps
// before it makes them coarser.
struct NativeOptions {
  std::int32_t schema = 3;
  std::uint32_t buckets_max = 256;
  bool operator==(const NativeOptions&) const = default;
};

// What makes the series of one family with one set of label names comparable: compared by value.
struct Definition {
  Type type = Type::Counter;
  // Summaries: by quantile, each once. Empty means sum and count alone.
  std::vector<Objective> objectives;
  std::chrono::nanoseconds max_age{std::chrono::minutes(10)};
  std::uint32_t age_buckets = 5;
  std::uint32_t buffer_size = 500;
  // Gauges: their values have the times that senders give them.
  bool has_timestamp = false;
  // Histograms: increasing finite upper bounds, inclusive; +Inf is implied.
  std::vector<double> bounds;
  // Histograms: absent when only the classic buckets are wanted.
  std::optional<NativeOptions> native = std::nullopt;
  bool operator==(const Definition&) const = default;
};

}  // namespace weir::metrics
