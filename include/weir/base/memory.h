// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace weir::base {

// What processors hand to each other as a whole, most of them. What one thread writes all the time
// is kept so far from what another does.
inline constexpr std::size_t kCacheLineBytes = 64;

// Begins to load the line of `at`, which may be any address, into the second cache: the first waits
// for a dozen or two at a time, and who asks for one more waits, too.
inline void prefetch_far(const void* at) {
  constexpr int kSecondCache = 2;
  __builtin_prefetch(at, 0, kSecondCache);
}

// Of x86-64, and of AArch64 with pages of 4 KiB.
inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

// Asks the system to back [at, at + bytes) with huge pages where it can: in tables of many
// megabytes that are probed at random, most of the waiting is for the translation of addresses.
// Does nothing for ranges that hold no whole huge page. Never fails.
void prefer_huge_pages(void* at, std::size_t bytes);

}  // namespace weir::base
