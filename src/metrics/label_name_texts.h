// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "metrics/handle_table.h"
#include "weir/base/arena.h"

namespace weir::metrics {

// The lists of label names that series have, each once however many families have it. Needs the
// store's lock, but for a text that someone has added and not removed.
class LabelNameTexts {
 public:
  // Never 0.
  using Number = std::uint32_t;

  // `strings` outlives it and holds the texts.
  LabelNameTexts(base::StringArena& strings, std::uint64_t seed) : strings_(strings), seed_(seed) {}

  // 0 when it was not added.
  [[nodiscard]] Number find(std::string_view names) const;
  // One user more.
  Number add(std::string_view names, base::Arena::Reuse reuse);
  // One less.
  void remove(Number number);

  [[nodiscard]] std::string_view at(Number number) const { return strings_.at(entry(number).text); }
  // How many names there are in it.
  [[nodiscard]] std::uint32_t count(Number number) const { return entry(number).count; }

  // Without the texts.
  [[nodiscard]] std::size_t bytes() const {
    return entries_.size() * sizeof(Entry) + numbers_.bytes();
  }

 private:
  struct Entry {
    std::uint32_t text = 0;
    std::uint32_t count = 0;
    std::uint32_t users = 0;
  };

  [[nodiscard]] std::uint32_t hash_of(std::string_view names) const;
  [[nodiscard]] const Entry& entry(Number number) const { return entries_[number - 1]; }

  base::StringArena& strings_;
  const std::uint64_t seed_;
  // Grows without copying: senders may make up many.
  std::deque<Entry> entries_;
  std::vector<Number> free_;
  HandleTable numbers_;
};

}  // namespace weir::metrics
