// SPDX-License-Identifier: Apache-2.0
#include "metrics/reclamation.h"

#include <algorithm>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "metrics/store_state.h"
#include "weir/metrics/store.h"

namespace weir::metrics {

namespace {

// How many series one hold of the lock may look at: a miss of a worker waits for no more than that.
constexpr std::size_t kSlice = 1024;

using HandleSet = boost::unordered_flat_set<SeriesHandle>;

bool is_overdue(const SeriesHeader& header, Ticks now) {
  const std::uint64_t ttl = header.ttl.load(std::memory_order_relaxed);
  return ttl != 0 && header.touched.load(std::memory_order_relaxed) + ttl < now;
}

// Removes the same from what the sorted list of a family lacks. What is left keeps its order.
template <class Predicate>
void purge_fresh(FamilySeries& listed, Predicate is_gone) {
  SeriesLists* const all = listed.lists();
  if (all == nullptr) {
    if (std::ranges::any_of(listed.fresh(), is_gone)) listed.remove_single();
    return;
  }
  const auto sorted_end = all->fresh.begin() + all->fresh_sorted;
  all->fresh_sorted -=
      static_cast<std::uint32_t>(std::count_if(all->fresh.begin(), sorted_end, is_gone));
  std::erase_if(all->fresh, is_gone);
}

// Buckets that are due by `now`, oldest first, cut to a slice; what is left goes back.
std::vector<SeriesHandle> take_due(SeriesIndex& index, std::uint32_t second) {
  const auto bucket = index.due.begin();
  if (bucket == index.due.end() || bucket->first > second) return {};
  auto& waiting = bucket->second;
  const std::size_t count = std::min(kSlice, waiting.size());
  std::vector<SeriesHandle> slice(waiting.end() - static_cast<std::ptrdiff_t>(count),
                                  waiting.end());
  // An entry is stale when the series has since been put into another bucket, or is gone.
  std::erase_if(slice, [&](SeriesHandle series) {
    return index.memory.at(series)->due_second != bucket->first;
  });
  waiting.resize(waiting.size() - count);
  if (waiting.empty()) index.due.erase(bucket);
  return slice;
}

// Marks what is overdue in one slice; false when no bucket is due any more. Invariant 2.
bool mark_slice(SeriesIndex& index, std::uint32_t second, Ticks now,
                std::vector<SeriesHandle>& dying) {
  if (index.due.empty() || index.due.begin()->first > second) return false;
  for (const auto series : take_due(index, second)) {
    SeriesHeader* header = index.memory.at(series);
    header->due_second = 0;
    if (header->life() != Life::Alive) continue;
    if (!is_overdue(*header, now)) {
      index.schedule(series);
      continue;
    }
    header->version.fetch_add(1, std::memory_order_seq_cst);
    dying.push_back(series);
  }
  return true;
}

struct Unlinked {
  std::vector<SeriesHandle> series;
  boost::unordered_flat_map<Family*, HandleSet> by_family;

  void add(const SeriesIndex& index, SeriesHandle handle) {
    by_family[&index.family_of(index.label_names_of(*index.memory.at(handle)))].insert(handle);
    series.push_back(handle);
  }
};

// Unlinks the series of `family` that `is_wanted` picks. The lists hold all series of a family,
// whether linked or not.
template <class Predicate>
void unlink_some(SeriesIndex& index, const Family& family, Predicate is_wanted,
                 std::vector<SeriesHandle>& leaving) {
  const auto fresh = family.listed.fresh();
  std::vector<SeriesHandle> series(fresh.begin(), fresh.end());
  const Shared<SeriesList> order = family.listed.order();
  if (order) series.insert(series.end(), order->begin(), order->end());
  for (const auto& list : index.series_set_aside.of(&family)) {
    series.insert(series.end(), list->begin(), list->end());
  }
  for (const auto handle : series) {
    const SeriesHeader& header = *index.memory.at(handle);
    if (header.life() == Life::Dead || !is_wanted(header)) continue;
    index.unlink(handle);
    leaving.push_back(handle);
  }
}

// Takes away what newer definitions have replaced. No binding asks for it any more: new rules have
// made every one stale.
void unlink_replaced(SeriesIndex& index, std::vector<SeriesHandle>& leaving) {
  for (const auto* family : index.replaced_families) {
    unlink_some(
        index, *family, [](const SeriesHeader&) { return true; }, leaving);
  }
  index.replaced_families.clear();
  for (const auto place : index.replaced_label_names) {
    // Its last series may have expired meanwhile, and another have taken its place.
    const LabelNames& names = index.label_names[place];
    if (names.is_dead == 0) continue;
    unlink_some(
        index, index.family_of(names),
        [place](const SeriesHeader& header) { return header.label_names == place; }, leaving);
  }
  index.replaced_label_names.clear();
  leaving.insert(leaving.end(), index.replaced_series.begin(), index.replaced_series.end());
  index.replaced_series.clear();
}

// Unlinks or revives up to a slice of the dying. Invariants 3 and 4.
void unlink_or_revive(SeriesIndex& index, Ticks now, std::vector<SeriesHandle>& dying,
                      Unlinked& unlinked) {
  for (std::size_t i = 0; i < kSlice && !dying.empty(); ++i) {
    const SeriesHandle series = dying.back();
    dying.pop_back();
    SeriesHeader* header = index.memory.at(series);
    if (header->life() == Life::Dying && is_overdue(*header, now)) {
      unlinked.add(index, series);
      const std::uint64_t before = index.counts.series;
      index.unlink(series);
      // Gauges of its window go with it.
      index.counts.series_expired += before - index.counts.series;
      continue;
    }
    if (header->life() == Life::Dying) header->version.fetch_sub(1, std::memory_order_seq_cst);
    if (header->life() == Life::Alive) index.schedule(series);
  }
}

Unlinked unlink_all(StoreState& state, Ticks now) {
  Unlinked unlinked;
  auto& reclaimer = state.reclaimer;
  while (!reclaimer.dying.empty()) {
    state.index.with(
        [&](SeriesIndex& index) { unlink_or_revive(index, now, reclaimer.dying, unlinked); });
  }
  state.index.with([&](const SeriesIndex& index) {
    for (const auto series : reclaimer.leaving) unlinked.add(index, series);
  });
  reclaimer.leaving.clear();
  return unlinked;
}

bool has_listed_series(const SeriesIndex& index, const Family& family) {
  return !family.listed.is_empty() || !index.series_set_aside.of(&family).empty();
}

// Takes the unlinked out of every list: invariant 5. Returns the families that went with them.
std::vector<FamilyHandle> purge_lists(StoreState& state, const Unlinked& unlinked) {
  std::vector<FamilyHandle> dead;
  for (const auto& entry : unlinked.by_family) {
    Family* family = entry.first;
    const HandleSet& gone = entry.second;
    const auto is_gone = [&gone](SeriesHandle series) { return gone.contains(series); };
    Shared<SeriesList> order;
    Lists<SeriesList> aside;
    state.index.with([&](SeriesIndex& index) {
      if (SeriesLists* const all = family->listed.lists(); all != nullptr) order.swap(all->order);
      aside = index.series_set_aside.take(family);
    });
    purge(order, is_gone);
    for (auto& list : aside) purge(list, is_gone);
    state.index.with([&](SeriesIndex& index) {
      if (SeriesLists* const all = family->listed.lists(); all != nullptr) all->order.swap(order);
      index.series_set_aside.put_back(family, std::move(aside));
      purge_fresh(family->listed, is_gone);
      // Of a dead one, too, some may have been unlinked since and wait for the next sweep.
      if (!family->is_dead || has_listed_series(index, *family)) return;
      dead.push_back(family->handle);
      std::erase(index.replaced_families, family);
    });
  }
  if (dead.empty()) return dead;
  const HandleSet gone(dead.begin(), dead.end());
  const auto is_gone = [&gone](FamilyHandle family) { return gone.contains(family); };
  state.family_order.purge(is_gone);
  auto aside = state.families_set_aside.take(&state);
  for (auto& list : aside) purge(list, is_gone);
  state.families_set_aside.put_back(&state, std::move(aside));
  state.index.with([&](SeriesIndex& index) { std::erase_if(index.fresh_families, is_gone); });
  return dead;
}

}  // namespace

void Store::mark_expired(base::TimePoint now) {
  const Ticks tick = ticks(now);
  auto& reclaimer = state_->reclaimer;
  const auto mark = [&](SeriesIndex& index) {
    return mark_slice(index, tick / kTicksPerSecond, tick, reclaimer.dying);
  };
  while (state_->index.with(mark)) {
  }
  state_->index.with([&](SeriesIndex& index) { unlink_replaced(index, reclaimer.leaving); });
  reclaimer.epochs.clear();
  for (const auto* worker : reclaimer.workers) reclaimer.epochs.push_back(worker->value());
}

bool Store::finish_expiry(base::TimePoint now) {
  auto& reclaimer = state_->reclaimer;
  state_->free_limbo();
  if (reclaimer.dying.empty() && reclaimer.leaving.empty()) return true;
  for (std::size_t i = 0; i < reclaimer.workers.size(); ++i) {
    if (!reclaimer.workers[i]->has_passed(reclaimer.epochs[i])) return false;
  }
  Unlinked unlinked = unlink_all(*state_, ticks(now));
  if (unlinked.series.empty()) return true;
  auto dead_families = purge_lists(*state_, unlinked);
  reclaimer.limbo.push_back(
      {reclaimer.next_pin, std::move(unlinked.series), std::move(dead_families)});
  release_epoch_.fetch_add(1, std::memory_order_release);
  state_->free_limbo();
  return true;
}

void StoreState::free_families(const std::vector<FamilyHandle>& families) {
  for (std::size_t at = 0; at < families.size(); at += kSlice) {
    index.with([&](SeriesIndex& of) {
      const std::size_t end = std::min(at + kSlice, families.size());
      for (std::size_t i = at; i < end; ++i) of.free_family(families[i]);
    });
  }
}

// Invariant 6. As much was held up as expired while a save was under way.
void StoreState::free_limbo() {
  const auto& pins = reclaimer.pins;
  auto& limbo = reclaimer.limbo;
  while (!limbo.empty() && (pins.empty() || *pins.begin() >= limbo.front().tag)) {
    std::vector<SeriesHandle>& series = limbo.front().series;
    while (!series.empty()) {
      const std::size_t left = series.size() - std::min(kSlice, series.size());
      index.with([&](SeriesIndex& of) {
        for (std::size_t i = left; i < series.size(); ++i) of.free_series(series[i]);
      });
      series.resize(left);
    }
    free_families(limbo.front().families);
    limbo.pop_front();
  }
}

StoreState::~StoreState() {
  index.with([this](SeriesIndex& of) {
    std::set<FamilyHandle> families;
    of.families.for_each([&families](FamilyHandle family) { families.insert(family); });
    std::vector<SeriesHandle> all = std::move(of.replaced_series);
    all.insert(all.end(), reclaimer.leaving.begin(), reclaimer.leaving.end());
    of.series_by_labels.for_each([&all](SeriesHandle series) { all.push_back(series); });
    for (const auto& kept : reclaimer.limbo) {
      all.insert(all.end(), kept.series.begin(), kept.series.end());
      families.insert(kept.families.begin(), kept.families.end());
    }
    for (const auto series : all) families.insert(of.label_names_of(*memory.at(series)).family);
    for (const auto series : all) of.free_series(series);
    for (const auto family : families) of.free_family(family);
  });
}

}  // namespace weir::metrics
