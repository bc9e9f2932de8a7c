// SPDX-License-Identifier: Apache-2.0
#include "metrics/series_index.h"

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "metrics/instrument.h"
#include "metrics/label_order.h"
#include "weir/metrics/naming.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::metrics {

namespace {

std::uint32_t short_hash(std::string_view text, std::uint64_t seed) {
  return static_cast<std::uint32_t>(base::hash_bytes(text, seed));
}

// Gauges that every process has by Prometheus' conventions. Those of other processes, which have
// labels, join the daemon's own on the page. Its counters among them all end in `_total`.
bool is_gauge_of_process(std::string_view name, Type type) {
  return type == Type::Gauge && name.starts_with("process_") && !name.ends_with("_total");
}

}  // namespace

Family* SeriesIndex::find_family(std::string_view name) const {
  const FamilyHandle found = families.find(short_hash(name, seed), [&](FamilyHandle family) {
    return memory.family(family).name() == name;
  });
  return found == 0 ? nullptr : &memory.family(found);
}

std::span<const std::string_view> SeriesIndex::observer_suffixes() const {
  const bool has_created = suffixes == SampleSuffixes::OpenMetrics;
  return std::span(kObserverSuffixes).first(kObserverSuffixes.size() - (has_created ? 0 : 1));
}

// What a scraper without UTF-8 would take for one of the daemon's own metrics is one too.
std::optional<Obstacle> SeriesIndex::own_metric(std::string_view name) const {
  if (reserved.contains(name)) return Obstacle{std::string(name), std::nullopt};
  if (is_legacy_name(name)) return std::nullopt;
  const std::string shown = underscored_name(name);
  if (!reserved.contains(shown)) return std::nullopt;
  return Obstacle{shown, std::nullopt};
}

std::optional<Obstacle> SeriesIndex::own_series(std::string_view name, bool has_labels) const {
  return has_labels ? std::nullopt : own_metric(name);
}

std::optional<Obstacle> SeriesIndex::obstacle(std::string_view name, Type type,
                                              bool has_labels) const {
  const auto holder = [this](std::string_view other) -> std::optional<Obstacle> {
    if (auto own = own_metric(other)) return own;
    const Family* const family = find_family(other);
    if (family == nullptr) return std::nullopt;
    return Obstacle{std::string(family->name()), family->type};
  };
  if (auto own = own_metric(name)) {
    const bool joins = has_labels && own->name == name && is_gauge_of_process(name, type);
    if (!joins) return own;
  }
  for (const std::string_view suffix : observer_suffixes()) {
    const std::string_view base = without_suffix(name, suffix);
    const Family* owner = base.empty() ? nullptr : find_family(base);
    if (owner != nullptr && has_observer_suffix(owner->type, suffix)) {
      return Obstacle{std::string(owner->name()), owner->type};
    }
  }
  if (!is_observed(type)) return std::nullopt;
  const std::string own(name);
  for (const std::string_view suffix : observer_suffixes()) {
    if (!has_observer_suffix(type, suffix)) continue;
    if (auto found = holder(own + std::string(suffix))) return found;
  }
  return std::nullopt;
}

Family& SeriesIndex::make_family(const SeriesRequest& request) {
  const FamilyHandle handle = memory.families.allocate(Family::bytes(request.name.size()), reuse());
  assert(handle != 0 || !"out of memory for families");
  Family& family = *Family::make(memory.families.at(handle), request.name);
  family.handle = handle;
  family.hash = short_hash(request.name, seed);
  family.type = request.definition->type;
  family.gauge = request.definition->gauge;
  family.is_up_down = request.is_up_down;
  family.texts = intern(request.help, request.unit);
  family.source = sources.add(request.source);
  families.insert(family.hash, handle);
  fresh_families.push_back(handle);
  ++counts.families;
  return family;
}

void SeriesIndex::free_family(FamilyHandle handle) {
  Family& family = memory.family(handle);
  const std::size_t bytes = Family::bytes(family.name_size);
  if (family.listed.lists() != nullptr) --families_with_lists;
  sources.remove(family.source);
  Family::destroy(&family);
  memory.families.release(handle, bytes);
}

void SeriesIndex::set_source(Family& family, const DefinitionSource& source) {
  sources.remove(std::exchange(family.source, sources.add(source)));
}

const FamilyTexts* SeriesIndex::intern(std::string_view help, std::string_view unit) {
  const auto known = texts.find(FamilyTextsLess::View(help, unit));
  if (known != texts.end()) return &*known;
  return &*texts.insert({std::string(help), std::string(unit)}).first;
}

std::uint32_t SeriesIndex::intern(const Definition& definition) {
  const auto known =
      std::ranges::find_if(definitions, [&](const auto& each) { return *each == definition; });
  const auto place = static_cast<std::uint32_t>(known - definitions.begin());
  if (known == definitions.end()) {
    definitions.push_back(std::make_unique<const Definition>(definition));
  }
  return place;
}

// Names and types together are few enough for 64 bits.
FormerLabelNames::Identity SeriesIndex::identity(const Family& family,
                                                 std::string_view label_names) const {
  const std::uint64_t name = base::hash_bytes(family.name(), seed);
  return base::hash_bytes(label_names, name + static_cast<std::uint64_t>(family.type));
}

std::uint32_t SeriesIndex::number_for(const Family& family, std::string_view names) {
  const auto known = former_label_names.take(identity(family, names));
  if (known) return *known;
  ++counts.label_names[static_cast<std::size_t>(family.type)];
  return next_label_names_number++;
}

std::uint32_t SeriesIndex::series_hash(const Family& family, std::string_view labels) const {
  return short_hash(labels, seed + family.hash);
}

std::uint32_t SeriesIndex::label_names_hash(const Family& family,
                                            LabelNameTexts::Number names) const {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
  const std::uint64_t both = std::uint64_t{family.handle} << 32 | names;
  return static_cast<std::uint32_t>(base::fold_multiply(both ^ seed, kOdd));
}

std::uint32_t SeriesIndex::find_label_names(const Family& family, std::string_view names) const {
  const LabelNameTexts::Number text = label_name_texts.find(names);
  if (text == 0) return 0;
  if (family.label_names != 0 && label_names[family.label_names].names == text) {
    return family.label_names;
  }
  return label_names_index.find(label_names_hash(family, text), [&](std::uint32_t place) {
    return label_names[place].family == family.handle && label_names[place].names == text;
  });
}

std::uint32_t SeriesIndex::label_names_for(Family& family, const SeriesRequest& request) {
  const std::uint32_t known = find_label_names(family, request.label_names);
  if (known != 0) return known;

  std::uint32_t place = 0;
  if (free_label_names.empty()) {
    place = static_cast<std::uint32_t>(label_names.size());
    label_names.emplace_back();
  } else {
    place = free_label_names.back();
    free_label_names.pop_back();
  }
  LabelNames& made = label_names[place];
  made.family = family.handle;
  made.names = label_name_texts.add(request.label_names, reuse());
  made.number = number_for(family, request.label_names);
  made.definition = intern(*request.definition);
  made.source = sources.add(request.source);
  if (family.label_names == 0) {
    family.label_names = place;
  } else {
    label_names_index.insert(label_names_hash(family, made.names), place);
  }
  return place;
}

SeriesHandle SeriesIndex::find_series(const Family& family, std::string_view labels) const {
  return series_by_labels.find(series_hash(family, labels), [&](SeriesHandle series) {
    const SeriesHeader& header = *memory.at(series);
    return label_names_of(header).family == family.handle && header.labels() == labels;
  });
}

// The version stays what it is.
SeriesHandle SeriesIndex::allocate_series(const Definition& definition, std::string_view labels) {
  const std::size_t instrument = instrument_bytes(definition);
  assert(labels.size() <= SeriesHeader::kLabelBytesMax);
  const auto block = memory.arena.allocate_spaciously(instrument + labels.size(), reuse());
  assert(block.handle != 0 || !"out of memory for series");
  SeriesHeader* const header = memory.at(block.handle);
  header->labels_at = instrument / base::Arena::kUnitBytes;
  header->label_bytes = labels.size();
  header->spare_units = block.spare_units;
  std::ranges::copy(labels, reinterpret_cast<char*>(header) + instrument);
  return block.handle;
}

SeriesHandle SeriesIndex::make_series(Family& family, const SeriesRequest& request,
                                      base::TimePoint now, Ticks ticks) {
  const std::uint32_t place = label_names_for(family, request);
  LabelNames& names = label_names[place];
  const Definition& definition = definition_of(names);
  const SeriesHandle series = allocate_series(definition, request.labels);
  SeriesHeader* header = memory.at(series);
  header->touched.store(ticks, std::memory_order_relaxed);
  header->ttl.store(ttl_ticks(request.ttl), std::memory_order_relaxed);
  header->created = ticks;
  header->label_names = place;
  header->due_second = 0;
  header->label_count = label_name_texts.count(names.names);
  header->has_timestamp = definition.has_timestamp ? 1 : 0;
  make_instrument(header, definition, memory.heap, now);
  if (definition.type == Type::Summary) ++counts.summaries;
  series_growing_bytes += growing_bytes(definition);

  series_by_labels.insert(series_hash(family, request.labels), series);
  if (family.listed.add(series)) ++families_with_lists;
  ++family.series;
  ++names.series;
  ++names.blocks;
  ++counts.series;
  schedule(series);
  limit_heap();
  return series;
}

bool SeriesIndex::has_label_names(const Family& family, std::string_view names) const {
  return find_label_names(family, names) != 0;
}

void SeriesIndex::number_label_names(const SeriesHeader& header, std::uint32_t number) {
  label_names[header.label_names].number = number;
  next_label_names_number = std::max(next_label_names_number, number + 1);
}

void SeriesIndex::forget_if_empty(Family& family) {
  if (family.series != 0) return;
  // It was made last.
  fresh_families.pop_back();
  families.erase(family.hash, family.handle);
  --counts.families;
  free_family(family.handle);
}

void SeriesIndex::detach(Family& family) {
  if (family.is_dead) return;
  families.erase(family.hash, family.handle);
  family.is_dead = true;
  --counts.families;
}

void SeriesIndex::detach_label_names(std::uint32_t place) {
  LabelNames& names = label_names[place];
  if (names.is_dead) return;
  names.is_dead = 1;
  Family& family = family_of(names);
  if (family.label_names == place) {
    family.label_names = 0;
  } else {
    label_names_index.erase(label_names_hash(family, names.names), place);
  }
  if (former_label_names.add(identity(family, label_name_texts.at(names.names)), names.number)) {
    return;
  }
  --counts.label_names[static_cast<std::size_t>(family.type)];
}

void SeriesIndex::replace_family(Family& family) {
  detach(family);
  replaced_families.push_back(&family);
  ++counts.replaced;
}

void SeriesIndex::refresh(Family& family, const SeriesRequest& request) {
  const FamilyTexts& texts_of = *family.texts.load();
  const bool has_changed = texts_of.help != request.help || texts_of.unit != request.unit;
  if (has_changed && request.source.replaces(sources.at(family.source))) {
    family.texts = intern(request.help, request.unit);
    set_source(family, request.source);
  }
  const std::uint32_t place = find_label_names(family, request.label_names);
  if (place == 0) return;
  if (!request.source.replaces(sources.at(label_names[place].source))) return;
  if (definition_of(label_names[place]) == *request.definition) return;
  detach_label_names(place);
  replaced_label_names.push_back(place);
  ++counts.replaced;
}

SeriesHandle SeriesIndex::find_current(const Family& family, std::string_view labels) {
  const SeriesHandle series = find_series(family, labels);
  if (series == 0 || !label_names[memory.at(series)->label_names].is_dead) return series;
  unlink(series);
  replaced_series.push_back(series);
  return 0;
}

void SeriesIndex::unlink(SeriesHandle series) {
  SeriesHeader* header = memory.at(series);
  LabelNames& names = label_names[header->label_names];
  Family& family = family_of(names);
  series_by_labels.erase(series_hash(family, header->labels()), series);
  if (family.overflow == series) family.overflow = 0;
  header->due_second = 0;
  const auto version = header->version.load(std::memory_order_relaxed) & ~kLifeMask;
  header->version.store(version | static_cast<std::uint32_t>(Life::Dead),
                        std::memory_order_seq_cst);
  unlink_gauges(header, definition_of(names));
  --counts.series;
  // Out of the index, so that a newcomer brings its own definition (difference Q15).
  if (--names.series == 0) detach_label_names(header->label_names);
  if (--family.series == 0) detach(family);
}

void SeriesIndex::free_series(SeriesHandle series) {
  SeriesHeader* header = memory.at(series);
  LabelNames& names = label_names[header->label_names];
  const Definition& definition = definition_of(names);
  destroy_instrument(header, definition);
  if (definition.type == Type::Summary) --counts.summaries;
  series_growing_bytes -= growing_bytes(definition);
  const auto version = header->version.load(std::memory_order_relaxed);
  header->version.store((version & ~kLifeMask) + kNextVersion, std::memory_order_release);
  memory.arena.release(series, header->block_bytes());
  if (--names.blocks == 0) {
    label_name_texts.remove(names.names);
    sources.remove(names.source);
    names = {};
    free_label_names.push_back(header->label_names);
  }
  limit_heap();
}

void SeriesIndex::schedule(SeriesHandle series) {
  SeriesHeader* header = memory.at(series);
  const Ticks ttl = header->ttl.load(std::memory_order_relaxed);
  if (ttl == 0) return;
  const std::uint64_t deadline =
      std::uint64_t{header->touched.load(std::memory_order_relaxed)} + ttl;
  const auto second = static_cast<std::uint32_t>(deadline / kTicksPerSecond + 1);
  // Looked at in time already, so a TTL that changes with every sample adds no entry for each.
  if (header->due_second != 0 && header->due_second <= second) return;
  header->due_second = second;
  due[second].push_back(series);
}

}  // namespace weir::metrics
