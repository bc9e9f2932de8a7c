// SPDX-License-Identifier: Apache-2.0
#include "metrics/series_index.h"

#include <algorithm>
#include <cassert>
#include <memory>

#include "metrics/instrument.h"
#include "metrics/label_order.h"
#include "weir/metrics/naming.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::metrics {

namespace {

// A family's hash is that of its name; names and types together are few enough for 64 bits.
FormerLabelNames::Identity identity(const Family& family, std::string_view label_names) {
  return base::hash_bytes(label_names, family.hash + static_cast<std::uint64_t>(family.type));
}

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
  const auto at = families.find(std::pair(base::hash_bytes(name, seed), name));
  return at == families.end() ? nullptr : *at;
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
    return Obstacle{family->name, family->type};
  };
  if (auto own = own_metric(name)) {
    const bool joins = has_labels && own->name == name && is_gauge_of_process(name, type);
    if (!joins) return own;
  }
  for (const std::string_view suffix : observer_suffixes()) {
    const std::string_view base = without_suffix(name, suffix);
    const Family* owner = base.empty() ? nullptr : find_family(base);
    if (owner != nullptr && has_observer_suffix(owner->type, suffix)) {
      return Obstacle{owner->name, owner->type};
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
  auto* family = std::make_unique<Family>().release();
  family->name = request.name;
  family->hash = base::hash_bytes(request.name, seed);
  family->type = request.definition->type;
  family->gauge = request.definition->gauge;
  family->is_up_down = request.is_up_down;
  family->help = &*texts.emplace(request.help).first;
  family->unit = &*texts.emplace(request.unit).first;
  family->source = {request.source.origin, request.source.generation, nullptr};
  families.insert(family);
  fresh_families.push_back(family);
  count_name(*family);
  ++counts.families;
  return *family;
}

const Definition* SeriesIndex::intern(const Definition& definition) {
  for (const auto& known : definitions) {
    if (*known == definition) return known.get();
  }
  definitions.push_back(std::make_unique<const Definition>(definition));
  return definitions.back().get();
}

std::uint32_t SeriesIndex::number_for(const Family& family, std::string_view names) {
  const auto known = former_label_names.take(identity(family, names));
  if (known) return *known;
  ++counts.label_names[static_cast<std::size_t>(family.type)];
  return next_label_names_number++;
}

std::uint32_t SeriesIndex::label_names_for(Family& family, const SeriesRequest& request) {
  const std::uint32_t hash = short_hash(request.label_names, family.hash);
  const auto known =
      label_names_index.find(LabelNamesKey{hash, &family, request.label_names, this});
  if (known != label_names_index.end()) return known->place;

  std::uint32_t place = 0;
  if (free_label_names.empty()) {
    place = static_cast<std::uint32_t>(label_names.size());
    label_names.emplace_back();
  } else {
    place = free_label_names.back();
    free_label_names.pop_back();
  }
  label_names[place] = {.family = &family,
                        .definition = intern(*request.definition),
                        .names = memory.strings.add(request.label_names, reuse()),
                        .number = number_for(family, request.label_names),
                        .label_count = count_label_names(request.label_names),
                        .series = 0,
                        .blocks = 0,
                        .hash = hash,
                        .source = {request.source.origin, request.source.generation, nullptr},
                        .is_dead = false};
  label_names_index.insert({hash, place});
  return place;
}

SeriesHandle SeriesIndex::find_series(const Family& family, std::string_view labels) const {
  const auto at =
      series_by_labels.find(SeriesKey{short_hash(labels, family.hash), &family, labels, this});
  return at == series_by_labels.end() ? 0 : at->series;
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
  const Definition& definition = *names.definition;
  const SeriesHandle series = allocate_series(definition, request.labels);
  SeriesHeader* header = memory.at(series);
  header->touched.store(ticks, std::memory_order_relaxed);
  header->ttl.store(ttl_ticks(request.ttl), std::memory_order_relaxed);
  header->created = ticks;
  header->label_names = place;
  header->due_second = 0;
  header->label_count = names.label_count;
  header->has_timestamp = definition.has_timestamp ? 1 : 0;
  make_instrument(header, definition, memory.heap, now);
  if (definition.type == Type::Summary) ++counts.summaries;
  series_growing_bytes += growing_bytes(definition);

  series_by_labels.insert({short_hash(request.labels, family.hash), series});
  family.fresh.push_back(series);
  ++family.series;
  ++names.series;
  ++names.blocks;
  ++counts.series;
  schedule(series);
  limit_heap();
  return series;
}

bool SeriesIndex::has_label_names(const Family& family, std::string_view names) const {
  const LabelNamesKey key{short_hash(names, family.hash), &family, names, this};
  return label_names_index.contains(key);
}

void SeriesIndex::number_label_names(const SeriesHeader& header, std::uint32_t number) {
  label_names[header.label_names].number = number;
  next_label_names_number = std::max(next_label_names_number, number + 1);
}

void SeriesIndex::forget_if_empty(Family& family) {
  if (family.series != 0) return;
  // It was made last.
  fresh_families.pop_back();
  families.erase(&family);
  --counts.families;
  delete &family;
}

void SeriesIndex::detach(Family& family) {
  if (family.is_dead) return;
  families.erase(&family);
  uncount_name(family);
  family.is_dead = true;
  --counts.families;
}

void SeriesIndex::detach_label_names(std::uint32_t place) {
  LabelNames& names = label_names[place];
  if (names.is_dead) return;
  label_names_index.erase(LabelNamesEntry{names.hash, place});
  names.is_dead = true;
  const Family& family = *names.family;
  if (former_label_names.add(identity(family, memory.strings.at(names.names)), names.number))
    return;
  --counts.label_names[static_cast<std::size_t>(family.type)];
}

void SeriesIndex::replace_family(Family& family) {
  detach(family);
  replaced_families.push_back(&family);
  ++counts.replaced;
}

void SeriesIndex::refresh(Family& family, const SeriesRequest& request) {
  const bool has_changed =
      *family.help.load() != request.help || *family.unit.load() != request.unit;
  if (has_changed && request.source.replaces(family.source)) {
    family.help = &*texts.emplace(request.help).first;
    family.unit = &*texts.emplace(request.unit).first;
    family.source = {request.source.origin, request.source.generation, nullptr};
  }
  const std::uint32_t hash = short_hash(request.label_names, family.hash);
  const auto known =
      label_names_index.find(LabelNamesKey{hash, &family, request.label_names, this});
  if (known == label_names_index.end()) return;
  const std::uint32_t place = known->place;
  if (!request.source.replaces(label_names[place].source)) return;
  if (*label_names[place].definition == *request.definition) return;
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
  Family& family = *names.family;
  series_by_labels.erase(SeriesEntry{short_hash(header->labels(), family.hash), series});
  if (family.overflow == series) family.overflow = 0;
  header->due_second = 0;
  const auto version = header->version.load(std::memory_order_relaxed) & ~kLifeMask;
  header->version.store(version | static_cast<std::uint32_t>(Life::Dead),
                        std::memory_order_seq_cst);
  unlink_gauges(header, *names.definition);
  --counts.series;
  // Out of the index, so that a newcomer brings its own definition (difference Q15).
  if (--names.series == 0) detach_label_names(header->label_names);
  if (--family.series == 0) detach(family);
}

void SeriesIndex::free_series(SeriesHandle series) {
  SeriesHeader* header = memory.at(series);
  LabelNames& names = label_names[header->label_names];
  destroy_instrument(header, *names.definition);
  if (names.definition->type == Type::Summary) --counts.summaries;
  series_growing_bytes -= growing_bytes(*names.definition);
  const auto version = header->version.load(std::memory_order_relaxed);
  header->version.store((version & ~kLifeMask) + kNextVersion, std::memory_order_release);
  memory.arena.release(series, header->block_bytes());
  if (--names.blocks == 0) {
    memory.strings.remove(names.names);
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
