// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
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

// What the value of a gauge is.
enum class GaugeKind : std::uint8_t {
  Level,  // what samples set and move it to
  // Of what a summary or histogram beside it observed within `max_age` (window_gauge.h).
  Min,
  Max,
  Stddev,
  Distinct,  // how many different values of a set came within `max_age` (distinct_count.h)
};

// The value is computed when it is read (computed_gauge.h).
[[nodiscard]] constexpr bool is_computed(GaugeKind kind) { return kind != GaugeKind::Level; }

// Those that a summary or histogram may have beside it.
inline constexpr std::array kPublishedKinds{GaugeKind::Min, GaugeKind::Max, GaugeKind::Stddev};

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
  GaugeKind gauge = GaugeKind::Level;
  // Summaries: by quantile, each once. Empty means sum and count alone.
  std::vector<Objective> objectives;
  // Summaries, histograms with gauges beside them, and gauges of distinct values.
  std::chrono::nanoseconds max_age{std::chrono::minutes(10)};
  std::uint32_t age_buckets = 5;
  // Summaries.
  std::uint32_t buffer_size = 500;
  // Gauges: their values have the times that senders give them.
  bool has_timestamp = false;
  // Histograms: increasing finite upper bounds, inclusive; +Inf is implied.
  std::vector<double> bounds;
  // Histograms: absent when only the classic buckets are wanted.
  std::optional<NativeOptions> native = std::nullopt;
  // Summaries and histograms: the gauges beside them that read their window, ascending, each once.
  std::vector<GaugeKind> published = {};
  bool operator==(const Definition&) const = default;
};

}  // namespace weir::metrics
