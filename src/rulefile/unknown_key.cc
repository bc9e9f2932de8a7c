// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/unknown_key.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "weir/base/similar.h"

namespace weir::rulefile {

namespace {

constexpr std::string_view kFile = "the file";
constexpr std::string_view kRule = "a mapping";
constexpr std::string_view kDefaults = "defaults";
constexpr std::string_view kSummary = "summary_options";
constexpr std::string_view kHistogram = "histogram_options";

constexpr std::string_view kToDefaults = "indent it under `defaults:`";
constexpr std::string_view kToRule = "it belongs to an item of `mappings:`";
constexpr std::string_view kToSummary = "indent it under `summary_options:`";
constexpr std::string_view kToHistogram = "indent it under `histogram_options:`";
constexpr std::string_view kToRegex = "write the pattern as `match`, and `match_type: regex`";
constexpr std::string_view kToKind = "did you mean \"match_metric_type\"?";

// A key that people write where it does not belong, or by another name, and what to do.
struct Misplaced {
  std::string_view where;
  std::string_view key;
  std::string_view hint;
};
constexpr auto kMisplaced = std::to_array<Misplaced>({
    {kFile, "observer_type", kToDefaults},
    {kFile, "timer_type", kToDefaults},
    {kFile, "match_type", kToDefaults},
    {kFile, "glob_disable_ordering", kToDefaults},
    {kFile, "ttl", kToDefaults},
    {kFile, "summary_options", kToDefaults},
    {kFile, "histogram_options", kToDefaults},
    {kFile, "quantiles", kToDefaults},
    {kFile, "buckets", kToDefaults},
    {kFile, "match", kToRule},
    {kFile, "name", kToRule},
    {kFile, "labels", kToRule},
    {kFile, "help", kToRule},
    {kFile, "action", kToRule},
    {kFile, "match_metric_type", kToRule},
    {kRule, "metric_type", kToKind},
    {kRule, "metrictype", kToKind},
    {kRule, "statsd_type", kToKind},
    {kRule, "statsd_metric_type", kToKind},
    {kRule, "match_type_metric", kToKind},
    {kRule, "regex", kToRegex},
    {kRule, "regexp", kToRegex},
    {kRule, "match_regex", kToRegex},
    {kRule, "pattern", "did you mean \"match\"?"},
    {kRule, "tags", "did you mean \"labels\"?"},
    {kRule, "drop", "write `action: drop`"},
    {kRule, "glob_disable_ordering", "it belongs under `defaults:`"},
    {kRule, "max_age", kToSummary},
    {kRule, "age_buckets", kToSummary},
    {kRule, "buf_cap", kToSummary},
    {kRule, "native_histogram_bucket_factor", kToHistogram},
    {kRule, "native_histogram_max_buckets", kToHistogram},
    {kDefaults, "match", kToRule},
    {kDefaults, "name", kToRule},
    {kDefaults, "labels", kToRule},
    {kDefaults, "help", kToRule},
    {kDefaults, "action", kToRule},
    {kDefaults, "match_metric_type", kToRule},
    {kDefaults, "honor_labels", kToRule},
    {kDefaults, "scale", kToRule},
    {kDefaults, "type", "did you mean \"observer_type\"?"},
    {kDefaults, "max_age", kToSummary},
    {kDefaults, "age_buckets", kToSummary},
    {kDefaults, "buf_cap", kToSummary},
    {kSummary, "buckets", "it belongs under `histogram_options:`"},
    {kHistogram, "quantiles", "it belongs under `summary_options:`"},
    {kHistogram, "max_age", "it belongs under `summary_options:`"},
});

// `type` is short for three keys; its value decides which.
std::string_view hint_of_type(std::string_view value) {
  if (value == "regex" || value == "glob") return "did you mean \"match_type\"?";
  if (value == "histogram" || value == "summary") return "did you mean \"observer_type\"?";
  return kToKind;
}

// The `labels` of a rule; null when it has none.
const YamlNode* labels_of(const YamlNode& rule) {
  const auto labels = std::ranges::find_if(
      rule.entries, [](const Entry& entry) { return entry.key->text == "labels"; });
  return labels == rule.entries.end() ? nullptr : labels->value;
}

std::string_view hint_of_place(const UnknownKey& unknown) {
  const auto& key = unknown.entry.key->text;
  if (unknown.where == kRule && key == "type") return hint_of_type(unknown.entry.value->text);
  const auto known = std::ranges::find_if(kMisplaced, [&](const Misplaced& misplaced) {
    return misplaced.where == unknown.where && misplaced.key == key;
  });
  return known == kMisplaced.end() ? std::string_view() : known->hint;
}

std::string hint_of(const UnknownKey& unknown) {
  if (const auto hint = hint_of_place(unknown); !hint.empty()) return std::string(hint);
  constexpr auto kLabelHint = "if it is a label, indent it under `labels:`";
  const auto* const labels = unknown.where == kRule ? labels_of(unknown.map) : nullptr;
  const bool is_beside_labels = labels != nullptr && unknown.entry.value->kind == NodeKind::Scalar;
  if (is_beside_labels && labels->kind == NodeKind::Null) return kLabelHint;
  const auto nearest = base::most_similar(unknown.entry.key->text, unknown.known);
  if (!nearest.empty()) return fmt::format("did you mean \"{}\"?", nearest);
  if (is_beside_labels) return kLabelHint;
  return fmt::format("remove it or use one of: {}", fmt::join(unknown.known, ", "));
}

}  // namespace

void fault_unknown_key(const UnknownKey& unknown, Diagnostics& diagnostics) {
  const auto& key = *unknown.entry.key;
  diagnostics.error(DiagnosticKind::UnknownKey, key.position,
                    fmt::format("unknown key \"{}\" in {}", printable(key.text), unknown.where),
                    hint_of(unknown));
}

}  // namespace weir::rulefile
