// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/restorer.h"

#include <algorithm>

#include "metrics/store_state.h"

namespace weir::metrics {

namespace {

// Older than every load of rules, so that the first may change what the file of another process
// says, as a reload may (difference Q15).
constexpr std::uint32_t kGeneration = 0;

SeriesRequest request_for(const FamilyState& family, std::string_view names, std::uint64_t origin,
                          const Definition& definition) {
  return {.name = family.name,
          .labels = {},
          .label_names = names,
          .help = family.help,
          .definition = &definition,
          .source = {origin, kGeneration, nullptr},
          .is_up_down = family.is_up_down,
          .unit = family.unit};
}

// The family of a request, made where there is none; null when its name is taken.
Family* family_for(SeriesIndex& index, const SeriesRequest& request, const FamilyState& state) {
  Family* const known = index.find_family(request.name);
  if (known != nullptr) return known->takes(*request.definition) ? known : nullptr;
  const bool has_labels = !request.label_names.empty();
  if (index.obstacle(request.name, request.definition->type, has_labels)) return nullptr;
  Family& made = index.make_family(request);
  made.is_renamed = state.is_renamed;
  index.set_source(made, {state.origin, kGeneration, nullptr});
  return &made;
}

// As for a sample, but that the series which stand in for others come at any time here, and take
// no room from those.
bool has_room(const SeriesIndex& index, const Family& family, std::uint64_t overflows) {
  const std::uint32_t own_series = family.series - (family.overflow == 0 ? 0 : 1);
  return index.counts.series - overflows < index.budgets.series_max &&
         own_series < index.budgets.series_per_family_max &&
         index.bytes() < index.budgets.bytes_max;
}

// What a moment of another process is for this one, never later than `now`.
Ticks tick_of(base::UnixTime moment, base::Instant created, Ticks now) {
  using TickDuration = std::chrono::duration<std::int64_t, std::deci>;
  const auto ticks = std::chrono::floor<TickDuration>(moment - created.unix_time).count();
  return static_cast<Ticks>(std::clamp<std::int64_t>(ticks + kTicksOfStart, 1, now));
}

std::int64_t idle_ticks(const SeriesState& series, std::chrono::nanoseconds away) {
  return std::int64_t{series.idle} + away / kTick;
}

void fill_window(PublishedWindow& window, WindowStatistics::State state, base::TimePoint now,
                 std::chrono::nanoseconds away) {
  state.period_left -= away;
  window.statistics.restore(state, now);
}

}  // namespace

Restorer::FamilyCopy::FamilyCopy(const FamilyState& from)
    : state(from), name(from.name), help(from.help), unit(from.unit) {}

Restorer::Restorer(Store& store, base::TimePoint now, std::chrono::nanoseconds away)
    : store_(store), now_(now), away_(away) {}

void Restorer::on_family(const FamilyState& family) {
  family_.emplace(family);
  family_->state.name = family_->name;
  family_->state.help = family_->help;
  family_->state.unit = family_->unit;
  label_names_.clear();
}

void Restorer::on_label_names(const LabelNamesState& label_names) {
  label_names_.push_back({std::string(label_names.names), label_names, std::nullopt});
}

void Restorer::on_series(std::uint32_t label_names, const SeriesState& series) {
  count(restore(label_names_.at(label_names), series));
}

void Restorer::fill(SeriesHeader* header, const Definition& definition,
                    const SeriesState& series) const {
  switch (definition.type) {
    case Type::Counter: {
      const auto& state = std::get<CounterState>(series.value);
      auto* const counter = static_cast<CounterSeries*>(header);
      counter->word.store(state.integral, std::memory_order_relaxed);
      counter->fraction.store(state.fraction, std::memory_order_relaxed);
      return;
    }
    case Type::Gauge: {
      const auto& state = std::get<GaugeState>(series.value);
      auto* const gauge = static_cast<GaugeSeries*>(header);
      gauge->set(state.value);
      if (definition.has_timestamp) {
        static_cast<TimestampedGaugeSeries*>(gauge)->set_at(state.timestamp, state.value);
      }
      return;
    }
    case Type::Summary: {
      auto* const summary = static_cast<SummarySeries*>(header);
      auto state = std::get<Summary::State>(series.value);
      state.period_left -= away_;
      summary->summary().restore(state, now_);
      if (series.window) fill_window(summary->window(), *series.window, now_, away_);
      return;
    }
    case Type::Histogram: {
      auto* const histogram = static_cast<HistogramSeries*>(header);
      if (definition.native) {
        histogram->native()->restore(std::get<NativeHistogram::State>(series.value));
      } else {
        const auto& state = std::get<HistogramState>(series.value);
        histogram->sum.store(state.sum, std::memory_order_relaxed);
        for (std::size_t i = 0; i < state.bucket_counts.size(); ++i) {
          histogram->buckets()[i].store(state.bucket_counts[i], std::memory_order_relaxed);
        }
      }
      if (series.window) fill_window(histogram->window(), *series.window, now_, away_);
      return;
    }
  }
}

// One by one under the lock, which nothing else wants yet.
Restored Restorer::restore(LabelNamesCopy& of, const SeriesState& series) {
  const std::int64_t idle = idle_ticks(series, away_);
  if (series.ttl != 0 && idle > series.ttl) return Restored::Expired;
  const Ticks tick = store_.ticks(now_);
  SeriesRequest request =
      request_for(family_->state, of.names, of.state.origin, *of.state.definition);
  request.labels = series.labels;
  request.ttl = series.ttl * std::chrono::nanoseconds(kTick);
  SeriesLink link;
  const Restored what = store_.state_->index.with([&](SeriesIndex& index) {
    Family* const family = family_for(index, request, family_->state);
    if (family == nullptr) return Restored::Conflict;
    if (!of.is_known && index.has_label_names(*family, of.names)) of.obstacle = Restored::Conflict;
    of.is_known = true;
    if (of.obstacle) return *of.obstacle;
    if (index.find_series(*family, series.labels) != 0) return Restored::Conflict;
    const bool is_overflow = series.labels == kOverflowLabels;
    if (!is_overflow && !has_room(index, *family, overflows_)) {
      index.forget_if_empty(*family);
      return Restored::Refused;
    }
    const auto touched = static_cast<Ticks>(std::max<std::int64_t>(1, tick - idle));
    const SeriesHandle made = index.make_series(*family, request, now_, touched);
    SeriesHeader* const header = index.memory.at(made);
    header->created = tick_of(series.created, store_.created_, tick);
    index.number_label_names(*header, of.state.number);
    if (is_overflow) {
      family->overflow = made;
      ++overflows_;
    }
    fill(header, *of.state.definition, series);
    link = {made, header->version.load(std::memory_order_relaxed)};
    return Restored::Yes;
  });
  if (what != Restored::Yes) return what;
  for (const auto& gauge : series.gauges) count(restore_gauge(gauge, request, link, series));
  return what;
}

Restored Restorer::restore_gauge(const PublishedGaugeState& gauge, const SeriesRequest& source,
                                 const SeriesLink& link, const SeriesState& series) {
  Definition definition;
  definition.type = Type::Gauge;
  definition.gauge = gauge.family.gauge;
  SeriesRequest request = request_for(gauge.family, source.label_names, gauge.origin, definition);
  request.labels = series.labels;
  request.window_of = link;
  const Ticks tick = store_.ticks(now_);
  return store_.state_->index.with([&](SeriesIndex& index) {
    Family* const family = family_for(index, request, gauge.family);
    if (family == nullptr || index.find_series(*family, series.labels) != 0) {
      return Restored::Conflict;
    }
    const bool is_overflow = series.labels == kOverflowLabels;
    if (!is_overflow && !has_room(index, *family, overflows_)) {
      index.forget_if_empty(*family);
      return Restored::Refused;
    }
    const SeriesHandle made = index.make_series(*family, request, now_, tick);
    SeriesHeader* const header = index.memory.at(made);
    header->created = tick_of(gauge.created, store_.created_, tick);
    index.number_label_names(*header, gauge.number);
    if (is_overflow) {
      family->overflow = made;
      ++overflows_;
    }
    const auto version = header->version.load(std::memory_order_relaxed);
    index.publish(link, {.admitted = Admitted::Own,
                         .series = made,
                         .version = version,
                         .header = header,
                         .definition = &index.definition_of(index.label_names_of(*header))});
    return Restored::Yes;
  });
}

}  // namespace weir::metrics
