// SPDX-License-Identifier: Apache-2.0
#include "metrics/handle_table.h"

#include <algorithm>
#include <cassert>

namespace weir::metrics {

namespace {

constexpr std::size_t kHomesMin = 16;

// By a quarter.
std::size_t more_than(std::size_t homes) { return std::max(kHomesMin, homes + homes / 4); }

}  // namespace

// Seven in eight: above it the places of what is not there, and of newcomers, are too far.
bool HandleTable::is_full() const { return size_ >= homes_ - homes_ / 8; }

// What is pushed past the last home has to go somewhere.
std::size_t HandleTable::slots_for(std::size_t homes) { return homes + homes / 64 + kHomesMin; }

std::size_t HandleTable::growth_bytes() const {
  return is_full() ? slots_for(more_than(homes_)) * sizeof(Slot) : 0;
}

void HandleTable::insert(std::uint32_t hash, std::uint32_t handle) {
  assert(handle != 0);
  if (is_full()) grow();
  std::size_t at = home(hash, homes_);
  while (slots_[at].handle != 0 && slots_[at].hash <= hash) ++at;
  std::size_t end = at;
  while (slots_[end].handle != 0) ++end;
  if (end + 1 == slots_.size()) {
    grow();
    return insert(hash, handle);
  }
  const auto begin = slots_.begin();
  std::move_backward(begin + static_cast<std::ptrdiff_t>(at),
                     begin + static_cast<std::ptrdiff_t>(end),
                     begin + static_cast<std::ptrdiff_t>(end + 1));
  slots_[at] = {hash, handle};
  ++size_;
}

void HandleTable::erase(std::uint32_t hash, std::uint32_t handle) {
  std::size_t at = home(hash, homes_);
  while (slots_[at].handle != handle) {
    assert(slots_[at].handle != 0);
    ++at;
  }
  // Those after it that are not in the place of their hash move up.
  for (; slots_[at + 1].handle != 0 && home(slots_[at + 1].hash, homes_) <= at; ++at) {
    slots_[at] = slots_[at + 1];
  }
  slots_[at] = {};
  --size_;
}

bool HandleTable::copy_to(Slots& larger, std::size_t homes) const {
  std::size_t next = 0;
  for (const Slot& slot : slots_) {
    if (slot.handle == 0) continue;
    next = std::max(next, home(slot.hash, homes));
    if (next + 1 >= larger.size()) return false;
    larger[next++] = slot;
  }
  return true;
}

void HandleTable::grow() {
  for (std::size_t homes = more_than(homes_);; homes = more_than(homes)) {
    Slots larger(slots_for(homes));
    if (!copy_to(larger, homes)) continue;
    slots_.swap(larger);
    homes_ = homes;
    return;
  }
}

}  // namespace weir::metrics
