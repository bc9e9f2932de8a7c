// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::metrics {

// Handles by a hash of what they name; the names themselves lie elsewhere, and several may have one
// hash. Entries are in the order of their hashes, each at the place that its hash gives or soon
// after it, so that a look-up of what is not there ends early and the table can be fuller than
// most. It grows by a quarter, copying in one sweep through both. One thread at a time.
class HandleTable {
 public:
  // The handle with this hash that `is_it` says yes to, 0 when there is none.
  template <class Predicate>
  [[nodiscard]] std::uint32_t find(std::uint32_t hash, Predicate is_it) const {
    if (slots_.empty()) return 0;
    for (std::size_t at = home(hash, homes_);; ++at) {
      const Slot& slot = slots_[at];
      if (slot.handle == 0 || slot.hash > hash) return 0;
      if (slot.hash == hash && is_it(slot.handle)) return slot.handle;
    }
  }

  // `handle` is not 0 and not in the table.
  void insert(std::uint32_t hash, std::uint32_t handle);
  // What is there.
  void erase(std::uint32_t hash, std::uint32_t handle);

  template <class Visitor>
  void for_each(Visitor visit) const {
    for (const Slot& slot : slots_) {
      if (slot.handle != 0) visit(slot.handle);
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const { return slots_.size() * sizeof(Slot); }
  // What the next `insert` takes more: a full table is copied to a larger one.
  [[nodiscard]] std::size_t growth_bytes() const;

 private:
  struct Slot {
    std::uint32_t hash = 0;
    // 0 for an empty one.
    std::uint32_t handle = 0;
  };
  using Slots = std::vector<Slot>;

  static std::size_t home(std::uint32_t hash, std::size_t homes) {
    return static_cast<std::size_t>(std::uint64_t{hash} * homes >> 32);
  }
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] static std::size_t slots_for(std::size_t homes);
  void grow();
  // False when one has no place.
  bool copy_to(Slots& larger, std::size_t homes) const;

  // The last one is always empty.
  Slots slots_;
  // Places that hashes give: slots but for some after the last of them.
  std::size_t homes_ = 0;
  std::size_t size_ = 0;
};

}  // namespace weir::metrics
