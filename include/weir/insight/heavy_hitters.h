// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::insight {

// The keys that come most, in bounded memory: Space-Saving (Metwally, Agrawal and El Abbadi,
// "Efficient computation of frequent and top-k elements in data streams", 2005). As long as there
// are no more keys than entries, all counts are exact. Past that a new key takes the entry of the
// one with the smallest count, and every key whose share is above 1 / entries is there. One thread.
template <class Value>
class HeavyHitters {
 public:
  struct Entry {
    std::string key;
    // Never below what came of the key; `count - error` never above it.
    std::uint64_t count = 0;
    std::uint64_t error = 0;
    Value value;

    // What came since the key got its entry.
    [[nodiscard]] std::uint64_t seen() const { return count - error; }
  };

  // Of a longer key the beginning counts. `entries_max` is not 0.
  HeavyHitters(std::size_t entries_max, std::size_t key_bytes_max)
      : entries_max_(entries_max), key_bytes_max_(key_bytes_max) {}
  HeavyHitters(const HeavyHitters&) = delete;
  HeavyHitters& operator=(const HeavyHitters&) = delete;

  // Counts `weight` for `key`, and returns what is kept of it: a new Value when it was not there.
  Value& add(std::string_view key, std::uint64_t weight) {
    key = key.substr(0, key_bytes_max_);
    total_ += weight;
    Node& node = node_of(key);
    node.entry.count += weight;
    sink(node.place);
    return node.entry.value;
  }

  // Null for a key that has no entry. Good until the next `add`.
  [[nodiscard]] const Entry* find(std::string_view key) const {
    const auto known = by_key_.find(key.substr(0, key_bytes_max_));
    return known == by_key_.end() ? nullptr : &known->second->entry;
  }

  // Whether a new key takes no other's place.
  [[nodiscard]] bool has_room() const { return heap_.size() < entries_max_; }

  // All that was counted, whether its key is still there or not.
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  // Keys that gave way to others: while it is 0 nothing is estimated.
  [[nodiscard]] std::uint64_t replaced() const { return replaced_; }

  // Most seen first, then by key. Good until the next `add`.
  [[nodiscard]] std::vector<const Entry*> sorted() const {
    std::vector<const Entry*> entries;
    entries.reserve(heap_.size());
    for (const auto& node : heap_) entries.push_back(&node->entry);
    std::ranges::sort(entries, [](const Entry* a, const Entry* b) {
      return a->seen() != b->seen() ? a->seen() > b->seen() : a->key < b->key;
    });
    return entries;
  }

  void clear() {
    by_key_.clear();
    heap_.clear();
    total_ = 0;
    replaced_ = 0;
  }

 private:
  struct Node {
    Entry entry;
    std::size_t place = 0;
  };

  Node& node_of(std::string_view key) {
    const auto known = by_key_.find(key);
    if (known != by_key_.end()) return *known->second;
    if (heap_.size() < entries_max_) {
      Node& made = *heap_.emplace_back(std::make_unique<Node>());
      made.entry.key = key;
      made.place = heap_.size() - 1;
      by_key_.emplace(made.entry.key, &made);
      rise(made.place);
      return made;
    }
    Node& least = *heap_.front();
    by_key_.erase(least.entry.key);
    ++replaced_;
    least.entry = {std::string(key), least.entry.count, least.entry.count, Value()};
    by_key_.emplace(least.entry.key, &least);
    return least;
  }

  // The heap has the smallest count at its front.
  [[nodiscard]] bool is_less(std::size_t a, std::size_t b) const {
    return heap_[a]->entry.count < heap_[b]->entry.count;
  }

  void swap(std::size_t a, std::size_t b) {
    std::swap(heap_[a], heap_[b]);
    std::swap(heap_[a]->place, heap_[b]->place);
  }

  void rise(std::size_t at) {
    for (; at > 0 && is_less(at, (at - 1) / 2); at = (at - 1) / 2) swap(at, (at - 1) / 2);
  }

  void sink(std::size_t at) {
    while (2 * at + 1 < heap_.size()) {
      std::size_t child = 2 * at + 1;
      if (child + 1 < heap_.size() && is_less(child + 1, child)) ++child;
      if (!is_less(child, at)) return;
      swap(at, child);
      at = child;
    }
  }

  const std::size_t entries_max_;
  const std::size_t key_bytes_max_;
  // Keys borrow from the nodes.
  std::unordered_map<std::string_view, Node*> by_key_;
  std::vector<std::unique_ptr<Node>> heap_;
  std::uint64_t total_ = 0;
  std::uint64_t replaced_ = 0;
};

}  // namespace weir::insight
