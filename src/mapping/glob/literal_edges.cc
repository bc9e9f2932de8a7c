// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob/literal_edges.h"

#include <array>
#include <cstring>

#include "weir/base/bytes.h"
#include "weir/base/hash.h"

namespace weir::mapping {

namespace {

bool is_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && base::equal_bytes(a.data(), b.data(), a.size());
}

}  // namespace

LiteralEdges::Text LiteralEdges::add_text(std::string_view segment) {
  const auto text = static_cast<Text>(texts_.size());
  const auto size = static_cast<std::uint32_t>(segment.size());
  std::array<char, sizeof size> length{};
  std::memcpy(length.data(), &size, sizeof size);
  texts_.append(length.data(), length.size()).append(segment);
  return text;
}

std::string_view LiteralEdges::at(Text text) const {
  std::uint32_t size = 0;
  const char* const place = texts_.data() + text;
  std::memcpy(&size, place, sizeof size);
  return {place + sizeof size, size};
}

// Who makes up names adds no edges, so no secret is needed.
std::uint32_t LiteralEdges::hash_of(Node parent, std::string_view segment) {
  return static_cast<std::uint32_t>(base::hash_bytes(segment, parent));
}

void LiteralEdges::add(Node parent, First& first, Text segment, Node child) {
  if (first.child == kNone) {
    first = {child, segment};
    return;
  }
  ++size_;
  if (size_ * 4 > slots_.size() * 3) grow();
  place({hash_of(parent, at(segment)), parent, segment, child});
}

LiteralEdges::Node LiteralEdges::find(Node parent, const First& first,
                                      std::string_view segment) const {
  if (first.child == kNone) return kNone;
  if (is_equal(at(first.text), segment)) return first.child;
  if (slots_.empty()) return kNone;
  const std::uint32_t hash = hash_of(parent, segment);
  for (std::size_t place = hash;; ++place) {
    const Slot& slot = slots_[place & (slots_.size() - 1)];
    if (slot.child == kNone) return kNone;
    const bool is_it = slot.hash == hash && slot.parent == parent;
    if (is_it && is_equal(at(slot.text), segment)) return slot.child;
  }
}

void LiteralEdges::place(const Slot& slot) {
  std::size_t place = slot.hash;
  while (slots_[place & (slots_.size() - 1)].child != kNone) ++place;
  slots_[place & (slots_.size() - 1)] = slot;
}

void LiteralEdges::grow() {
  std::vector<Slot> before(slots_.empty() ? kSlotsMin : slots_.size() * 2);
  slots_.swap(before);
  for (const Slot& slot : before) {
    if (slot.child != kNone) place(slot);
  }
}

}  // namespace weir::mapping
