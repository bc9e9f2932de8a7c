// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "weir/base/arena.h"
#include "weir/metrics/series.h"
#include "weir/statsd/sample.h"

namespace weir::pipeline {

// What one wire identity stands for.
struct Binding {
  metrics::SeriesHandle series = 0;
  // The version that `series` must still have.
  std::uint32_t version = 0;
  // Index into the worker's outcomes.
  std::uint32_t outcome = 0;
  // The rules under which this was decided.
  std::uint32_t generation = 0;
};

struct BindingLimits {
  std::size_t bindings_max = 2'097'152;
  // All keys together.
  std::size_t key_bytes_max = std::size_t{512} << 20;
  // A longer identity is served without being remembered.
  std::size_t key_length_max = 4096;
};

// Maps the wire identity of a sample (its name as sent, its identity fields in the order sent, and
// its kind) to its binding. Open addressing with a seeded hash; bytes are compared on a hit.
// Bounded, and growing a few slots at a time, so that no line waits for the whole table. One
// worker.
class BindingTable {
 public:
  BindingTable(BindingLimits limits, std::uint64_t seed);

  [[nodiscard]] std::uint64_t hash(const statsd::Sample& sample) const;

  // The binding, or null. Good until the next `insert`.
  [[nodiscard]] Binding* find(std::uint64_t hash, const statsd::Sample& sample);

  // Remembers a newcomer, which must not be in the table. Null when there is no room even after up
  // to kReclaimSlots slots were searched for bindings that `is_dead` gives up.
  using IsDead = std::function<bool(const Binding&)>;
  Binding* insert(std::uint64_t hash, const statsd::Sample& sample, const Binding& binding,
                  const IsDead& is_dead);

  [[nodiscard]] std::size_t size() const { return size_; }
  // Bindings given up since the beginning.
  [[nodiscard]] std::size_t reclaimed() const { return reclaimed_; }

 private:
  static constexpr std::size_t kReclaimSlots = 64;
  static constexpr std::size_t kMigrateSlots = 16;
  static constexpr std::size_t kInitialSlots = 1024;

  struct Slot {
    std::uint32_t hash = 0;
    // The identity's bytes; 0 marks an empty slot.
    std::uint32_t key = 0;
    Binding binding;
  };

  [[nodiscard]] Slot* find_in(std::vector<Slot>& slots, std::uint32_t hash,
                              const statsd::Sample& sample) const;
  [[nodiscard]] bool has_key(const Slot& slot, const statsd::Sample& sample) const;
  Slot& place(std::vector<Slot>& slots, const Slot& slot);
  void make_room(const IsDead& is_dead);
  void migrate(std::size_t count);
  void reclaim(const IsDead& is_dead);
  void erase(std::size_t at);

  BindingLimits limits_;
  std::uint64_t seed_;
  base::StringArena keys_;
  std::vector<Slot> slots_;
  // The table before it grew, while its slots are still being moved.
  std::vector<Slot> previous_;
  std::size_t migrated_ = 0;
  std::size_t size_ = 0;
  std::size_t hand_ = 0;
  std::size_t reclaimed_ = 0;
  std::string key_scratch_;
};

}  // namespace weir::pipeline
