// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "weir/metrics/definition.h"

namespace weir::telemetry {

inline constexpr auto kCounter = metrics::Type::Counter;
inline constexpr auto kGauge = metrics::Type::Gauge;

// As many as the reference's build information has.
inline constexpr std::size_t kLabelKeysMax = 7;

// The label keys of a self-metric, in ascending order, as the exposition wants them:
// `Labels{"metric_name", "type"}`.
template <std::size_t kCount>
struct Labels {
  static_assert(kCount <= kLabelKeysMax);
  std::array<std::string_view, kCount> keys;
};
template <typename... Keys>
Labels(Keys...) -> Labels<sizeof...(Keys)>;

// What is known of a self-metric before it has a sample. The texts outlive it.
struct Description {
  std::string_view name;
  metrics::Type type = kCounter;
  std::string_view help;
  std::array<std::string_view, kLabelKeysMax> label_keys{};
  std::size_t label_count = 0;

  [[nodiscard]] std::span<const std::string_view> labels() const {
    return {label_keys.data(), label_count};
  }
};

}  // namespace weir::telemetry
