// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "weir/metrics/definition.h"

namespace weir::metrics {

// What the samples of a family may have in addition to its name. This is the only list of them.
inline constexpr std::string_view kTotal = "_total";
inline constexpr std::string_view kCreated = "_created";
inline constexpr std::string_view kSum = "_sum";
inline constexpr std::string_view kCount = "_count";
inline constexpr std::string_view kBucket = "_bucket";

// Those of summaries and histograms. The last is OpenMetrics' alone.
inline constexpr std::array kObserverSuffixes = {kSum, kCount, kBucket, kCreated};

// Whether families of this type have samples with `suffix`, one of kObserverSuffixes.
[[nodiscard]] constexpr bool has_observer_suffix(Type type, std::string_view suffix) {
  return suffix == kBucket ? type == Type::Histogram : is_observed(type);
}

// What is in front of `suffix`; "" for a name that does not end in it.
[[nodiscard]] constexpr std::string_view without_suffix(std::string_view name,
                                                        std::string_view suffix) {
  return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : std::string_view();
}

}  // namespace weir::metrics
