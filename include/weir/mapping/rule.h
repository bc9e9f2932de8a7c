// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/mapping/name_template.h"
#include "weir/mapping/tag_condition.h"
#include "weir/mapping/tag_rules.h"
#include "weir/sample/sample.h"

namespace weir::mapping {

enum class Action : std::uint8_t { Map, Drop };
enum class MatchType : std::uint8_t { Glob, Regex };
enum class ObserverType : std::uint8_t {
  Unset,
  Summary,
  Histogram,
  Both,  // a histogram, and a summary beside it
};

// What becomes of a sample whose metric's name is taken by another type.
enum class OnConflict : std::uint8_t {
  Drop,
  Suffix,  // `_counter`, `_gauge`, `_timer` or `_set` comes to the name
};

struct QuantileOption {
  double quantile = 0;
  double error = 0;
  bool operator==(const QuantileOption&) const = default;
};

// What a gauge beside a summary or histogram says of the latest observations (`publish`).
enum class WindowStatistic : std::uint8_t { Min, Max, Stddev };

// What its name has more than that of the summary or histogram.
[[nodiscard]] constexpr std::string_view suffix_of(WindowStatistic statistic) {
  switch (statistic) {
    case WindowStatistic::Min: return "_min";
    case WindowStatistic::Max: return "_max";
    case WindowStatistic::Stddev: break;
  }
  return "_stddev";
}

// Options of a summary with every default filled in (behaviour inherit.summary-fields).
struct SummaryOptions {
  // By quantile, each once; the last error given for a quantile counts.
  std::vector<QuantileOption> quantiles;
  std::chrono::nanoseconds max_age{std::chrono::minutes(10)};
  std::uint32_t age_buckets = 5;
  std::uint32_t buf_cap = 500;
  bool operator==(const SummaryOptions&) const = default;
};

// Options of a histogram with every default filled in.
struct HistogramOptions {
  // Increasing and finite; a trailing +Inf of the file is left out, it is implied.
  std::vector<double> buckets;
  double native_histogram_bucket_factor = 1.1;
  std::uint32_t native_histogram_max_buckets = 256;
  bool operator==(const HistogramOptions&) const = default;
};

inline constexpr double kMillisecondsPerSecond = 1'000;
inline constexpr double kMicrosecondsPerSecond = 1'000'000;

struct LabelRule {
  std::string name;
  NameTemplate value;
};

// One entry of `mappings`, with the defaults of the file already merged in.
struct Rule {
  // Position in the file, from 0; a lower index wins.
  std::uint32_t index = 0;
  // Where the entry begins in the file, from 1.
  std::size_t line = 0;
  std::string match;
  MatchType match_type = MatchType::Glob;
  // Absent: every kind.
  std::optional<sample::EventKind> kind;
  // Sorted by key; the rule is for samples that satisfy all of them.
  std::vector<TagCondition> match_tags;
  Action action = Action::Map;
  NameTemplate name;
  // Sorted by name.
  std::vector<LabelRule> labels;
  bool honor_labels = false;
  // The effective type: Unset means that neither rule nor defaults say, and a summary is made.
  ObserverType observer_type = ObserverType::Unset;
  // Whether the rule itself names it, not the defaults.
  bool is_observer_type_own = false;
  SummaryOptions summary;
  HistogramOptions histogram;
  // "" when the file gives none.
  std::string help;
  // Zero: never expires.
  std::chrono::nanoseconds ttl{0};
  std::optional<double> scale;
  TagRules tags;
  // What the value of a timer is divided by to be in seconds (`unit`).
  double timer_units_per_second = kMillisecondsPerSecond;
  // The same of a distribution, which is taken to be in seconds where the file does not say
  // (`distribution_unit`).
  std::optional<double> distribution_units_per_second;
  // What all but timers are sent in, a base unit such as `bytes` (`unit`); "" when the file gives
  // none.
  std::string unit;
  // `as: gauge`: counters of this rule add up in a gauge, which may go down.
  bool is_up_down = false;
  // `as: set`: counters of this rule are sent as totals, which their series is set to.
  bool is_total = false;
  // `max_series`: the rule makes no series of a metric that has this many.
  std::uint32_t series_max = std::numeric_limits<std::uint32_t>::max();
  OnConflict on_conflict = OnConflict::Drop;
  // `relative_gauges`: a gauge whose value has a sign is moved by it instead of set to it.
  bool has_relative_gauges = true;
  // `honor_timestamps`: gauges have the times that senders give them. Absent where neither the rule
  // nor the defaults say.
  std::optional<bool> honors_timestamps;
  // `publish`: the gauges beside the rule's summaries and histograms, ascending, each once.
  std::vector<WindowStatistic> publish;
  // `set_options.window`: over how long the rule's sets count. Absent where neither the rule nor
  // the defaults say.
  std::optional<std::chrono::nanoseconds> set_window;
};

// What applies to metrics that no rule matches.
struct Defaults {
  ObserverType observer_type = ObserverType::Unset;
  SummaryOptions summary;
  HistogramOptions histogram;
  std::chrono::nanoseconds ttl{0};
  TagRules tags;
  OnConflict on_conflict = OnConflict::Drop;
  bool has_relative_gauges = true;
  std::optional<bool> honors_timestamps;
  std::vector<WindowStatistic> publish;
  std::optional<std::chrono::nanoseconds> set_window;
};

}  // namespace weir::mapping
