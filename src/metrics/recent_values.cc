// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/recent_values.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace weir::metrics {

std::size_t RecentValues::used_max() const { return std::min(room_.capacity / 4 * 3, kSizeMax); }

std::size_t RecentValues::next_capacity() const {
  return std::clamp(room_.capacity * 2, kFirstCapacity, kCapacityMax);
}

// Places by the high bits would be those of a HyperLogLog's registers: any will do.
std::size_t RecentValues::place_of(std::uint64_t hash) const {
  constexpr unsigned kStampBits = 8;
  const std::size_t mask = room_.capacity - 1;
  std::size_t place = (hash >> kStampBits) & mask;
  while (room_.slots[place] != 0 && ((room_.slots[place] ^ hash) & ~kStampMask) != 0) {
    place = (place + 1) & mask;
  }
  return place;
}

RecentValues::Added RecentValues::add(std::uint64_t hash) {
  if (room_.capacity == 0) return Added::NeedsRoom;
  const std::uint64_t slot = (hash & ~kStampMask) | stamp();
  std::uint64_t& known = room_.slots[place_of(hash)];
  if (known != 0) {
    known = slot;
    return Added::Yes;
  }
  if (used_ == used_max() && dropped_ != period_) drop_old();
  // Within a period nothing becomes old.
  if (used_ == used_max()) return used_ == kSizeMax ? Added::Full : Added::NeedsRoom;
  put(slot);
  ++used_;
  return Added::Yes;
}

void RecentValues::turn_to(std::uint64_t period) {
  assert(period >= period_);
  const bool is_all_old = period - period_ > kPeriods;
  period_ = period;
  if (is_all_old) {
    clear();
  } else if (period_ - dropped_ > kDropAfter) {
    drop_old();
  }
}

void RecentValues::clear() {
  std::fill_n(room_.slots.get(), room_.capacity, 0);
  used_ = 0;
  dropped_ = period_;
}

void RecentValues::drop_old() {
  std::array<std::uint64_t, kSizeMax> kept;
  std::size_t count = 0;
  for (std::size_t place = 0; place < room_.capacity; ++place) {
    const std::uint64_t slot = room_.slots[place];
    if (slot != 0 && is_recent(slot)) kept[count++] = slot;
  }
  clear();
  for (; used_ < count; ++used_) put(kept[used_]);
}

void RecentValues::move_to(Room& room) {
  if (room.capacity <= room_.capacity) return;
  std::swap(room_, room);
  for (std::size_t place = 0; place < room.capacity; ++place) {
    if (room.slots[place] != 0) put(room.slots[place]);
  }
}

RecentValues::Room RecentValues::give_back() {
  used_ = 0;
  return std::exchange(room_, {});
}

std::size_t RecentValues::count() const {
  std::size_t count = 0;
  visit([&count](std::uint64_t, std::uint64_t) { ++count; });
  return count;
}

}  // namespace weir::metrics
