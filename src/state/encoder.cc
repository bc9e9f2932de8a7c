// SPDX-License-Identifier: Apache-2.0
#include "state/encoder.h"

#include <array>
#include <cstring>
#include <utility>

#include "state/definition_fields.h"

namespace weir::state {

namespace {

// In the order of InstrumentState.
constexpr std::array kKinds{Record::Counter, Record::Gauge, Record::Histogram,
                            Record::NativeHistogram, Record::Summary};
static_assert(kKinds.size() == std::variant_size_v<metrics::InstrumentState>);

bool is_too_long(const metrics::SeriesState& series) {
  const auto* const summary = std::get_if<metrics::Summary::State>(&series.value);
  if (summary == nullptr || !summary->window) return false;
  std::size_t entries = 0;
  for (const auto& stream : summary->window->streams) entries += stream.sketch.entries.size();
  return entries > kSketchEntriesMax;
}

}  // namespace

std::string Encoder::take() {
  std::string taken;
  taken.reserve(records_.capacity());
  taken.swap(records_);
  return taken;
}

template <class Write>
void Encoder::record(Record kind, Write write) {
  const std::size_t begin = records_.size();
  out_.put(std::uint32_t{0});
  out_.put(kind);
  write();
  const auto size = static_cast<std::uint32_t>(records_.size() - begin - sizeof(std::uint32_t));
  std::memcpy(records_.data() + begin, &size, sizeof size);
}

void Encoder::put_family(const metrics::FamilyState& family) {
  out_.put(family.name);
  out_.put(family.help);
  out_.put(family.unit);
  out_.put(family.type);
  out_.put(family.gauge);
  out_.put(family.is_up_down);
  out_.put(family.is_renamed);
  out_.put(family.origin);
}

void Encoder::on_family(const metrics::FamilyState& family) {
  record(Record::Family, [&] { put_family(family); });
}

void Encoder::on_pushed(std::string_view group) {
  if (group.size() > kBlockBytesMax / 2) return;
  record(Record::Pushed, [&] { out_.put(group); });
}

// Only what is not as in a definition that says nothing: there may be as many as there are series.
void Encoder::put_definition(const metrics::Definition& definition) {
  const std::uint16_t fields = fields_of(definition);
  const auto has = [fields](DefinitionField field) { return (fields & bit(field)) != 0; };
  out_.put(fields);
  if (has(DefinitionField::Objectives)) {
    out_.put(static_cast<std::uint32_t>(definition.objectives.size()));
    for (const metrics::Objective& objective : definition.objectives) {
      out_.put(objective.quantile);
      out_.put(objective.error);
    }
  }
  if (has(DefinitionField::MaxAge)) out_.put(definition.max_age);
  if (has(DefinitionField::AgeBuckets)) out_.put(definition.age_buckets);
  if (has(DefinitionField::BufferSize)) out_.put(definition.buffer_size);
  if (has(DefinitionField::Bounds)) out_.put(definition.bounds);
  if (has(DefinitionField::Native)) {
    out_.put(definition.native->schema);
    out_.put(definition.native->buckets_max);
  }
  if (has(DefinitionField::Published)) out_.put(definition.published);
}

void Encoder::on_label_names(const metrics::LabelNamesState& label_names) {
  record(Record::LabelNames, [&] {
    out_.put(label_names.names);
    out_.put(label_names.number);
    out_.put(label_names.origin);
    put_definition(*label_names.definition);
  });
}

void Encoder::put_value(const metrics::CounterState& counter) {
  out_.put(counter.integral);
  out_.put(counter.fraction);
}

void Encoder::put_value(const metrics::GaugeState& gauge) {
  out_.put(gauge.value);
  out_.put(gauge.timestamp);
}

void Encoder::put_value(const metrics::HistogramState& histogram) {
  out_.put(histogram.bucket_counts);
  out_.put(histogram.sum);
}

void Encoder::put_value(const metrics::NativeHistogram::State& histogram) {
  out_.put(histogram.bucket_counts);
  out_.put(histogram.sum);
  out_.put(histogram.native.schema);
  out_.put(histogram.native.zero_count);
  for (const auto* const buckets : {&histogram.native.positive, &histogram.native.negative}) {
    out_.put(buckets->indexes);
    out_.put(buckets->counts);
  }
}

void Encoder::put_value(const metrics::Summary::State& summary) {
  out_.put(summary.sum);
  out_.put(summary.count);
  out_.put(summary.period_left);
  out_.put(summary.window.has_value());
  if (summary.window) put_quantiles(*summary.window);
}

void Encoder::put_quantiles(const metrics::QuantileWindow::State& window) {
  out_.put(static_cast<std::uint32_t>(window.streams.size()));
  for (const auto& stream : window.streams) {
    out_.put(stream.begin);
    out_.put(stream.sketch.total);
    out_.put(static_cast<std::uint32_t>(stream.sketch.entries.size()));
    for (const auto& entry : stream.sketch.entries) {
      out_.put(entry.value);
      out_.put(entry.width);
      out_.put(entry.delta);
      out_.put(entry.own);
    }
  }
  out_.put(window.head);
  out_.put(static_cast<std::uint32_t>(window.collected.size()));
  for (const metrics::Observation& observation : window.collected) {
    out_.put(observation.value);
    out_.put(observation.weight);
    out_.put(observation.arrival);
  }
}

void Encoder::put_window(const metrics::SeriesState& series) {
  out_.put(series.window->period_left);
  out_.put(series.window->head);
  out_.put(static_cast<std::uint32_t>(series.window->ring.size()));
  for (const metrics::Moments& moments : series.window->ring) {
    out_.put(moments.count);
    for (const double number :
         {moments.min, moments.max, moments.origin, moments.mean, moments.squares}) {
      out_.put(number);
    }
  }
  out_.put(static_cast<std::uint32_t>(series.gauges.size()));
  for (const metrics::PublishedGaugeState& gauge : series.gauges) {
    put_family(gauge.family);
    out_.put(gauge.number);
    out_.put(gauge.origin);
    out_.put(gauge.created.time_since_epoch());
  }
}

void Encoder::on_series(std::uint32_t label_names, const metrics::SeriesState& series) {
  if (is_too_long(series)) return;
  ++series_;
  record(kKinds.at(series.value.index()), [&] {
    out_.put(label_names);
    out_.put(series.labels);
    out_.put(series.created.time_since_epoch());
    out_.put(series.idle);
    out_.put(series.ttl);
    std::visit([this](const auto& value) { put_value(value); }, series.value);
    if (series.window) put_window(series);
  });
}

}  // namespace weir::state
