// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/merger.h"

#include <algorithm>
#include <random>
#include <utility>

#include "weir/base/hash.h"

namespace weir::passthrough {

namespace {

bool is_observed(FamilyType type) {
  return type == FamilyType::Summary || type == FamilyType::Histogram;
}

std::uint64_t random_seed() {
  std::random_device random;
  const std::uint64_t high = random();
  return high << 32U | random();
}

}  // namespace

Merger::Merger() : seed_(random_seed()) {}

void Merger::add(std::vector<Family> families) {
  for (Family& family : families) add_family(std::move(family));
}

void Merger::add_family(Family&& family) {
  const auto [place, is_first] = families_.try_emplace(family.name);
  Family& known = place->second;
  if (is_first) {
    known.name = std::move(family.name);
    known.type = family.type;
  }
  if (known.help.empty()) known.help = std::move(family.help);
  if (known.type != family.type) {
    if (is_observed(known.type) || is_observed(family.type)) {
      counts_.misfits += family.samples.size();
      return;
    }
    ++counts_.retyped;
  }
  for (Sample& sample : family.samples) {
    if (is_new(sample)) known.samples.push_back(std::move(sample));
  }
}

bool Merger::is_new(const Sample& sample) {
  constexpr char kSeparator = '\xff';
  order_.clear();
  for (const Label& label : sample.labels) order_.push_back(&label);
  std::ranges::sort(order_, {}, [](const Label* label) -> const Label& { return *label; });
  key_ = sample.name;
  for (const Label* const label : order_) {
    key_ += kSeparator;
    key_ += label->name;
    key_ += kSeparator;
    key_ += label->value;
  }
  if (seen_.insert(base::hash_bytes(key_, seed_)).second) return true;
  ++counts_.duplicates;
  return false;
}

std::vector<Family> Merger::take() {
  std::vector<Family> families;
  families.reserve(families_.size());
  for (auto& [name, family] : families_) {
    if (!family.samples.empty()) families.push_back(std::move(family));
  }
  families_.clear();
  seen_.clear();
  return families;
}

}  // namespace weir::passthrough
