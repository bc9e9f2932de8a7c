// SPDX-License-Identifier: Apache-2.0
#include "pipeline/outcome_list.h"

#include <bit>
#include <limits>

#include "weir/base/hash.h"

namespace weir::pipeline {

namespace {

std::uint64_t word_of(const base::Tally* tally) { return std::bit_cast<std::uintptr_t>(tally); }

// Of what most of them differ in: the rule, and what senders can make differ for one rule.
std::uint32_t hash_of(const Outcome& outcome) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
  std::uint64_t others = word_of(outcome.tally) ^ std::bit_cast<std::uint64_t>(outcome.scale);
  for (const base::Tally* tally : {outcome.companion_tally, outcome.gauges[0].tally,
                                   outcome.gauges[1].tally, outcome.gauges[2].tally}) {
    others = std::rotl(others, 13) ^ word_of(tally);
  }
  const std::uint64_t errors =
      std::uint64_t{outcome.name_tag_errors} << 32 | outcome.field_tag_errors;
  const std::uint64_t state = base::fold_multiply(outcome.rule ^ kOdd, errors ^ ~kOdd);
  return static_cast<std::uint32_t>(
      base::fold_multiply(state ^ others, kOdd ^ static_cast<std::uint64_t>(outcome.type)));
}

}  // namespace

std::uint32_t OutcomeList::keep(const Outcome& outcome) {
  const std::uint32_t number = find_or_add(outcome);
  if (number != kNone) outcomes_[number - first_].release_epoch = outcome.release_epoch;
  return number;
}

std::uint32_t OutcomeList::find_or_add(const Outcome& outcome) {
  const std::uint32_t hash = hash_of(outcome);
  Slot& slot = slot_of(outcome, hash);
  if (slot.number != kNone) return slot.number;
  if (outcomes_.size() >= size_max_) return kNone;
  const auto number = first_ + static_cast<std::uint32_t>(outcomes_.size());
  slot = {hash, number};
  outcomes_.push_back(outcome);
  ++size_;
  outcomes_.back().fast_path = outcome.fast_path_with(writers_);
  outcomes_.back().marks = outcome.marked();
  if (outcomes_.size() * 2 > slots_.size()) grow();
  return number;
}

OutcomeList::Slot& OutcomeList::slot_of(const Outcome& outcome, std::uint32_t hash) {
  for (std::size_t at = hash;; ++at) {
    Slot& slot = slots_[at & (slots_.size() - 1)];
    if (slot.number == kNone) return slot;
    if (slot.hash == hash && outcomes_[slot.number - first_].key() == outcome.key()) return slot;
  }
}

void OutcomeList::grow() {
  std::vector<Slot> larger(slots_.size() * 2);
  for (const Slot& slot : slots_) {
    if (slot.number == kNone) continue;
    std::size_t at = slot.hash;
    while (larger[at & (larger.size() - 1)].number != kNone) ++at;
    larger[at & (larger.size() - 1)] = slot;
  }
  slots_.swap(larger);
}

bool OutcomeList::forget() {
  first_ += static_cast<std::uint32_t>(outcomes_.size());
  outcomes_.clear();
  size_ = 0;
  slots_.assign(kSlotsMin, {});
  if (first_ < std::numeric_limits<std::uint32_t>::max() - kSizeMax) return true;
  first_ = kNone + 1;
  return false;
}

}  // namespace weir::pipeline
