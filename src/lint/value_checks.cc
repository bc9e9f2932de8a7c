// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "lint/checks.h"
#include "weir/base/ascii.h"

namespace weir::lint {

namespace {

using mapping::ObserverType;
using rulefile::YamlNode;
using sample::EventKind;

// In seconds: timers below this are what mapping files are made for.
constexpr double kMillisecondsMeant = 100;
// Bytes below this are hardly measured.
constexpr double kBytesMin = 100;
constexpr std::chrono::seconds kTtlMin{10};

constexpr auto kTimerKeys =
    std::to_array<std::string_view>({"observer_type", "summary_options", "histogram_options",
                                     "timer_type", "quantiles", "buckets"});

// The buckets of a rule or of `defaults` in the file; null when it gives none.
const YamlNode* buckets_of(const YamlNode& map) {
  const auto* const options = find_value(map, "histogram_options");
  const auto* const buckets = options == nullptr ? nullptr : find_value(*options, "buckets");
  return buckets != nullptr ? buckets : find_value(map, "buckets");
}

// Whether the name says that something else than time is measured.
bool is_size(std::string_view name) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"byte", "size", "count", "length", "rows", "items", "lines", "depth", "number"});
  return std::ranges::any_of(
      kWords, [name](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

void add_milliseconds(double smallest, rulefile::Position position, Findings& findings) {
  findings.add("buckets-milliseconds", position,
               fmt::format("the smallest bucket is {} seconds", smallest),
               "write the buckets in seconds, as timers are in seconds");
}

void check_buckets(const Subject& subject, Findings& findings) {
  if (!subject.makes_histograms() || subject.rule->scale) return;
  const auto& buckets = subject.rule->histogram.buckets;
  if (buckets.empty()) return;
  const auto* const own = buckets_of(*subject.entry);
  if (own != nullptr && buckets.front() >= kMillisecondsMeant && !is_size(subject.name())) {
    add_milliseconds(buckets.front(), own->position, findings);
  }
  if (subject.name().ends_with("_bytes") && buckets.back() <= kBytesMin) {
    findings.add("buckets-unit", own != nullptr ? own->position : subject.position("name"),
                 fmt::format("the largest bucket is {} bytes", buckets.back()),
                 "give the rule buckets that fit");
  }
}

void check_ignored_buckets(const Subject& subject, Findings& findings) {
  const auto* const options = subject.value("histogram_options");
  if (options == nullptr || subject.rule->observer_type != ObserverType::Unset ||
      !subject.takes(EventKind::Observer)) {
    return;
  }
  findings.add("buckets-ignored", options->position, "timers of this rule become summaries",
               "add `observer_type: histogram`, or remove this");
}

void check_timer_keys(const Subject& subject, Findings& findings) {
  if (subject.takes(EventKind::Observer)) return;
  const auto* const key = std::ranges::find_if(
      kTimerKeys, [&subject](std::string_view name) { return subject.value(name) != nullptr; });
  if (key == kTimerKeys.end()) return;
  findings.add("options-without-timers", find_key(*subject.entry, *key)->position,
               fmt::format("`{}` is for timers, and this rule takes none", *key), "remove it");
}

void check_ttl(const YamlNode* ttl, std::chrono::nanoseconds value, Findings& findings) {
  // The loader warns of a number without a unit.
  if (ttl == nullptr || value.count() == 0 || value >= kTtlMin ||
      std::ranges::all_of(ttl->text, base::is_digit))
    return;
  findings.add("ttl-short", ttl->position, "series leave before Prometheus has seen them twice",
               "write several scrape intervals, such as 5m");
}

void check_scale(const Subject& subject, Findings& findings) {
  const auto& scale = subject.rule->scale;
  if (scale == 0) {
    findings.add("scale-zero", subject.position("scale"), "every value becomes 0",
                 "write a factor, or leave the key out");
  }
  if (scale == 0.001 && subject.is_for_observers() && subject.value("unit") == nullptr) {
    findings.add("scale-after-seconds", subject.position("scale"),
                 "timers are in seconds before they are scaled",
                 "remove it, or say `unit: us` for timers in microseconds");
  }
}

bool is_some(const File& file, bool (*has)(const Subject&)) {
  return std::ranges::any_of(file.rules, has);
}

bool makes_summaries(const Subject& subject) {
  return subject.rule->observer_type != ObserverType::Histogram;
}

void check_default_buckets(const File& file, const YamlNode& buckets, Findings& findings) {
  const auto& defaults = file.rule_set->defaults();
  const bool has_histograms =
      defaults.observer_type == ObserverType::Histogram ||
      defaults.observer_type == ObserverType::Both ||
      is_some(file, [](const Subject& subject) { return subject.makes_histograms(); });
  if (!has_histograms) {
    findings.add("buckets-ignored", buckets.position, "timers become summaries, and use no buckets",
                 "add `observer_type: histogram`, or remove this");
  } else if (!defaults.histogram.buckets.empty() &&
             defaults.histogram.buckets.front() >= kMillisecondsMeant) {
    add_milliseconds(defaults.histogram.buckets.front(), buckets.position, findings);
  }
}

void check_defaults(const File& file, Findings& findings) {
  if (file.defaults == nullptr) return;
  const auto& defaults = file.rule_set->defaults();
  check_ttl(find_value(*file.defaults, "ttl"), defaults.ttl, findings);
  if (const auto* const buckets = buckets_of(*file.defaults))
    check_default_buckets(file, *buckets, findings);
  const auto* const options = find_value(*file.defaults, "summary_options");
  const auto* const quantiles = options == nullptr ? nullptr : find_value(*options, "quantiles");
  if (quantiles == nullptr || defaults.observer_type != ObserverType::Histogram ||
      is_some(file, makes_summaries)) {
    return;
  }
  findings.add("quantiles-ignored", quantiles->position, "all timers become histograms",
               "remove the quantiles");
}

}  // namespace

void check_values(const File& file, Findings& findings) {
  check_defaults(file, findings);
  for (const auto& subject : file.rules) {
    check_timer_keys(subject, findings);
    check_ttl(subject.value("ttl"), subject.rule->ttl, findings);
    if (subject.is_drop()) continue;
    check_buckets(subject, findings);
    check_ignored_buckets(subject, findings);
    check_scale(subject, findings);
  }
}

}  // namespace weir::lint
