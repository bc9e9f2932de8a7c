// SPDX-License-Identifier: Apache-2.0
#include "metrics/family_run.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "metrics/family_names.h"
#include "metrics/key_reader.h"
#include "metrics/text_order.h"

namespace weir::metrics {

namespace {

// A part of no more is sorted at once, which takes a millisecond or so.
constexpr std::size_t kFew = 8192;
// Of a part of more the first are taken out before it is divided, which takes some times longer.
constexpr std::size_t kMany = 65'536;
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
FamilyRun::Sample sample_of(const SeriesMemory& memory, const FamilyList& list, std::size_t begin,
                            std::size_t size) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
  FamilyRun::Sample sample;
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
    parts_.push_back({0, size(), 0, false});
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
  if (selection_) {
    select(memory, part, work);
  } else if (division_) {
    divide(memory, part, work);
  } else if (part.size() <= kFew || part.depth == kDepthMax) {
    sort_part(memory, part);
    work -= std::min(work, work_for(part.size()));
  } else {
    const auto sample = sample_of(memory, *families_, part.begin, part.size());
    work -= std::min(work, work_for(kSample));
    if (part.size() > kMany && !part.is_rest) {
      begin_selection(part, sample);
    } else {
      begin_division(part, sample);
    }
  }
}

// Of those that come first as many as are sorted at once, about.
void FamilyRun::begin_selection(const Part& part, const Sample& sample) {
  const std::size_t before_last = std::max<std::size_t>(kSample * (kFew / 2) / part.size(), 1);
  const NameKeys keys(sample.front(), sample.back());
  NameKeys::Key last = keys.of(sample[before_last]);
  // Some are before what many begin with, or else all of these are the first.
  if (last > keys.of(sample.front())) --last;
  selection_ = std::make_unique<Selection>(Selection{keys, last, part.begin, part.begin});
}

// The others change places with them.
void FamilyRun::select(const SeriesMemory& memory, const Part& part, std::size_t& work) {
  Selection& of = *selection_;
  FamilyList& list = own();
  const std::size_t end = std::min(part.end, of.next + work * kFamiliesPerWork);
  work -= std::min(work, work_for(end - of.next) + 1);
  KeyReader reader(memory, of.keys, list, of.next, end);
  for (auto keys = reader.next(); !keys.empty(); keys = reader.next()) {
    for (const NameKeys::Key key : keys) {
      if (key <= of.last) std::swap(list[of.next], list[of.end++]);
      ++of.next;
    }
  }
  if (end == part.end) end_selection(part);
}

void FamilyRun::end_selection(Part part) {
  const std::size_t end = selection_->end;
  selection_.reset();
  parts_.back() = {end, part.end, part.depth, true};
  parts_.push_back({part.begin, end, part.depth + 1, false});
}

void FamilyRun::sort_part(const SeriesMemory& memory, const Part& part) {
  const FamilyNames names{memory};
  const auto first = own().begin() + static_cast<std::ptrdiff_t>(part.begin);
  const FamilyRange range{first, first + static_cast<std::ptrdiff_t>(part.size())};
  TextSort<FamilyHandle, FamilyNames>(names).sort(range);
  sorted_ = part.end;
  parts_.pop_back();
}

void FamilyRun::begin_division(const Part& part, const Sample& sample) {
  division_ = std::make_unique<Division>(NameParts(sample));
  division_->part_of.resize(part.size());
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
  Division& of = *division_;
  KeyReader reader(memory, of.parts.keys(), *families_, part.begin + of.next, part.begin + end);
  for (auto keys = reader.next(); !keys.empty(); keys = reader.next()) {
    NameParts::Part* const found = &of.part_of[of.next];
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = of.parts.part_of(keys[i]);
    for (std::size_t i = 0; i < keys.size(); ++i) ++of.places[found[i]];
    of.next += keys.size();
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
    if (begin < part.end) parts_.push_back({begin, part.end, part.depth + 1, false});
    part.end = begin;
  }
}

}  // namespace weir::metrics
