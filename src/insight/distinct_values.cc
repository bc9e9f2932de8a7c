// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/distinct_values.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace weir::insight {

namespace {

constexpr std::size_t kPlacesMin = 8;

}  // namespace

void DistinctValues::add(std::uint64_t hash) {
  // 0 is an empty place.
  if (hash == 0) hash = 1;
  if (sketch_) return sketch_->add(hash);
  if (!insert(hash) || used_ <= kExactMax) return;
  sketch_ = std::make_unique<metrics::HyperLogLog>();
  for (const std::uint64_t known : places_) {
    if (known != 0) sketch_->add(known);
  }
}

bool DistinctValues::insert(std::uint64_t hash) {
  if (2 * (used_ + 1) > places_.size()) grow();
  const std::size_t mask = places_.size() - 1;
  std::size_t at = hash & mask;
  for (; places_[at] != 0; at = (at + 1) & mask) {
    if (places_[at] == hash) return false;
  }
  places_[at] = hash;
  ++used_;
  return true;
}

void DistinctValues::grow() {
  const auto before =
      std::exchange(places_, std::vector<std::uint64_t>(std::max(kPlacesMin, 2 * places_.size())));
  used_ = 0;
  for (const std::uint64_t hash : before) {
    if (hash != 0) insert(hash);
  }
}

std::uint64_t DistinctValues::count() const {
  if (!sketch_) return used_;
  return static_cast<std::uint64_t>(std::llround(sketch_->estimate()));
}

void DistinctValues::clear() {
  if (used_ > 0) std::ranges::fill(places_, 0);
  used_ = 0;
  sketch_.reset();
}

}  // namespace weir::insight
