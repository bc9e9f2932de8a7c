// SPDX-License-Identifier: Apache-2.0
// The part of the store that takes series away again: mark, wait for every worker, look again,
// unlink, and free once no scrape can look any more.
#include <algorithm>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

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

// Removes what `is_gone` says from a list that a scrape may be reading.
template <class T, class Predicate>
void purge(SharedList<T>& list, Predicate is_gone) {
  if (!list) return;
  if (list.use_count() > 1) list = std::make_shared<std::vector<T>>(*list);
  std::erase_if(*list, is_gone);
}

// Buckets that are due by `now`, oldest first, cut to a slice; what is left goes back.
std::vector<SeriesHandle> take_due(StoreState& state, std::uint32_t second) {
  const auto bucket = state.due.begin();
  if (bucket == state.due.end() || bucket->first > second) return {};
  auto& waiting = bucket->second;
  const std::size_t count = std::min(kSlice, waiting.size());
  std::vector<SeriesHandle> slice(waiting.end() - static_cast<std::ptrdiff_t>(count),
                                  waiting.end());
  // An entry is stale when the series has since been put into another bucket, or is gone.
  std::erase_if(slice,
                [&](SeriesHandle series) { return state.at(series)->due_second != bucket->first; });
  waiting.resize(waiting.size() - count);
  if (waiting.empty()) state.due.erase(bucket);
  return slice;
}

// Marks what is overdue in one slice; false when no bucket is due any more.
bool mark_slice(StoreState& state, std::uint32_t second, Ticks now) {
  const std::scoped_lock lock(state.mutex);
  if (state.due.empty() || state.due.begin()->first > second) return false;
  for (const auto series : take_due(state, second)) {
    SeriesHeader* header = state.at(series);
    header->due_second = 0;
    if (header->life() != Life::Alive) continue;
    if (!is_overdue(*header, now)) {
      state.schedule(series);
      continue;
    }
    header->version.fetch_add(1, std::memory_order_seq_cst);
    state.dying.push_back(series);
  }
  return true;
}

struct Unlinked {
  std::vector<SeriesHandle> series;
  boost::unordered_flat_map<Family*, HandleSet> by_family;

  void add(const StoreState& state, SeriesHandle handle) {
    by_family[state.vector(*state.at(handle)).family].insert(handle);
    series.push_back(handle);
  }
};

// Unlinks the series of `family` that `is_wanted` picks. The lists hold all series of a family,
// whether linked or not.
template <class Predicate>
void unlink_some(StoreState& state, const Family& family, Predicate is_wanted) {
  std::vector<SeriesHandle> series = family.fresh;
  if (family.order) series.insert(series.end(), family.order->begin(), family.order->end());
  for (const auto handle : series) {
    const SeriesHeader& header = *state.at(handle);
    if (header.life() == Life::Dead || !is_wanted(header)) continue;
    state.unlink(handle);
    state.leaving.push_back(handle);
  }
}

// Takes away what newer definitions have replaced. Nobody asks for it any more: new rules have made
// every binding stale.
void unlink_replaced(StoreState& state) {
  const std::scoped_lock lock(state.mutex);
  state.leaving.insert(state.leaving.end(), state.replaced_series.begin(),
                       state.replaced_series.end());
  state.replaced_series.clear();
  for (const auto* family : state.replaced_families) {
    unlink_some(state, *family, [](const SeriesHeader&) { return true; });
  }
  state.replaced_families.clear();
  for (const auto vector : state.replaced_vectors) {
    // Its last series may have expired meanwhile, and another have taken its place.
    if (!state.vectors[vector].is_dead) continue;
    unlink_some(state, *state.vectors[vector].family,
                [vector](const SeriesHeader& header) { return header.vector == vector; });
  }
  state.replaced_vectors.clear();
}

// Unlinks or revives up to a slice of the dying.
void settle_slice(StoreState& state, Ticks now, Unlinked& unlinked) {
  const std::scoped_lock lock(state.mutex);
  for (std::size_t i = 0; i < kSlice && !state.dying.empty(); ++i) {
    const SeriesHandle series = state.dying.back();
    state.dying.pop_back();
    SeriesHeader* header = state.at(series);
    if (header->life() == Life::Dying && is_overdue(*header, now)) {
      unlinked.add(state, series);
      state.unlink(series);
      ++state.counts.series_expired;
      continue;
    }
    if (header->life() == Life::Dying) header->version.fetch_sub(1, std::memory_order_seq_cst);
    if (header->life() == Life::Alive) state.schedule(series);
  }
}

void add_leaving(StoreState& state, Unlinked& unlinked) {
  const std::scoped_lock lock(state.mutex);
  for (const auto series : state.leaving) unlinked.add(state, series);
  state.leaving.clear();
}

// Takes the unlinked out of every list, so that a scrape that begins now cannot meet them.
std::vector<Family*> purge_lists(StoreState& state, const Unlinked& unlinked) {
  std::vector<Family*> dead;
  for (const auto& entry : unlinked.by_family) {
    Family* family = entry.first;
    const HandleSet& gone = entry.second;
    const auto is_gone = [&gone](SeriesHandle series) { return gone.contains(series); };
    purge(family->order, is_gone);
    const std::scoped_lock lock(state.mutex);
    std::erase_if(family->fresh, is_gone);
    if (!family->is_dead || family->series > 0) continue;
    dead.push_back(family);
    std::erase(state.replaced_families, family);
  }
  if (dead.empty()) return dead;
  const boost::unordered_flat_set<Family*> gone(dead.begin(), dead.end());
  const auto is_gone = [&gone](Family* family) { return gone.contains(family); };
  purge(state.family_order, is_gone);
  const std::scoped_lock lock(state.mutex);
  std::erase_if(state.fresh_families, is_gone);
  return dead;
}

}  // namespace

void Store::mark_expired(base::TimePoint now) {
  constexpr std::uint32_t kTicksPerSecond = std::chrono::seconds(1) / kTick;
  const Ticks tick = ticks(now);
  while (mark_slice(*state_, tick / kTicksPerSecond, tick)) {
  }
  unlink_replaced(*state_);
  state_->gate_counts.clear();
  for (const auto* gate : state_->gates) state_->gate_counts.push_back(gate->count());
}

bool Store::finish_expiry(base::TimePoint now) {
  state_->free_limbo();
  if (state_->dying.empty() && state_->leaving.empty()) return true;
  for (std::size_t i = 0; i < state_->gates.size(); ++i) {
    if (!state_->gates[i]->has_passed(state_->gate_counts[i])) return false;
  }
  Unlinked unlinked;
  while (!state_->dying.empty()) settle_slice(*state_, ticks(now), unlinked);
  add_leaving(*state_, unlinked);
  if (unlinked.series.empty()) return true;
  auto dead_families = purge_lists(*state_, unlinked);
  state_->limbo.push_back({state_->next_pin, std::move(unlinked.series), std::move(dead_families)});
  release_epoch_.fetch_add(1, std::memory_order_release);
  state_->free_limbo();
  return true;
}

void StoreState::free_limbo() {
  while (!limbo.empty() && (pins.empty() || *pins.begin() >= limbo.front().tag)) {
    const std::scoped_lock lock(mutex);
    for (const auto series : limbo.front().series) free_series(series);
    for (const auto* family : limbo.front().families) delete family;
    limbo.pop_front();
  }
}

}  // namespace weir::metrics
