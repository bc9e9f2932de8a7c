// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "weir/base/clock.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/native_histogram.h"
#include "weir/metrics/series.h"
#include "weir/metrics/summary.h"
#include "weir/metrics/window_statistics.h"

// What a store knows of its families and series, as plain values with which another process can go
// on: more than a page shows. For pages see reading.h. Texts are borrowed for the call.
namespace weir::metrics {

struct FamilyState {
  std::string_view name;
  std::string_view help;
  std::string_view unit;
  Type type = Type::Counter;
  GaugeKind gauge = GaugeKind::Level;
  // As in SeriesRequest.
  bool is_up_down = false;
  // Has series that are called so because their name was a conflict.
  bool is_renamed = false;
  // The rule that its help came from, as in DefinitionSource.
  std::uint64_t origin = 0;
};

// The series of a family that share their label names.
struct LabelNamesState {
  // As in SeriesRequest.
  std::string_view names;
  // Orders label names by which was seen earlier.
  std::uint32_t number = 0;
  // The rule that the definition came from.
  std::uint64_t origin = 0;
  const Definition* definition = nullptr;
};

struct CounterState {
  // The value is their sum (series.h).
  std::uint64_t integral = 0;
  double fraction = 0;
};

struct GaugeState {
  double value = 0;
  // Unix seconds; 0 for none.
  std::uint32_t timestamp = 0;
};

// Without native buckets.
struct HistogramState {
  // As in SeriesReading.
  std::vector<std::uint64_t> bucket_counts;
  double sum = 0;
};

using InstrumentState =
    std::variant<CounterState, GaugeState, HistogramState, NativeHistogram::State, Summary::State>;

// A gauge beside a summary or histogram, which reads its window. It has the labels of its source.
struct PublishedGaugeState {
  FamilyState family;
  std::uint32_t number = 0;
  std::uint64_t origin = 0;
  base::UnixTime created;
};

struct SeriesState {
  // As in SeriesRequest.
  std::string_view labels;
  base::UnixTime created;
  // Since the last sample.
  Ticks idle = 0;
  // 0 for never.
  Ticks ttl = 0;
  InstrumentState value;
  // Where gauges are published.
  std::optional<WindowStatistics::State> window = std::nullopt;
  std::vector<PublishedGaugeState> gauges = {};
};

// Gets the states of a store: each family, then its label names and series, of which the label
// names come first. `label_names` counts those of the family from 0.
class StateVisitor {
 public:
  virtual ~StateVisitor() = default;
  virtual void on_family(const FamilyState& family) = 0;
  virtual void on_label_names(const LabelNamesState& label_names) = 0;
  virtual void on_series(std::uint32_t label_names, const SeriesState& series) = 0;
  // What is kept beside the store: a group of pushed metrics, as push::GroupStore saves it. Not
  // looked into.
  virtual void on_pushed(std::string_view /*group*/) {}
};

// Whether a series of this definition can be in this state: in any other it would read or write
// memory that is not its own. What comes from outside the process has to be asked this first.
[[nodiscard]] bool is_possible(const SeriesState& series, const Definition& definition);

}  // namespace weir::metrics
