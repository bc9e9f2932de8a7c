// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace weir::base {

// Of x86-64, and of AArch64 with pages of 4 KiB.
inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

// Asks the system to back [at, at + bytes) with huge pages where it can: in tables of many
// megabytes that are probed at random, most of the waiting is for the translation of addresses.
// Does nothing for ranges that hold no whole huge page. Never fails.
void prefer_huge_pages(void* at, std::size_t bytes);

}  // namespace weir::base
