// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/series_walk.h"

#include <algorithm>
#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

#include "metrics/store_state.h"

namespace weir::metrics {

namespace {

// Under the lock: what a reload changes of it.
FamilyState state_of(const SeriesIndex& index, const Family& family) {
  const FamilyTexts& texts = *family.texts.load();
  return {
      family.name(), texts.help,        texts.unit,        family.type,
      family.gauge,  family.is_up_down, family.is_renamed, index.sources.at(family.source).origin};
}

CounterState state_of(const CounterSeries& counter) {
  return {counter.word.load(std::memory_order_relaxed),
          counter.fraction.load(std::memory_order_relaxed)};
}

GaugeState state_of(SeriesHeader& header) {
  if (header.has_timestamp == 0) return {static_cast<GaugeSeries&>(header).value(), 0};
  const auto at = static_cast<TimestampedGaugeSeries&>(header).read();
  return {at.value, at.timestamp};
}

InstrumentState state_of(HistogramSeries& histogram) {
  if (NativeHistogram* const native = histogram.native(); native != nullptr) {
    return native->state();
  }
  HistogramState state{{}, histogram.sum.load(std::memory_order_relaxed)};
  state.bucket_counts.reserve(histogram.buckets().size());
  for (const auto& bucket : histogram.buckets()) {
    state.bucket_counts.push_back(bucket.load(std::memory_order_relaxed));
  }
  return state;
}

}  // namespace

struct SeriesWalk::Cursor {
  Cursor(Store& of, base::TimePoint at, WalkDepth to)
      : store(of), state(*of.state_), now(at), tick(of.ticks(at)), depth(to) {
    pin = state.reclaimer.next_pin++;
    state.reclaimer.pins.insert(pin);
    auto few_more = std::make_shared<FamilyList>();
    state.index.with([&](SeriesIndex& index) {
      families = state.families_set_aside.add(&state, index.fresh_families);
      *few_more = index.fresh_families;
    });
    families.push_back(std::move(few_more));
    for (auto& list_of : state.family_order.lists()) families.push_back(std::move(list_of));
  }
  ~Cursor() { state.reclaimer.pins.erase(pin); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // A place of label names as the visitor counts them, none where they are replaced.
  using Places = boost::unordered_flat_map<std::uint32_t, std::optional<std::uint32_t>>;

  [[nodiscard]] Family* family();
  void begin_family(Family& of);
  void end_family();
  [[nodiscard]] const SeriesList* list() const;
  [[nodiscard]] SeriesHandle next_handle();
  std::optional<std::uint32_t> label_names_of(const SeriesHeader& header, StateVisitor& visitor);
  void visit(SeriesHeader& header, StateVisitor& visitor);
  void take_state(SeriesHeader& header);
  void add_window(PublishedWindow& window);
  void add_gauge(const SeriesIndex& index, const SeriesLink& link);

  Store& store;
  StoreState& state;
  const base::TimePoint now;
  const Ticks tick;
  const WalkDepth depth;
  std::uint64_t pin = 0;

  // All families: those in their order, and those that no scrape has ordered yet.
  Lists<FamilyList> families;
  std::size_t families_at = 0;
  std::size_t next_family = 0;

  // The series of the family under way, in the same lists; the newcomers come last.
  bool is_in_family = false;
  bool has_header = false;
  Lists<SeriesList> lists;
  SeriesList newcomers;
  std::size_t lists_at = 0;
  std::size_t next_series = 0;
  Places places;
  std::uint32_t label_names_seen = 0;
  // Reused, to spare allocations.
  SeriesState series;
};

// Null after the last.
Family* SeriesWalk::Cursor::family() {
  for (; families_at < families.size(); ++families_at, next_family = 0) {
    const FamilyList& list_of = *families[families_at];
    if (next_family < list_of.size()) return &state.memory.family(list_of[next_family]);
  }
  return nullptr;
}

void SeriesWalk::Cursor::begin_family(Family& of) {
  is_in_family = true;
  has_header = false;
  lists_at = 0;
  next_series = 0;
  label_names_seen = 0;
  places.clear();
  state.index.with([&](SeriesIndex& index) {
    lists.clear();
    if (SeriesLists* const all = of.listed.lists(); all != nullptr) {
      lists = index.series_set_aside.add(&of, all->fresh);
      if (all->fresh.empty()) all->fresh_sorted = 0;
      if (all->order) lists.push_back(all->order);
    }
    const auto fresh = of.listed.fresh();
    newcomers.assign(fresh.begin(), fresh.end());
  });
}

void SeriesWalk::Cursor::end_family() {
  is_in_family = false;
  lists.clear();
  ++next_family;
}

// The one that the next series is in, null after the last.
const SeriesList* SeriesWalk::Cursor::list() const {
  if (lists_at < lists.size()) return lists[lists_at].get();
  return lists_at == lists.size() ? &newcomers : nullptr;
}

// 0 after the last.
SeriesHandle SeriesWalk::Cursor::next_handle() {
  constexpr std::size_t kAhead = 16;
  constexpr std::size_t kBytesAhead = 128;
  const SeriesList* current = list();
  for (; current != nullptr && next_series == current->size(); current = list()) {
    ++lists_at;
    next_series = 0;
  }
  if (current == nullptr) return 0;
  const auto handle_at = [current](std::size_t place) -> SeriesHandle {
    return place < current->size() ? (*current)[place] : 0;
  };
  const SeriesHandle soon = handle_at(next_series + kAhead);
  if (soon != 0) state.memory.prefetch(soon, kBytesAhead);
  return handle_at(next_series++);
}

// The lock is taken once for each label names, not for each series.
std::optional<std::uint32_t> SeriesWalk::Cursor::label_names_of(const SeriesHeader& header,
                                                                StateVisitor& visitor) {
  const auto [known, is_new] = places.try_emplace(header.label_names);
  if (!is_new) return known->second;
  std::optional<LabelNamesState> found;
  state.index.with([&](const SeriesIndex& index) {
    const LabelNames& names = index.label_names_of(header);
    if (names.is_dead != 0 || index.family_of(names).is_dead) return;
    // Its text stays as long as the series is not freed.
    found = LabelNamesState{index.label_name_texts.at(names.names), names.number,
                            index.sources.at(names.source).origin, &index.definition_of(names)};
  });
  if (!found) return std::nullopt;
  visitor.on_label_names(*found);
  known->second = label_names_seen++;
  return known->second;
}

void SeriesWalk::Cursor::add_gauge(const SeriesIndex& index, const SeriesLink& link) {
  if (link.series == 0 || !index.is_linked(link)) return;
  const SeriesHeader& header = *state.memory.at(link.series);
  const LabelNames& names = index.label_names_of(header);
  const Family& of = index.family_of(names);
  if (names.is_dead != 0 || of.is_dead) return;
  series.gauges.push_back({state_of(index, of), names.number, index.sources.at(names.source).origin,
                           store.unix_time(header.created)});
}

void SeriesWalk::Cursor::add_window(PublishedWindow& window) {
  series.window = window.statistics.state(now);
  state.index.with([&](const SeriesIndex& index) {
    for (const SeriesLink& link : window.gauges) add_gauge(index, link);
  });
}

void SeriesWalk::Cursor::visit(SeriesHeader& header, StateVisitor& visitor) {
  const Family& of = *family();
  if (header.life() == Life::Dead) return;
  if (!has_header) {
    visitor.on_family(
        state.index.with([&of](const SeriesIndex& index) { return state_of(index, of); }));
  }
  has_header = true;
  const auto place = label_names_of(header, visitor);
  if (!place) return;
  series.labels = header.labels();
  if (depth == WalkDepth::States) take_state(header);
  visitor.on_series(*place, series);
}

void SeriesWalk::Cursor::take_state(SeriesHeader& header) {
  series.created = store.unix_time(header.created);
  const Ticks touched = header.touched.load(std::memory_order_relaxed);
  series.idle = touched < tick ? tick - touched : 0;
  series.ttl = header.ttl.load(std::memory_order_relaxed);
  series.window.reset();
  series.gauges.clear();
  switch (family()->type) {
    case Type::Counter: series.value = state_of(static_cast<CounterSeries&>(header)); break;
    case Type::Gauge: series.value = state_of(header); break;
    case Type::Summary: {
      auto& summary = static_cast<SummarySeries&>(header);
      series.value = summary.summary().state(now);
      if (!summary.summary().definition().published.empty()) add_window(summary.window());
      break;
    }
    case Type::Histogram: {
      auto& histogram = static_cast<HistogramSeries&>(header);
      series.value = state_of(histogram);
      if (!histogram.definition->published.empty()) add_window(histogram.window());
      break;
    }
  }
}

SeriesWalk::SeriesWalk(Store& store, base::TimePoint now, WalkDepth depth)
    : cursor_(std::make_unique<Cursor>(store, now, depth)) {}

SeriesWalk::~SeriesWalk() = default;

bool SeriesWalk::advance(StateVisitor& visitor) {
  Cursor& at = *cursor_;
  Family* const family = at.family();
  if (family == nullptr) return false;
  if (!at.is_in_family) {
    const bool has_state = !is_computed(family->gauge);
    if (family->is_dead || (at.depth == WalkDepth::States && !has_state)) {
      ++at.next_family;
      return true;
    }
    at.begin_family(*family);
  }
  const SeriesHandle series = at.next_handle();
  if (series == 0) {
    at.end_family();
  } else {
    at.visit(*at.state.memory.at(series), visitor);
  }
  return true;
}

}  // namespace weir::metrics
