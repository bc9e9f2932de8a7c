// SPDX-License-Identifier: Apache-2.0
#include "pipeline/binding_table.h"

#include <cstring>
#include <string_view>

#include "weir/base/hash.h"

namespace weir::pipeline {

namespace {

// A name holds no colon and a field no bar, so the joined form reads back in one way only.
constexpr char kNameEnd = ':';
constexpr char kFieldEnd = '|';

std::size_t key_length(const statsd::Sample& sample) {
  std::size_t length = 1 + sample.name.size() + 1;
  for (const auto field : sample.fields.all()) length += field.size() + 1;
  return length;
}

void append_key(std::string& out, const statsd::Sample& sample) {
  out += static_cast<char>(sample.kind);
  out += sample.name;
  out += kNameEnd;
  for (const auto field : sample.fields.all()) {
    out += field;
    out += kFieldEnd;
  }
}

// Compares the next piece of a key and moves past it and its end mark.
bool skip_piece(std::string_view& key, std::string_view piece, char end) {
  if (key.size() <= piece.size() || std::memcmp(key.data(), piece.data(), piece.size()) != 0) {
    return false;
  }
  const bool is_ended = key[piece.size()] == end;
  key.remove_prefix(piece.size() + 1);
  return is_ended;
}

}  // namespace

BindingTable::BindingTable(BindingLimits limits, std::uint64_t seed)
    : limits_(limits), seed_(seed), slots_(kInitialSlots) {}

std::uint64_t BindingTable::hash(const statsd::Sample& sample) const {
  std::uint64_t hash =
      base::hash_bytes(sample.name, seed_ + static_cast<std::uint64_t>(sample.kind));
  for (const auto field : sample.fields.all()) hash = base::hash_bytes(field, hash);
  return hash;
}

bool BindingTable::has_key(const Slot& slot, const statsd::Sample& sample) const {
  std::string_view key = keys_.at(slot.key);
  if (key.front() != static_cast<char>(sample.kind)) return false;
  key.remove_prefix(1);
  if (!skip_piece(key, sample.name, kNameEnd)) return false;
  for (const auto field : sample.fields.all()) {
    if (!skip_piece(key, field, kFieldEnd)) return false;
  }
  return key.empty();
}

BindingTable::Slot* BindingTable::find_in(std::vector<Slot>& slots, std::uint32_t hash,
                                          const statsd::Sample& sample) const {
  const std::size_t mask = slots.size() - 1;
  for (std::size_t at = hash & mask; slots[at].key != 0; at = (at + 1) & mask) {
    if (slots[at].hash == hash && has_key(slots[at], sample)) return &slots[at];
  }
  return nullptr;
}

Binding* BindingTable::find(std::uint64_t hash, const statsd::Sample& sample) {
  const auto short_hash = static_cast<std::uint32_t>(hash);
  Slot* slot = find_in(slots_, short_hash, sample);
  if (slot == nullptr && !previous_.empty()) slot = find_in(previous_, short_hash, sample);
  return slot == nullptr ? nullptr : &slot->binding;
}

BindingTable::Slot& BindingTable::place(std::vector<Slot>& slots, const Slot& slot) {
  const std::size_t mask = slots.size() - 1;
  std::size_t at = slot.hash & mask;
  while (slots[at].key != 0) at = (at + 1) & mask;
  slots[at] = slot;
  return slots[at];
}

Binding* BindingTable::insert(std::uint64_t hash, const statsd::Sample& sample,
                              const Binding& binding, const IsDead& is_dead) {
  const std::size_t length = key_length(sample);
  if (length > limits_.key_length_max) return nullptr;
  make_room(is_dead);
  if (size_ >= limits_.bindings_max || keys_.bytes_used() + length > limits_.key_bytes_max) {
    return nullptr;
  }
  key_scratch_.clear();
  append_key(key_scratch_, sample);
  const Slot slot{static_cast<std::uint32_t>(hash), keys_.add(key_scratch_), binding};
  if (slot.key == 0) return nullptr;
  ++size_;
  return &place(slots_, slot).binding;
}

void BindingTable::make_room(const IsDead& is_dead) {
  if (!previous_.empty()) migrate(kMigrateSlots);
  const bool is_full = size_ >= limits_.bindings_max || keys_.bytes_used() >= limits_.key_bytes_max;
  if (is_full) {
    if (previous_.empty()) reclaim(is_dead);
    return;
  }
  if (size_ * 4 < slots_.size() * 3) return;
  // Growing again before the last growth is done would leave two tables behind.
  migrate(previous_.size());
  previous_.resize(slots_.size() * 2);
  previous_.swap(slots_);
  migrated_ = 0;
}

void BindingTable::migrate(std::size_t count) {
  // A moved slot stays where it was, so that probes of the old table still pass over it.
  for (; count > 0 && migrated_ < previous_.size(); --count, ++migrated_) {
    if (previous_[migrated_].key != 0) place(slots_, previous_[migrated_]);
  }
  if (migrated_ == previous_.size()) {
    previous_ = {};
    migrated_ = 0;
  }
}

void BindingTable::reclaim(const IsDead& is_dead) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < kReclaimSlots; ++i) {
    hand_ &= mask;
    if (slots_[hand_].key != 0 && is_dead(slots_[hand_].binding)) {
      // What follows moves up into the hand's place and is looked at next.
      erase(hand_);
    } else {
      ++hand_;
    }
  }
}

void BindingTable::erase(std::size_t at) {
  const std::size_t mask = slots_.size() - 1;
  keys_.remove(slots_[at].key);
  --size_;
  ++reclaimed_;
  std::size_t hole = at;
  for (std::size_t next = (at + 1) & mask; slots_[next].key != 0; next = (next + 1) & mask) {
    const std::size_t home = slots_[next].hash & mask;
    // A slot may move into the hole unless that would put it before its home.
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      slots_[hole] = slots_[next];
      hole = next;
    }
  }
  slots_[hole] = {};
}

}  // namespace weir::pipeline
