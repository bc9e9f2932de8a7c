// SPDX-License-Identifier: Apache-2.0
#include "pipeline/binding_table.h"

#include <algorithm>
#include <new>
#include <utility>

#include "weir/base/memory.h"

namespace weir::pipeline {

BindingTable::Buckets::Buckets(std::size_t size)
    : memory_(std::calloc((size + 1) * sizeof(Bucket), 1)), size_(size) {
  if (memory_ == nullptr) throw std::bad_alloc();
  void* at = memory_.get();
  std::size_t room = (size + 1) * sizeof(Bucket);
  // No bucket lies in two cache lines.
  first_ = static_cast<Bucket*>(std::align(sizeof(Bucket), bytes(), at, room));
  base::prefer_huge_pages(first_, bytes());
}

void BindingTable::Buckets::place(const Slot& slot) {
  std::size_t to = home(slot.hash);
  while (first_[to].is_full()) to = after(to);
  *std::ranges::find(first_[to].slots, 0U, &Slot::entry) = slot;
}

void BindingTable::Buckets::erase(std::size_t place) {
  const auto distance = [this](std::size_t from, std::size_t to) {
    return to >= from ? to - from : to + slots() - from;
  };
  const auto next = [this](std::size_t of) { return of + 1 == slots() ? 0 : of + 1; };
  std::size_t hole = place;
  for (std::size_t at = next(hole); slot(at).entry != 0; at = next(at)) {
    // A slot may move into the hole unless that would put it before its home.
    const std::size_t begin = home(slot(at).hash) * kSlotsPerBucket;
    if (distance(begin, at) < distance(hole, at)) continue;
    slot(hole) = slot(at);
    hole = at;
  }
  slot(hole) = {};
}

BindingTable::BindingTable(BindingLimits limits) : limits_(limits), buckets_(kInitialBuckets) {}

BindingTable::Entry* BindingTable::find_in(const Buckets& buckets,
                                           const sample::Fingerprint& identity) const {
  const std::uint32_t hash = short_hash(identity);
  for (std::size_t at_bucket = buckets.home(hash);; at_bucket = buckets.after(at_bucket)) {
    const Bucket& bucket = buckets[at_bucket];
    for (unsigned places = bucket.equal(hash); places != 0; places &= places - 1) {
      Entry& entry = at(bucket.slots[static_cast<std::size_t>(__builtin_ctz(places))].entry);
      if (entry.identity == identity) return &entry;
    }
    if (!bucket.is_full()) return nullptr;
  }
}

Binding* BindingTable::find(const sample::Fingerprint& identity) const {
  Entry* entry = find_in(buckets_, identity);
  if (entry == nullptr && previous_.size() != 0) entry = find_in(previous_, identity);
  return entry == nullptr ? nullptr : &entry->binding;
}

std::size_t BindingTable::bytes_held() const {
  return (buckets_.size() + previous_.size() - kInitialBuckets) * sizeof(Bucket) +
         entries_ * sizeof(Entry);
}

bool BindingTable::has_room() const {
  if (size_ >= limits_.bindings_max || !has_free_slots()) return false;
  return free_entry_ != 0 || bytes_held() + sizeof(Entry) <= limits_.bytes_max;
}

// A free one, or the next. 0 when there is no memory.
std::uint32_t BindingTable::take_entry() {
  if (free_entry_ != 0) return std::exchange(free_entry_, at(free_entry_).binding.series);
  if (entries_ >> kEntriesPerChunkLog2 == chunks_.size()) {
    constexpr std::size_t kBytes = kEntriesPerChunk * sizeof(Entry);
    static_assert(kBytes == base::kHugePageBytes);
    Chunk chunk(static_cast<Entry*>(std::aligned_alloc(base::kHugePageBytes, kBytes)));
    if (chunk == nullptr) return 0;
    // A small table stays as small as what was touched of it.
    if (!chunks_.empty()) base::prefer_huge_pages(chunk.get(), kBytes);
    chunks_.push_back(std::move(chunk));
  }
  return entries_++;
}

Binding* BindingTable::insert(const sample::Fingerprint& identity, const Binding& binding,
                              const IsDead& is_dead) {
  make_room(is_dead);
  if (!has_room()) return nullptr;
  const std::uint32_t entry = take_entry();
  if (entry == 0) return nullptr;
  ++size_;
  at(entry) = {identity, binding};
  buckets_.place({short_hash(identity), entry});
  return &at(entry).binding;
}

void BindingTable::make_room(const IsDead& is_dead) {
  go_on();
  const std::size_t held = bytes_held();
  const std::size_t growth = has_free_slots() ? 0 : grown_size() * sizeof(Bucket);
  if (size_ >= limits_.bindings_max || held >= limits_.bytes_max ||
      growth > limits_.bytes_max - held) {
    // All of the table, even when there is room again before: newcomers in place of what a part of
    // it gives up would fill the other part to the brim.
    to_search_ = buckets_.slots();
  }
  if (to_search_ > 0) {
    if (previous_.size() == 0) reclaim(is_dead);
    return;
  }
  if (growth == 0) return;
  // Growing again before the last growth is done would leave two old tables.
  migrate(previous_.size());
  const std::size_t size = grown_size();
  previous_ = std::exchange(buckets_, Buckets(size));
  migrated_ = 0;
}

void BindingTable::migrate(std::size_t count) {
  // A moved slot stays where it was, so that a search of the old table still passes over it.
  for (; count > 0 && migrated_ < previous_.size(); --count, ++migrated_) {
    for (const Slot& slot : previous_[migrated_].slots) {
      if (slot.entry != 0) buckets_.place(slot);
    }
  }
  if (migrated_ < previous_.size()) return;
  previous_ = {};
  migrated_ = 0;
}

void BindingTable::reclaim(const IsDead& is_dead) {
  for (std::size_t i = 0; i < kReclaimSlots; ++i) {
    if (hand_ >= buckets_.slots()) hand_ = 0;
    const std::uint32_t entry = buckets_.slot(hand_).entry;
    if (entry == 0 || !is_dead(at(entry).binding)) {
      ++hand_;
      continue;
    }
    // What follows moves up into the hand's place and is looked at next.
    buckets_.erase(hand_);
    at(entry).binding = {.series = std::exchange(free_entry_, entry)};
    --size_;
    ++reclaimed_;
  }
  to_search_ -= std::min(to_search_, kReclaimSlots);
}

}  // namespace weir::pipeline
