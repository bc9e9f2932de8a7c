// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/family.h"
#include "metrics/name_keys.h"
#include "metrics/name_parts.h"
#include "metrics/series_index.h"
#include "metrics/set_aside.h"

namespace weir::metrics {

// Families in the order of their names, which comes about from the first on, as far as it is asked
// for: a page of a million new families begins long before all of them are sorted. What is not
// sorted yet is parts that follow one another. Of one that is large the first are taken out, which
// takes one look at each, and the others are divided when the page comes to them. Main thread.
class FamilyRun {
 public:
  enum class Order : std::uint8_t { None, ByName };
  // Some names, in order.
  using Sample = std::vector<std::string_view>;

  // `families` may be in other hands, but stays as it is.
  FamilyRun(Shared<FamilyList> families, Order order);
  // Begins again to divide what the other one is dividing.
  FamilyRun(const FamilyRun& other);
  FamilyRun& operator=(const FamilyRun&) = delete;
  ~FamilyRun() = default;

  [[nodiscard]] std::size_t size() const { return families_->size(); }
  // All, the first of them in order.
  [[nodiscard]] const Shared<FamilyList>& list() const { return families_; }

  // The one in this place, below `size`. Sorts as far as that takes.
  [[nodiscard]] FamilyHandle at(const SeriesMemory& memory, std::size_t place);
  // Sorts towards this place until it is done or `work` is 0, and takes off `work` what it took,
  // about in the time that a scrape takes for a series. False when there is more to do.
  bool prepare(const SeriesMemory& memory, std::size_t place, std::size_t& work);

  // Removes some.
  template <class Predicate>
  void purge(Predicate is_gone) {
    FamilyList& list = own();
    selection_.reset();
    division_.reset();
    std::size_t to = 0;
    const auto keep = [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        if (!is_gone(list[i])) list[to++] = list[i];
      }
      return to;
    };
    std::size_t kept = sorted_ = keep(0, sorted_);
    for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
      const std::size_t end = keep(part->begin, part->end);
      *part = {std::exchange(kept, end), end, part->depth, part->is_rest};
    }
    list.resize(to);
  }

 private:
  struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
    // How many divisions it comes of.
    unsigned depth = 0;
    // What is left of one whose first were taken out.
    bool is_rest = false;

    [[nodiscard]] std::size_t size() const { return end - begin; }
  };
  // Of the first part: those up to a key go before the others.
  struct Selection {
    NameKeys keys;
    NameKeys::Key last = 0;
    // The next to look at, and the end of those that were found.
    std::size_t next = 0;
    std::size_t end = 0;
  };
  // The same, altogether: first it is told of each family where it belongs, then all are moved.
  struct Division {
    explicit Division(NameParts into) : parts(std::move(into)) {}

    NameParts parts;
    std::vector<NameParts::Part> part_of;
    // How many there are in each part, and then where the next of it is moved to.
    std::array<std::size_t, NameParts::kPartsMax> places{};
    FamilyList moved;
    std::size_t next = 0;
  };

  // What may be changed: a copy of what is in other hands.
  FamilyList& own();
  void sort_on(const SeriesMemory& memory, std::size_t& work);
  void sort_part(const SeriesMemory& memory, const Part& part);
  void begin_selection(const Part& part, const Sample& sample);
  void select(const SeriesMemory& memory, const Part& part, std::size_t& work);
  void end_selection(Part part);
  void begin_division(const Part& part, const Sample& sample);
  void divide(const SeriesMemory& memory, const Part& part, std::size_t& work);
  void tell_part(const SeriesMemory& memory, const Part& part, std::size_t end);
  void begin_moving(const Part& part);
  void move(const Part& part, std::size_t end);
  void end_division(Part part);

  Shared<FamilyList> families_;
  // The first that are in their places.
  std::size_t sorted_ = 0;
  // The others, the last part first.
  std::vector<Part> parts_;
  std::unique_ptr<Selection> selection_;
  std::unique_ptr<Division> division_;
};

}  // namespace weir::metrics
