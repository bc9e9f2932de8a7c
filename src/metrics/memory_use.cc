// SPDX-License-Identifier: Apache-2.0
// What the series of a store take, and whether there is room for another.
#include <algorithm>
#include <limits>

#include "metrics/instrument.h"
#include "metrics/series_index.h"

namespace weir::metrics {

namespace {

// Rough cost of a summary's sketches, which live outside the arenas: between that of an idle and of
// a busy one.
constexpr std::size_t kSummaryBytes = 8192;
// What a busy one collects for all its sketches, and one sketch.
constexpr std::size_t kCollectedBytes = 8192;
constexpr std::size_t kSketchBytes = 1024;
constexpr std::size_t kObservationBytes = 16;
// An index and a count, in lists that grow by doubling.
constexpr std::size_t kNativeBucketBytes = 24;
constexpr std::size_t kNativeBufferBytes = 32 * kObservationBytes;
// What families and series take in lists: a family while it is sorted in two, and those of series
// grow by copying.
constexpr std::size_t kFamilyListBytes = 2 * sizeof(FamilyHandle);
constexpr std::size_t kSeriesListBytes = 3 * sizeof(SeriesHandle);

}  // namespace

std::size_t SeriesIndex::growing_bytes(const Definition& definition) const {
  if (definition.type == Type::Summary) {
    if (!budgets.counts_full_size) return kSummaryBytes;
    if (definition.objectives.empty()) return 0;
    return definition.buffer_size * kObservationBytes + kCollectedBytes +
           definition.age_buckets * kSketchBytes;
  }
  if (!definition.native || !budgets.counts_full_size) return 0;
  return definition.native->buckets_max * kNativeBucketBytes + kNativeBufferBytes;
}

std::size_t SeriesIndex::bytes_outside_arenas() const {
  return counts.families * kFamilyListBytes + families_with_lists * FamilySeries::kListsBytes +
         former_label_names.bytes() + series_growing_bytes +
         memory.heap.used.load(std::memory_order_relaxed);
}

void SeriesIndex::limit_heap() {
  const std::size_t used = memory.heap.used.load(std::memory_order_relaxed);
  const std::size_t held = bytes_held();
  const std::size_t others = std::min(held - std::min(held, used), budgets.bytes_max);
  memory.heap.max.store(budgets.bytes_max - others, std::memory_order_relaxed);
}

std::size_t SeriesIndex::bytes() const {
  return memory.arena.bytes_used() + memory.families.bytes_used() + memory.strings.bytes_used() +
         (label_name_places() - free_label_names.size()) * sizeof(LabelNames) +
         bytes_outside_arenas();
}

std::size_t SeriesIndex::bytes_held() const {
  return memory.arena.bytes_held() + memory.families.bytes_held() + memory.strings.bytes_held() +
         label_name_places() * sizeof(LabelNames) + series_in_lists() * kSeriesListBytes +
         families.bytes() + label_names_index.bytes() + series_by_labels.bytes() +
         label_name_texts.bytes() + bytes_outside_arenas();
}

// A family's only series is in none.
std::size_t SeriesIndex::series_in_lists() const {
  const std::size_t singles = counts.families - std::min(counts.families, families_with_lists);
  return counts.series - std::min(counts.series, singles);
}

base::Arena::Reuse SeriesIndex::reuse() const {
  return bytes_held() < budgets.bytes_max ? base::Arena::Reuse::SameSize
                                          : base::Arena::Reuse::Larger;
}

bool SeriesIndex::has_bytes_for(const SeriesRequest& request, bool is_new_family,
                                std::size_t bytes_max) const {
  if (bytes() >= bytes_max) return false;
  const std::size_t held = bytes_held();
  const auto reuse = held < bytes_max ? base::Arena::Reuse::SameSize : base::Arena::Reuse::Larger;
  const std::size_t family = Family::bytes(request.name.size());
  const std::size_t block = instrument_bytes(*request.definition) + request.labels.size();
  const std::size_t fresh = memory.arena.fresh_bytes(block, reuse) +
                            growing_bytes(*request.definition) +
                            (is_new_family ? memory.families.fresh_bytes(family, reuse) : 0);
  if (held >= bytes_max && fresh > 0) return false;
  const std::size_t growth = series_by_labels.growth_bytes() + label_names_index.growth_bytes() +
                             (is_new_family ? families.growth_bytes() : 0);
  // What a small table grows by does not matter.
  return growth <= kGrowthIgnored || held + growth <= bytes_max;
}

bool SeriesIndex::is_over_budget(const Family* family, const SeriesRequest& request) const {
  if (counts.series >= budgets.series_max) return true;
  if (!has_bytes_for(request, family == nullptr, budgets.bytes_max)) return true;
  if (family == nullptr) return false;
  // A rule's number is of series with labels of their own.
  const std::uint32_t own_series = family->series - (family->overflow == 0 ? 0 : 1);
  return family->series >= budgets.series_per_family_max || own_series >= request.family_series_max;
}

bool SeriesIndex::has_room_for_overflow(const SeriesRequest& request) const {
  const std::size_t more = std::max(budgets.bytes_max / kOverflowShare, kOverflowBytesMin);
  const std::size_t most = std::numeric_limits<std::size_t>::max();
  return has_bytes_for(request, false,
                       budgets.bytes_max > most - more ? most : budgets.bytes_max + more);
}

}  // namespace weir::metrics
