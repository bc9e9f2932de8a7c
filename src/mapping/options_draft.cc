// SPDX-License-Identifier: Apache-2.0
#include "mapping/options_draft.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "mapping/fields.h"
#include "mapping/key_table.h"

namespace weir::mapping {

namespace {

double read_unit_interval(const YamlNode& value, std::string_view what, Findings& findings) {
  const auto number = read_number(value, findings).value_or(0);
  if (!(number >= 0 && number <= 1)) {
    findings.fault(value.place, fmt::format("{} {} is not between 0 and 1", what, number),
                   "write a fraction such as 0.95");
  }
  return number;
}

constexpr std::array<Key<QuantileOption>, 2> kQuantileKeys{{
    {"quantile",
     [](const YamlNode& value, QuantileOption& draft, Findings& findings) {
       draft.quantile = read_unit_interval(value, "quantile", findings);
     }},
    {"error",
     [](const YamlNode& value, QuantileOption& draft, Findings& findings) {
       draft.error = read_unit_interval(value, "error", findings);
     }},
}};

// Zero asks for the inherited value, as absence does.
void read_count(const YamlNode& value, std::uint32_t max, std::optional<std::uint32_t>& count,
                Findings& findings) {
  const auto number = read_uint32(value, findings);
  if (!number || *number == 0) return;
  if (*number > max) {
    findings.fault(value.place, fmt::format("{} is more than {}", *number, max), "lower it");
    return;
  }
  count = number;
}

void read_max_age(const YamlNode& value, std::optional<std::chrono::nanoseconds>& max_age,
                  Findings& findings) {
  const auto read = read_duration(value, findings);
  if (!read || read->count() == 0) return;
  if (read->count() < 0) {
    findings.fault(value.place, fmt::format("max_age `{}` is negative", shown(value.text)),
                   "write a positive duration");
    return;
  }
  max_age = read;
}

// A key of older releases never beats its replacement, wherever that stands.
template <class T>
void fill(std::optional<T>& value, const std::optional<T>& old) {
  if (!value) value = old;
}

constexpr std::array<Key<SummaryDraft>, 7> kSummaryKeys{{
    {"quantiles",
     [](const YamlNode& value, SummaryDraft& draft, Findings& findings) {
       if (auto read = read_quantiles(value, findings)) draft.quantiles = std::move(read);
     }},
    {"max_age", [](const YamlNode& value, SummaryDraft& draft,
                   Findings& findings) { read_max_age(value, draft.max_age, findings); }},
    {"age_buckets",
     [](const YamlNode& value, SummaryDraft& draft, Findings& findings) {
       read_count(value, kAgeBucketsMax, draft.age_buckets, findings);
     }},
    {"buf_cap", [](const YamlNode& value, SummaryDraft& draft,
                   Findings& findings) { read_count(value, kBufCapMax, draft.buf_cap, findings); }},
    {"max_summary_age",
     [](const YamlNode& value, SummaryDraft& draft, Findings& findings) {
       std::optional<std::chrono::nanoseconds> old;
       read_max_age(value, old, findings);
       fill(draft.max_age, old);
     },
     "max_age"},
    {"summary_age_buckets",
     [](const YamlNode& value, SummaryDraft& draft, Findings& findings) {
       std::optional<std::uint32_t> old;
       read_count(value, kAgeBucketsMax, old, findings);
       fill(draft.age_buckets, old);
     },
     "age_buckets"},
    {"stream_buffer_size",
     [](const YamlNode& value, SummaryDraft& draft, Findings& findings) {
       std::optional<std::uint32_t> old;
       read_count(value, kBufCapMax, old, findings);
       fill(draft.buf_cap, old);
     },
     "buf_cap"},
}};

constexpr std::array<Key<HistogramDraft>, 3> kHistogramKeys{{
    {"buckets",
     [](const YamlNode& value, HistogramDraft& draft, Findings& findings) {
       if (auto read = read_buckets(value, findings)) draft.buckets = std::move(read);
     }},
    {"native_histogram_bucket_factor",
     [](const YamlNode& value, HistogramDraft& draft, Findings& findings) {
       const auto factor = read_number(value, findings);
       if (factor && !std::isfinite(*factor)) {
         findings.fault(value.place, "the factor is not finite", "write a number such as 1.1");
       }
       if (factor && *factor > 0) draft.native_histogram_bucket_factor = factor;
     }},
    {"native_histogram_max_buckets",
     [](const YamlNode& value, HistogramDraft& draft, Findings& findings) {
       read_count(value, std::numeric_limits<std::uint32_t>::max(),
                  draft.native_histogram_max_buckets, findings);
     }},
}};

bool is_within(const YamlNode& list, std::size_t max, Findings& findings) {
  if (list.entries.size() <= max) return true;
  findings.fault(list.entries[max].value->place, fmt::format("more than {} in one list", max),
                 "remove some");
  return false;
}

// Checks the next bucket against the ones before; true when it is to be kept.
bool is_next_bucket(double bucket, bool is_last, const std::vector<double>& before, Place place,
                    Findings& findings) {
  if (std::isnan(bucket) || bucket == -std::numeric_limits<double>::infinity()) {
    findings.fault(place, fmt::format("bucket {} is no upper bound", bucket), "write a number");
    return false;
  }
  if (!before.empty() && bucket <= before.back()) {
    findings.fault(place, fmt::format("bucket {} comes after {}", bucket, before.back()),
                   "sort the buckets and remove duplicates");
    return false;
  }
  if (std::isinf(bucket) && !is_last) {
    findings.fault(place, "bucket +Inf is not the last one", "move it to the end or remove it");
  }
  return !std::isinf(bucket);
}

}  // namespace

void read_summary_options(const YamlNode& value, SummaryDraft& draft, Findings& findings) {
  read_map<SummaryDraft>(value, "summary_options", kSummaryKeys, draft, findings);
}

void read_histogram_options(const YamlNode& value, HistogramDraft& draft, Findings& findings) {
  read_map<HistogramDraft>(value, "histogram_options", kHistogramKeys, draft, findings);
}

std::optional<std::vector<QuantileOption>> read_quantiles(const YamlNode& value,
                                                          Findings& findings) {
  if (!is_list(value, "quantiles", findings) || !is_within(value, kQuantilesMax, findings)) {
    return std::nullopt;
  }
  std::vector<QuantileOption> quantiles;
  for (const auto& item : value.entries) {
    QuantileOption read;
    read_map<QuantileOption>(*item.value, "an item of quantiles", kQuantileKeys, read, findings);
    const auto same = std::ranges::find(quantiles, read.quantile, &QuantileOption::quantile);
    if (same != quantiles.end()) {
      same->error = read.error;
    } else {
      quantiles.push_back(read);
    }
  }
  if (quantiles.empty()) return std::nullopt;
  std::ranges::sort(quantiles, {}, &QuantileOption::quantile);
  return quantiles;
}

std::optional<std::vector<double>> read_buckets(const YamlNode& value, Findings& findings) {
  if (!is_list(value, "buckets", findings) || !is_within(value, kBucketsMax, findings)) {
    return std::nullopt;
  }
  if (value.entries.empty()) return std::nullopt;
  std::vector<double> buckets;
  for (const auto& item : value.entries) {
    const YamlNode& node = *item.value;
    if (node.kind == NodeKind::Null)
      findings.fault(node.place, "a bucket is empty", "write a number");
    const auto bucket = read_number(node, findings);
    const bool is_last = &item == &value.entries.back();
    if (bucket && is_next_bucket(*bucket, is_last, buckets, node.place, findings)) {
      buckets.push_back(*bucket);
    }
  }
  return buckets;
}

SummaryOptions inherit(const SummaryDraft& draft, SummaryOptions inherited, Place place,
                       Findings& findings) {
  auto& options = inherited;
  if (draft.quantiles) options.quantiles = *draft.quantiles;
  options.max_age = draft.max_age.value_or(options.max_age);
  options.age_buckets = draft.age_buckets.value_or(options.age_buckets);
  options.buf_cap = draft.buf_cap.value_or(options.buf_cap);
  // Each age bucket covers its share of the window, in whole nanoseconds.
  if (options.max_age.count() < options.age_buckets) {
    findings.fault(place,
                   fmt::format("max_age of {}ns is too short for {} age buckets",
                               options.max_age.count(), options.age_buckets),
                   "raise it");
  }
  return inherited;
}

HistogramOptions inherit(const HistogramDraft& draft, HistogramOptions inherited) {
  auto& options = inherited;
  if (draft.buckets) options.buckets = *draft.buckets;
  options.native_histogram_bucket_factor =
      draft.native_histogram_bucket_factor.value_or(options.native_histogram_bucket_factor);
  options.native_histogram_max_buckets =
      draft.native_histogram_max_buckets.value_or(options.native_histogram_max_buckets);
  return inherited;
}

}  // namespace weir::mapping
