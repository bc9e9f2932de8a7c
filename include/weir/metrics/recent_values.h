// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace weir::metrics {

// Which values a sliding window holds, by their hashes: each once, with the period of time in which
// it was last seen. A window is its present period and the `kPeriods` before it. Exact but for
// values whose hashes agree in 56 bits. It never allocates: who adds gives it room. One thread.
class RecentValues {
 public:
  static constexpr std::uint64_t kPeriods = 10;
  // Values that a window can hold.
  static constexpr std::size_t kSizeMax = 1000;

  // Memory for values, made apart from the table, so that no lock need be held meanwhile.
  struct Room {
    std::unique_ptr<std::uint64_t[]> slots;
    std::size_t capacity = 0;

    // `capacity` is one that `next_capacity` gave.
    static Room of(std::size_t capacity) {
      return {std::make_unique<std::uint64_t[]>(capacity), capacity};
    }
  };
  [[nodiscard]] static constexpr std::size_t bytes_of(std::size_t capacity) {
    return capacity * sizeof(std::uint64_t);
  }

  enum class Added : std::uint8_t {
    Yes,
    NeedsRoom,  // not added: give it room of `next_capacity`, then add again
    Full,       // not added: the window holds kSizeMax others
  };

  // `hash` spreads values over all its bits.
  Added add(std::uint64_t hash);
  // What is seen from now on belongs to `period`, which is not before the present one.
  void turn_to(std::uint64_t period);
  void clear();

  // Slots that the next room has; the present number where that is the most.
  [[nodiscard]] std::size_t next_capacity() const;
  // Moves to `room` where that is more than there is, and leaves in it what is not used any more.
  void move_to(Room& room);
  // Forgets all values, and leaves no room for others.
  [[nodiscard]] Room give_back();

  // Distinct values of the window.
  [[nodiscard]] std::size_t count() const;
  // Calls `visit(hash, age)` for each of them, where the age of those of the present period is 0.
  // The low 8 bits of the hash are lost.
  template <class Visit>
  void visit(Visit visit) const {
    for (std::size_t place = 0; place < room_.capacity; ++place) {
      const std::uint64_t slot = room_.slots[place];
      if (slot != 0 && is_recent(slot)) visit(slot & ~kStampMask, age_of(slot));
    }
  }

  [[nodiscard]] std::size_t bytes() const { return bytes_of(room_.capacity); }

 private:
  // A slot is a hash whose low bits are replaced by the stamp of a period, from 1; 0 is empty.
  static constexpr std::uint64_t kStampMask = 0xff;
  static constexpr std::uint64_t kStamps = kStampMask;
  // Stamps come again after kStamps periods: what is old is dropped well before that.
  static constexpr std::uint64_t kDropAfter = kStamps / 2;
  static constexpr std::size_t kFirstCapacity = 8;
  static constexpr std::size_t kCapacityMax = 2048;

  [[nodiscard]] std::uint64_t stamp() const { return 1 + period_ % kStamps; }
  [[nodiscard]] std::uint64_t age_of(std::uint64_t slot) const {
    return (stamp() + kStamps - (slot & kStampMask)) % kStamps;
  }
  [[nodiscard]] bool is_recent(std::uint64_t slot) const { return age_of(slot) <= kPeriods; }
  // How many slots may be in use.
  [[nodiscard]] std::size_t used_max() const;
  // Where a value is or belongs.
  [[nodiscard]] std::size_t place_of(std::uint64_t hash) const;
  void put(std::uint64_t slot) { room_.slots[place_of(slot)] = slot; }
  void drop_old();

  Room room_;
  // Slots in use, those of old values too.
  std::size_t used_ = 0;
  std::uint64_t period_ = 0;
  // The period in which old values were last dropped.
  std::uint64_t dropped_ = 0;
};

}  // namespace weir::metrics
