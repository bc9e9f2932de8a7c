// SPDX-License-Identifier: Apache-2.0
#include "state/decoder.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "state/definition_fields.h"
#include "state/texts.h"
#include "weir/metrics/native_buckets.h"

namespace weir::state {

namespace {

using std::chrono::nanoseconds;

// A hundred times what a mapping file may have, so that a block of memory that a store gives out
// has room for them.
constexpr std::uint32_t kAgeBucketsMax = 10'000;
constexpr std::size_t kBoundsMax = 100'000;
// Keeps points in time far from overflow.
constexpr nanoseconds kTimeMax = std::chrono::hours(24 * 365 * 50);

template <class Enum>
Enum get_enum(ByteReader& in, Enum last) {
  const auto value = in.get<std::underlying_type_t<Enum>>();
  if (value <= static_cast<std::underlying_type_t<Enum>>(last)) return static_cast<Enum>(value);
  in.fail();
  return Enum{};
}

nanoseconds get_time_left(ByteReader& in) {
  return std::clamp(in.get_duration(), -kTimeMax, kTimeMax);
}

base::UnixTime get_unix_time(ByteReader& in) {
  return base::UnixTime(std::clamp(in.get_duration(), nanoseconds(0), 2 * kTimeMax));
}

metrics::FamilyState get_family(ByteReader& in) {
  metrics::FamilyState family;
  family.name = in.get_text();
  family.help = in.get_text();
  family.unit = in.get_text();
  family.type = get_enum(in, metrics::Type::Histogram);
  family.gauge = get_enum(in, metrics::GaugeKind::Stddev);
  family.is_up_down = in.get_flag();
  family.is_renamed = in.get_flag();
  family.origin = in.get<std::uint64_t>();
  const bool is_gauge = family.type == metrics::Type::Gauge;
  if (!is_gauge && family.gauge != metrics::GaugeKind::Level) in.fail();
  const bool has_texts =
      is_family_name(family.name) && is_text(family.help) && is_text(family.unit);
  if (!has_texts) in.fail();
  return family;
}

std::vector<metrics::Objective> get_objectives(ByteReader& in) {
  std::vector<metrics::Objective> objectives(in.get_count(2 * sizeof(double)));
  for (metrics::Objective& objective : objectives) {
    objective.quantile = in.get<double>();
    objective.error = in.get<double>();
    const bool is_good = objective.quantile >= 0 && objective.quantile <= 1 &&
                         std::isfinite(objective.error) && objective.error >= 0;
    if (!is_good) in.fail();
  }
  return objectives;
}

metrics::NativeOptions get_native_options(ByteReader& in) {
  metrics::NativeOptions options;
  options.schema = in.get<std::int32_t>();
  options.buckets_max = in.get<std::uint32_t>();
  if (options.schema < metrics::kSchemaMin || options.schema > metrics::kSchemaMax) in.fail();
  return options;
}

bool is_possible(const metrics::Definition& definition) {
  const auto& bounds = definition.bounds;
  const auto& published = definition.published;
  const bool is_observed = metrics::is_observed(definition.type);
  const bool is_histogram = definition.type == metrics::Type::Histogram;
  const bool ascends =
      std::ranges::adjacent_find(bounds, std::greater_equal()) == bounds.end() &&
      std::ranges::all_of(bounds, [](double bound) { return std::isfinite(bound); });
  const bool is_published_good =
      std::ranges::adjacent_find(published, std::greater_equal()) == published.end() &&
      std::ranges::all_of(published, metrics::is_computed);
  return definition.max_age.count() > 0 && definition.age_buckets > 0 &&
         definition.age_buckets <= kAgeBucketsMax && definition.buffer_size > 0 &&
         bounds.size() <= kBoundsMax && ascends && is_published_good &&
         (is_observed || published.empty()) &&
         (is_histogram || (bounds.empty() && !definition.native)) &&
         (definition.type == metrics::Type::Gauge || !definition.has_timestamp);
}

metrics::Definition get_definition(ByteReader& in, metrics::Type type, metrics::GaugeKind gauge) {
  metrics::Definition definition = blank_definition();
  definition.type = type;
  definition.gauge = gauge;
  const auto fields = in.get<std::uint16_t>();
  const auto has = [fields](DefinitionField field) { return (fields & bit(field)) != 0; };
  if (has(DefinitionField::Objectives)) definition.objectives = get_objectives(in);
  if (has(DefinitionField::MaxAge)) definition.max_age = in.get_duration();
  if (has(DefinitionField::AgeBuckets)) definition.age_buckets = in.get<std::uint32_t>();
  if (has(DefinitionField::BufferSize)) definition.buffer_size = in.get<std::uint32_t>();
  definition.has_timestamp = has(DefinitionField::HasTimestamp);
  if (has(DefinitionField::Bounds)) definition.bounds = in.get_numbers<double>();
  if (has(DefinitionField::Native)) definition.native = get_native_options(in);
  if (has(DefinitionField::Published)) {
    definition.published.resize(in.get_count(1));
    for (auto& kind : definition.published) kind = get_enum(in, metrics::GaugeKind::Stddev);
  }
  if (fields >> kDefinitionFields != 0 || !is_possible(definition)) in.fail();
  return definition;
}

metrics::NativeHistogram::State get_native(ByteReader& in) {
  metrics::NativeHistogram::State state;
  state.bucket_counts = in.get_numbers<std::uint64_t>();
  state.sum = in.get<double>();
  state.native.schema = in.get<std::int32_t>();
  state.native.zero_count = in.get<std::uint64_t>();
  for (auto* const buckets : {&state.native.positive, &state.native.negative}) {
    buckets->indexes = in.get_numbers<std::int32_t>();
    buckets->counts = in.get_numbers<std::uint64_t>();
  }
  return state;
}

metrics::QuantileSketch::State get_sketch(ByteReader& in) {
  metrics::QuantileSketch::State state;
  state.total = in.get<double>();
  state.entries.resize(in.get_count(sizeof(metrics::QuantileSketch::Entry)));
  for (auto& entry : state.entries) {
    entry.value = in.get<double>();
    entry.width = in.get<double>();
    entry.delta = in.get<double>();
    entry.own = in.get<double>();
  }
  return state;
}

metrics::QuantileWindow::State get_quantiles(ByteReader& in) {
  constexpr std::size_t kStreamBytesMin = 8 + 8 + 4;
  constexpr std::size_t kObservationBytes = 8 + 4 + 4;
  metrics::QuantileWindow::State state;
  state.streams.resize(in.get_count(kStreamBytesMin));
  for (auto& stream : state.streams) {
    stream.begin = in.get<std::uint64_t>();
    stream.sketch = get_sketch(in);
  }
  state.head = in.get<std::uint64_t>();
  state.collected.resize(in.get_count(kObservationBytes));
  for (auto& observation : state.collected) {
    observation.value = in.get<double>();
    observation.weight = in.get<std::uint32_t>();
    observation.arrival = in.get<std::uint32_t>();
  }
  return state;
}

metrics::Summary::State get_summary(ByteReader& in) {
  metrics::Summary::State state;
  state.sum = in.get<double>();
  state.count = in.get<std::uint64_t>();
  state.period_left = get_time_left(in);
  if (in.get_flag()) state.window = get_quantiles(in);
  return state;
}

metrics::InstrumentState get_value(Record kind, ByteReader& in) {
  // In order of evaluation, which a call's arguments have not.
  switch (kind) {
    case Record::Counter: {
      const auto integral = in.get<std::uint64_t>();
      return metrics::CounterState{integral, in.get<double>()};
    }
    case Record::Gauge: {
      const auto value = in.get<double>();
      return metrics::GaugeState{value, in.get<std::uint32_t>()};
    }
    case Record::Histogram: {
      auto counts = in.get_numbers<std::uint64_t>();
      return metrics::HistogramState{std::move(counts), in.get<double>()};
    }
    case Record::NativeHistogram: return get_native(in);
    case Record::Summary: return get_summary(in);
    case Record::Family:
    case Record::LabelNames:
    case Record::Pushed: break;
  }
  in.fail();
  return {};
}

metrics::Moments get_moments(ByteReader& in) {
  metrics::Moments moments;
  moments.count = in.get<std::uint64_t>();
  for (double* const number :
       {&moments.min, &moments.max, &moments.origin, &moments.mean, &moments.squares}) {
    *number = in.get<double>();
  }
  return moments;
}

void get_window(ByteReader& in, metrics::SeriesState& series) {
  auto& window = series.window.emplace();
  window.period_left = get_time_left(in);
  window.head = in.get<std::uint64_t>();
  window.ring.resize(in.get_count(sizeof(metrics::Moments)));
  for (metrics::Moments& moments : window.ring) moments = get_moments(in);
  constexpr std::size_t kGaugeBytesMin = 3 * 4 + 4 + 8 + 4 + 8 + 8;
  series.gauges.resize(in.get_count(kGaugeBytesMin));
  for (metrics::PublishedGaugeState& gauge : series.gauges) {
    gauge.family = get_family(in);
    gauge.number = in.get<std::uint32_t>();
    gauge.origin = in.get<std::uint64_t>();
    gauge.created = get_unix_time(in);
  }
}

}  // namespace

bool Decoder::read_block(std::string_view records) {
  ByteReader in(records);
  while (!in.is_at_end()) {
    const std::string_view record = in.get_text();
    if (!in.is_good() || !read_record(record)) return false;
  }
  return true;
}

bool Decoder::read_record(std::string_view record) {
  ByteReader in(record);
  const auto kind = get_enum(in, Record::Pushed);
  switch (kind) {
    case Record::Family: return read_family(in);
    case Record::LabelNames: return read_label_names(in);
    case Record::Pushed: return read_pushed(in);
    default: return read_series(kind, in);
  }
}

bool Decoder::read_family(ByteReader& in) {
  const metrics::FamilyState family = get_family(in);
  if (!in.is_good() || !in.is_at_end() || metrics::is_computed(family.gauge)) return false;
  has_family_ = true;
  type_ = family.type;
  gauge_ = family.gauge;
  label_names_.clear();
  visitor_.on_family(family);
  return true;
}

bool Decoder::read_pushed(ByteReader& in) {
  const std::string_view group = in.get_text();
  if (!in.is_good() || !in.is_at_end()) return false;
  visitor_.on_pushed(group);
  return true;
}

bool Decoder::read_label_names(ByteReader& in) {
  metrics::LabelNamesState state;
  state.names = in.get_text();
  state.number = in.get<std::uint32_t>();
  state.origin = in.get<std::uint64_t>();
  LabelNames read{std::string(state.names), get_definition(in, type_, gauge_)};
  if (!in.is_good() || !in.is_at_end() || !has_family_ || !is_label_names(state.names)) {
    return false;
  }
  label_names_.push_back(std::move(read));
  state.definition = &label_names_.back().definition;
  visitor_.on_label_names(state);
  return true;
}

bool Decoder::read_series(Record kind, ByteReader& in) {
  const auto place = in.get<std::uint32_t>();
  metrics::SeriesState series;
  series.labels = in.get_text();
  series.created = get_unix_time(in);
  series.idle = in.get<metrics::Ticks>();
  series.ttl = in.get<metrics::Ticks>();
  series.value = get_value(kind, in);
  if (!in.is_good() || place >= label_names_.size()) return false;
  const LabelNames& of = label_names_[place];
  if (!of.definition.published.empty()) get_window(in, series);
  const bool is_good = in.is_good() && in.is_at_end() && is_label_body(series.labels, of.names) &&
                       metrics::is_possible(series, of.definition);
  if (!is_good) return false;
  ++series_;
  visitor_.on_series(place, series);
  return true;
}

}  // namespace weir::state
