// SPDX-License-Identifier: Apache-2.0
#include "rulefile/unknown_key.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weir::rulefile {

namespace {

// A key further away than this from every known one is no slip of the pen.
constexpr std::size_t kEditsMax = 3;
// The longest known key has 30 bytes.
constexpr std::size_t kKeyBytesMax = 40;

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

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// How many bytes to insert, remove or replace to get from one to the other, case aside.
std::size_t edits_between(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(from[i]) == lower(to[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, diagonal + 1, replaced});
    }
  }
  return row.back();
}

// The known key most like `key`; "" when none is close.
std::string_view nearest_key(std::string_view key, std::span<const std::string_view> known) {
  if (key.size() > kKeyBytesMax) return {};
  std::string_view nearest;
  std::size_t edits_min = std::min(kEditsMax, key.size() / 2) + 1;
  for (const auto candidate : known) {
    const auto edits = edits_between(key, candidate);
    if (edits >= edits_min) continue;
    edits_min = edits;
    nearest = candidate;
  }
  return nearest;
}

// `type` is short for three keys; its value tells which.
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
  const auto nearest = nearest_key(unknown.entry.key->text, unknown.known);
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
