// SPDX-License-Identifier: Apache-2.0
#include "pipeline/binding_table.h"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "weir/base/memory.h"

namespace weir::pipeline {

BindingTable::BindingTable(BindingLimits limits)
    : limits_(limits), slots_(make_slots(kInitialSlots)) {}

BindingTable::Slots BindingTable::make_slots(std::size_t count) {
  Slots slots(static_cast<Slot*>(std::calloc(count + kSpareSlots, sizeof(Slot))));
  if (slots == nullptr) throw std::bad_alloc();
  base::prefer_huge_pages(slots.get(), count * sizeof(Slot));
  return slots;
}

BindingTable::Entry* BindingTable::find_in(const Slot* slots, std::size_t mask, std::uint32_t hash,
                                           const sample::Sample& sample) const {
  for (std::size_t slot = hash & mask; slots[slot].entry != 0; slot = (slot + 1) & mask) {
    if (slots[slot].hash != hash) continue;
    Entry* entry = &at(slots[slot].entry);
    if (holds(*entry, sample)) return entry;
  }
  return nullptr;
}

Binding* BindingTable::find(std::uint64_t hash, const sample::Sample& sample) {
  const auto short_hash = static_cast<std::uint32_t>(hash);
  Entry* entry = find_in(slots_.get(), mask_, short_hash, sample);
  if (entry == nullptr && previous_ != nullptr) {
    entry = find_in(previous_.get(), previous_mask_, short_hash, sample);
  }
  return entry == nullptr ? nullptr : &entry->binding;
}

void BindingTable::place(const Slot& slot) {
  std::size_t to = slot.hash & mask_;
  while (slots_[to].entry != 0) to = (to + 1) & mask_;
  slots_[to] = slot;
}

std::size_t BindingTable::bytes_held() const {
  const std::size_t slots = mask_ + 1 - kInitialSlots;
  const std::size_t before = previous_ == nullptr ? 0 : previous_mask_ + 1;
  return entries_.bytes_held() + (slots + before) * sizeof(Slot);
}

bool BindingTable::has_room(std::size_t entry_bytes) const {
  if (size_ >= limits_.bindings_max || !has_free_slots()) return false;
  if (entries_.bytes_used() + entry_bytes > limits_.key_bytes_max) return false;
  const std::size_t fresh = entries_.fresh_bytes(entry_bytes, base::Arena::Reuse::Larger);
  return fresh == 0 || bytes_held() + fresh <= limits_.key_bytes_max;
}

std::uint32_t BindingTable::make_entry(const sample::Sample& sample, std::size_t length,
                                       const Binding& binding) {
  const std::size_t size = Entry::kKeyPlace + length;
  const bool is_scarce = bytes_held() + size > limits_.key_bytes_max;
  const std::uint32_t made = entries_.allocate(
      size, is_scarce ? base::Arena::Reuse::Larger : base::Arena::Reuse::SameSize);
  if (made == 0) return 0;
  char* const block = entries_.at(made);
  Entry* const entry = std::construct_at(reinterpret_cast<Entry*>(block));
  entry->binding = binding;
  entry->size = static_cast<std::uint16_t>(length);
  sample::write_identity(block + Entry::kKeyPlace, sample);
  return made;
}

Binding* BindingTable::insert(std::uint64_t hash, const sample::Sample& sample,
                              const Binding& binding, const IsDead& is_dead) {
  if (!sample::has_identity(sample)) return nullptr;
  const std::size_t length = sample::identity_size(sample);
  if (length > limits_.key_length_max || length > std::numeric_limits<std::uint16_t>::max()) {
    return nullptr;
  }
  make_room(is_dead);
  if (!has_room(Entry::kKeyPlace + length)) return nullptr;
  const std::uint32_t entry = make_entry(sample, length, binding);
  if (entry == 0) return nullptr;
  ++size_;
  place({static_cast<std::uint32_t>(hash), entry});
  return &at(entry).binding;
}

void BindingTable::make_room(const IsDead& is_dead) {
  if (previous_ != nullptr) migrate(kMigrateSlots);
  const std::size_t held = bytes_held();
  const std::size_t growth = has_free_slots() ? 0 : 2 * (mask_ + 1) * sizeof(Slot);
  if (size_ >= limits_.bindings_max || held >= limits_.key_bytes_max ||
      growth > limits_.key_bytes_max - held) {
    // All of the table, even when there is room again before: newcomers in place of what a part of
    // it gives up would fill the other part to the brim.
    to_search_ = mask_ + 1;
  }
  if (to_search_ > 0) {
    if (previous_ == nullptr) reclaim(is_dead);
    return;
  }
  if (growth == 0) return;
  // Growing again before the last growth is done would leave two old tables.
  migrate(previous_mask_ + 1);
  previous_ = std::exchange(slots_, make_slots((mask_ + 1) * 2));
  previous_mask_ = std::exchange(mask_, mask_ * 2 + 1);
  migrated_ = 0;
}

void BindingTable::migrate(std::size_t count) {
  if (previous_ == nullptr) return;
  // A moved slot stays where it was, so that probes of the old table still pass over it.
  for (; count > 0 && migrated_ <= previous_mask_; --count, ++migrated_) {
    if (previous_[migrated_].entry != 0) place(previous_[migrated_]);
  }
  if (migrated_ <= previous_mask_) return;
  previous_.reset();
  previous_mask_ = 0;
  migrated_ = 0;
}

void BindingTable::reclaim(const IsDead& is_dead) {
  for (std::size_t i = 0; i < kReclaimSlots; ++i) {
    hand_ &= mask_;
    if (slots_[hand_].entry != 0 && is_dead(at(slots_[hand_].entry).binding)) {
      // What follows moves up into the hand's place and is looked at next.
      erase(hand_);
    } else {
      ++hand_;
    }
  }
  to_search_ -= std::min(to_search_, kReclaimSlots);
}

void BindingTable::erase(std::size_t gone) {
  entries_.release(slots_[gone].entry, Entry::kKeyPlace + at(slots_[gone].entry).size);
  --size_;
  ++reclaimed_;
  std::size_t hole = gone;
  for (std::size_t next = (gone + 1) & mask_; slots_[next].entry != 0; next = (next + 1) & mask_) {
    const std::size_t home = slots_[next].hash & mask_;
    // A slot may move into the hole unless that would put it before its home.
    if (((next - home) & mask_) >= ((next - hole) & mask_)) {
      slots_[hole] = slots_[next];
      hole = next;
    }
  }
  slots_[hole] = {};
}

}  // namespace weir::pipeline
