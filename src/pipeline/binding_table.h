// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "weir/base/arena.h"
#include "weir/metrics/series.h"
#include "weir/sample/identity.h"
#include "weir/sample/sample.h"

namespace weir::pipeline {

// What one wire identity leads to.
struct Binding {
  metrics::SeriesHandle series = 0;
  // The version that `series` must still have.
  std::uint32_t version = 0;
  // The number of the worker's outcome.
  std::uint32_t outcome = 0;
};

// None unless given: what a daemon has stands with its options.
struct BindingLimits {
  std::size_t bindings_max = std::numeric_limits<std::size_t>::max();
  // All identities with their bindings together.
  std::size_t key_bytes_max = std::numeric_limits<std::size_t>::max();
  // A longer identity is served without being remembered.
  std::size_t key_length_max = 4096;
};

// Maps the wire identity of a sample (weir/sample/identity.h) to its binding. Open addressing by
// their hash, which the caller has; bytes are compared on a hit. Bounded, and growing a few slots
// at a time, so that no line waits for the whole table. One worker.
//
// A look-up waits for memory up to three times: for the slot, for the identity's bytes and for the
// series. Who looks up many samples asks for each of the three for all of them (`prefetch`,
// `probe`) before the first is needed.
class BindingTable {
 public:
  // An identity with its binding; never moves.
  struct Entry {
    // The identity's bytes follow at once: two more for each of millions would be two too many.
    static constexpr std::size_t kKeyPlace = sizeof(Binding) + sizeof(std::uint16_t);

    Binding binding;
    std::uint16_t size;

    [[nodiscard]] std::string_view key() const {
      return {reinterpret_cast<const char*>(this) + kKeyPlace, size};
    }
  };

  explicit BindingTable(BindingLimits limits);

  // Begins to load the slot that `probe` will look at.
  void prefetch(std::uint64_t hash) const {
    __builtin_prefetch(&slots_[static_cast<std::uint32_t>(hash) & mask_]);
  }
  // The entry that `find` will most likely return, its bytes not compared yet but on their way;
  // null when there is none. Only for a call of `holds` before anything is inserted or given up.
  [[nodiscard]] Entry* probe(std::uint64_t hash) const;
  [[nodiscard]] static bool holds(const Entry& entry, const sample::Sample& sample);

  // The binding, or null. Good until the next `insert`.
  [[nodiscard]] Binding* find(std::uint64_t hash, const sample::Sample& sample);

  // Remembers a newcomer, which must not be in the table. Null when there is no room even after up
  // to kReclaimSlots slots were searched for bindings that `is_dead` gives up.
  using IsDead = std::function<bool(const Binding&)>;
  Binding* insert(std::uint64_t hash, const sample::Sample& sample, const Binding& binding,
                  const IsDead& is_dead);

  [[nodiscard]] std::size_t size() const { return size_; }
  // Bindings given up since the beginning.
  [[nodiscard]] std::size_t reclaimed() const { return reclaimed_; }

 private:
  static constexpr std::size_t kReclaimSlots = 64;
  static constexpr std::size_t kMigrateSlots = 16;
  static constexpr std::size_t kInitialSlots = 1024;
  // Empty ones after the last, which a look at several may reach.
  static constexpr std::size_t kSpareSlots = 4;

  struct Slot {
    std::uint32_t hash;
    // 0 marks an empty slot.
    std::uint32_t entry;
  };
  struct Free {
    void operator()(Slot* slots) const { std::free(slots); }
  };
  // Zeroed by the system, page by page when each is first touched: growing makes no line wait.
  using Slots = std::unique_ptr<Slot[], Free>;

  static Slots make_slots(std::size_t count);
  [[nodiscard]] Entry& at(std::uint32_t entry) const {
    return *reinterpret_cast<Entry*>(entries_.at(entry));
  }
  [[nodiscard]] Entry* find_in(const Slot* slots, std::size_t mask, std::uint32_t hash,
                               const sample::Sample& sample) const;
  [[nodiscard]] std::uint32_t make_entry(const sample::Sample& sample, std::size_t length,
                                         const Binding& binding);
  void place(const Slot& slot);
  void make_room(const IsDead& is_dead);
  void migrate(std::size_t count);
  void reclaim(const IsDead& is_dead);
  // What entries and slots take of the memory that is allowed, without the first slots.
  [[nodiscard]] std::size_t bytes_held() const;
  [[nodiscard]] bool has_room(std::size_t entry_bytes) const;
  [[nodiscard]] bool has_free_slots() const { return size_ * 4 < (mask_ + 1) * 3; }
  void erase(std::size_t gone);

  BindingLimits limits_;
  base::Arena entries_;
  Slots slots_;
  // One less than there are slots, which are a power of two.
  std::size_t mask_ = kInitialSlots - 1;
  // The table before it grew, while its slots are still being moved.
  Slots previous_;
  std::size_t previous_mask_ = 0;
  std::size_t migrated_ = 0;
  std::size_t size_ = 0;
  std::size_t hand_ = 0;
  // Slots from the hand on that are to be searched for bindings to give up.
  std::size_t to_search_ = 0;
  std::size_t reclaimed_ = 0;
};

inline bool BindingTable::holds(const Entry& entry, const sample::Sample& sample) {
  return sample::is_identity_of(entry.key(), sample);
}

inline BindingTable::Entry* BindingTable::probe(std::uint64_t hash) const {
  constexpr std::size_t kCacheLineBytes = 64;
  const auto wanted = static_cast<std::uint32_t>(hash);
  std::size_t slot = wanted & mask_;
#ifdef __SSE2__
  // How far a slot is from its home is hard to foretell, so the first few are looked at together.
  // Equal hashes have one home: no empty slot is before one of them.
  const auto load = [this](std::size_t from) {
    return _mm_castsi128_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(&slots_[from])));
  };
  constexpr int kHashes = 0x88;
  const __m128i hashes = _mm_castps_si128(_mm_shuffle_ps(load(slot), load(slot + 2), kHashes));
  const auto equal = static_cast<unsigned>(_mm_movemask_ps(_mm_castsi128_ps(
      _mm_cmpeq_epi32(hashes, _mm_set1_epi32(static_cast<std::int32_t>(wanted))))));
  if (equal != 0) slot += static_cast<std::size_t>(__builtin_ctz(equal));
#endif
  for (; slots_[slot & mask_].entry != 0; ++slot) {
    if (slots_[slot & mask_].hash != wanted) continue;
    Entry* entry = &at(slots_[slot & mask_].entry);
    __builtin_prefetch(entry);
    __builtin_prefetch(reinterpret_cast<const char*>(entry) + kCacheLineBytes);
    return entry;
  }
  return nullptr;
}

}  // namespace weir::pipeline
