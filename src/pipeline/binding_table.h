// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "weir/base/memory.h"
#include "weir/metrics/series.h"
#include "weir/sample/identity.h"

namespace weir::pipeline {

// What one wire identity leads to.
struct Binding {
  metrics::SeriesHandle series = 0;
  // The version that `series` must still have.
  std::uint32_t version = 0;
  // The number of the worker's outcome.
  std::uint32_t outcome = 0;
  // Names what SharedCounts keeps for it; 0 for nothing.
  std::uint32_t kept : 8 = 0;
  // Where RuleCounts counts its samples, as long as the outcome is of the rules in use.
  std::uint32_t rule : 24 = 0;

  static constexpr std::size_t kKeptMax = (std::size_t{1} << 8) - 1;
  // Far above what a mapping file may have.
  static constexpr std::size_t kRuleMax = (std::size_t{1} << 24) - 1;
};

// None unless given: what a daemon has stands with its options.
struct BindingLimits {
  std::size_t bindings_max = std::numeric_limits<std::size_t>::max();
  // Of all bindings together, without the table of the first few.
  std::size_t bytes_max = std::numeric_limits<std::size_t>::max();
};

// Maps the fingerprint of a wire identity (weir/sample/identity.h) to its binding. Bounded, and
// growing a few buckets at a time, so that no line waits for the whole table. One worker.
//
// Open addressing by a part of the fingerprint, with eight slots to a cache line. They lead to
// entries, which lie in the order in which they came: it is much that in which they come again.
//
// A look-up waits for memory up to three times: for the slots, for the entry and for the series.
// Who looks up many samples asks for each of the three for all of them (`prefetch`, `probe`) before
// the first is needed.
class BindingTable {
 public:
  // Never moves. Of a place that is free the series is the next one that is.
  struct Entry {
    sample::Fingerprint identity;
    Binding binding;
  };
  static_assert(sizeof(Entry) == 32);

  explicit BindingTable(BindingLimits limits);

  // Begins to load what `probe` will look at.
  void prefetch(const sample::Fingerprint& identity) const {
    base::prefetch_far(&buckets_[buckets_.home(short_hash(identity))]);
  }
  // The entry that `find` will most likely return, not compared yet but on its way; null when there
  // is none, or when its slot has not come over yet from the table before it grew.
  [[nodiscard]] Entry* probe(const sample::Fingerprint& identity) const;

  // The binding, or null. Good until the next `insert`.
  [[nodiscard]] Binding* find(const sample::Fingerprint& identity) const;

  // Remembers a newcomer, which must not be in the table. Null when there is no room even after a
  // part of the table was searched for bindings that `is_dead` gives up.
  using IsDead = std::function<bool(const Binding&)>;
  Binding* insert(const sample::Fingerprint& identity, const Binding& binding,
                  const IsDead& is_dead);

  // Goes on growing, where it does; else what came before, and is not followed by newcomers, would
  // stay out of reach of `probe`. To be called now and then.
  void go_on() {
    if (previous_.size() != 0) migrate(kMigrateBuckets);
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  // Bindings given up since the beginning.
  [[nodiscard]] std::size_t reclaimed() const { return reclaimed_; }

 private:
  static constexpr std::size_t kSlotsPerBucket = 8;
  static constexpr std::size_t kReclaimSlots = 64;
  static constexpr std::size_t kMigrateBuckets = 4;
  static constexpr std::size_t kInitialBuckets = 128;
  static constexpr unsigned kEntriesPerChunkLog2 = 16;
  static constexpr std::size_t kEntriesPerChunk = std::size_t{1} << kEntriesPerChunkLog2;

  struct Slot {
    std::uint32_t hash;
    // 0 marks an empty slot, which has a hash of 0 too: no identity has.
    std::uint32_t entry;
  };
  // Filled from the first slot on.
  struct Bucket {
    std::array<Slot, kSlotsPerBucket> slots;

    [[nodiscard]] bool is_full() const { return slots.back().entry != 0; }
    // The places of slots with this hash, a bit each.
    [[nodiscard]] unsigned equal(std::uint32_t hash) const;
  };

  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  // Zeroed by the system, page by page when each is first touched: growing makes no line wait.
  class Buckets {
   public:
    Buckets() = default;
    explicit Buckets(std::size_t size);

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t slots() const { return size_ * kSlotsPerBucket; }
    [[nodiscard]] std::size_t bytes() const { return size_ * sizeof(Bucket); }
    [[nodiscard]] Bucket& operator[](std::size_t bucket) const { return first_[bucket]; }
    [[nodiscard]] Slot& slot(std::size_t place) const {
      return first_[place / kSlotsPerBucket].slots[place % kSlotsPerBucket];
    }
    // In the order of hashes: slots come over to a larger table in the order in which they lie
    // there.
    [[nodiscard]] std::size_t home(std::uint32_t hash) const {
      constexpr unsigned kHashBits = 32;
      return (hash * size_) >> kHashBits;
    }
    [[nodiscard]] std::size_t after(std::size_t bucket) const {
      return bucket + 1 == size_ ? 0 : bucket + 1;
    }
    void place(const Slot& slot);
    // Closes the gap that it leaves.
    void erase(std::size_t place);

   private:
    std::unique_ptr<void, Free> memory_;
    Bucket* first_ = nullptr;
    std::size_t size_ = 0;
  };

  using Chunk = std::unique_ptr<Entry[], Free>;

  static std::uint32_t short_hash(const sample::Fingerprint& identity) {
    const auto hash = static_cast<std::uint32_t>(identity.low);
    return hash + (hash == 0 ? 1 : 0);
  }

  [[nodiscard]] Entry& at(std::uint32_t entry) const {
    return chunks_[entry >> kEntriesPerChunkLog2][entry & (kEntriesPerChunk - 1)];
  }
  [[nodiscard]] Entry* find_in(const Buckets& buckets, const sample::Fingerprint& identity) const;
  [[nodiscard]] std::uint32_t take_entry();
  void make_room(const IsDead& is_dead);
  void migrate(std::size_t count);
  void reclaim(const IsDead& is_dead);
  [[nodiscard]] std::size_t grown_size() const { return buckets_.size() / 2 * 3; }
  // Without the first buckets.
  [[nodiscard]] std::size_t bytes_held() const;
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] bool has_free_slots() const { return size_ * 4 < buckets_.slots() * 3; }

  BindingLimits limits_;
  std::vector<Chunk> chunks_;
  // Places of entries that were handed out ever, the first of which is for none, and the first of
  // those that are free again.
  std::uint32_t entries_ = 1;
  std::uint32_t free_entry_ = 0;
  Buckets buckets_;
  // The table before it grew, while its slots are still being moved.
  Buckets previous_;
  std::size_t migrated_ = 0;
  std::size_t size_ = 0;
  std::size_t hand_ = 0;
  // Slots from the hand on that are to be searched for bindings to give up.
  std::size_t to_search_ = 0;
  std::size_t reclaimed_ = 0;
};

// Where in a bucket a slot is is hard to foretell, so all are looked at together.
inline unsigned BindingTable::Bucket::equal(std::uint32_t hash) const {
#ifdef __SSE2__
  const auto* const pairs = reinterpret_cast<const __m128i*>(slots.data());
  const __m128i wanted = _mm_set1_epi32(static_cast<std::int32_t>(hash));
  const auto among = [pairs, wanted](std::size_t pair) {
    constexpr int kHashes = 0x88;
    const __m128 hashes =
        _mm_shuffle_ps(_mm_castsi128_ps(_mm_load_si128(pairs + pair)),
                       _mm_castsi128_ps(_mm_load_si128(pairs + pair + 1)), kHashes);
    return static_cast<unsigned>(
        _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(_mm_castps_si128(hashes), wanted))));
  };
  return among(0) | among(2) << kSlotsPerBucket / 2;
#else
  unsigned places = 0;
  for (std::size_t i = 0; i < kSlotsPerBucket; ++i) places |= unsigned{slots[i].hash == hash} << i;
  return places;
#endif
}

inline BindingTable::Entry* BindingTable::probe(const sample::Fingerprint& identity) const {
  const std::uint32_t hash = short_hash(identity);
  for (std::size_t bucket = buckets_.home(hash);; bucket = buckets_.after(bucket)) {
    const Bucket& looked_at = buckets_[bucket];
    if (const unsigned places = looked_at.equal(hash); places != 0) {
      Entry* const entry =
          &at(looked_at.slots[static_cast<std::size_t>(__builtin_ctz(places))].entry);
      base::prefetch_far(entry);
      return entry;
    }
    if (!looked_at.is_full()) return nullptr;
  }
}

}  // namespace weir::pipeline
