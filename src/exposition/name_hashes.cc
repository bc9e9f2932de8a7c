// SPDX-License-Identifier: Apache-2.0
#include "exposition/name_hashes.h"

#include <algorithm>
#include <cstddef>

namespace weir::exposition {

namespace {

constexpr int kBucketBits = 10;

std::size_t bucket_of(std::uint64_t hash) { return hash >> (64 - kBucketBits); }

}  // namespace

bool NameHashes::contains(std::uint64_t hash) const {
  return !buckets_.empty() && std::ranges::binary_search(buckets_[bucket_of(hash)], hash);
}

void NameHashes::insert(std::uint64_t hash) {
  if (buckets_.empty()) buckets_.resize(std::size_t{1} << kBucketBits);
  Bucket& bucket = buckets_[bucket_of(hash)];
  const auto place = std::ranges::lower_bound(bucket, hash);
  if (place != bucket.end() && *place == hash) return;
  const auto index = place - bucket.begin();
  // By an eighth: doubling would leave half of it empty.
  if (bucket.size() == bucket.capacity()) bucket.reserve(bucket.size() + bucket.size() / 8 + 4);
  bucket.insert(bucket.begin() + index, hash);
}

}  // namespace weir::exposition
