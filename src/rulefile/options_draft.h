// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "weir/mapping/rule.h"
#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

// Bounds on what one rule may ask for; the work and memory of a series grow with each.
inline constexpr std::size_t kQuantilesMax = 100;
inline constexpr std::size_t kBucketsMax = 1'000;
inline constexpr std::uint32_t kAgeBucketsMax = 1'000;
inline constexpr std::uint32_t kBufCapMax = 1'000'000;

// `summary_options` as given: what is absent, null, zero or empty is inherited.
struct SummaryDraft {
  std::optional<std::vector<mapping::QuantileOption>> quantiles;
  std::optional<std::chrono::nanoseconds> max_age;
  std::optional<std::uint32_t> age_buckets;
  std::optional<std::uint32_t> buf_cap;
};

// `histogram_options` as given, likewise.
struct HistogramDraft {
  std::optional<std::vector<double>> buckets;
  std::optional<double> native_histogram_bucket_factor;
  std::optional<std::uint32_t> native_histogram_max_buckets;
};

void read_summary_options(const YamlNode& value, SummaryDraft& draft, Diagnostics& diagnostics);
void read_histogram_options(const YamlNode& value, HistogramDraft& draft, Diagnostics& diagnostics);

// The lists alone: older releases have them outside of the options. Nothing for an empty list.
std::optional<std::vector<mapping::QuantileOption>> read_quantiles(const YamlNode& value,
                                                                   Diagnostics& diagnostics);
std::optional<std::vector<double>> read_buckets(const YamlNode& value, Diagnostics& diagnostics);

// Puts what is given over `inherited`, field by field (difference Q17). `place` is where to report
// options that do not fit together.
mapping::SummaryOptions inherit(const SummaryDraft& draft, mapping::SummaryOptions inherited,
                                Position position, Diagnostics& diagnostics);
mapping::HistogramOptions inherit(const HistogramDraft& draft, mapping::HistogramOptions inherited);

}  // namespace weir::rulefile
