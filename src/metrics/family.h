// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/set_aside.h"
#include "metrics/source_list.h"
#include "weir/base/memory.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/series.h"

namespace weir::metrics {

using SeriesList = std::vector<SeriesHandle>;

// Names a family of a store; 0 names none.
using FamilyHandle = std::uint32_t;
// Grows without copying: there may be as many families as series.
using FamilyList = std::deque<FamilyHandle>;

// The lists of a family that has, or had, more than one series.
struct SeriesLists {
  // Sorted as the exposition wants it. Null for a family of few series: the lists of a million of
  // them would take more memory than all the rest of a scrape.
  Shared<SeriesList> order;
  // Those that `order` lacks and that are not set aside, of which the first `fresh_sorted` are in
  // its order; the others are in any.
  SeriesList fresh;
  std::uint32_t fresh_sorted = 0;
};

// All series of a family that are not freed, but for those that are set aside. Needs the store's
// lock.
class FamilySeries {
 public:
  FamilySeries() = default;
  ~FamilySeries() { delete lists(); }
  FamilySeries(const FamilySeries&) = delete;
  FamilySeries& operator=(const FamilySeries&) = delete;

  // True when it made lists for it.
  bool add(SeriesHandle series);
  // Null while there was only one.
  [[nodiscard]] SeriesLists* lists() const {
    const std::uint64_t address = std::uint64_t{high_} << 32 | low_;
    return low_ == kIsSingle ? nullptr : std::bit_cast<SeriesLists*>(address);
  }
  // Begins to load what `add` will look at.
  void prefetch() const {
    if (low_ != kIsSingle) __builtin_prefetch(lists());
  }
  // Those that `order` lacks.
  [[nodiscard]] std::span<const SeriesHandle> fresh() const;
  // How many of `fresh` are in their order.
  [[nodiscard]] std::uint32_t fresh_sorted() const;
  [[nodiscard]] Shared<SeriesList> order() const;
  // Forgets the only one, where there are no lists.
  void remove_single() { low_ = high_ = 0; }
  [[nodiscard]] bool is_empty() const;

  // What the lists take, without the series in them, and allocations.
  static constexpr std::size_t kListsBytes = sizeof(SeriesLists) + 32;

 private:
  // No address ends like this.
  static constexpr std::uint32_t kIsSingle = 1;

  // The address of the lists, or else kIsSingle and the series: a million families have one each.
  std::uint32_t low_ = 0;
  std::uint32_t high_ = 0;
};

// What a page says of families, which many have alike. Lives as long as the store.
struct FamilyTexts {
  std::string help;
  std::string unit;
};

struct FamilyTextsLess {
  using is_transparent = void;
  using View = std::pair<std::string_view, std::string_view>;
  static View view(const View& view) { return view; }
  static View view(const FamilyTexts& texts) { return {texts.help, texts.unit}; }
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return view(a) < view(b);
  }
};

// One metric name, which follows the struct. Name, type, kind of gauge and hash never change; the
// rest changes under the store's lock. In an arena, until `destroy`.
struct Family {
  // What a family whose name has so many bytes takes.
  static constexpr std::size_t bytes(std::size_t name_size) { return kNamePlace + name_size; }
  // In a block of so many.
  static Family* make(char* block, std::string_view name);
  static void destroy(Family* family);

  std::atomic<const FamilyTexts*> texts{nullptr};
  FamilySeries listed;
  std::uint32_t hash = 0;
  FamilyHandle handle = 0;
  // Linked ones.
  std::uint32_t series = 0;
  SeriesHandle overflow = 0;
  // The place of those that it had first; 0 while there are none but in the index.
  std::uint32_t label_names = 0;
  // Of type and help.
  SourceList::Number source = 0;
  std::uint32_t name_size = 0;
  Type type = Type::Counter;
  GaugeKind gauge = GaugeKind::Level;
  // Made for counters that add up in a gauge.
  bool is_up_down = false;
  // Has series that are called so because their name was a conflict.
  bool is_renamed = false;
  // Out of the index: without series, or replaced.
  std::atomic<bool> is_dead{false};

  [[nodiscard]] std::string_view name() const {
    return {reinterpret_cast<const char*>(this) + kNamePlace, name_size};
  }
  // Begins to load, of the one in `block`, what says how long its name is, and the character at
  // `place` of it.
  static void prefetch_name(const char* block, std::size_t place) {
    base::prefetch_far(block + kSizePlace);
    base::prefetch_far(block + kNamePlace + place);
  }
  // A series of `definition` can be one of the family's.
  [[nodiscard]] bool takes(const Definition& definition) const {
    return type == definition.type && gauge == definition.gauge;
  }

 private:
  // At once after the last member: each of a million would have seven bytes of padding.
  static constexpr std::size_t kNamePlace = 49;
  static constexpr std::size_t kSizePlace = 40;
};

}  // namespace weir::metrics
