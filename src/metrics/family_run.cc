// SPDX-License-Identifier: Apache-2.0
#include "metrics/family_run.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "metrics/family_names.h"
#include "metrics/text_order.h"
#include "weir/base/hash.h"
#include "weir/base/memory.h"

namespace weir::metrics {

namespace {

// A part of no more is sorted at once, which takes a millisecond or so.
constexpr std::size_t kFew = 8192;
// Enough for names that come to no end of beginning alike.
constexpr unsigned kDepthMax = 16;
constexpr std::size_t kSample = 1024;
// Families that are divided while a scrape looks at one series.
constexpr std::size_t kFamiliesPerWork = 16;

std::size_t work_for(std::size_t families) { return families / kFamiliesPerWork; }

// A part of a list, for TextSort.
struct FamilyRange {
  [[nodiscard]] FamilyList::iterator begin() const { return first; }
  [[nodiscard]] FamilyList::iterator end() const { return last; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(last - first); }

  FamilyList::iterator first;
  FamilyList::iterator last;
};

// Some names from all over the part, in order.
std::vector<std::string_view> sample_of(const SeriesMemory& memory, const FamilyList& list,
                                        std::size_t begin, std::size_t size) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
  std::vector<std::string_view> sample;
  sample.reserve(kSample);
  for (std::size_t i = 1; i <= kSample; ++i) {
    // Not at even distances, which names may have, too.
    const std::size_t place = begin + (i * kOdd >> 32) * size / (std::uint64_t{1} << 32);
    sample.push_back(memory.family(list[place]).name());
  }
  std::ranges::sort(sample);
  return sample;
}

}  // namespace

FamilyRun::FamilyRun(Shared<FamilyList> families, Order order) : families_(std::move(families)) {
  if (order == Order::ByName) {
    sorted_ = size();
  } else if (size() > 0) {
    parts_.push_back({0, size(), 0});
  }
}

FamilyRun::FamilyRun(const FamilyRun& other)
    : families_(other.families_), sorted_(other.sorted_), parts_(other.parts_) {}

FamilyList& FamilyRun::own() {
  if (families_.use_count() > 1) families_ = std::make_shared<FamilyList>(*families_);
  return *families_;
}

FamilyHandle FamilyRun::at(const SeriesMemory& memory, std::size_t place) {
  std::size_t all = size();
  while (!prepare(memory, place, all)) all = size();
  return (*families_)[place];
}

bool FamilyRun::prepare(const SeriesMemory& memory, std::size_t place, std::size_t& work) {
  while (place >= sorted_) {
    if (work == 0) return false;
    sort_on(memory, work);
  }
  return true;
}

void FamilyRun::sort_on(const SeriesMemory& memory, std::size_t& work) {
  const Part part = parts_.back();
  if (division_) {
    divide(memory, part, work);
  } else if (part.size() > kFew && part.depth < kDepthMax) {
    begin_division(memory, part);
    work -= std::min(work, work_for(kSample));
  } else {
    sort_part(memory, part);
    work -= std::min(work, work_for(part.size()));
  }
}

void FamilyRun::sort_part(const SeriesMemory& memory, const Part& part) {
  const FamilyNames names{memory};
  const auto first = own().begin() + static_cast<std::ptrdiff_t>(part.begin);
  const FamilyRange range{first, first + static_cast<std::ptrdiff_t>(part.size())};
  TextSort<FamilyHandle, FamilyNames>(names).sort(range);
  sorted_ = part.end;
  parts_.pop_back();
}

void FamilyRun::begin_division(const SeriesMemory& memory, const Part& part) {
  division_ =
      std::make_unique<Division>(NameParts(sample_of(memory, *families_, part.begin, part.size())));
  division_->part_of.reserve(part.size());
}

void FamilyRun::divide(const SeriesMemory& memory, const Part& part, std::size_t& work) {
  Division& of = *division_;
  const std::size_t end = std::min(part.size(), of.next + work * kFamiliesPerWork);
  work -= std::min(work, work_for(end - of.next) + 1);
  if (of.moved.empty()) {
    tell_part(memory, part, end);
    if (end == part.size()) begin_moving(part);
  } else {
    move(part, end);
    if (end == part.size()) end_division(part);
  }
}

void FamilyRun::tell_part(const SeriesMemory& memory, const Part& part, std::size_t end) {
  constexpr std::size_t kAhead = 16;
  Division& of = *division_;
  auto family = families_->begin() + static_cast<std::ptrdiff_t>(part.begin + of.next);
  const std::size_t last = part.size() - 1;
  auto ahead = family + static_cast<std::ptrdiff_t>(std::min(kAhead, last - of.next));
  for (; of.next < end; ++of.next, ++family) {
    const char* const block = memory.families.at(*ahead);
    __builtin_prefetch(block);
    __builtin_prefetch(block + base::kCacheLineBytes);
    if (of.next + kAhead < last) ++ahead;
    const NameParts::Part found = of.parts.part_of(memory.family(*family).name());
    of.part_of.push_back(found);
    ++of.places[found];
  }
}

void FamilyRun::begin_moving(const Part& part) {
  Division& of = *division_;
  std::size_t place = 0;
  for (std::size_t& count : of.places) place += std::exchange(count, place);
  of.moved.resize(part.size());
  of.next = 0;
}

void FamilyRun::move(const Part& part, std::size_t end) {
  Division& of = *division_;
  auto family = families_->begin() + static_cast<std::ptrdiff_t>(part.begin + of.next);
  for (; of.next < end; ++of.next, ++family) {
    of.moved[of.places[of.part_of[of.next]]++] = *family;
  }
}

void FamilyRun::end_division(Part part) {
  const std::unique_ptr<Division> of = std::move(division_);
  if (part.size() == size()) {
    families_ = std::make_shared<FamilyList>(std::move(of->moved));
  } else {
    std::ranges::copy(of->moved, own().begin() + static_cast<std::ptrdiff_t>(part.begin));
  }
  parts_.pop_back();
  // Each place is where the next part begins by now.
  for (std::size_t i = of->places.size(); i-- > 0;) {
    const std::size_t begin = part.begin + (i == 0 ? 0 : of->places.at(i - 1));
    if (begin < part.end) parts_.push_back({begin, part.end, part.depth + 1});
    part.end = begin;
  }
}

}  // namespace weir::metrics
