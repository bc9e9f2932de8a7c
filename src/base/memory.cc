// SPDX-License-Identifier: Apache-2.0
#include "weir/base/memory.h"

#include <cstdint>
#include <sys/mman.h>

namespace weir::base {

void prefer_huge_pages(void* at, std::size_t bytes) {
  // Of x86-64 and of AArch64 with pages of 4 KiB; elsewhere the advice is a whole number of pages
  // all the same.
  constexpr std::uintptr_t kHugePageBytes = std::uintptr_t{2} << 20;
  const auto begin = reinterpret_cast<std::uintptr_t>(at);
  const std::uintptr_t first = (begin + kHugePageBytes - 1) & ~(kHugePageBytes - 1);
  const std::uintptr_t last = (begin + bytes) & ~(kHugePageBytes - 1);
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

}  // namespace weir::base
