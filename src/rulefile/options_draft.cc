// SPDX-License-Identifier: Apache-2.0
#include "rulefile/options_draft.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/core.h>

#include "weir/rulefile/fields.h"
#include "weir/rulefile/key_table.h"

namespace weir::rulefile {

namespace {

double read_unit_interval(const YamlNode& value, std::string_view what, Diagnostics& diagnostics) {
  const auto number = read_number(value, diagnostics).value_or(0);
  if (!(number >= 0 && number <= 1)) {
    diagnostics.error(value.position, fmt::format("{} {} is not between 0 and 1", what, number),
                      "write a fraction such as 0.95");
  }
  return number;
}

constexpr std::array<Key<mapping::QuantileOption>, 2> kQuantileKeys{{
    {"quantile",
     [](const YamlNode& value, mapping::QuantileOption& draft, Diagnostics& diagnostics) {
       draft.quantile = read_unit_interval(value, "quantile", diagnostics);
     }},
    {"error",
     [](const YamlNode& value, mapping::QuantileOption& draft, Diagnostics& diagnostics) {
       draft.error = read_unit_interval(value, "error", diagnostics);
     }},
}};

// Zero asks for the inherited value, as absence does.
void read_count(const YamlNode& value, std::uint32_t max, std::optional<std::uint32_t>& count,
                Diagnostics& diagnostics) {
  const auto number = read_uint32(value, diagnostics);
  if (!number || *number == 0) return;
  if (*number > max) {
    diagnostics.error(value.position, fmt::format("{} is more than {}", *number, max), "lower it");
    return;
  }
  count = number;
}

void read_max_age(const YamlNode& value, std::optional<std::chrono::nanoseconds>& max_age,
                  Diagnostics& diagnostics) {
  const auto read = read_duration(value, diagnostics);
  if (!read || read->count() == 0) return;
  if (read->count() < 0) {
    diagnostics.error(value.position,
                      fmt::format("max_age `{}` is negative", printable(value.text)),
                      "write a positive duration");
    return;
  }
  max_age = read;
}

// A key of older releases never beats its replacement, wherever that is.
template <class T>
void fill(std::optional<T>& value, const std::optional<T>& old) {
  if (!value) value = old;
}

constexpr std::array<Key<SummaryDraft>, 7> kSummaryKeys{{
    {"quantiles",
     [](const YamlNode& value, SummaryDraft& draft, Diagnostics& diagnostics) {
       if (auto read = read_quantiles(value, diagnostics)) draft.quantiles = std::move(read);
     }},
    {"max_age", [](const YamlNode& value, SummaryDraft& draft,
                   Diagnostics& diagnostics) { read_max_age(value, draft.max_age, diagnostics); }},
    {"age_buckets",
     [](const YamlNode& value, SummaryDraft& draft, Diagnostics& diagnostics) {
       read_count(value, kAgeBucketsMax, draft.age_buckets, diagnostics);
     }},
    {"buf_cap",
     [](const YamlNode& value, SummaryDraft& draft, Diagnostics& diagnostics) {
       read_count(value, kBufCapMax, draft.buf_cap, diagnostics);
     }},
    {"max_summary_age",
     [](const YamlNode& value, SummaryDraft& draft, Diagnostics& diagnostics) {
       std::optional<std::chrono::nanoseconds> old;
       read_max_age(value, old, diagnostics);
       fill(draft.max_age, old);
     },
     "max_age"},
    {"summary_age_buckets",
     [](const YamlNode& value, SummaryDraft& draft, Diagnostics& diagnostics) {
       std::optional<std::uint32_t> old;
       read_count(value, kAgeBucketsMax, old, diagnostics);
       fill(draft.age_buckets, old);
     },
     "age_buckets"},
    {"stream_buffer_size",
     [](const YamlNode& value, SummaryDraft& draft, Diagnostics& diagnostics) {
       std::optional<std::uint32_t> old;
       read_count(value, kBufCapMax, old, diagnostics);
       fill(draft.buf_cap, old);
     },
     "buf_cap"},
}};

constexpr std::array<Key<HistogramDraft>, 3> kHistogramKeys{{
    {"buckets",
     [](const YamlNode& value, HistogramDraft& draft, Diagnostics& diagnostics) {
       if (auto read = read_buckets(value, diagnostics)) draft.buckets = std::move(read);
     }},
    {"native_histogram_bucket_factor",
     [](const YamlNode& value, HistogramDraft& draft, Diagnostics& diagnostics) {
       const auto factor = read_number(value, diagnostics);
       if (factor && !std::isfinite(*factor)) {
         diagnostics.error(value.position, "the factor is not finite",
                           "write a number such as 1.1");
       }
       if (factor && *factor > 0) draft.native_histogram_bucket_factor = factor;
     }},
    {"native_histogram_max_buckets",
     [](const YamlNode& value, HistogramDraft& draft, Diagnostics& diagnostics) {
       read_count(value, std::numeric_limits<std::uint32_t>::max(),
                  draft.native_histogram_max_buckets, diagnostics);
     }},
}};

bool is_within(const YamlNode& list, std::size_t max, Diagnostics& diagnostics) {
  if (list.entries.size() <= max) return true;
  diagnostics.error(list.entries[max].value->position, fmt::format("more than {} in one list", max),
                    "remove some");
  return false;
}

// Checks the next bucket against the ones before; true when it is to be kept.
bool is_next_bucket(double bucket, bool is_last, const std::vector<double>& before,
                    Position position, Diagnostics& diagnostics) {
  if (std::isnan(bucket) || bucket == -std::numeric_limits<double>::infinity()) {
    diagnostics.error(position, fmt::format("bucket {} is no upper bound", bucket),
                      "write a number");
    return false;
  }
  if (!before.empty() && bucket <= before.back()) {
    diagnostics.error(position, fmt::format("bucket {} comes after {}", bucket, before.back()),
                      "sort the buckets and remove duplicates");
    return false;
  }
  if (std::isinf(bucket) && !is_last) {
    diagnostics.error(position, "bucket +Inf is not the last one",
                      "move it to the end or remove it");
  }
  return !std::isinf(bucket);
}

}  // namespace

void read_summary_options(const YamlNode& value, SummaryDraft& draft, Diagnostics& diagnostics) {
  read_map<SummaryDraft>(value, "summary_options", kSummaryKeys, draft, diagnostics);
}

void read_histogram_options(const YamlNode& value, HistogramDraft& draft,
                            Diagnostics& diagnostics) {
  read_map<HistogramDraft>(value, "histogram_options", kHistogramKeys, draft, diagnostics);
}

std::optional<std::vector<mapping::QuantileOption>> read_quantiles(const YamlNode& value,
                                                                   Diagnostics& diagnostics) {
  if (!is_list(value, "quantiles", diagnostics) || !is_within(value, kQuantilesMax, diagnostics)) {
    return std::nullopt;
  }
  std::vector<mapping::QuantileOption> quantiles;
  for (const auto& item : value.entries) {
    mapping::QuantileOption read;
    read_map<mapping::QuantileOption>(*item.value, "an item of quantiles", kQuantileKeys, read,
                                      diagnostics);
    const auto same =
        std::ranges::find(quantiles, read.quantile, &mapping::QuantileOption::quantile);
    if (same != quantiles.end()) {
      same->error = read.error;
    } else {
      quantiles.push_back(read);
    }
  }
  if (quantiles.empty()) return std::nullopt;
  std::ranges::sort(quantiles, {}, &mapping::QuantileOption::quantile);
  return quantiles;
}

std::optional<std::vector<double>> read_buckets(const YamlNode& value, Diagnostics& diagnostics) {
  if (!is_list(value, "buckets", diagnostics) || !is_within(value, kBucketsMax, diagnostics)) {
    return std::nullopt;
  }
  if (value.entries.empty()) return std::nullopt;
  std::vector<double> buckets;
  for (const auto& item : value.entries) {
    const YamlNode& node = *item.value;
    if (node.kind == NodeKind::Null)
      diagnostics.error(node.position, "a bucket is empty", "write a number");
    const auto bucket = read_number(node, diagnostics);
    const bool is_last = &item == &value.entries.back();
    if (bucket && is_next_bucket(*bucket, is_last, buckets, node.position, diagnostics)) {
      buckets.push_back(*bucket);
    }
  }
  return buckets;
}

mapping::SummaryOptions inherit(const SummaryDraft& draft, mapping::SummaryOptions inherited,
                                Position position, Diagnostics& diagnostics) {
  auto& options = inherited;
  if (draft.quantiles) options.quantiles = *draft.quantiles;
  options.max_age = draft.max_age.value_or(options.max_age);
  options.age_buckets = draft.age_buckets.value_or(options.age_buckets);
  options.buf_cap = draft.buf_cap.value_or(options.buf_cap);
  // Each age bucket covers its share of the window, in whole nanoseconds.
  if (options.max_age.count() < options.age_buckets) {
    diagnostics.error(position,
                      fmt::format("max_age of {}ns is too short for {} age buckets",
                                  options.max_age.count(), options.age_buckets),
                      "raise it");
  }
  return inherited;
}

mapping::HistogramOptions inherit(const HistogramDraft& draft,
                                  mapping::HistogramOptions inherited) {
  auto& options = inherited;
  if (draft.buckets) options.buckets = *draft.buckets;
  options.native_histogram_bucket_factor =
      draft.native_histogram_bucket_factor.value_or(options.native_histogram_bucket_factor);
  options.native_histogram_max_buckets =
      draft.native_histogram_max_buckets.value_or(options.native_histogram_max_buckets);
  return inherited;
}

}  // namespace weir::rulefile
