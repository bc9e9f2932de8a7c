// SPDX-License-Identifier: Apache-2.0
#include "metrics/store_state.h"

#include <algorithm>
#include <cassert>
#include <memory>

namespace weir::metrics {

namespace {

// Rough cost of a summary's sketches, which live outside the arenas: between that of an idle and of
// a busy one.
constexpr std::size_t kSummaryBytes = 8192;
// Rough cost of a family beside its series: itself, its name, its places in two lists.
constexpr std::size_t kFamilyBytes = sizeof(Family) + 96;

std::size_t block_bytes(const Definition& definition) {
  switch (definition.type) {
    case Type::Counter: return sizeof(CounterSeries);
    case Type::Gauge: return sizeof(GaugeSeries);
    case Type::Summary: return SummarySeries::bytes();
    case Type::Histogram: return HistogramSeries::bytes(definition);
  }
  return 0;
}

// The name that `name` would be a sample of, were it of a type that has such samples; "" when none.
std::string_view stem(std::string_view name, std::string_view suffix) {
  return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : std::string_view();
}

// A family's hash is that of its name; names and types together are few enough for 64 bits.
FormerVectors::Identity identity(const Family& family, std::string_view label_names) {
  return base::hash_bytes(label_names, family.hash + static_cast<std::uint64_t>(family.type));
}

std::uint32_t short_hash(std::string_view text, std::uint64_t seed) {
  return static_cast<std::uint32_t>(base::hash_bytes(text, seed));
}

}  // namespace

StoreState::~StoreState() {
  std::set<const Family*> all_families(families.begin(), families.end());
  std::vector<SeriesHandle> all_series = std::move(replaced_series);
  all_series.insert(all_series.end(), leaving.begin(), leaving.end());
  for (const auto& entry : index) all_series.push_back(entry.series);
  index.clear();
  for (const auto& kept : limbo) {
    all_series.insert(all_series.end(), kept.series.begin(), kept.series.end());
    all_families.insert(kept.families.begin(), kept.families.end());
  }
  for (const auto series : all_series) all_families.insert(vector(*at(series)).family);
  for (const auto series : all_series) free_series(series);
  for (const auto* family : all_families) delete family;
}

Family* StoreState::find_family(std::string_view name) const {
  const auto at = families.find(std::pair(base::hash_bytes(name, seed), name));
  return at == families.end() ? nullptr : *at;
}

std::optional<Obstacle> StoreState::obstacle(std::string_view name, Type type) const {
  const auto holder = [this](std::string_view other) -> std::optional<Obstacle> {
    if (reserved.contains(other)) return Obstacle{std::string(other), std::nullopt};
    const Family* const family = find_family(other);
    if (family == nullptr) return std::nullopt;
    return Obstacle{family->name, family->type};
  };
  if (reserved.contains(name)) return Obstacle{std::string(name), std::nullopt};
  for (const std::string_view suffix : {"_sum", "_count", "_bucket"}) {
    const std::string_view base = stem(name, suffix);
    const Family* owner = base.empty() ? nullptr : find_family(base);
    if (owner != nullptr &&
        (suffix == "_bucket" ? owner->type == Type::Histogram : is_observed(owner->type))) {
      return Obstacle{owner->name, owner->type};
    }
  }
  if (!is_observed(type)) return std::nullopt;
  const std::string own(name);
  for (const std::string_view suffix : {"_sum", "_count", "_bucket"}) {
    if (suffix == "_bucket" && type != Type::Histogram) continue;
    if (auto found = holder(own + std::string(suffix))) return found;
  }
  return std::nullopt;
}

Family& StoreState::make_family(const SeriesRequest& request) {
  auto* family = std::make_unique<Family>().release();
  family->name = request.name;
  family->hash = base::hash_bytes(request.name, seed);
  family->type = request.definition->type;
  family->is_up_down = request.is_up_down;
  family->help = &*helps.emplace(request.help).first;
  family->source = {request.source.origin, request.source.generation, nullptr};
  families.insert(family);
  fresh_families.push_back(family);
  ++counts.families;
  return *family;
}

const Definition* StoreState::intern(const Definition& definition) {
  for (const auto& known : definitions) {
    if (*known == definition) return known.get();
  }
  definitions.push_back(std::make_unique<const Definition>(definition));
  return definitions.back().get();
}

std::uint32_t StoreState::number_for(const Family& family, std::string_view label_names) {
  const auto known = former_vectors.take(identity(family, label_names));
  if (known) return *known;
  ++counts.vectors[static_cast<std::size_t>(family.type)];
  return next_vector_number++;
}

std::uint32_t StoreState::vector_for(Family& family, const SeriesRequest& request) {
  const std::uint32_t hash = short_hash(request.label_names, family.hash);
  const auto known = vector_index.find(VectorKey{hash, &family, request.label_names, this});
  if (known != vector_index.end()) return known->vector;

  std::uint32_t place = 0;
  if (free_vectors.empty()) {
    place = static_cast<std::uint32_t>(vectors.size());
    vectors.emplace_back();
  } else {
    place = free_vectors.back();
    free_vectors.pop_back();
  }
  const auto commas = std::count(request.label_names.begin(), request.label_names.end(), ',');
  vectors[place] = {
      .family = &family,
      .definition = intern(*request.definition),
      .names = strings.add(request.label_names),
      .number = number_for(family, request.label_names),
      .label_count = request.label_names.empty() ? 0 : static_cast<std::uint32_t>(commas) + 1,
      .series = 0,
      .blocks = 0,
      .hash = hash,
      .source = {request.source.origin, request.source.generation, nullptr},
      .is_dead = false};
  vector_index.insert({hash, place});
  return place;
}

SeriesHandle StoreState::find_series(const Family& family, std::string_view labels) const {
  const auto at = index.find(SeriesKey{short_hash(labels, family.hash), &family, labels, this});
  return at == index.end() ? 0 : at->series;
}

void StoreState::place_instrument(SeriesHeader* header, const Definition& definition,
                                  base::TimePoint now) {
  switch (definition.type) {
    case Type::Counter: {
      auto* counter = static_cast<CounterSeries*>(header);
      counter->word.store(0, std::memory_order_relaxed);
      counter->fraction.store(0, std::memory_order_relaxed);
      return;
    }
    case Type::Gauge: static_cast<GaugeSeries*>(header)->set(0); return;
    case Type::Summary:
      std::construct_at(&static_cast<SummarySeries*>(header)->summary(), definition, now);
      ++counts.summaries;
      return;
    case Type::Histogram: {
      auto* histogram = static_cast<HistogramSeries*>(header);
      histogram->definition = &definition;
      histogram->sum.store(0, std::memory_order_relaxed);
      histogram->companion.store({}, std::memory_order_relaxed);
      if (definition.native) {
        std::construct_at(histogram->native(), definition, histogram_bytes);
        return;
      }
      for (auto& bucket : histogram->buckets()) bucket.store(0, std::memory_order_relaxed);
      return;
    }
  }
}

SeriesHandle StoreState::make_series(Family& family, const SeriesRequest& request,
                                     base::TimePoint now, Ticks ticks) {
  const std::uint32_t vector = vector_for(family, request);
  const Definition& definition = *vectors[vector].definition;
  const SeriesHandle series = arena.allocate(block_bytes(definition));
  const std::uint32_t labels = series == 0 ? 0 : strings.add(request.labels);
  assert((series != 0 && labels != 0) || !"out of memory for series");

  SeriesHeader* header = at(series);
  header->touched.store(ticks, std::memory_order_relaxed);
  header->ttl.store(ttl_ticks(request.ttl), std::memory_order_relaxed);
  header->created = ticks;
  header->vector = vector;
  header->labels = labels;
  header->due_second = 0;
  header->label_count = vectors[vector].label_count;
  place_instrument(header, definition, now);

  index.insert({short_hash(request.labels, family.hash), series});
  family.fresh.push_back(series);
  ++family.series;
  ++vectors[vector].series;
  ++vectors[vector].blocks;
  ++counts.series;
  schedule(series);
  return series;
}

void StoreState::detach(Family& family) {
  if (family.is_dead) return;
  families.erase(&family);
  family.is_dead = true;
  --counts.families;
}

void StoreState::detach_vector(std::uint32_t place) {
  Vector& vector = vectors[place];
  if (vector.is_dead) return;
  vector_index.erase(VectorEntry{vector.hash, place});
  vector.is_dead = true;
  const Family& family = *vector.family;
  if (former_vectors.add(identity(family, strings.at(vector.names)), vector.number)) return;
  --counts.vectors[static_cast<std::size_t>(family.type)];
}

void StoreState::replace_family(Family& family) {
  detach(family);
  replaced_families.push_back(&family);
  ++counts.replaced;
}

void StoreState::refresh(Family& family, const SeriesRequest& request) {
  if (request.source.replaces(family.source) && *family.help.load() != request.help) {
    family.help = &*helps.emplace(request.help).first;
    family.source = {request.source.origin, request.source.generation, nullptr};
  }
  const std::uint32_t hash = short_hash(request.label_names, family.hash);
  const auto known = vector_index.find(VectorKey{hash, &family, request.label_names, this});
  if (known == vector_index.end()) return;
  const std::uint32_t place = known->vector;
  if (!request.source.replaces(vectors[place].source)) return;
  if (*vectors[place].definition == *request.definition) return;
  detach_vector(place);
  replaced_vectors.push_back(place);
  ++counts.replaced;
}

SeriesHandle StoreState::find_current(const Family& family, std::string_view labels) {
  const SeriesHandle series = find_series(family, labels);
  if (series == 0 || !vectors[at(series)->vector].is_dead) return series;
  unlink(series);
  replaced_series.push_back(series);
  return 0;
}

void StoreState::unlink(SeriesHandle series) {
  SeriesHeader* header = at(series);
  Vector& vector = vectors[header->vector];
  Family& family = *vector.family;
  index.erase(SeriesEntry{short_hash(labels(*header), family.hash), series});
  if (family.overflow == series) family.overflow = 0;
  header->due_second = 0;
  const auto version = header->version.load(std::memory_order_relaxed) & ~kLifeMask;
  header->version.store(version | static_cast<std::uint32_t>(Life::Dead),
                        std::memory_order_seq_cst);
  --counts.series;
  // Out of the index, so that a newcomer brings its own definition (difference Q15).
  if (--vector.series == 0) detach_vector(header->vector);
  if (--family.series == 0) detach(family);
}

void StoreState::free_series(SeriesHandle series) {
  SeriesHeader* header = at(series);
  Vector& vector = vectors[header->vector];
  if (vector.definition->type == Type::Summary) {
    std::destroy_at(&static_cast<SummarySeries*>(header)->summary());
    --counts.summaries;
  }
  if (vector.definition->native) {
    std::destroy_at(static_cast<HistogramSeries*>(header)->native());
  }
  strings.remove(header->labels);
  const auto version = header->version.load(std::memory_order_relaxed);
  header->version.store((version & ~kLifeMask) + kNextVersion, std::memory_order_release);
  arena.release(series, block_bytes(*vector.definition));
  if (--vector.blocks == 0) {
    strings.remove(vector.names);
    vector = {};
    free_vectors.push_back(header->vector);
  }
}

void StoreState::schedule(SeriesHandle series) {
  SeriesHeader* header = at(series);
  const Ticks ttl = header->ttl.load(std::memory_order_relaxed);
  if (ttl == 0) return;
  constexpr std::uint64_t kTicksPerSecond = std::chrono::seconds(1) / kTick;
  const std::uint64_t deadline =
      std::uint64_t{header->touched.load(std::memory_order_relaxed)} + ttl;
  const auto second = static_cast<std::uint32_t>(deadline / kTicksPerSecond + 1);
  // Looked at in time already, so a TTL that changes with every sample adds no entry for each.
  if (header->due_second != 0 && header->due_second <= second) return;
  header->due_second = second;
  due[second].push_back(series);
}

std::size_t StoreState::bytes() const {
  return arena.bytes_used() + strings.bytes_used() + families.size() * kFamilyBytes +
         vectors.size() * sizeof(Vector) + former_vectors.bytes() +
         counts.summaries * kSummaryBytes + histogram_bytes.load(std::memory_order_relaxed);
}

bool StoreState::is_over_budget(const Family* family, const SeriesRequest& request) const {
  if (counts.series >= budgets.series_max || bytes() >= budgets.bytes_max) return true;
  if (family == nullptr) return false;
  // A rule's number is of series with labels of their own.
  const std::uint32_t own_series = family->series - (family->overflow == 0 ? 0 : 1);
  return family->series >= budgets.series_per_family_max || own_series >= request.family_series_max;
}

}  // namespace weir::metrics
