// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace weir::exposition {

// A set of hashes that takes little more than the 8 bytes of each: a page may have a million names
// to remember, and a scrape must not need tens of megabytes for them. One thread.
class NameHashes {
 public:
  [[nodiscard]] bool contains(std::uint64_t hash) const;
  void insert(std::uint64_t hash);

 private:
  using Bucket = std::vector<std::uint64_t>;

  // Sorted, each of the hashes with equal upper bits. Empty before the first.
  std::vector<Bucket> buckets_;
};

}  // namespace weir::exposition
